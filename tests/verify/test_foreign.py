"""In other languages a dropped or added denial, and another number, are faults; other claims there are left alone."""

import pytest

from rag.text.word_similarity import Embed
from rag.verify.check import check_sentence

FALSE = [
    ("Die Brücke ist sicher.", "Die Brücke ist nach Angaben der Behörde nicht sicher.", "denial"),
    ("Der Minister unterschrieb den Vertrag", "Der Minister unterschrieb den Vertrag nicht.", "denial"),
    ("Мост закрыт для движения.", "Мост не закрыт для движения.", "denial"),
    ("El puente está cerrado al tráfico.", "El puente no está cerrado al tráfico.", "denial"),
    ("Le pont est fermé à la circulation.", "Le pont n'est pas fermé à la circulation.", "denial"),
    ("Il ponte non è chiuso al traffico.", "Il ponte è chiuso al traffico da lunedì.", "denial"),
    ("Drei Menschen starben bei dem Unfall.", "Vier Menschen starben bei dem Unfall.", "number"),
    (
        "Murieron seis personas en el choque de los trenes.",
        "Murieron dos personas en el choque de los trenes.",
        "number",
    ),
]
TRUE = [
    ("Die Brücke ist nicht sicher.", "Die Brücke ist nicht sicher, sagte die Behörde."),
    ("Мост не закрыт для движения.", "По словам мэра, мост не закрыт для движения."),
    ("El puente está cerrado al tráfico.", "Desde el lunes el puente está cerrado al tráfico."),
]


@pytest.mark.parametrize(("claim", "evidence", "kind"), FALSE)
def test_what_turns_a_foreign_claim_round_is_a_fault(claim: str, evidence: str, kind: str, embed: Embed) -> None:
    verdict = check_sentence(claim, [evidence], embed)
    assert verdict.support != "supported"
    assert kind in {fault.kind for fault in verdict.faults}


@pytest.mark.parametrize(("claim", "evidence"), TRUE)
def test_a_foreign_denial_that_is_kept_is_no_fault(claim: str, evidence: str, embed: Embed) -> None:
    verdict = check_sentence(claim, [evidence], embed)
    assert "denial" not in {fault.kind for fault in verdict.faults}


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The moon is made of cheese.", "Scientists at the university of Orsk have found water on the moon Tethra."),
        ("Elephants can fly.", "Elephants from the zoo of Holm came by train."),
        ("The bridge was painted pink by a clown.", "The bridge was built in 1974."),
        ("The mayor collects stamps from Mongolia.", "The mayor opened the library on Tuesday."),
        ("Cows give chocolate milk.", "The price of milk rose in March."),
        ("Wizards repaired the railway with spells.", "The railway to Tarvo was closed for a day."),
    ],
)
def test_a_claim_of_which_only_the_topic_is_in_the_articles_is_not_found(
    claim: str, evidence: str, embed: Embed
) -> None:
    assert check_sentence(claim, [evidence], embed).support == "not found"
