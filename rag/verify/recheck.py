"""An export checked again: which of its quotes the articles still contain. Only the library's own texts are read.

Quotes are found whatever the whitespace between their words, in time linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rag.render.document import Quotation, in_quotes, text_digest
from rag.render.record import Record, read_record
from rag.results.answers import Article, shorten
from rag.results.spans import Quote
from rag.store.article_cache import CachedArticle
from rag.store.store import Store


class FoldedText:
    """A text with every run of blanks folded to one space, and the way back to its own offsets."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text
        words = list(re.finditer(r"\S+", text))
        self._folded = " ".join(w[0] for w in words)
        self._own = [w.start() for w in words]
        self._starts: list[int] = []
        start = 0
        for word in words:
            self._starts.append(start)
            start += len(word[0]) + 1

    def find(self, quote: str, near: int) -> Quote | None:
        """The place of these words that is nearest to the offset `near`; None if they do not stand in the text."""
        wanted = " ".join(quote.split())
        if not wanted:
            return None
        here = self._to_folded(near)
        before = self._folded.rfind(wanted, 0, here + len(wanted))
        after = self._folded.find(wanted, here)
        found = [self._to_own(place, len(wanted)) for place in (before, after) if place >= 0]
        return min(found, key=lambda quote: abs(quote.start - near), default=None)

    def _to_folded(self, offset: int) -> int:
        word = bisect_right(self._own, offset) - 1
        return self._starts[word] + offset - self._own[word] if word >= 0 else 0

    def _to_own(self, place: int, length: int) -> Quote:
        first, last = (bisect_right(self._starts, at) - 1 for at in (place, place + length - 1))
        start = self._own[first] + place - self._starts[first]
        end = self._own[last] + place + length - self._starts[last]
        return Quote(self._file, start, end, self._text[start:end])


Status = Literal["holds", "file changed", "moved", "changed", "file gone", "altered"]
COUNTED: dict[Status, str] = {"holds": "hold", "file changed": "hold in a changed file"}
"""How a count of quotes names their fate, where it has another word for it."""
MEANINGS: dict[Status, str] = {
    "holds": "stands where it stood",
    "file changed": "stands where it stood, though the article has changed elsewhere",
    "moved": "stands elsewhere in the article now",
    "changed": "does not stand in the article any more",
    "file gone": "the library has no article of this name any more",
    "altered": "was altered in the exported document, or cut out of it: these are the words of the export",
}
ALIKE = 0.3
"""The share of its words that a sentence must have in common with a lost quote, to be what became of it."""


@dataclass(frozen=True, slots=True)
class RecheckedQuote:
    """A quote of an export, where it stood, and its fate.

    `now` is where its words stand today, if they moved or the file was renamed; for "changed" the sentence nearest to
    it; None if there is none, and where the quote holds.

    >>> export = library.ask("Which jets did Rutte approve?").markdown()
    >>> [quote.status for quote in library.recheck(export).quotes]
    ['holds', 'holds']
    """

    number: int
    file: str
    start: int
    end: int
    quote: str
    status: Status
    now: Quote | None = None

    @property
    def holds(self) -> bool:
        """Whether the article has the same words at the same place."""
        return self.status in ("holds", "file changed")


@dataclass(frozen=True, slots=True)
class Recheck:
    """What became of the quotes of an export. `kind` and `title` are the export's.

    >>> export = library.ask("Which jets did Rutte approve?").markdown()
    >>> library.recheck(export).holds
    True
    >>> library.recheck(export.replace("F-16", "F-35")).holds
    False
    """

    kind: str
    title: str
    quotes: tuple[RecheckedQuote, ...]

    @property
    def holds(self) -> bool:
        """Whether every quote holds."""
        return all(quote.holds for quote in self.quotes)

    @property
    def counts(self) -> dict[Status, int]:
        """How many quotes met each fate."""
        counted = Counter(quote.status for quote in self.quotes)
        return {status: counted[status] for status in MEANINGS}

    def __str__(self) -> str:
        """Each quote that does not simply hold, with what became of it; then the counts."""
        lines = [_shown(quote) for quote in self.quotes if quote.status != "holds"]
        counts = ", ".join(f"{n} {COUNTED.get(status, status)}" for status, n in self.counts.items() if n)
        return "\n".join(
            [*lines, f"{len(self.quotes)} quotes: {counts}" if self.quotes else "The export quotes nothing."]
        )

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return {**asdict(self), "holds": self.holds, "counts": self.counts}


