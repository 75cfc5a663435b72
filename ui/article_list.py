"""The list of articles: what it shows of each, how it is searched, narrowed and sorted, and one page of it as HTML.

What the page keeps of a library between requests: the entries of its list, and the example questions.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from rag import ArticleMetadata, Library, ReadacrossError, Stories
from ui.examples import ARTICLES, candidates, choose
from ui.html import attributes, escape, own
from ui.places import opening
from ui.translation import ENGLISH, N_, counted, day, language_name, month, number, speaking, tr

PAGE = 40
"""Articles on one page of the list."""
MOST_OPTIONS = 300
"""Values of one kind that can be chosen: those with most articles."""
MONTH = re.compile(r"([1-9][0-9]{3})-(0[1-9]|1[0-2])")
NONE = "\x00none"
"""Stands in a filter for what is not known of an article."""

SUGGESTED = 3
"""Stories that a question is suggested about."""
MOST_GROUPED = 1_000
"""Articles of a library that are grouped by event for it."""

Sort = Literal["best", "newest", "oldest", "title", "publisher"]
SORTS: Mapping[Sort, str] = {
    "best": N_("Best match"),
    "newest": N_("Newest first"),
    "oldest": N_("Oldest first"),
    "title": N_("Title"),
    "publisher": N_("Publisher"),
}
Facet = Literal["name", "publisher", "folder", "when", "story"]
FACETS: Mapping[Facet, tuple[str, str]] = {
    "name": (N_("Name"), N_("All names")),
    "publisher": (N_("Publisher"), N_("All publishers")),
    "folder": (N_("Folder"), N_("All folders")),
    "when": (N_("Date"), N_("All dates")),
    "story": (N_("Story"), N_("All stories")),
}


Named = Mapping[str, Collection[str]]
"""The files of the articles that name a person, by the name."""
NOBODY: Named = {}


@dataclass(frozen=True, slots=True)
class Entry:
    """What the list shows of one article.

    `key` is what a search looks in, `order` by what its name is sorted; `when` are its year and month.
    """

    file: str
    title: str
    publisher: str
    published: str
    language: str
    opening: str
    source: str
    key: str
    order: str
    folder: str
    when: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the article is called on the page."""
        return self.title or self.opening or self.file


