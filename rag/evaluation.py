"""How well a library answers a set of questions, by the measures of the field.

questions (a JSON Lines file) -> asked -> each answer judged by a checker -> means over the questions, with intervals

- Faithfulness (RAGAS, Es et al. 2024): of the claims of an answer, the share that the articles support. A claim is a
  sentence, checked as one of a draft is, whatever it cites.
- Citation recall (ALCE, Gao et al. 2023): of the sentences, the share that their citations, put together, support.
- Citation precision (ALCE): of the citations of such sentences, the share that supports the sentence alone, or without
  which the others do not support it.
- Answer recall (ALCE): of the parts of an expected answer, the share that stands in the answer, or follows from it.
"""

from __future__ import annotations

import re
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from rag.errors import QuestionError
from rag.progress import Progress
from rag.results.answers import Answer, AnswerSentence, Citation
from rag.results.drafts import CheckedDraft
from rag.results.evaluations import EvaluatedAnswer, EvaluatedSentence, Evaluation, EvaluationQuestion, Figure
from rag.results.spans import Quote
from rag.verify.check import Claim
from rag.verify.checkers import Checker

LARGEST = 50_000_000
"""Bytes of a file of questions."""
SHOWN_ERRORS = 5
"""Wrong lines that are told at once."""
RESAMPLES = 2_000
"""Bootstrap samples of the questions."""
WORD = re.compile(r"\w+")


# -- the questions -----------------------------------------------------------------------------------------------------

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    question: Text
    answer: Text | list[Text] = []
    files: list[Text] = []
    unanswerable: bool = False

    @model_validator(mode="after")
    def _agrees(self) -> _Line:
        if self.unanswerable and (self.answer or self.files):
            raise ValueError("it is unanswerable, and yet has an answer or files")
        return self

    @property
    def expected(self) -> EvaluationQuestion:
        parts = (self.answer,) if isinstance(self.answer, str) else tuple(self.answer)
        return EvaluationQuestion(self.question, parts, tuple(self.files), self.unanswerable)


