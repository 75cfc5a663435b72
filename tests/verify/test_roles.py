"""Who says and does it, how sure it is, and on whose word: told rightly it passes, told otherwise it is named."""

from __future__ import annotations

import pytest

from rag.results.spans import Quote
from rag.text.predicates import predicates_of
from rag.text.tokens import tokens_of
from rag.text.word_similarity import Embed
from rag.verify.check import Claim, Verdict, check_sentence
from rag.verify.checkers import RuleChecker
from rag.verify.roles import Context

TOWN = (
    "The harbour council met on Tuesday to discuss the new ferry terminal in Bergen.",
    "Mayor Ingrid Aasen said the terminal may cost 7.5 million euros.",
    "Her deputy, Olav Brekke, told reporters that the money was not in the budget.",
    "“We should wait for two years,” he said, adding that the old pier still works.",
    "According to the engineer Kari Moe, the pier has deep cracks.",
    "Brekke’s spokesman, Lars Dahl, rejected the engineer’s report as guesswork.",
    "Fishermen claim that the ferries have driven the cod out of the fjord.",
    "Nordline plans to build a second terminal in Stavanger.",
    "The police arrested Jonas Vik after the meeting.",
    "Hansen sued Nordline in May over the noise.",
    "Reportedly, the shipping company has asked the bank for a loan.",
    "Environmentalists accused Nordline of dumping oil in the harbour.",
    "Asked about the delay, Aasen told the newspaper Bergens Tidende that the plans were being redrawn.",
    "Runa Lie told Anders Skog “the quay is closed to lorries” on Friday.",
    "Anders Skog did not answer.",
    "“The fish market will move,” said Lie, a former sailor.",
)
ARTICLE = Context(follows=frozenset(range(1, len(TOWN))))


def judge(sentence: str, embed: Embed, context: Context = ARTICLE) -> Verdict:
    return check_sentence(sentence, TOWN, embed, context=context)


@pytest.mark.parametrize(
    ("sentence", "kind", "instead"),
    [
        ("Anders Skog said “the quay is closed to lorries”.", "attribution", "Runa Lie"),
        ("According to Skog, the quay is closed to lorries.", "attribution", "Runa Lie"),
        ("The fish market will move, Skog said.", "attribution", "Lie"),
        ("Ingrid Aasen told reporters that the money was not in the budget.", "attribution", "Olav Brekke"),
        ("Mayor Aasen said they should wait for two years.", "attribution", "Olav Brekke"),
        ("Lars Dahl said the pier has deep cracks.", "attribution", "Kari Moe"),
        ("Kari Moe rejected the report as guesswork.", "name", "Lars Dahl"),
        ("Brekke told Bergens Tidende that the plans were being redrawn.", "attribution", "Aasen"),
        ("Jonas Vik arrested the police after the meeting.", "roles", ""),
        ("The police were arrested by Jonas Vik after the meeting.", "roles", ""),
        ("Hansen was sued by Nordline in May over the noise.", "roles", ""),
        ("Nordline has built a second terminal in Stavanger.", "certainty", "plans"),
        ("Nordline dumped oil in the harbour.", "attribution", "Environmentalists"),
        ("The ferries have driven the cod out of the fjord.", "attribution", "Fishermen"),
        ("The shipping company has asked the bank for a loan.", "certainty", "Reportedly"),
    ],
)
def test_another_speaker_doer_or_less_doubt_is_seen(sentence: str, kind: str, instead: str, embed: Embed) -> None:
    verdict = judge(sentence, embed)
    assert verdict.support == "partly"
    (fault,) = [f for f in verdict.faults if f.kind == kind]
    assert instead in fault.instead
    assert fault.reason


