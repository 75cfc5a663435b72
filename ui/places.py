"""Places in articles, as they travel to the browser and back in a button. What comes back is checked, never trusted."""

from __future__ import annotations

import glob
import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from rag import Article, Citation, Hit, Sentence
from ui.html import attributes

PLACE = re.compile(r"(\d{1,9})-(\d{1,9})-(\d{1,4})-([0-9a-f]{8})")
MOST = 200
"""Places of one article that a button carries."""


@dataclass(frozen=True, slots=True)
class Place:
    """The span [start, end) of an article, its citation's number (0 if it has none), and a digest of its words."""

    start: int
    end: int
    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.start}-{self.end}-{self.number}-{self.digest}"

    def holds_in(self, text: str) -> bool:
        """Whether the text still has, at this place, the words that were cited."""
        return self.start < self.end <= len(text) and digest(text[self.start : self.end]) == self.digest


@dataclass(frozen=True, slots=True)
class Request:
    """Which article to open: at `place` if it is set, or else at the character `at`; `others` are lighter marks.

    With `sentence` the sentence at that character is to be marked.
    """

    file: str
    place: Place | None = None
    others: tuple[Place, ...] = ()
    at: int = 0
    sentence: bool = False

    def marking(self, article: Article, sentences: Sequence[Sentence]) -> Request:
        """The same, with the sentence to be marked, if one is, as its place."""
        if self.place is None and self.sentence:
            for sentence in sentences:
                if sentence.start <= self.at < sentence.end:
                    words = article.text[sentence.start : sentence.end]
                    return replace(self, place=Place(sentence.start, sentence.end, 0, digest(words)))
        return self


def exactly(files: Collection[str]) -> tuple[str, ...]:
    """Conditions that name these articles and no others, whatever signs of a pattern their names hold."""
    return tuple(sorted(glob.escape(file) for file in files))


def digest(quote: str) -> str:
    """Eight hexadecimal digits that tell whether words have changed. Not a protection against anyone."""
    return hashlib.sha256(quote.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def place_of(found: Citation | Hit) -> Place:
    """The place of a citation, or of a passage that a search found."""
    if isinstance(found, Citation):
        return Place(found.start, found.end, found.number, digest(found.quote))
    return Place(found.start, found.end, 0, digest(found.text))


def opening(file: str, place: Place | None = None, others: Sequence[Place] = (), at: int = 0) -> str:
    """The attributes of a button that opens an article; `request` reads them."""
    return attributes(
        {
            "data-file": file,
            "data-place": str(place or ""),
            "data-others": " ".join(str(other) for other in others[:MOST] if other != place),
            "data-at": str(at or ""),
        }
    )


def request(data: object) -> Request | None:
    """What a browser asks to open; None if it makes no sense."""
    if not isinstance(data, Mapping) or not isinstance(data.get("file"), str):
        return None
    at = str(data.get("at") or "")
    others = tuple(place for word in str(data.get("others") or "").split()[:MOST] if (place := parsed(word)))
    return Request(
        file=data["file"],
        place=parsed(str(data.get("place") or "")),
        others=others,
        at=int(at) if re.fullmatch(r"[0-9]{1,9}", at) else 0,
        sentence=bool(data.get("sentence")),
    )


def parsed(word: str) -> Place | None:
    """The place that a word stands for; None if it stands for none."""
    match = PLACE.fullmatch(word)
    return Place(int(match[1]), int(match[2]), int(match[3]), match[4]) if match and match[0].isascii() else None
