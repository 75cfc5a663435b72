"""Articles grouped by event, and each independent report with its copies, as one value to print and export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal, overload

from rag.render.document import Document, Items, Line, Numbering, Prose, Section, in_quotes
from rag.render.exportable import Exportable
from rag.results.answers import Source, counted, shorten
from rag.results.findings import marks_of, one_line, quoted
from rag.results.spans import Quote

Wording = Literal["exact", "near", "reworded"]
Extent = Literal["whole", "shortened", "extended"]


@dataclass(frozen=True, slots=True)
class Copy:
    """An article that tells another one's report.

    `share` in [0, 1] is how much of the shorter of the two stands in the other; `credits` are the words by which it
    names its source and which the original lacks ("Reuters reported").

    >>> Copy("b.txt", "reworded", "shortened", share=0.6).likeness("a.txt")
    'shortened reworded copy of a.txt, 60 % the same'
    """

    file: str
    wording: Wording
    extent: Extent
    share: float
    credits: tuple[Quote, ...] = ()

    def likeness(self, original: str) -> str:
        """How it is a copy of another: "shortened copy of a.txt, 60 % the same"."""
        extent = "" if self.extent == "whole" else f"{self.extent} "
        wording = {"exact": "exact ", "near": "", "reworded": "reworded "}[self.wording]
        return f"{extent}{wording}copy of {original}, {round(100 * self.share)} % the same"


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """Near duplicates: the probable original, the reason for taking it for that, and its copies by file name.

    An article without copies is a group of its own, with reason "".

    >>> [group.original for story in library.stories() for group in story.groups if group.copies]
    ['000_29c572bd7d0631de.txt']
    """

    original: str
    copies: tuple[Copy, ...] = ()
    reason: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """The original, then the copies."""
        return (self.original, *(c.file for c in self.copies))


@dataclass(frozen=True, slots=True)
class Story:
    """Articles about one event. `title` is of its most central article, `gist` the sentence that tells it best.

    >>> story = library.stories()[0]
    >>> len(story.files), story.reports
    (2, 1)
    """

    title: str
    gist: Quote
    groups: tuple[CopyGroup, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """All articles, by file name."""
        return tuple(sorted(file for group in self.groups for file in group.files))

    @property
    def reports(self) -> int:
        """The number of independent reports: copies count with their original."""
        return len(self.groups)


@dataclass(frozen=True, slots=True)
class Stories(Exportable, Sequence[Story]):
    """The stories, the largest first, and the articles that tell them. It counts, indexes and iterates as a tuple.

    >>> stories = library.stories()
    >>> len(stories), len(stories[0].files)
    (1, 2)
    """

    TABLE: ClassVar[str] = "stories"
    stories: tuple[Story, ...]
    sources: tuple[Source, ...] = ()

    def __len__(self) -> int:
        return len(self.stories)

    def __iter__(self) -> Iterator[Story]:
        return iter(self.stories)

    @overload
    def __getitem__(self, index: int) -> Story: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Story, ...]: ...
    def __getitem__(self, index: int | slice) -> Story | tuple[Story, ...]:
        return self.stories[index]

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """The file and the number of each place that is quoted: the gist of each story, and the words of credit."""
        return marks_of(quote for story in self.stories for quote in _quoted(story))

    @property
    def counts(self) -> str:
        """How many articles tell how many stories, in how many independent reports."""
        articles, reports = sum(len(s.files) for s in self.stories), sum(s.reports for s in self.stories)
        stories = counted(len(self), "story", "stories")
        return f"{counted(articles, 'article')}, {counted(reports, 'independent report')}, {stories}"

    def __str__(self) -> str:
        """Each story with its gist and its reports; then those that one article tells, in a line each."""
        together = [f"{_shown(s)}\n" for s in self.stories if len(s.files) > 1]
        alone = [f"  {s.gist.file}: {shorten(_gist(s), 100)}" for s in self.stories if len(s.files) == 1]
        rest = ["Reported by one article:", *alone] if alone else []
        return "\n".join([self.counts, "", *together, *rest]).rstrip()

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON, with the counts of each story."""
        stories = [{**asdict(s), "reports": s.reports, "files": s.files} for s in self.stories]
        return {"stories": stories, "sources": [asdict(source) for source in self.sources]}

    def document(self, *, unsupported: bool = False) -> Document:
        """A section for each story that several articles tell, then the others; nothing of it can be unsupported."""
        del unsupported
        numbering = Numbering()
        together = [_section(s, numbering) for s in self.stories if len(s.files) > 1]
        alone = tuple(
            Line(_gist(s), _gist_marks(s, numbering), (s.gist.file,), files=(s.gist.file,))
            for s in self.stories
            if len(s.files) == 1
        )
        rest = [Section("Reported by one article", (Items(alone),))] if alone else []
        head = Section("", (Prose((Line(f"{self.counts}."),)),))
        files = tuple(source.cited() for source in self.sources)
        return Document("stories", "Stories", (head, *together, *rest), numbering.quotations, files, self.as_dict())


def _quoted(story: Story) -> Iterator[Quote]:
    if story.gist.text:
        yield story.gist
    yield from (words for group in story.groups for copy in group.copies for words in copy.credits)


def _section(story: Story, numbering: Numbering) -> Section:
    gist = Line(_gist(story), _gist_marks(story, numbering), (_size(story),))
    reports: list[Line] = []
    for group in story.groups:
        reports.append(Line(group.original, (), _standing(group), files=group.files))
        for copy in group.copies:
            marks = quoted(copy.credits, numbering)
            reports.append(Line(copy.file, marks, _likeness(copy, group.original), files=group.files))
    return Section(story.title or story.gist.file, (Prose((gist,)), Items(tuple(reports))))


def _gist_marks(story: Story, numbering: Numbering) -> tuple[int, ...]:
    return quoted((story.gist,), numbering) if story.gist.text else ()


def _standing(group: CopyGroup) -> tuple[str, ...]:
    return (f"probably the original: {group.reason}",) if group.copies and group.reason else ()


def _likeness(copy: Copy, original: str) -> tuple[str, ...]:
    credit = ", ".join(in_quotes(words) for words in dict.fromkeys(words.text for words in copy.credits))
    facts = copy.likeness(original)
    return (facts, f"credits {credit}") if credit else (facts,)


def _gist(story: Story) -> str:
    return one_line(story.gist) or "(no sentence that tells anything)"


def _size(story: Story) -> str:
    return f"{counted(len(story.files), 'article')}, {counted(story.reports, 'independent report')}"


def _shown(story: Story) -> str:
    lines = [story.title or story.gist.file, f"  {_size(story)}", f"  {_gist(story)}"]
    for group in story.groups:
        lines.append(f"  {'; '.join((group.original, *_standing(group)))}")
        lines.extend(
            f"    copied in {'; '.join((copy.file, *_likeness(copy, group.original)))}" for copy in group.copies
        )
    return "\n".join(lines)
