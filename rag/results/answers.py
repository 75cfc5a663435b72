"""The values that travel between the rooms. All are frozen; offsets count characters of `Article.text`.

What a language model was given and gave: tokens, time, and price where it is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Literal, Self

from rag.render.document import CitedFile, Document, Items, Line, Prose, Quotation, Section
from rag.render.exportable import Exportable
from rag.render.locators import Locator, locator_at
from rag.results.date_expressions import DateExpression
from rag.verdicts import Fault, Support, left_out, reasons_of

LEAST_PRICE = 0.0001
"""The smallest price that is shown as a number."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in and out, in a currency."""

    tokens_in: float
    tokens_out: float
    currency: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What a language model was given and gave for one answer, or for several.

    Tokens are those that the model's server counted; if `estimated`, some are counted by us. Times are in seconds from
    the question on, `seconds_to_first_token` until the first words that are no thoughts; it is None if none came, and
    for several answers. `price` is None where prices are not set; it is in `currency`.

    >>> print(Usage(1200, 80, False, 0.4, 2.1, price=0.0002, currency="EUR"))
    1,200 tokens in, 80 out, first words after 0.4 s, 2.1 s in all, 0.0002 EUR
    """

    tokens_in: int
    tokens_out: int
    estimated: bool
    seconds_to_first_token: float | None
    seconds: float
    price: float | None = None
    currency: str = ""

    def __str__(self) -> str:
        """One plain line."""
        about = "about " if self.estimated else ""
        first = self.seconds_to_first_token
        parts = [
            f"{about}{self.tokens_in:,} tokens in, {self.tokens_out:,} out",
            *([f"first words after {first:.1f} s"] if first is not None else []),
            f"{self.seconds:.1f} s in all",
            *([self._cost(self.price)] if self.price is not None else []),
        ]
        return ", ".join(parts)

    @staticmethod
    def total(usages: Iterable[Usage | None]) -> Usage | None:
        """The usage of several answers together; None if no model was asked for any."""
        asked = [usage for usage in usages if usage is not None]
        if not asked:
            return None
        prices = [usage.price for usage in asked]
        known = [price for price in prices if price is not None]
        return Usage(
            sum(usage.tokens_in for usage in asked),
            sum(usage.tokens_out for usage in asked),
            any(usage.estimated for usage in asked),
            None,
            sum(usage.seconds for usage in asked),
            sum(known) if len(known) == len(prices) else None,
            asked[-1].currency,
        )

    def _cost(self, price: float) -> str:
        if 0 < price < LEAST_PRICE:
            return f"less than {LEAST_PRICE} {self.currency}"
        return f"{price:.4f} {self.currency}" if price else f"0 {self.currency}"


Intent = Literal["answer", "summary", "compare", "timeline", "stories", "new", "articles", "people"]
"""What a typed line asks for: an answer to a question, or one of the results across articles."""

SentenceKind = Literal["text", "heading", "boilerplate", "order"]

REFUSAL = "Found nothing that answers this."
"""The one text of a refused answer."""
FURTHER = "Also in the articles:"
"""What stands before the further sentences of an answer."""


@dataclass(frozen=True, slots=True)
class Article:
    r"""One article, as read. `text` is NFC with "\n" newlines and is never altered afterwards.

    `file` is the path below the library folder with "/" between its parts; a record of a news dump adds "#" and
    the record's own id, or its number counted from 1. `published` is an ISO 8601 date, or date and time, `language`
    an ISO 639-1 code, `address` the web address the source names (it is never fetched), `author` the names of its
    by-line; each is "" when unknown. `locators` tell the pages, slides or times of its file, where it has any.

    >>> article = Article("kiln/1.txt", "NARVA, 2 May\nA mill burned down in Narva on Sunday.", publisher="Kiln News")
    >>> article.name
    'A mill burned down in Narva on Sunday.'
    """

    file: str
    text: str
    title: str = ""
    publisher: str = ""
    published: str = ""
    language: str = ""
    address: str = ""
    author: str = ""
    locators: tuple[Locator, ...] = ()

    @property
    def name(self) -> str:
        """What the article is called: its title, or its first line that is more than a date or a place, or its file."""
        return self.title or _first_line(self.text) or self.file


@dataclass(frozen=True, slots=True)
class ArticleMetadata:
    """What is known of an article beside its text; the fields are those of `Article`.

    `source` is the name of the file that it was read from; `opening` the first characters of one without a title.

    >>> [known.language for known in library.metadata()]
    ['en', 'en']
    """

    file: str
    source: str
    title: str
    publisher: str
    published: str
    language: str
    address: str
    opening: str

    @property
    def name(self) -> str:
        """As that of `Article`."""
        return self.title or _first_line(self.opening) or self.file


@dataclass(frozen=True, slots=True)
class Sentence:
    """The span [start, end) of one sentence; `paragraph` counts from 0.

    Only kind "text" is quoted in answers; "order" speaks to whatever program reads the article.

    >>> first = library.sentences(library.articles()[0].file)[0]
    >>> first.start, first.paragraph
    (0, 0)
    """

    start: int
    end: int
    paragraph: int
    kind: SentenceKind = "text"


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences: the span [start, end) and the half-open range [first, last) of sentence numbers."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found. `text` is the article's text[start:end]; `score` is larger for better hits.

    >>> hit = library.search("deep strikes", k=1)[0]
    >>> library.article(hit.file).text[hit.start : hit.end] == hit.text
    True
    """

    file: str
    start: int
    end: int
    text: str
    score: float
    title: str = ""
    publisher: str = ""
    published: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words that a sentence rests on: the article's text[start:end] == quote.

    `number` is the mark shown in the answer, counted from 1 by first use; `also_in` names the other files that say
    the same.

    >>> citation = library.ask("Which jets did Rutte approve?").citations[0]
    >>> library.article(citation.file).text[citation.start : citation.end] == citation.quote
    True
    """

    number: int
    file: str
    start: int
    end: int
    quote: str
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of an answer, the verdict on it, and what it rests on. `score` lies in [0, 1].

    `faults` say why it is not supported, with places in `text`; a supported sentence has none. `dates` are words for
    a time, such as "Thursday", that only the day of publication tells, and the days that they stand for. `after` is
    what stands before a quoted sentence that cannot be read alone ("He was 77."), "" elsewhere. One that is `further`
    adds to the answer or says it again; they stand last, and the page folds them. `short` are the words of a quote that
    the reader takes for the short answer, "" if it gives none: too often wrong to be shown (docs/reader.md).

    >>> sentence = library.ask("Which jets did Rutte approve?").sentences[0]
    >>> sentence.support, sentence.marks
    ('supported', '[1][2]')
    """

    text: str
    support: Support
    score: float
    citations: tuple[Citation, ...] = ()
    faults: tuple[Fault, ...] = ()
    dates: tuple[DateExpression, ...] = ()
    after: str = ""
    further: bool = False
    short: str = ""

    @property
    def marks(self) -> str:
        """The citation marks, such as "[1][2]"."""
        return "".join(f"[{c.number}]" for c in self.citations)

    @property
    def reasons(self) -> str:
        """Why it is not supported, in plain English, or ""."""
        return reasons_of(self.faults)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What helps to read it: the sentence before, and the days that its words for a time stand for."""
        before = (f"after “{shorten(self.after)}”",) if self.after else ()
        return (*before, *(d.gloss for d in self.dates))

    @property
    def line(self) -> Line:
        """The same for a document; a supported sentence needs no verdict."""
        verdict = None if self.support == "supported" else self.support
        marks = tuple(c.number for c in self.citations)
        return Line(self.text, marks, self.remarks, verdict, self.faults)


@dataclass(frozen=True, slots=True)
class Source:
    """An article that is cited, and the numbers of the citations that lie in it.

    `digest` is the SHA-256 of its text in UTF-8, in hexadecimal, by which a later change is noticed. One without a
    title has its first words as `title`. `author`, `locators` and `language` are those of `Article`.

    >>> source = library.ask("Which jets did Rutte approve?").sources[0]
    >>> source.numbers, len(source.digest)
    ((1,), 64)
    """

    file: str
    title: str = ""
    publisher: str = ""
    published: str = ""
    address: str = ""
    numbers: tuple[int, ...] = ()
    digest: str = ""
    author: str = ""
    locators: tuple[Locator, ...] = ()
    language: str = ""

    def cited(self) -> CitedFile:
        """The same for a document."""
        facts = (self.title, self.publisher, self.published, self.address, self.digest, self.author)
        return CitedFile(self.file, *facts, self.locators, self.language)

    def locator(self, start: int, end: int) -> str:
        """Where in its file a span of the article lies: "p. 7", or ""."""
        return locator_at(self.locators, start, end)


@dataclass(frozen=True, slots=True)
class Answer(Exportable):
    """What was asked and what the articles say. `found` is False for a refusal, which shows the `nearest` passages.

    `asked` is the stand-alone question that was searched for; it differs from `question` only for a follow-up.
    `writer` names what wrote the sentences; `notes` are plain remarks for the reader. `usage` is what a language model
    was given and gave for it, also if its words were not taken; None if none was asked. `other_language` is the code
    of the language of a question that found nothing, if no article is in it.

    `intent` says what the question was understood to ask for. If that is more than an answer, `result` is what was
    asked for, such as a `Summary`, which prints and exports the answer, and the sentences are those of the result.

    >>> answer = library.ask("Which jets did Rutte approve?")
    >>> answer.found, len(answer.citations)
    (True, 2)
    >>> answer.text
    'As Prime Minister of the Netherlands, Rutte previously approved the transfer of Dutch F-16 fighter jets ...'
    >>> library.ask("What is the population of Kyiv?").text
    'Found nothing that answers this.'
    """

    TABLE: ClassVar[str] = "sentences"
    question: str
    found: bool
    sentences: tuple[AnswerSentence, ...] = ()
    sources: tuple[Source, ...] = ()
    nearest: tuple[Hit, ...] = ()
    asked: str = ""
    writer: str = "quoting"
    notes: tuple[str, ...] = ()
    usage: Usage | None = None
    intent: Intent = "answer"
    result: Exportable | None = None
    other_language: str = ""

    @property
    def text(self) -> str:
        """The supported sentences, without marks, or the result that has none; the refusal if nothing was found."""
        if not self.found:
            return REFUSAL
        return " ".join(s.text for s in self.supported.sentences) or (str(self.result) if self.result else REFUSAL)

    @property
    def supported(self) -> Self:
        """The same answer with its supported sentences alone, and the articles that these cite. Numbers stay."""
        sentences = tuple(s for s in self.sentences if s.support == "supported")
        cited = {c.number for s in sentences for c in s.citations}
        sources = [replace(s, numbers=tuple(n for n in s.numbers if n in cited)) for s in self.sources]
        return replace(self, sentences=sentences, sources=tuple(s for s in sources if s.numbers))

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, in the order of the numbers."""
        unique = {c.number: c for s in self.sentences for c in s.citations}
        return tuple(unique[number] for number in sorted(unique))

    def __str__(self) -> str:
        """The supported sentences with their marks, what was left out, the sources; or the nearest passages."""
        return self.plain()

    def plain(self, *, unsupported: bool = False) -> str:
        """The same; with `unsupported` the other sentences too, each with its verdict and what is wrong."""
        if not self.found:
            nearest = [f"  {_line(hit.file)}: {shorten(hit.text)}" for hit in self.nearest]
            return "\n".join([REFUSAL, *self.notes, *(["Nearest passages:", *nearest] if nearest else [])])
        if self.result is not None:
            return "\n".join([*self.notes, self.result.plain(unsupported=unsupported)])
        shown = self if unsupported else self.supported
        told, further = (" ".join(_marked(s) for s in shown.sentences if s.further == kind) for kind in (False, True))
        if not told:
            told, further = further or REFUSAL, ""
        body = f"{told}\n{FURTHER} {further}" if further else told
        cited = [
            f"  [{c.number}] {_line(c.file)} {f'{place}, ' if (place := self.located(c)) else ''}{c.start}-{c.end}: "
            f"“{_line(c.quote)}”"
            for c in shown.citations
        ]
        return "\n".join([body, *([] if unsupported else self._left_out), "", "Sources:", *cited])

    def located(self, citation: Citation) -> str:
        """Where in its file a citation lies: "p. 7", "slide 3", "0:12:05"; "" if its source tells nothing."""
        source = next((s for s in self.sources if s.file == citation.file), None)
        return source.locator(citation.start, citation.end) if source else ""

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain values, ready for JSON, `text` included."""
        result = self.result and self.result.document(unsupported=True).values
        return {**asdict(replace(self, result=None)), "result": result, "text": self.text}

    def document(self, *, unsupported: bool = False) -> Document:
        """The question, the answer, and its sources; for a refusal, the nearest passages."""
        shown = self if unsupported else self.supported
        if self.result is not None:
            made = self.result.document(unsupported=unsupported)
            return replace(
                made, kind="answer", title=self.question, values=shown.as_dict(), notes=(*self.notes, *made.notes)
            )
        section = Section("", shown._paragraphs) if self.found else self._refusal()
        quotations = tuple(Quotation(c.number, c.file, c.start, c.end, c.quote) for c in shown.citations)
        asked = (f"Understood as: {self.asked}",) if self.asked not in ("", " ".join(self.question.split())) else ()
        notes = (*asked, *(() if unsupported else self._left_out), *self.notes)
        files = tuple(source.cited() for source in shown.sources)
        return Document("answer", self.question, (section,), quotations, files, shown.as_dict(), notes)

    @property
    def _paragraphs(self) -> tuple[Prose, ...]:
        told, further = (tuple(s.line for s in self.sentences if s.further == kind) for kind in (False, True))
        if not told or not further:
            return (Prose(told or further or (Line(REFUSAL),)),)
        return Prose(told), Prose((Line(FURTHER), *further))

    @property
    def _left_out(self) -> tuple[str, ...]:
        return left_out([s.support for s in self.sentences], "sentence")

    def _refusal(self) -> Section:
        nearest = tuple(
            Line(shorten(hit.text, 320), (), (f"{hit.file}, characters {hit.start}–{hit.end}",)) for hit in self.nearest
        )
        shown = (Prose((Line("The nearest passages:"),)), Items(nearest)) if nearest else ()
        return Section("", (Prose((Line(REFUSAL),)), *shown))


@dataclass(frozen=True, slots=True)
class TextChunk:
    """A piece of an answer as it is being written, before it is checked.

    >>> [type(event).__name__ for event in library.stream("Which jets did Rutte approve?")]
    ['TextChunk', 'AnswerSentence', 'Answer']
    """

    text: str


AnswerEvent = TextChunk | AnswerSentence | Answer
"""What `Library.stream` yields: text as it comes, each sentence once checked, the whole answer last."""


def _line(text: str) -> str:
    """The text on one line: an article's line ends would look like the end of a quotation."""
    return " ".join(text.split())