def read_questions(path: Path) -> list[EvaluationQuestion]:
    """The questions of a JSON Lines file, an object a line: `question`, and `answer`, `files` or `unanswerable`.

    Raises QuestionError, which names the lines that are wrong and says why.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise QuestionError(f"{path} is larger than {LARGEST // 1_000_000} MB: split it.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise QuestionError(f"{path} cannot be read ({error.strerror}): name a file with a question a line.") from error
    except UnicodeDecodeError as error:
        raise QuestionError(f"{path} cannot be read (it is not UTF-8): save it as UTF-8.") from error
    questions, wrong = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                questions.append(_Line.model_validate_json(line).expected)
            except ValidationError as error:
                wrong.append(f"line {number}: {_reasons(error)}")
    _refuse(path.name, wrong)
    if not questions:
        raise QuestionError(f'{path} holds no question: write lines such as {{"question": "Who …?"}}.')
    return questions


def _reasons(error: ValidationError) -> str:
    reasons = [": ".join([*map(str, e["loc"][:1]), e["msg"]]) for e in error.errors(include_url=False)]
    return "; ".join(dict.fromkeys(reasons))


def _refuse(source: str, wrong: Sequence[str]) -> None:
    if wrong:
        more = f", and {len(wrong) - SHOWN_ERRORS} more" if len(wrong) > SHOWN_ERRORS else ""
        raise QuestionError(f"{source}: {' | '.join(wrong[:SHOWN_ERRORS])}{more}. Mend them and start again.")


def check_questions(questions: Sequence[EvaluationQuestion], files: Iterable[str], longest: int) -> None:
    """Raise QuestionError for none, for those that are too long, or that name articles which are not among `files`."""
    if not questions:
        raise QuestionError("There is no question to measure: give at least one.")
    if not all(isinstance(expected, EvaluationQuestion) for expected in questions):
        raise QuestionError("A question to measure is an EvaluationQuestion: wrap its words in one.")
    known, wrong = set(files), []
    for expected in questions:
        if len(expected.question) > longest:
            wrong.append(f"a question has {len(expected.question):,} characters, and the limit is {longest:,}")
        wrong += [f"there is no article {file!r}" for file in expected.files if file not in known]
    _refuse("The questions", wrong)


# -- the judgement of an answer ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges answers: `check` tells which sentences of a text the articles support, `checker` judges single claims."""

    check: Callable[[str], CheckedDraft]
    checker: Checker

    def evaluate(self, expected: EvaluationQuestion, answer: Answer, seconds: float) -> EvaluatedAnswer:
        """Measure the answer to a question."""
        shown = answer.supported.sentences
        cited = tuple(dict.fromkeys(c.file for s in shown for c in s.citations))
        missing = tuple(part for part in expected.answer if not self._tells(shown, part))
        return EvaluatedAnswer(
            expected, answer.found, self._sentences(answer.sentences), missing, cited, answer.writer, seconds,
            answer.usage,
        )  # fmt: skip

    def _sentences(self, sentences: Sequence[AnswerSentence]) -> tuple[EvaluatedSentence, ...]:
        if not sentences:
            return ()
        text, starts = "", []
        for sentence in sentences:
            starts.append(len(text))
            text += f"{sentence.text}\n\n"
        claims: list[list[bool]] = [[] for _ in sentences]
        for claim in self.check(text):
            claims[bisect_right(starts, claim.start) - 1].append(claim.support == "supported")
        befores = ["", *(sentence.text for sentence in sentences)]
        found = []
        for sentence, own, before in zip(sentences, claims, befores, strict=False):
            entailed, precise = self._citations(sentence, before)
            number = len(sentence.citations)
            found.append(
                EvaluatedSentence(sentence.text, sentence.support, len(own), sum(own), number, precise, entailed)
            )
        return tuple(found)

    def _citations(self, sentence: AnswerSentence, before: str) -> tuple[bool, int]:
        """Whether the citations support the sentence, and how many of them are precise."""
        every = sentence.citations
        if not every:
            return False, 0
        (entailed,) = self._supports([_claim(sentence.text, every, before)])
        if not entailed:
            return False, 0
        alone = self._supports([_claim(sentence.text, (c,), before) for c in every]) if len(every) > 1 else [True]
        rests = [every[:i] + every[i + 1 :] for i, enough in enumerate(alone) if not enough]
        needless = sum(self._supports([_claim(sentence.text, rest, before) for rest in rests]))
        return True, len(every) - needless

    def _tells(self, sentences: Sequence[AnswerSentence], part: str) -> bool:
        """Whether the part of an expected answer stands in the sentences, or follows from them."""
        if not sentences:
            return False
        if f" {_words(part)} " in f" {_words(' '.join(s.text for s in sentences))} ":
            return True
        evidence = tuple(Quote("", i, i + 1, s.text) for i, s in enumerate(sentences))
        return self._supports([Claim(part, evidence)])[0]

    def _supports(self, claims: Sequence[Claim]) -> list[bool]:
        verdicts = [self.checker.check(claim) for claim in claims]
        return [v.support == "supported" for v in self.checker.review(claims, verdicts).verdicts]


def _claim(sentence: str, citations: Sequence[Citation], before: str) -> Claim:
    """A sentence with its citations, which count as one text as in ALCE, from however many articles they come."""
    places = sorted((c.file, c.start, c.end, c.quote) for c in citations)
    files = list(dict.fromkeys(file for file, *_ in places))
    shift = {file: n * APART for n, file in enumerate(files)}
    evidence = (Quote("", shift[file] + start, shift[file] + end, text) for file, start, end, text in places)
    return Claim(sentence, tuple(evidence), before)


APART = 10**9
"""Characters between two articles in one text, so that no sentence of one follows the other's."""


