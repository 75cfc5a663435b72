"""Lists that can be printed and exported: articles with the sentence that tells each best, and names."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar, Literal

from rag.render.document import Document, Items, Line, Numbering, Prose, Section
from rag.render.exportable import Exportable
from rag.results.answers import Source, counted, shorten
from rag.results.deprecated import renamed
from rag.results.findings import marks_of, one_line, quoted
from rag.results.spans import Quote

WIDTH = 240
"""Characters of a sentence that are printed."""


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article of a list, and a sentence of it: of those that bear on the subject the first.

    >>> ListedArticle("a.txt", "Fire", "Kiln News", "2024-10-03T09:00", Quote("a.txt", 0, 8, "24 died.")).facts
    'Fire, Kiln News, 2024-10-03'
    """

    file: str
    title: str
    publisher: str
    published: str
    quote: Quote

    told = renamed("told", "quote")

    @property
    def facts(self) -> str:
        """Its title, publisher and day, as far as they are known."""
        return ", ".join(fact for fact in (self.title, self.publisher, self.published[:10]) if fact)


@dataclass(frozen=True, slots=True)
class ArticleList(Exportable):
    """The articles that bear on a subject, "" for all, out of `read` ones.

    >>> print(library.article_list("F-16 jets").counts)
    2 articles of 2 on “F-16 jets”
    """

    TABLE: ClassVar[str] = "articles"
    focus: str
    articles: tuple[ListedArticle, ...]
    read: int
    sources: tuple[Source, ...] = ()

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """The file and the number of each place that is quoted."""
        return marks_of(a.quote for a in self.articles)

    @property
    def counts(self) -> str:
        """How many articles there are, and how many of them bear on the subject."""
        if not self.focus:
            return counted(self.read, "article")
        return f"{counted(len(self.articles), 'article')} of {self.read:,} on “{self.focus}”"

    def __str__(self) -> str:
        """The counts, then each article with its sentence."""
        lines = [f"- {a.file}  {a.facts}\n    {shorten(a.quote.text, WIDTH)}" for a in self.articles]
        return "\n".join([f"{self.counts}.", *lines])

    def document(self, *, unsupported: bool = False) -> Document:
        """The counts and the list; all of it is quoted."""
        del unsupported
        numbering = Numbering()
        lines = tuple(
            Line(f"{a.title or a.file}: {one_line(a.quote)}", quoted((a.quote,), numbering), _details(a))
            for a in self.articles
        )
        head = Prose((Line(f"{self.counts}."),))
        files = tuple(source.cited() for source in self.sources)
        sections = (Section("", (head, Items(lines)) if lines else (head,)),)
        return Document("articles", self.focus or "Articles", sections, numbering.quotations, files, asdict(self))


NameKind = Literal["person", "organisation", "place"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its commonest spelling, the articles that have it, and the first place in each that has it in full.

    `reports` is the number of independent reports among the articles: copies count with their original.

    >>> person = library.names("person").names[0]
    >>> person.kind, person.reports
    ('person', 1)
    """

    name: str
    spellings: tuple[str, ...]
    files: tuple[str, ...]
    quotes: tuple[Quote, ...]
    kind: NameKind = "person"
    reports: int = 0

    told = renamed("told", "quotes")

    @property
    def reach(self) -> str:
        """How many articles have it, and how many independent reports these are if copies are among them."""
        articles = counted(len(self.files), "article")
        if self.reports in (0, len(self.files)):
            return articles
        return f"{articles}, {counted(self.reports, 'independent report')}"


@dataclass(frozen=True, slots=True)
class Names(Exportable):
    """The names of persons, organisations and places that the articles mention, those in most articles first.

    >>> [name.name for name in library.names("organisation").names][:1]
    ['NATO']
    """

    TABLE: ClassVar[str] = "names"
    names: tuple[Name, ...]
    left_out: int
    sources: tuple[Source, ...] = ()

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """The file and the number of each place that is quoted."""
        return marks_of(quote for name in self.names for quote in name.quotes)

    @property
    def counts(self) -> str:
        """How many names there are."""
        rest = f", {counted(self.left_out, 'other')} left out" if self.left_out else ""
        return f"{counted(len(self.names), 'name')}{rest}"

    def __str__(self) -> str:
        """A line a name, and the sentence where it comes first."""
        lines = [f"- {_named(n)}\n    {n.quotes[0].file}: {shorten(n.quotes[0].text, WIDTH)}" for n in self.names]
        return "\n".join([*lines, "", f"{self.counts}."])

    def document(self, *, unsupported: bool = False) -> Document:
        """The names with the first sentence that has each; all of it is quoted."""
        del unsupported
        numbering = Numbering()
        lines = tuple(Line(f"{_named(n)}: {one_line(n.quotes[0])}", quoted(n.quotes, numbering)) for n in self.names)
        files = tuple(source.cited() for source in self.sources)
        sections = (Section("", (Items(lines), Prose((Line(f"{self.counts}."),)))),)
        return Document("names", "Names", sections, numbering.quotations, files, asdict(self))


def _named(name: Name) -> str:
    also = f", also {', '.join(name.spellings)}" if name.spellings else ""
    return f"{name.name} ({name.kind}, {name.reach}{also})"


def _details(article: ListedArticle) -> tuple[str, ...]:
    return tuple(fact for fact in (article.file, article.publisher, article.published[:10]) if fact)
