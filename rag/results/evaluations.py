"""What an evaluation measured: each question's answer, and the figures over all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, ClassVar

from rag.render.document import Document, Items, Line, Prose, Section, Table
from rag.render.exportable import Exportable
from rag.results.answers import Usage, counted
from rag.verdicts import Support

HEAD = ("", "mean", "95 % interval", "questions")


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """A question to be measured, and what is known of its right answer.

    `answer` is what the answer should tell, in parts if these are several things; `files` are the articles that tell
    it. `unanswerable` says that the articles do not tell it, so that a refusal is right.

    >>> EvaluationQuestion("Which jets did Rutte approve?", answer=("F-16",)).unanswerable
    False
    """

    question: str
    answer: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    unanswerable: bool = False


@dataclass(frozen=True, slots=True)
class EvaluatedSentence:
    """A sentence of an answer, the library's own verdict on it, and what the checker finds.

    Of its `claims`, which are sentences too, so many are `supported` by the articles. `entailed` says whether all its
    citations together support it; of its `citations`, so many are `precise`: needed for that, or enough alone.

    >>> measured = library.evaluate([EvaluationQuestion("Which jets did Rutte approve?")])
    >>> sentence = measured.answers[0].sentences[0]
    >>> sentence.claims == sentence.supported, sentence.entailed
    (True, True)
    """

    text: str
    support: Support
    claims: int
    supported: int
    citations: int
    precise: int
    entailed: bool


@dataclass(frozen=True, slots=True)
class EvaluatedAnswer:
    """What became of a question. `missing` are the parts of the expected answer that the answer does not tell.

    `cited` are the articles that it cites. `seconds` is the time that it took.

    >>> question = EvaluationQuestion("Which jets did Rutte approve?", answer=("F-35",))
    >>> library.evaluate([question]).answers[0].wrong
    'does not tell F-35'
    """

    expected: EvaluationQuestion
    found: bool
    sentences: tuple[EvaluatedSentence, ...]
    missing: tuple[str, ...]
    cited: tuple[str, ...]
    writer: str
    seconds: float
    usage: Usage | None = None

    @property
    def wrong(self) -> str:
        """What is wrong with the answer, or ""."""
        if self.expected.unanswerable:
            return "answered, though the articles do not tell" if self.found else ""
        if not self.found:
            return "refused, though the articles tell"
        elsewhere = bool(self.expected.files) and not set(self.expected.files) & set(self.cited)
        claims, supported = sum(s.claims for s in self.sentences), sum(s.supported for s in self.sentences)
        told = (
            f"does not tell {'; '.join(self.missing)}" if self.missing else "",
            f"cites none of {', '.join(self.expected.files)}" if elsewhere else "",
            f"{claims - supported} of {counted(claims, 'claim')} not supported" if claims > supported else "",
        )
        return ", ".join(filter(None, told))


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of a measure over `questions` of them, and the interval [low, high] that resampling them gives.

    >>> Figure("faithfulness", 0.94, 0.9, 0.97, questions=40).mean
    0.94
    """

    name: str
    mean: float
    low: float
    high: float
    questions: int


@dataclass(frozen=True, slots=True)
class Evaluation(Exportable):
    """How well a library answers a set of questions. `writer` wrote the answers, `checker` judged them.

    Figures "as written" are of all that the writer wrote, the others of what is shown: the supported sentences. They
    are told if anything that was written is not shown.

    >>> questions = [EvaluationQuestion("Which jets did Rutte approve?", answer=("F-16",))]
    >>> measured = library.evaluate(questions)
    >>> measured.figure("faithfulness").mean, measured.figure("answer recall").mean
    (1.0, 1.0)
    """

    TABLE: ClassVar[str] = "answers"
    figures: tuple[Figure, ...]
    answers: tuple[EvaluatedAnswer, ...]
    writer: str
    checker: str

    @property
    def usage(self) -> Usage | None:
        """What a language model was given and gave for the answers; None without one."""
        return Usage.total(answer.usage for answer in self.answers)

    def figure(self, name: str) -> Figure | None:
        """One of the figures; None if no question has what it measures."""
        return next((figure for figure in self.figures if figure.name == name), None)

    @property
    def counts(self) -> str:
        """How many questions there were, who wrote and judged, and the time, in one line."""
        unanswerable = sum(answer.expected.unanswerable for answer in self.answers)
        seconds = [answer.seconds for answer in self.answers]
        by_writer = sum(answer.writer == self.writer for answer in self.answers)
        return (
            f"{counted(len(self.answers), 'question')}, {unanswerable} unanswerable; writer {self.writer} "
            f"({by_writer} of {len(self.answers)}), checker {self.checker}; {median(seconds):.2f} s a question in the "
            f"middle, at most {max(seconds):.2f} s"
        )

    def __str__(self) -> str:
        """The counts, the figures as a table, and what is wrong."""
        rows = [HEAD, *map(_row, self.figures)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
        lines = [
            "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
            for row in rows
        ]
        wrong = [f"- {answer.expected.question}\n    {answer.wrong}" for answer in self._wrong]
        return "\n".join([self.counts, *self._usage, "", *lines, *(["", "Wrong:", *wrong] if wrong else [])])

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        usage = self.usage
        answers = [{**asdict(answer), "wrong": answer.wrong} for answer in self.answers]
        return {**asdict(self), "answers": answers, "usage": asdict(usage) if usage else None}

    def document(self, *, unsupported: bool = False) -> Document:
        """The figures, and what is wrong with which answer; it quotes nothing."""
        del unsupported
        rows = tuple(tuple(map(Line, _row(figure))) for figure in self.figures)
        head = Prose(tuple(Line(text) for text in (self.counts, *self._usage)))
        sections = [Section("", (head, Table(HEAD, rows)))]
        wrong = tuple(Line(answer.expected.question, remarks=(answer.wrong,)) for answer in self._wrong)
        if wrong:
            sections.append(Section("Wrong", (Items(wrong),)))
        return Document("evaluation", "Evaluation", tuple(sections), (), (), self.as_dict())

    @property
    def _wrong(self) -> Iterable[EvaluatedAnswer]:
        return [answer for answer in self.answers if answer.wrong]

    @property
    def _usage(self) -> tuple[str, ...]:
        return (str(self.usage),) if self.usage else ()


def _row(figure: Figure) -> tuple[str, ...]:
    return figure.name, f"{figure.mean:.3f}", f"{figure.low:.3f} to {figure.high:.3f}", str(figure.questions)
