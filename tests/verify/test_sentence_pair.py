"""Sentences that say the same are told from sentences that merely look alike."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.embed.wordllama import load_wordllama
from rag.text.sentences import split_sentences
from rag.text.word_similarity import Embed
from rag.verify.differences import find_differences
from rag.verify.sentence_pair import compare_sentences, find_same

SEEDS = Path(__file__).parents[2] / "seeds"
PAIRS = {
    (0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8), (9, 9), (10, 10), (11, 11), (12, 12),
    (13, 13), (15, 14),
}  # fmt: skip
"""Judged by hand: which sentences of the two seed articles, headings and boilerplate apart, say the same."""

SAME = [
    ("Three people were killed in the blast.", "The blast killed three persons."),
    ("In Kyiv, the president met Zelenskyy.", "The president had a meeting with Zelensky in Kiev."),
    ("Sales rose by 4 percent in May.", "In May, sales went up by 4 percent."),
    ("Your security matters for ours, he said.", "He said: your security is important to ours."),
]
DIFFERENT = [
    ("Three people were killed in the blast.", "Five people were killed in the blast.", "number"),
    ("The firm earned $3.2 million.", "The firm earned $3.9 million.", "number"),
    ("He was arrested on Monday in Paris.", "He was arrested on Tuesday in Paris.", "date"),
    ("Reporters met Rutte in Paris.", "Reporters met Stoltenberg in Paris.", "name"),
    ("Police did not find a gun in the car.", "Police found a gun in the car.", "denial"),
    ("The company failed to pay its workers.", "The company paid its workers.", "denial"),
    ("Sales rose by 4 percent in May.", "Sales fell by 4 percent in May.", "opposite"),
    ("Iran attacked Iraq in the night.", "Iraq attacked Iran in the night.", "roles"),
    ("Three people were killed in the fire.", "Three people were injured in the fire.", "number"),
    ("The strike lasted two weeks.", "The strike lasted two months.", "number"),
    ("The car was driving at 60 mph.", "The car was driving at 60 km/h.", "number"),
    ("The meeting starts at 3 p.m.", "The meeting starts at 3 a.m.", "number"),
    ("She scored in the first half.", "She scored in the second half.", "number"),
]
OPPOSITE = [
    ("The pilot was rescued from the sea.", "The pilot drowned in the sea."),
    ("All the miners are alive.", "All the miners are dead."),
    ("The judge upheld the ban on the march.", "The judge overturned the ban on the march."),
    ("Unemployment in Tarvo fell to 6 percent.", "Unemployment in Tarvo climbed to 6 percent."),
    ("The senate approved the budget.", "The senate rejected the budget."),
    ("He was hit in the left leg.", "He was hit in the right leg."),
    ("The upper floors of the tower burned.", "The lower floors of the tower burned."),
    ("The northbound lanes are closed.", "The southbound lanes are closed."),
    ("The vaccine is safe.", "The vaccine is unsafe."),
    ("The court freed Ana Peric.", "The court jailed Ana Peric."),
    ("The bank raised its key rate in May.", "The bank cut its key rate in May."),
]
SAME_QUANTITY = [
    ("The ship was 300 feet long.", "The ship was 91 metres long."),
    ("The car was driving at 60 mph.", "The car was driving at 97 km/h."),
    ("The tower is 330 m high.", "The tower is 1,083 feet high."),
    ("The march began at 7.30 p.m.", "The march began at 19:30."),
    ("Temperatures hit 40C on Sunday.", "Temperatures hit 104F on Sunday."),
    ("The fire burned 2,000 acres.", "The fire burned 810 hectares."),
    ("The deal is worth $3bn.", "The deal is worth three billion dollars."),
    ("A quarter of a million homes lost power.", "250,000 homes lost power."),
    ("One hundred and twenty homes burned.", "120 homes burned."),
    ("The strike lasted two weeks.", "The strike lasted 14 days."),
    ("The meeting starts at noon.", "The meeting starts at 12 p.m."),
]
FOREIGN = [
    ("de", "Die Brücke ist nach Angaben der Behörde sicher.", "Die Brücke ist nach Angaben der Behörde nicht sicher."),
    ("de", "Der Minister hat den Vertrag unterschrieben.", "Der Minister hat keinen Vertrag unterschrieben."),
    ("ru", "Мост закрыт для движения.", "Мост не закрыт для движения."),
    ("es", "El puente está cerrado al tráfico.", "El puente no está cerrado al tráfico."),
    ("fr", "Le pont est fermé à la circulation.", "Le pont n'est pas fermé à la circulation."),
    ("it", "Il ponte è chiuso al traffico.", "Il ponte non è chiuso al traffico."),
    ("de", "Drei Menschen starben bei dem Unfall.", "Vier Menschen starben bei dem Unfall."),
    ("es", "Murieron seis personas en el accidente.", "Murieron dos personas en el accidente."),
]
OTHER_SUBJECT = [
    ("Norvik declined to comment.", "Borag declined to comment."),
    ("The company declined to comment.", "Norvik declined to comment."),
    ("The mayor resigned.", "The bishop resigned."),
    ("Police refused to give details.", "Prosecutors refused to give details."),
    ("Tarvo could not be reached.", "Dene Motors could not be reached."),
    ("Rutte told reporters that NATO is ready.", "Stoltenberg told reporters that NATO is ready."),
    ("Officials did not respond.", "The bank did not respond."),
]


def seed_sentences() -> list[list[str]]:
    texts = [path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    return [[t[s.start : s.end] for s in split_sentences(t, "en") if s.kind == "text"] for t in texts]


def test_the_seeds_share_their_facts(embed: Embed) -> None:
    first, second = seed_sentences()
    found = {(i, j) for i, a in enumerate(first) for j, same in enumerate(find_same(a, second, embed)) if same}
    assert found <= PAIRS
    assert len(found) >= len(PAIRS) - 1


@pytest.mark.parametrize(("first", "second"), SAME)
def test_the_same_in_other_words(first: str, second: str, embed: Embed) -> None:
    assert compare_sentences(first, second, embed).relation == "same"
    assert compare_sentences(second, first, embed).relation == "same"


@pytest.mark.parametrize(("first", "second", "why"), DIFFERENT)
def test_one_thing_that_differs_makes_another_fact(first: str, second: str, why: str, embed: Embed) -> None:
    assert compare_sentences(first, second, embed).relation == "contradicts"
    assert compare_sentences(second, first, embed).relation == "contradicts"
    assert compare_sentences(first, second, embed).conflicts[0].kind == why


@pytest.mark.parametrize(("first", "second"), OPPOSITE)
def test_opposites_contradict_each_other(first: str, second: str, embed: Embed) -> None:
    for a, b in ((first, second), (second, first)):
        pair = compare_sentences(a, b, embed)
        assert pair.relation == "contradicts"
        assert pair.conflicts[0].kind == "opposite"


@pytest.mark.parametrize(("first", "second"), SAME_QUANTITY)
def test_a_quantity_in_other_units_is_the_same(first: str, second: str, embed: Embed) -> None:
    assert compare_sentences(first, second, embed).relation == "same"
    assert find_differences(first, second, embed) == ()


def test_numbers_of_killed_and_injured_are_no_difference(embed: Embed) -> None:
    assert find_differences("The blast killed 12 people.", "The blast injured 45 people.", embed) == ()
    assert compare_sentences("The blast killed 12 people.", "The blast injured 45 people.", embed).relation != "same"


@pytest.mark.parametrize(("language", "first", "second"), FOREIGN)
def test_a_denial_or_a_number_keeps_sentences_of_other_languages_apart(
    language: str, first: str, second: str, embed: Embed
) -> None:
    assert compare_sentences(first, second, embed, language=language).relation == "contradicts"
    assert compare_sentences(first, first, embed, language=language).relation == "same"


def test_another_word_keeps_sentences_of_other_languages_apart(embed: Embed) -> None:
    first, second = "Der Fahrer, Erik Lund, überlebte.", "Der Fahrer, Erik Lund, starb."
    assert compare_sentences(first, second, embed, language="de").relation == "unrelated"


@pytest.mark.parametrize(("first", "second"), OTHER_SUBJECT)
def test_the_same_of_another_subject_is_another_fact(first: str, second: str, embed: Embed) -> None:
    assert compare_sentences(first, second, embed).relation == "other subject"


def test_what_stands_before_tells_which_company_is_meant(embed: Embed) -> None:
    sentence = "The company declined to comment."
    other = ("Borag lost a case in Kessel.", "Norvik is under inquiry.")
    assert compare_sentences(sentence, sentence, embed, before=other).relation == "other subject"
    assert compare_sentences(sentence, sentence, embed, before=(other[0], other[0])).relation == "same"


def test_the_mayor_who_did_not_accept_rejected(embed: Embed) -> None:
    first, second = "The mayor rejected the plan.", "The mayor did not accept the plan."
    assert compare_sentences(first, second, embed).conflicts == ()


@settings(max_examples=50)
@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_does_not_depend_on_the_order(first: str, second: str) -> None:
    embed = load_wordllama().embed_passages
    there, back = compare_sentences(first, second, embed), compare_sentences(second, first, embed)
    assert sorted(c.kind for c in there.conflicts) == sorted(c.kind for c in back.conflicts)
    assert 0 <= there.first <= 1.001
    assert 0 <= there.second <= 1.001


@settings(max_examples=50)
@given(
    st.lists(st.sampled_from("police found guns near the Paris bank on Monday with 12 officers".split()), min_size=3)
)
def test_a_sentence_says_what_it_says(words: list[str]) -> None:
    sentence = f"Reporters say {' '.join(words)}."
    assert compare_sentences(sentence, sentence, load_wordllama().embed_passages).relation == "same"
