"""The quoting writer chooses whole sentences in reading order, and refuses below its bar."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.evidence import Candidate, CandidateSentence, Evidence
from rag.answer.quoting import HALF, LONGEST, OTHERS, Quotation, best_set, quote_evidence

PROBABILITIES = st.floats(min_value=0.01, max_value=0.99)
ITEMS = st.lists(st.tuples(PROBABILITIES, st.integers(min_value=5, max_value=400)), min_size=1, max_size=LONGEST)


def evidence(file: str, probability: float, sentences: Sequence[tuple[str, float]], first: int = 0) -> Evidence:
    spans, start = [], 1000 * first
    for number, (text, _) in enumerate(sentences, start=first):
        spans.append(CandidateSentence(number, start, start + len(text), text))
        start += len(text) + 1
    return Evidence(Candidate(file, tuple(spans)), probability, np.array([p for _, p in sentences]))


def texts(quotation: Quotation) -> list[str]:
    return [q.sentence.text for q in quotation.quotes]


def test_nothing_to_quote_is_refused() -> None:
    assert quote_evidence([], bar=0.5).quotes == ()


def test_below_the_bar_it_refuses_and_names_the_nearest_first() -> None:
    far, near = evidence("far", 0.1, [("One.", 0.9)]), evidence("near", 0.4, [("Two.", 0.2)])
    quotation = quote_evidence([far, near], bar=0.5)
    assert quotation.quotes == ()
    assert quotation.probability == 0.4
    assert [c.file for c in quotation.nearest] == ["near", "far"]


def test_sentences_come_in_reading_order_even_from_two_passages() -> None:
    late = evidence("a", 0.9, [("The last words of it.", 0.9)], first=5)
    early = evidence("a", 0.6, [("The first words of it.", 0.8)])
    assert texts(quote_evidence([late, early], bar=0.5)) == ["The first words of it.", "The last words of it."]


def test_a_sentence_that_leans_on_the_one_before_brings_it_along() -> None:
    passage = evidence("a", 0.9, [("Mark Rutte came.", 0.1), ("He spoke of membership for an hour.", 0.9)])
    assert texts(quote_evidence([passage], bar=0.5)) == ["Mark Rutte came.", "He spoke of membership for an hour."]


def test_a_sentence_that_leans_on_one_far_away_stands_alone() -> None:
    first, second = evidence("a", 0.9, [("Mark Rutte came.", 0.1)]), evidence("a", 0.8, [("He spoke.", 0.9)], first=4)
    assert texts(quote_evidence([first, second], bar=0.5)) == ["He spoke."]


def test_padding_is_left_out() -> None:
    passage = evidence("a", 0.9, [("This is the very answer.", 0.9), ("Nobody asked for that at all.", 0.3)])
    assert texts(quote_evidence([passage], bar=0.5)) == ["This is the very answer."]


def test_other_articles_that_answer_as_well_are_quoted_too() -> None:
    main = evidence("a", 0.9, [("The bank failed.", 0.9)])
    others = [evidence(f"{i}", 0.88, [("Some other point.", 0.8), ("And more.", 0.7)]) for i in range(OTHERS + 2)]
    worse = evidence("z", 0.6, [("A doubtful point.", 0.8)])
    files = [q.file for q in quote_evidence([main, *others, worse], bar=0.5).quotes]
    assert files == ["a", *(str(i) for i in range(OTHERS))]


@given(ITEMS)
def test_the_chosen_set_has_the_greatest_expected_f1(items: list[tuple[float, int]]) -> None:
    probabilities, lengths = np.array([p for p, _ in items]), np.array([float(n) for _, n in items])

    def value(chosen: Sequence[int]) -> float:
        of = list(chosen)
        return float(2 * (probabilities * lengths)[of].sum() / ((probabilities * lengths).sum() + lengths[of].sum()))

    chosen = best_set(probabilities, lengths, LONGEST)
    assert all(probabilities[i] >= HALF * probabilities.max() for i in chosen)
    if all(probabilities >= HALF * probabilities.max()):
        best = max(value(c) for n in range(1, len(items) + 1) for c in combinations(range(len(items)), n))
        assert value(chosen) == pytest.approx(best)


@given(st.lists(PROBABILITIES, min_size=1, max_size=12))
def test_answers_are_short(probabilities: list[float]) -> None:
    assert 1 <= len(best_set(np.array(probabilities), np.full(len(probabilities), 80.0), LONGEST)) <= LONGEST


@given(st.lists(st.lists(PROBABILITIES, min_size=1, max_size=6), min_size=1, max_size=4), PROBABILITIES)
def test_quotes_are_sentences_of_the_candidates(passages: list[list[float]], probability: float) -> None:
    given_ = [
        evidence(f"{i}", probability, [(f"It is {i} and {j}.", p) for j, p in enumerate(ps)])
        for i, ps in enumerate(passages)
    ]
    quotation = quote_evidence(given_, bar=0.3)
    places = {(e.candidate.file, s) for e in given_ for s in e.candidate.sentences}
    assert all((q.file, q.sentence) in places for q in quotation.quotes)
    assert bool(quotation.quotes) == (probability >= 0.3)
    assert len(set(quotation.quotes)) == len(quotation.quotes)
