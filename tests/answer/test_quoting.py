"""The quoting writer puts the sentence that answers first, adds little, and refuses below its threshold."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.evidence import Candidate, CandidateSentence, Evidence
from rag.answer.quoting import BRIEF, EACH_SOURCE, LIST, THRESHOLD, Quotation, extent_of, quote_evidence

PROBABILITIES = st.floats(min_value=0.01, max_value=0.99)


def evidence(file: str, probability: float, sentences: Sequence[tuple[str, float]], first: int = 0) -> Evidence:
    spans, start = [], 1000 * first
    for number, (text, _) in enumerate(sentences, start=first):
        spans.append(CandidateSentence(number, start, start + len(text), text))
        start += len(text) + 1
    return Evidence(Candidate(file, tuple(spans)), probability, np.array([p for _, p in sentences]))


def texts(quotation: Quotation) -> list[str]:
    return [q.sentence.text for q in quotation.quotes]


def test_nothing_to_quote_is_refused() -> None:
    assert quote_evidence([]).quotes == ()


def test_below_the_threshold_it_refuses_and_names_the_nearest_first() -> None:
    far, near = evidence("far", 0.1, [("One.", 0.9)]), evidence("near", 0.4, [("Two.", 0.2)])
    quotation = quote_evidence([far, near])
    assert quotation.quotes == ()
    assert quotation.probability == 0.4
    assert [c.file for c in quotation.nearest] == ["near", "far"]


def test_the_answering_sentence_comes_first_and_the_rest_in_reading_order() -> None:
    late = evidence("a", 0.9, [("The last words of it.", 0.9)], first=5)
    early = evidence("a", 0.9, [("The first words of it.", 0.85), ("The second words of it.", 0.88)])
    assert texts(quote_evidence([early, late])) == [
        "The last words of it.",
        "The first words of it.",
        "The second words of it.",
    ]


def test_padding_is_left_out() -> None:
    passage = evidence("a", 0.9, [("This is the very answer.", 0.9), ("Nobody asked for that at all.", 0.3)])
    assert texts(quote_evidence([passage])) == ["This is the very answer."]


def test_an_answer_is_short_unless_a_list_is_asked_for() -> None:
    passage = evidence("a", 0.9, [(f"Item {n} was sold.", 0.9 - n / 100) for n in range(LIST.own + 2)])
    assert len(quote_evidence([passage]).quotes) == BRIEF.own
    assert len(quote_evidence([passage], extent=LIST).quotes) == LIST.own


def test_a_likely_sentence_of_a_less_likely_passage_does_not_go_first() -> None:
    sure, doubtful = evidence("a", 0.9, [("The bank failed.", 0.8)]), evidence("b", 0.55, [("A bank opened.", 0.9)])
    assert texts(quote_evidence([doubtful, sure]))[0] == "The bank failed."


def test_other_articles_that_answer_as_well_are_quoted_too() -> None:
    main = evidence("a", 0.9, [("The bank failed.", 0.9)])
    others = [evidence(f"{i}", 0.88, [("Some other point.", 0.8), ("And more.", 0.7)]) for i in range(BRIEF.others + 2)]
    worse = evidence("z", 0.6, [("A doubtful point.", 0.8)])
    files = [q.file for q in quote_evidence([main, *others, worse]).quotes]
    assert files == ["a", *(str(i) for i in range(BRIEF.others))]


def test_what_is_not_nearly_as_good_as_the_best_is_further_and_stands_last() -> None:
    main = evidence("a", 0.9, [("It began at noon.", 0.9), ("It was a Monday.", 0.5)])
    other = evidence("b", 0.9, [("The clock struck twelve as it began.", 0.85)])
    quotes = quote_evidence([main, other]).quotes
    assert [(q.sentence.text, q.further) for q in quotes] == [
        ("It began at noon.", False),
        ("The clock struck twelve as it began.", False),
        ("It was a Monday.", True),
    ]
    assert not any(q.further for q in quote_evidence([main, other], extent=LIST).quotes)


def test_a_question_across_sources_gets_what_each_of_them_says() -> None:
    extent = extent_of("Do the reports agree on how many people died?")
    assert extent == EACH_SOURCE
    reports = [evidence(f"{n}", 0.9 - n / 10, [(f"At least {n + 10} people died.", 0.9)]) for n in range(5)]
    assert len(quote_evidence(reports, extent=extent).quotes) == len(reports)
    assert len(quote_evidence(reports).quotes) < len(reports)


@given(st.lists(st.lists(PROBABILITIES, min_size=1, max_size=6), min_size=1, max_size=4), PROBABILITIES)
def test_quotes_are_sentences_of_the_candidates(passages: list[list[float]], probability: float) -> None:
    given_ = [
        evidence(f"{i}", probability, [(f"It is {i} and {j}.", p) for j, p in enumerate(ps)])
        for i, ps in enumerate(passages)
    ]
    quotation = quote_evidence(given_)
    places = {(e.candidate.file, s) for e in given_ for s in e.candidate.sentences}
    assert all((q.file, q.sentence) in places for q in quotation.quotes)
    assert bool(quotation.quotes) == (probability >= THRESHOLD)
    assert len({(q.file, q.sentence.start) for q in quotation.quotes}) == len(quotation.quotes)