def entries(articles: Iterable[ArticleMetadata]) -> tuple[Entry, ...]:
    """The list's entries, in the order of the articles."""
    return tuple(_entry(article) for article in articles)


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What is shown of the list, and in which order. An empty value is no condition.

    `when` is a year or a month ("2024", "2024-10"); `story` the file by which a story is known; `name` that of a
    person; `sort` "" is by the best match if there are words, or else the newest first.
    """

    words: str = ""
    publisher: str = ""
    folder: str = ""
    when: str = ""
    story: str = ""
    name: str = ""
    sort: Sort | Literal[""] = ""

    def changed(self, name: str, value: str) -> ListFilter:
        """The same with another value of a facet, or another order; as it is if there is no such thing."""
        if name == "sort":
            return replace(self, sort=next((sort for sort in SORTS if sort == value), ""))
        facets: dict[str, Any] = {name: value} if name in FACETS else {}
        return replace(self, **facets)

    @property
    def narrows(self) -> bool:
        """Whether a facet is chosen."""
        return any(getattr(self, name) for name in FACETS)


@dataclass(frozen=True, slots=True)
class Found:
    """The entries that a filter leaves, in order, and how many there would be with each other value of a facet."""

    entries: tuple[Entry, ...]
    total: int
    counts: Mapping[Facet, Counter[str]]


def find(
    entries: Sequence[Entry],
    chosen: ListFilter,
    stories: Mapping[str, str] | None = None,
    search: Callable[[str], Sequence[str]] = lambda _: (),
    named: Named = NOBODY,
) -> Found:
    """Look through the list. `search` gives the files whose text holds all of some words, the best first."""
    matched, ranks = _matching(entries, chosen.words, search)
    told = stories or {}
    admits: dict[Facet, Callable[[Entry], bool]] = {}
    if chosen.publisher:
        publisher = chosen.publisher.removeprefix(NONE)
        admits["publisher"] = lambda e: e.publisher == publisher
    if chosen.folder:
        folder = chosen.folder.removeprefix(NONE)
        admits["folder"] = lambda e: e.folder == folder
    if chosen.when:
        admits["when"] = lambda e: chosen.when in e.when
    if chosen.story:
        admits["story"] = lambda e: told.get(e.file, NONE) == chosen.story
    if chosen.name:
        admits["name"] = lambda e: e.file in named.get(chosen.name, ())
    left = _left(matched, list(admits.values()))
    counts: dict[Facet, Counter[str]] = {}
    for name in FACETS:
        others = [admit for other, admit in admits.items() if other != name]
        counts[name] = _counted(name, _left(matched, others) if name in admits else left, told, named)
    return Found(tuple(_in_order(left, chosen, ranks)), len(entries), counts)


def _left(entries: Sequence[Entry], admits: Sequence[Callable[[Entry], bool]]) -> Sequence[Entry]:
    for admit in admits:
        entries = [entry for entry in entries if admit(entry)]
    return entries


def _counted(name: Facet, entries: Sequence[Entry], stories: Mapping[str, str], named: Named) -> Counter[str]:
    if name == "publisher":
        return Counter([e.publisher or NONE for e in entries])
    if name == "folder":
        return Counter([e.folder or NONE for e in entries])
    if name == "when":
        return Counter([when for e in entries for when in e.when])
    if name == "name":
        return Counter({one: sum(e.file in files for e in entries) for one, files in named.items()})
    return Counter([stories.get(e.file, NONE) for e in entries]) if stories else Counter()


def _matching(
    entries: Sequence[Entry], words: str, search: Callable[[str], Sequence[str]]
) -> tuple[Sequence[Entry], Mapping[str, int]]:
    """The entries in which every one of the words occurs, without regard to case and accents, and their ranks."""
    wanted = _plain(words).split()
    if not wanted:
        return entries, {}
    shown = {entry.file for entry in entries if all(word in entry.key for word in wanted)}
    in_text = {file: rank for rank, file in enumerate(search(words))}
    ranks = {file: in_text.get(file, len(in_text)) - (file in shown) * len(entries) for file in shown | in_text.keys()}
    return [entry for entry in entries if entry.file in ranks], ranks


def _in_order(found: Sequence[Entry], chosen: ListFilter, ranks: Mapping[str, int]) -> list[Entry]:
    sort = chosen.sort or ("best" if ranks else "newest")
    if sort == "best" and ranks:
        return sorted(found, key=lambda e: ranks[e.file])
    if sort == "title":
        return sorted(found, key=lambda e: e.order)
    if sort == "publisher":
        return sorted(found, key=lambda e: (not e.publisher, e.publisher.casefold()))
    dated = sorted(found, key=lambda e: e.published, reverse=sort != "oldest")
    return [e for e in dated if e.published] + [e for e in dated if not e.published]


def article_list(found: Found, ticked: Collection[str] = (), page: int = 0, drawn: int = 0) -> str:
    """One page of the entries that were found as HTML, with buttons to the pages beside it. `page` counts from 0.

    `drawn` differs each time, so that a browser draws anew what a reader has ticked meanwhile.
    """
    last = max(0, (len(found.entries) - 1) // PAGE)
    page = min(max(page, 0), last)
    shown = found.entries[page * PAGE : (page + 1) * PAGE]
    rows = "".join(_row(entry, entry.file in ticked) for entry in shown)
    listed = f'<ul class="articles" aria-label="{tr("Articles")}">{rows}</ul>' if rows else ""
    count = _count(found, page * PAGE, len(shown))
    return f'<p class="count" role="status" data-drawn="{drawn}">{count}</p>{listed}{_pager(page, last)}'


def list_tools(found: Found, chosen: ListFilter, titles: Mapping[str, str] | None, ticked: Collection[str] = ()) -> str:
    """What narrows and sorts the list, and ticks what it shows; `titles` are those of stories, None if unknown yet."""
    if not found.total:
        return ""
    shown = [name for name in FACETS if name != "story" and (len(found.counts[name]) > 1 or getattr(chosen, name))]
    selects = [_select(name, found, chosen, {}) for name in shown]
    if titles is not None:
        selects.append(_select("story", found, chosen, titles))
    elif found.total > 1:
        selects.append(_act("stories", tr("By story …"), tr("Group the articles by event, to choose one")))
    selects.append(_sorts(chosen))
    clear = _act("clear", tr("Clear the filter")) if chosen.narrows else ""
    left = len(found.entries)
    ticks = ""
    if 0 < left < found.total and {entry.file for entry in found.entries} != set(ticked):
        ticks = _act(
            "tick", tr("Ask only this one") if left == 1 else counted(left, "Ask only this {n}", "Ask only these {n}")
        )
    untick = _act("untick", tr("Ask all")) if ticked else ""
    acts = f'<p class="choices">{ticks}{untick}{clear}</p>' if ticks or untick or clear else ""
    return f'<div class="tools"><div class="facets">{"".join(selects)}</div>{acts}</div>'


def scope_line(ticked: int, total: int) -> str:
    """Which articles are asked, if not all; stands beside the question."""
    if not ticked:
        return ""
    asked = counted(total, "Asked: {ticked} of {n} article", "Asked: {ticked} of {n} articles", ticked=number(ticked))
    return f'<p class="scope" role="status"><span>{asked}</span>{_act("untick", tr("Ask all"))}</p>'


def _act(act: str, label: str, title: str = "") -> str:
    facts = attributes({"data-do": act, "title": title})
    return f'<button type="button" class="quiet"{facts}>{escape(label)}</button>'


def _select(name: Facet, found: Found, chosen: ListFilter, titles: Mapping[str, str]) -> str:
    label, everything = FACETS[name]
    counts = found.counts[name]
    common = [value for value, _ in counts.most_common(MOST_OPTIONS)]
    by_name = common if name in ("story", "name") else sorted(common)
    if name == "when":
        by_name.sort(key=lambda v: (v[:4], not v[4:], v[4:]), reverse=True)
    values = [v for v in by_name if v != NONE] + [v for v in by_name if v == NONE]
    now = getattr(chosen, name)
    if now and now not in values:
        values.append(now)
    options = "".join(
        f'<option{attributes({"value": v, "selected": "selected" if v == now else ""})} dir="auto">'
        f"{escape(_value(name, v, titles))} ({number(counts[v])})</option>"
        for v in values
    )
    every = f'<option value=""{"" if now else " selected"}>{tr(everything)}</option>'
    return _selecting(name, tr(label), f"{every}{options}")


def _value(name: Facet, value: str, titles: Mapping[str, str]) -> str:
    if value == NONE:
        unknown = {
            "publisher": tr("Publisher unknown"), "folder": tr("The folder itself"), "when": tr("Undated"),
            "story": tr("Alone"),
        }  # fmt: skip
        return unknown[name]
    if name == "when" and (found := MONTH.fullmatch(value)):
        return month(int(found[1]), int(found[2]))
    return _opening(titles.get(value, value), 60)


def _sorts(chosen: ListFilter) -> str:
    now = chosen.sort or ("best" if chosen.words.strip() else "newest")
    options = "".join(
        f"<option{attributes({'value': sort, 'selected': 'selected' if sort == now else ''})}>{tr(label)}</option>"
        for sort, label in SORTS.items()
        if sort != "best" or chosen.words.strip()
    )
    return _selecting("sort", tr("Order"), options)


def _selecting(name: str, label: str, options: str) -> str:
    return f'<select data-facet="{name}" aria-label="{label}">{options}</select>'


def _entry(article: ArticleMetadata) -> Entry:
    shown = "" if article.title else article.name
    facts = (article.title, article.file, article.publisher, article.published)
    with speaking(ENGLISH):  # one list serves the readers of all languages
        named = (day(article.published), language_name(article.language))
    key = _plain(" ".join((*facts, *named, shown)))
    month = article.published[:7]
    return Entry(
        article.file,
        article.title,
        article.publisher,
        article.published,
        article.language,
        shown,
        article.source,
        key,
        _plain(article.title or shown or article.file),
        article.source.rpartition("/")[0],
        tuple(dict.fromkeys((month[:4], month))) if month else (NONE,),
    )


def _opening(text: str, length: int) -> str:
    """The first words of a text on one line; all of them if it is short."""
    words = " ".join(text[: length * 4].split())
    if len(words) <= length and len(text) < length * 4:
        return words
    return f"{words[:length].rsplit(' ', 1)[0]}…"


def _plain(text: str) -> str:
    folded = text.casefold()
    if folded.isascii():
        return folded
    parts = unicodedata.normalize("NFKD", folded)
    return "".join(c for c in parts if not unicodedata.combining(c))


def _row(entry: Entry, ticked: bool) -> str:
    facts = (
        entry.publisher,
        day(entry.published) or tr("Undated"),
        language_name(entry.language),
        not entry.title and entry.file,
    )
    shown = " · ".join(own(fact) for fact in facts if fact)
    tick = attributes(
        {
            "data-tick": entry.file,
            "aria-label": tr("Ask: {name}", name=entry.name),
            "checked": "checked" if ticked else "",
        }
    )
    kind = "entry-name" if entry.title else "entry-name opening"
    return (
        f'<li><input type="checkbox"{tick}><button type="button" class="entry"{opening(entry.file)}'
        f'{attributes({"title": entry.file})}><span class="{kind}" dir="auto"{attributes({"lang": entry.language})}>'
        f'{escape(entry.name)}</span><span class="facts">{shown}</span></button></li>'
    )


def _count(found: Found, before: int, shown: int) -> str:
    left, total = len(found.entries), found.total
    if not total:
        return tr("No article has been read yet.")
    if not left:
        return tr("No article matches; {n} in all.", n=number(total))
    if left == total:
        of = counted(total, "{n} article", "{n} articles")
    else:
        of = counted(total, "{left} of {n} article", "{left} of {n} articles", left=number(left))
    if shown == left:
        return of
    return tr("{count}, {first} to {last} shown", count=of, first=number(before + 1), last=number(before + shown))


def _pager(page: int, last: int) -> str:
    if not last:
        return ""
    back = attributes({"data-page": str(page - 1), "disabled": "" if page else "disabled"})
    on = attributes({"data-page": str(page + 1), "disabled": "" if page < last else "disabled"})
    return (
        f'<p class="pager"><button type="button" class="quiet"{back}>← {tr("Back")}</button>'
        f"<span>{number(page + 1)} / {number(last + 1)}</span>"
        f'<button type="button" class="quiet"{on}>{tr("Next")} →</button></p>'
    )


log = logging.getLogger(__name__)


class ArticleListCache:
    """The list's entries without the articles' texts, and questions that the library answers. Thread-safe."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._generation = ""
        self._entries: tuple[Entry, ...] | None = None
        self._story_of: Mapping[str, str] = {}
        self._stories: Mapping[str, str] | None = None
        self._examples: tuple[str, ...] | None = None
        self._names: Mapping[str, str] = {}
        self._seeking: tuple[Entry, ...] | None = None

    def entries(self) -> tuple[Entry, ...]:
        """The entries, read anew if any article has been added, changed or removed."""
        with self._lock:
            generation = self._library.generation
            if self._entries is None or generation != self._generation:
                self._entries = entries(self._library.metadata())
                self._generation = generation
                self._names = {entry.file: entry.name for entry in self._entries}
                self._examples = self._stories = None
            return self._entries

    def name_of(self, file: str) -> str:
        """What an article is called on the page; its file if it is not there."""
        try:
            self.entries()
        except (ReadacrossError, sqlite3.Error):  # the list says so
            return file
        return self._names.get(file, file)

    def find(self, chosen: ListFilter, named: Named = NOBODY) -> Found:
        """The entries that a filter leaves."""
        return find(self.entries(), chosen, self._story_of, self._library.articles_with, named)

    def stories(self) -> Mapping[str, str] | None:
        """The titles of the stories, by the files by which they are known; None if they are not known yet."""
        self.entries()
        return self._stories

    def keep_stories(self, stories: Stories) -> None:
        """Know the stories of the articles as they are, those of one article left out."""
        told = [s for s in stories if len(s.files) > 1]
        names = [self.name_of(s.gist.file) for s in told]
        with self._lock:
            self._story_of = {file: s.gist.file for s in told for file in s.files}
            self._stories = {s.gist.file: s.title or name for s, name in zip(told, names, strict=True)}

    def examples_at_hand(self, when_known: Callable[[], None]) -> tuple[str, ...]:
        """The example questions, if they are known; if not, they are looked for, and `when_known` is called."""
        entries = self.entries()
        with self._lock:
            if self._examples is not None or self._seeking is entries:
                return self._examples or ()
            self._seeking = entries

        def seek() -> None:
            try:
                self.examples()
            except (
                ReadacrossError,
                sqlite3.Error,
            ):  # the library has been closed, or its store is gone: the list says so
                return
            when_known()

        threading.Thread(target=seek, name="readacross-examples", daemon=True).start()
        return ()

    def examples(self) -> tuple[str, ...]:
        """Up to three questions that the library answers; none while it holds nothing, or if asking fails."""
        with self._asking:  # which takes a while in a large library: other tabs wait for it, the list does not
            entries = self.entries()
            with self._lock:
                known = self._examples
            if known is not None:
                return known
            chosen = self._chosen()
            with self._lock:
                if self._entries is entries:
                    self._examples = chosen
            return chosen

    def _chosen(self) -> tuple[str, ...]:
        try:
            every = [entry.file for entry in self.entries()]
            spread = every[:: max(1, len(every) // ARTICLES)][:ARTICLES]
            largest = [q for files in self._largest(every) for q in choose(self._asked_of(files), self._answered, 1)]
            return choose(dict.fromkeys([*largest, *self._asked_of(spread)]), self._answered)
        except ReadacrossError:  # such as a library that has been closed
            return ()
        except Exception:
            log.exception("No example questions could be made")
            return ()

    def _largest(self, files: Sequence[str]) -> Iterator[Sequence[str]]:
        """Articles of each of the largest stories, where these are found soon."""
        if len(files) <= MOST_GROUPED:
            told = [story.files for story in self._library.stories() if len(story.files) > 1]
            yield from (files[:ARTICLES] for files in told[:SUGGESTED])

    def _asked_of(self, files: Sequence[str]) -> tuple[str, ...]:
        return candidates([self._library.article(file) for file in files])

    def _answered(self, question: str) -> bool:
        """Whether a question is answered.

        A request is: its subject is taken from the articles. A language model takes its time, and its user's money:
        with one, questions are taken unasked.
        """
        asked = self._library.writer == "quoting" and self._library.intent(question) == "answer"
        return not asked or self._library.ask(question).found