def _words(text: str) -> str:
    return " ".join(WORD.findall(text.casefold()))


# -- the figures -------------------------------------------------------------------------------------------------------

Measure = Callable[[EvaluatedAnswer], float | None]
"""A measure of one answer in [0, 1]; None for an answer that it does not concern."""


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _rightly_refused(answer: EvaluatedAnswer) -> float | None:
    return float(not answer.found) if answer.expected.unanswerable else None


def _answered(answer: EvaluatedAnswer) -> float | None:
    return None if answer.expected.unanswerable else float(answer.found)


def _answer_recall(answer: EvaluatedAnswer) -> float | None:
    return _share(len(answer.expected.answer) - len(answer.missing), len(answer.expected.answer))


def _file_recall(answer: EvaluatedAnswer) -> float | None:
    return _share(len(set(answer.expected.files) & set(answer.cited)), len(set(answer.expected.files)))


def _file_precision(answer: EvaluatedAnswer) -> float | None:
    known = set(answer.expected.files)
    return _share(len(known & set(answer.cited)), len(answer.cited)) if known else None


def _over_sentences(measure: Callable[[Sequence[EvaluatedSentence]], float | None], *, written: bool) -> Measure:
    """A measure of the sentences that are shown, or of all that were written."""
    return lambda answer: measure([s for s in answer.sentences if written or s.support == "supported"])


def _faithfulness(sentences: Sequence[EvaluatedSentence]) -> float | None:
    return _share(sum(s.supported for s in sentences), sum(s.claims for s in sentences))


def _citation_recall(sentences: Sequence[EvaluatedSentence]) -> float | None:
    return _share(sum(s.entailed for s in sentences), len(sentences))


def _citation_precision(sentences: Sequence[EvaluatedSentence]) -> float | None:
    return _share(sum(s.precise for s in sentences), sum(s.citations for s in sentences))


_OF_SENTENCES = {
    "faithfulness": _faithfulness,
    "citation recall": _citation_recall,
    "citation precision": _citation_precision,
}
SHOWN: dict[str, Measure] = {
    "answered, of the answerable": _answered,
    "refused, of the unanswerable": _rightly_refused,
    "answer recall": _answer_recall,
    "file recall": _file_recall,
    "file precision": _file_precision,
    **{name: _over_sentences(measure, written=False) for name, measure in _OF_SENTENCES.items()},
}
WRITTEN: dict[str, Measure] = {
    f"{name}, as written": _over_sentences(measure, written=True) for name, measure in _OF_SENTENCES.items()
}


def _figures(answers: Sequence[EvaluatedAnswer]) -> tuple[Figure, ...]:
    """The mean of each measure that concerns any answer, with the percentile bootstrap's 95 % interval."""
    figures = []
    left_out = any(s.support != "supported" for answer in answers for s in answer.sentences)
    for name, measure in (SHOWN | (WRITTEN if left_out else {})).items():
        values = np.array([value for answer in answers if (value := measure(answer)) is not None])
        if not len(values):
            continue
        drawn = np.random.default_rng(0).integers(len(values), size=(RESAMPLES, len(values)))
        low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
        figures.append(Figure(name, float(values.mean()), float(low), float(high), len(values)))
    return tuple(figures)


def evaluate(
    questions: Sequence[EvaluationQuestion],
    ask: Callable[[str], Answer],
    judge: Judge,
    *,
    writer: str,
    checker: str,
    progress: Progress,
) -> Evaluation:
    """Ask every question and measure the answers. Raises Cancelled once cancelled, and what `ask` raises."""
    answers = []
    for expected in progress.each("evaluating", questions):
        begun = time.perf_counter()
        answer = ask(expected.question)
        answers.append(judge.evaluate(expected, answer, time.perf_counter() - begun))
    return Evaluation(_figures(answers), tuple(answers), writer, checker)