@pytest.mark.parametrize(
    "sentence",
    [
        "Runa Lie said “the quay is closed to lorries”.",
        "According to Lie, the fish market will move.",
        "Deputy mayor Olav Brekke said the money was not in the budget.",
        "Brekke said they should wait for two years.",
        "The engineer Kari Moe said the pier has deep cracks.",
        "According to fishermen, the ferries have driven the cod out of the fjord.",
        "Nordline wants to build a second terminal in Stavanger.",
        "Jonas Vik was arrested by the police after the meeting.",
        "Nordline was sued by Hansen in May over the noise.",
        "The shipping company has reportedly asked the bank for a loan.",
        "Nordline was accused by environmentalists of dumping oil in the harbour.",
        "Brekke’s spokesman Lars Dahl rejected the report as guesswork.",
        "The terminal may cost 7.5 million euros, the mayor said.",
    ],
)
def test_the_same_told_otherwise_passes(sentence: str, embed: Embed) -> None:
    assert (judge(sentence, embed).support, judge(sentence, embed).faults) == ("supported", ())


def test_a_pronoun_is_the_last_speaker_of_the_answer_and_of_the_article(embed: Embed) -> None:
    sentence = "He said that they should wait for two years."
    by = {name: judge(sentence, embed, Context(f"{name} spoke on Tuesday.", ARTICLE.follows)) for name in NAMES}
    assert [by[name].support for name in NAMES] == ["supported", "partly"]
    assert by[NAMES[1]].faults[0].kind == "attribution"


NAMES = ("Olav Brekke", "Jonas Vik")


def test_nobody_is_taken_for_the_speaker_of_a_sentence_torn_from_its_article(embed: Embed) -> None:
    sentence = "Mayor Aasen said they should wait for two years."
    assert not [f for f in judge(sentence, embed, Context()).faults if f.instead == "Olav Brekke"]


def test_places_tell_which_sentences_follow_each_other(embed: Embed) -> None:
    def places(*files: str) -> tuple[Quote, ...]:
        texts = (TOWN[2], TOWN[3])
        starts = (0, len(TOWN[2]) + 1)
        return tuple(Quote(f, s, s + len(t), t) for f, s, t in zip(files, starts, texts, strict=True))

    claim = "Ingrid Aasen said they should wait for two years."
    assert Claim(claim, places("a.txt", "a.txt")).context.follows == {1}
    assert Claim(claim, places("a.txt", "b.txt")).context.follows == frozenset()
    verdict = RuleChecker(embed).check(Claim(claim, places("a.txt", "a.txt")))
    assert "Olav Brekke" in {f.instead for f in verdict.faults}


@pytest.mark.parametrize(
    "sentence",
    [
        "He denied that the old bridge over the sound was sold to a bank.",
        "It is not true that the old bridge over the sound was sold to a bank.",
        "The council will resign if the old bridge over the sound was sold to a bank.",
        "Critics claim that the old bridge over the sound was sold to a bank.",
    ],
)
def test_words_torn_from_a_denial_a_doubt_or_a_claim_are_no_quotation(sentence: str, embed: Embed) -> None:
    whole = check_sentence(sentence, [sentence], embed)
    torn = check_sentence("The old bridge over the sound was sold to a bank.".lower(), [sentence], embed)
    assert whole.score == 1.0
    assert torn.score < 1.0


@pytest.mark.parametrize(
    ("sentence", "verb", "agent", "patient"),
    [
        ("Olav Brekke, the deputy mayor, rejected the plan.", "rejected", "Olav Brekke deputy mayor", "plan"),
        ("The plan was quickly rejected by Olav Brekke.", "rejected", "Olav Brekke", "plan"),
        ("Brekke visited Oslo and praised the harbour.", "praised", "Brekke", "harbour"),
        ("“It works,” said Kari Moe.", "said", "Kari Moe", ""),
        ("Her new song, released on Friday, is short.", "released", "", ""),
        ("Activists in London dumped paint.", "dumped", "Activists London", "paint"),
    ],
)
def test_doers_are_read_from_the_order_of_words(sentence: str, verb: str, agent: str, patient: str) -> None:
    words = tokens_of(sentence)
    (predicate,) = [d for d in predicates_of(sentence) if words[d.verb].text == verb]
    assert " ".join(words[i].text for i in predicate.agent) == agent
    assert patient in " ".join(words[i].text for i in predicate.patient)
