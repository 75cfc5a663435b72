"""A person's own draft, checked: its verdicts as one value that can be printed, counted and exported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

from rag.render.document import Document, Items, Line, Prose, Quotation, Section, Tally, in_quotes
from rag.render.exportable import Exportable
from rag.results.answers import Source, counted, shorten
from rag.results.spans import CheckedSentence
from rag.verdicts import Support, reasons_of

VERDICTS: tuple[Support, ...] = ("supported", "partly", "not found")
SIGNS = {"supported": "+", "partly": "~", "not found": "-"}
SHOWN = 3
"""Places shown below a sentence on the terminal; the rest is counted."""


@dataclass(frozen=True, slots=True)
class CheckedDraft(Exportable):
    """The sentences of a draft with their verdicts, in order, and the articles that hold their evidence.

    Questions, and sentences without telling words, are not among them. It counts, indexes and iterates as those do.

    >>> draft = library.check("Rutte approved the transfer of Dutch F-35 jets to Ukraine. The moon is made of cheese.")
    >>> draft.counts
    {'supported': 0, 'partly': 1, 'not found': 1}
    >>> [fault.instead for fault in draft[0].faults]
    ['16']
    """

    TABLE: ClassVar[str] = "sentences"
    text: str
    sentences: tuple[CheckedSentence, ...]
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.sentences)

    def __iter__(self) -> Iterator[CheckedSentence]:
        return iter(self.sentences)

    def __getitem__(self, index: int) -> CheckedSentence:
        return self.sentences[index]

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """The file and the number of each place that is cited."""
        return tuple((c.file, c.number) for sentence in self.sentences for c in sentence.citations)

    @property
    def counts(self) -> dict[Support, int]:
        """How many sentences got each verdict."""
        counted = Counter(sentence.support for sentence in self.sentences)
        return {verdict: counted[verdict] for verdict in VERDICTS}

    @property
    def summary(self) -> str:
        """The counts in one line."""
        if not self.sentences:
            return "No sentence of the draft tells anything that could be checked."
        counts = ", ".join(f"{count} {verdict}" for verdict, count in self.counts.items())
        return f"{counted(len(self.sentences), 'sentence')} checked: {counts}"

    def __str__(self) -> str:
        """Each sentence with its verdict, what is wrong, and its evidence; then the counts."""
        return "\n".join([*(_shown(sentence) for sentence in self.sentences), "", self.summary, *self.notes])

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON, `counts` included."""
        return {**asdict(self), "counts": self.counts}

    def document(self, *, unsupported: bool = False) -> Document:
        """The draft's sentences with their verdicts, and the evidence: all of them, whatever `unsupported` says."""
        del unsupported
        lines = tuple(_line(sentence) for sentence in self.sentences)
        quoted = {c.number: Quotation(c.number, c.file, c.start, c.end, c.quote) for s in self for c in s.citations}
        files = tuple(source.cited() for source in self.sources)
        blocks = (Tally(self.summary, self.counts), Items(lines)) if lines else (Prose((Line(self.summary),)),)
        section = Section("", blocks)
        quotations, values = tuple(quoted.values()), self.as_dict()
        return Document("check", "A draft, checked", (section,), quotations, files, values, self.notes)


def _line(sentence: CheckedSentence) -> Line:
    """A sentence for a document: the places of its faults are its own characters there, not the draft's."""
    begin = sentence.start
    faults = tuple(replace(f, start=f.start - begin, end=f.end - begin) for f in sentence.faults)
    return Line(sentence.text, tuple(c.number for c in sentence.citations), (), sentence.support, faults)


def _shown(sentence: CheckedSentence) -> str:
    lines = [f"{SIGNS[sentence.support]} {' '.join(sentence.text.split())}"]
    verdict = f"{sentence.support} ({sentence.score:.2f})"
    lines.append(f"    {': '.join(filter(None, (verdict, reasons_of(sentence.faults))))}")
    nearest = "" if sentence.support == "supported" else "nearest "
    for c in sentence.citations[:SHOWN]:
        lines.append(f"    {nearest}[{c.number}] {c.file} {c.start}-{c.end}: {in_quotes(shorten(c.quote, 240))}")
    if len(sentence.citations) > SHOWN:
        lines.append(f"    and {counted(len(sentence.citations) - SHOWN, 'more place')}")
    return "\n".join(lines)
