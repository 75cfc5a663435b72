"""A library is measured on questions of one's own, by the measures of the field."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from rag import Cancelled, Citation, Evaluation, EvaluationQuestion, Library, QuestionError, Settings, WorkProgress
from rag.evaluation import Judge
from rag.results.answers import Answer, AnswerSentence
from rag.results.drafts import CheckedDraft
from rag.testing import ScriptedModel
from rag.verify.check import Claim, Verdict
from rag.verify.checkers import Review

JETS = "000_29c572bd7d0631de.txt"
QUESTIONS = (
    EvaluationQuestion("Which jets did Rutte approve?", ("F-16", "submarines"), (JETS,)),
    EvaluationQuestion("What is the population of Kyiv?", unanswerable=True),
    EvaluationQuestion("What is the price of cheese in Peru?", ("ten soles",)),
)
TRUE = "Rutte approved the transfer of Dutch F-16 fighter jets to Ukraine."
FALSE = "Rutte sold ninety submarines to Portugal."


def mean(evaluation: Evaluation, name: str) -> float:
    figure = evaluation.figure(name)
    assert figure is not None
    assert figure.low <= figure.mean <= figure.high
    return figure.mean


def test_answers_and_refusals_are_measured(library: Library) -> None:
    evaluation = library.evaluate(QUESTIONS)
    assert mean(evaluation, "answered, of the answerable") == 0.5
    assert mean(evaluation, "refused, of the unanswerable") == 1.0
    assert mean(evaluation, "answer recall") == 0.25
    assert mean(evaluation, "file recall") == 1.0
    assert mean(evaluation, "faithfulness") == mean(evaluation, "citation recall") == 1.0
    assert evaluation.figure("faithfulness, as written") is None
    jets, kyiv, cheese = evaluation.answers
    assert (jets.missing, kyiv.wrong, cheese.wrong) == (("submarines",), "", "refused, though the articles tell")
    assert "does not tell submarines" in str(evaluation)
    assert "faithfulness" in evaluation.markdown()
    assert json.loads(evaluation.json())["result"]["figures"][0]["questions"] == 2
    assert list(evaluation.to_pandas()["found"]) == [True, False, False]


def test_what_a_model_wrote_is_measured_apart_from_what_is_shown(seeds: Path, settings: Settings) -> None:
    model = ScriptedModel(f"{TRUE} [1] {FALSE}")
    with Library(seeds, settings=settings, llm=model) as library:
        library.sync()
        evaluation = library.evaluate(QUESTIONS[:1])
    assert mean(evaluation, "faithfulness") == 1.0
    assert mean(evaluation, "faithfulness, as written") == 0.5
    assert mean(evaluation, "citation recall, as written") == 0.5
    assert "1 of 2 claims not supported" in evaluation.answers[0].wrong
    assert evaluation.usage
    assert evaluation.usage.tokens_out


class WordChecker:
    """Supports a claim if its evidence has all its words."""

    def check(self, claim: Claim, idf: object = None) -> Verdict:
        said = {word for quote in claim.evidence for word in quote.text.split()}
        held = set(claim.sentence.split()) <= said
        return Verdict("supported" if held else "partly", float(held))

    def review(self, claims: Sequence[Claim], verdicts: Sequence[Verdict]) -> Review:
        return Review(tuple(verdicts))


@pytest.mark.parametrize(
    ("quotes", "entailed", "precise"),
    [
        (["one two"], True, 1),
        (["one", "two"], True, 2),
        (["one two", "three"], True, 1),
        (["one two", "one"], True, 1),
        (["one two", "two one"], True, 2),
        (["one", "three"], False, 0),
        ([], False, 0),
    ],
)
def test_citations_are_precise_if_enough_alone_or_needed(quotes: list[str], entailed: bool, precise: int) -> None:
    citations = tuple(Citation(n, f"{n}.txt", 0, len(quote), quote) for n, quote in enumerate(quotes))
    answer = Answer("Which?", True, (AnswerSentence("one two", "supported", 1.0, citations),))
    judge = Judge(lambda text: CheckedDraft(text, ()), WordChecker())
    (sentence,) = judge.evaluate(EvaluationQuestion("Which?"), answer, 0.0).sentences
    assert (sentence.entailed, sentence.precise, sentence.citations) == (entailed, precise, len(quotes))


def test_a_file_of_questions_is_read(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('\ufeff{"question": "Which jets did Rutte approve?", "answer": "F-16"}\r\n\r\n', "utf-8")
    assert mean(library.evaluate(path), "answer recall") == 1.0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Which jets?", "line 2: Invalid JSON"),
        ('{"answer": "F-16"}', "line 2: question: Field required"),
        ('{"question": " "}', "line 2: question"),
        ('{"question": "Which?", "anwser": "F-16"}', "line 2: anwser: Extra inputs are not permitted"),
        ('{"question": "Which?", "files": "a.txt"}', "line 2: files: Input should be a valid array"),
        ('{"question": "Which?", "answer": "F-16", "unanswerable": true}', "line 2: .*unanswerable, and yet"),
        ('{"question": "Which?", "files": ["b.txt"]}', "there is no article 'b.txt'"),
        (f'{{"question": "{"Which? " * 1000}"}}', "the limit is"),
    ],
)
def test_a_line_that_cannot_be_used_is_told_by_its_number(
    library: Library, tmp_path: Path, line: str, message: str
) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f'{{"question": "Which jets did Rutte approve?"}}\n{line}\n', "utf-8")
    with pytest.raises(QuestionError, match=message):
        library.evaluate(path)


@pytest.mark.parametrize(("content", "message"), [(b"\n", "holds no question"), (b"\xff\xff", "not UTF-8")])
def test_a_file_without_questions_is_refused(library: Library, tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(content)
    with pytest.raises(QuestionError, match=message):
        library.evaluate(path)
    with pytest.raises(QuestionError, match="cannot be read"):
        library.evaluate(tmp_path / "none.jsonl")


def test_it_tells_how_far_it_is_and_can_be_stopped(library: Library) -> None:
    steps: list[WorkProgress] = []
    with pytest.raises(Cancelled):
        library.evaluate(QUESTIONS, progress=steps.append, cancel=lambda: len(steps) >= 2)
    assert [(p.stage, p.done, p.total) for p in steps] == [("evaluating", 0, 3), ("evaluating", 1, 3)]


def test_no_question_cannot_be_measured(library: Library) -> None:
    with pytest.raises(QuestionError, match="wrap its words"):
        library.evaluate(["Which jets did Rutte approve?"])  # type: ignore[list-item]
    with pytest.raises(QuestionError, match="at least one"):
        library.evaluate([])
