"""The stories of a library as one value that can be printed, gone through and exported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, overload

from rag.render.document import Document, Items, Line, Numbering, Prose, Section, in_quotes
from rag.render.exportable import Exportable
from rag.results.answers import Source, counted, shorten
from rag.results.findings import Copy, CopyGroup, Story
from rag.results.spans import Quote


@dataclass(frozen=True, slots=True)
class Stories(Exportable, Sequence[Story]):
    """The stories, the largest first, and the articles that tell them. It counts, indexes and iterates as a tuple."""

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
        told = dict.fromkeys(t for story in self.stories for t in _quoted(story))
        return tuple((t.file, number) for number, t in enumerate(told, start=1))

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
        return "\n".join([self.counts, "", *together, *(["Quote by one article:", *alone] if alone else [])]).rstrip()

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
            Line(_gist(s), _gist_marks(s, numbering), (s.gist.file,)) for s in self.stories if len(s.files) == 1
        )
        rest = [Section("Quote by one article", (Items(alone),))] if alone else []
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
        reports.append(Line(group.original, (), _standing(group)))
        for copy in group.copies:
            marks = tuple(_mark(told, numbering) for told in copy.credits)
            reports.append(Line(copy.file, marks, (f"a copy of {group.original}", *_likeness(copy))))
    return Section(story.title or story.gist.file, (Prose((gist,)), Items(tuple(reports))))


def _mark(told: Quote, numbering: Numbering) -> int:
    return numbering.mark(told.file, told.start, told.end, told.text)


def _gist_marks(story: Story, numbering: Numbering) -> tuple[int, ...]:
    return (_mark(story.gist, numbering),) if story.gist.text else ()


def _standing(group: CopyGroup) -> tuple[str, ...]:
    return (f"probably the original: {group.reason}",) if group.copies and group.reason else ()


def _likeness(copy: Copy) -> tuple[str, ...]:
    credit = ", ".join(in_quotes(words.text) for words in copy.credits)
    facts = f"{copy.wording}, {copy.extent}, {copy.share:.0%} shared"
    return (facts, f"credits {credit}") if credit else (facts,)


def _gist(story: Story) -> str:
    return " ".join(story.gist.text.split()) or "(no sentence that tells anything)"


def _size(story: Story) -> str:
    return f"{counted(len(story.files), 'article')}, {counted(story.reports, 'independent report')}"


def _shown(story: Story) -> str:
    lines = [story.title or story.gist.file, f"  {_size(story)}", f"  {_gist(story)}"]
    for group in story.groups:
        lines.append(f"  {'; '.join((group.original, *_standing(group)))}")
        lines.extend(f"    copied in {'; '.join((copy.file, *_likeness(copy)))}" for copy in group.copies)
    return "\n".join(lines)