def _marked(sentence: AnswerSentence) -> str:
    """A sentence with its marks, and with the verdict if it is in doubt."""
    verdict = sentence.line.verdict
    parts = (f"({verdict})", f"nearest: {sentence.marks}" if sentence.marks else "") if verdict else (sentence.marks,)
    remarks = f"({'; '.join(sentence.remarks)})" if sentence.remarks else ""
    return " ".join(filter(None, (sentence.text, *parts, remarks)))


OPENING = 440
"""Characters of an article in which a line that can stand for its title is looked for."""
TELLING_WORDS = 3


def _first_line(text: str) -> str:
    """The first line with three words of letters, or else the first one, cut at a word; "" if there is none."""
    lines = text.lstrip()[:OPENING].splitlines()
    telling = (line for line in lines if len(re.findall(r"[^\W\d_]{2,}", line)) >= TELLING_WORDS)
    return shorten(next(telling, lines[0] if lines else ""), OPENING // 4)


def shorten(text: str, width: int = 160) -> str:
    """The text on one line, cut at a word to at most `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1].rsplit(' ', 1)[0]}…"


def counted(number: int, thing: str, many: str = "") -> str:
    """A number and its noun: "1 article", "2,000 articles"; `many` is the plural where it is not made with an s."""
    return f"{number:,} {thing if number == 1 else many or f'{thing}s'}"


def number_citations(sentences: Sequence[AnswerSentence]) -> tuple[AnswerSentence, ...]:
    """The same sentences with citations numbered from 1 by first use; one span of one file keeps one number."""
    numbers: dict[tuple[str, int, int], int] = {}
    for sentence in sentences:
        for c in sentence.citations:
            numbers.setdefault((c.file, c.start, c.end), len(numbers) + 1)
    return tuple(
        replace(s, citations=tuple(replace(c, number=numbers[c.file, c.start, c.end]) for c in s.citations))
        for s in sentences
    )
