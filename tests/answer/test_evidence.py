"""Passages that answer weigh more than passages on the same subject that do not."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answer.evidence import Candidate, CandidateSentence, Evidence, score_candidates
from rag.answer.question import Question, read_question
from rag.answer.quoting import THRESHOLD
from rag.answer.reader import load_reader
from rag.embed.wordllama import load_wordllama
from rag.text.idf import rarity
from rag.text.word_similarity import Embed

VISIT = [
    "NATO chief Mark Rutte visited Kyiv on Thursday, his first trip in the new job.",
    "“Ukraine is closer to NATO membership than ever before,” Rutte said.",
    "President Volodymyr Zelenskyy asked the allies for deep strikes inside Russia.",
    "As prime minister of the Netherlands, Rutte approved the transfer of F-16 fighter jets to Ukraine.",
]
ANSWERED = [
    ("What did Rutte say about membership?", 1),
    ("Who visited Kyiv?", 0),
    ("What did Zelensky ask the allies for?", 2),
    ("Which jets did Rutte approve as prime minister?", 3),
]
REFUSED = [
    "What is the population of Kyiv?",
    "Who won the football match?",
    "How old is Rutte?",
    "Who is Rutte married to?",
    "When was NATO founded?",
    "How do I bake bread?",
]


def score(question: Question, candidates: Sequence[Candidate], embed: Embed) -> tuple[Evidence, ...]:
    return score_candidates(question, candidates, embed, load_reader())


def general(stem: str) -> float:
    return rarity(stem, 0, 2)


@pytest.mark.parametrize(("question", "index"), ANSWERED)
def test_the_sentence_that_answers_comes_first(
    question: str, index: int, embed: Embed, candidate: Callable[..., Candidate]
) -> None:
    [evidence] = score(read_question(question, general), [candidate(VISIT)], embed)
    assert evidence.probability > THRESHOLD
    assert evidence.sentences.argmax() == index


@pytest.mark.parametrize("question", REFUSED)
def test_what_the_passage_does_not_say_stays_below_the_threshold(
    question: str, embed: Embed, candidate: Callable[..., Candidate]
) -> None:
    [evidence] = score(read_question(question, general), [candidate(VISIT)], embed)
    assert evidence.probability < THRESHOLD


def test_a_title_says_what_the_passage_is_about(embed: Embed, candidate: Callable[..., Candidate]) -> None:
    sentences = ["It was built in 1889 for a world fair.", "The height is 330 metres."]
    question = read_question("How tall is the Eiffel Tower?", general)
    named, unnamed = score(question, [candidate(sentences, title="Eiffel Tower"), candidate(sentences)], embed)
    assert named.probability > unnamed.probability


def test_a_name_spelt_differently_is_the_same_name(embed: Embed, candidate: Callable[..., Candidate]) -> None:
    question = read_question("What did Zelensky ask for?", general)
    same, other = score(
        question,
        [candidate(["Zelenskyy asked for jets and missiles."]), candidate(["Macron asked for jets and missiles."])],
        embed,
    )
    assert same.probability > other.probability


def test_a_question_without_words_is_never_answered(embed: Embed, candidate: Callable[..., Candidate]) -> None:
    [evidence] = score(read_question("???", general), [candidate(VISIT)], embed)
    assert evidence.probability == 0


def test_a_question_of_function_words_alone_is_weighed(embed: Embed, candidate: Callable[..., Candidate]) -> None:
    [evidence] = score(read_question("Who are you and what is this?", general), [candidate(VISIT)], embed)
    assert evidence.probability < THRESHOLD


@settings(max_examples=50)
@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=5), st.text(max_size=20))
def test_any_text_gives_probabilities(question: str, sentences: list[str], title: str) -> None:
    spans = tuple(CandidateSentence(i, 90 * i, 90 * i + len(text), text) for i, text in enumerate(sentences))
    embed = load_wordllama().embed_passages
    [evidence] = score(read_question(question, general), [Candidate("a.txt", spans, title)], embed)
    assert 0 <= evidence.probability <= 1
    assert evidence.sentences.shape == (len(sentences),)
    assert np.all((evidence.sentences >= 0) & (evidence.sentences <= 1))


def test_other_candidates_do_not_change_a_passage(embed: Embed, candidate: Callable[..., Candidate]) -> None:
    question = read_question("Who visited Kyiv?", general)
    [alone] = score(question, [candidate(VISIT)], embed)
    first, _ = score(question, [candidate(VISIT), candidate(["The harvest was good in Spain."], file="b.txt")], embed)
    assert first.probability == pytest.approx(alone.probability)