def recheck(text: str, store: Store) -> Recheck:
    """Compare the quotes of an export, in any form, with the articles as they were last read.

    Raises ExportError for a text that is no export, or a damaged one.
    """
    record = read_record(text)
    store.article_cache.refresh()
    return Recheck(record.kind, record.title, _Rechecker(record, store).quotes())


class _Today:
    """An article as it is today."""

    def __init__(self, cached: CachedArticle) -> None:
        self.text = cached.article.text
        file = cached.article.file
        self.folded = FoldedText(file, self.text)
        sentences = [Quote(file, s.start, s.end, cached.text(s)) for s in cached.sentences]
        self._sentences = [(sentence, _words(sentence.text)) for sentence in sentences]

    def nearest(self, quote: str) -> Quote | None:
        """The sentence that shares the most words with a quote, by Jaccard's index, if it shares enough."""
        wanted = _words(quote)
        best, nearest = ALIKE, None
        for sentence, words in self._sentences:
            alike = len(wanted & words) / max(1, len(wanted | words))
            if alike >= best:
                best, nearest = alike, sentence
        return nearest


class _Rechecker:
    """Reads each article once, however many quotes it has."""

    def __init__(self, record: Record, store: Store) -> None:
        self._record = record
        self._store = store
        self._renamed: dict[str, Article] | None = None

    def quotes(self) -> tuple[RecheckedQuote, ...]:
        by_file: dict[str, list[Quotation]] = {}
        for quotation in self._record.quotations:
            by_file.setdefault(quotation.file, []).append(quotation)
        found = [quote for file, own in by_file.items() for quote in self._of_file(file, own)]
        return tuple(sorted(found, key=lambda quote: quote.number))

    def _of_file(self, file: str, quotations: list[Quotation]) -> list[RecheckedQuote]:
        cached = self._store.article_cache.get(file)
        if cached is None:
            renamed = self._under_another_name(file)
            return [_made(q, "file gone", self._same_place(renamed, q)) for q in quotations]
        digest = self._record.digests.get(file, "")
        same = not digest or text_digest(cached.article.text) == digest
        today = _Today(cached)
        return [self._one(q, today, same=same) for q in quotations]

    def _one(self, q: Quotation, today: _Today, *, same: bool) -> RecheckedQuote:
        if today.text[q.start : q.end] == q.quote:
            if q.number not in self._record.shown:
                return _made(q, "altered")
            return _made(q, "holds" if same else "file changed")
        moved = today.folded.find(q.quote, q.start)
        return _made(q, "moved", moved) if moved else _made(q, "changed", today.nearest(q.quote))

    def _under_another_name(self, file: str) -> Article | None:
        if self._renamed is None:
            self._renamed = {text_digest(article.text): article for article in self._store.catalogue.articles()}
        return self._renamed.get(self._record.digests.get(file, ""))

    def _same_place(self, article: Article | None, q: Quotation) -> Quote | None:
        if article is None or article.text[q.start : q.end] != q.quote:
            return None
        return Quote(article.file, q.start, q.end, q.quote)


def _made(q: Quotation, status: Status, now: Quote | None = None) -> RecheckedQuote:
    return RecheckedQuote(q.number, q.file, q.start, q.end, q.quote, status, now)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _shown(quote: RecheckedQuote) -> str:
    place = f"[{quote.number}] {quote.file} {quote.start}-{quote.end}"
    lines = [f"{place}: {MEANINGS[quote.status]}", f"    {in_quotes(shorten(quote.quote, 240))}"]
    if quote.now:
        now = quote.now
        words = f": {in_quotes(shorten(now.text, 240))}" if quote.status == "changed" else ""
        lines.append(f"    now {now.file} {now.start}-{now.end}{words}")
    return "\n".join(lines)
