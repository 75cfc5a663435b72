"""The list of articles: what it shows of each, how it is searched, and one page of it as HTML.

What the page keeps of a library between requests: the entries of its list, and the example questions.
"""

from __future__ import annotations

import logging
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag import Article, Library, SyncReport
from ui.examples import candidates, choose
from ui.html import attributes, counted, day, escape, language, own
from ui.places import opening

PAGE = 40
"""Articles on one page of the list."""
OPENING = 110
"""Characters of the text shown for an article without a title."""
MOST_SKIPPED = 50
"""Skipped files that a report names."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the list shows of one article, and `key`, in which a search looks."""

    file: str
    title: str
    publisher: str
    published: str
    language: str
    opening: str
    key: str


def entries(articles: Iterable[Article]) -> tuple[Entry, ...]:
    """The list's entries, in the order of the articles."""
    return tuple(_entry(article) for article in articles)


def matching(entries: Sequence[Entry], words: str) -> list[Entry]:
    """The entries in which every one of the words occurs, without regard to case and accents."""
    wanted = _plain(words).split()
    return [entry for entry in entries if all(word in entry.key for word in wanted)]


def article_list(entries: Sequence[Entry], words: str = "", page: int = 0) -> str:
    """One page of the matching entries as HTML, with buttons to the pages beside it. `page` counts from 0."""
    found = matching(entries, words)
    last = max(0, (len(found) - 1) // PAGE)
    page = min(max(page, 0), last)
    shown = found[page * PAGE : (page + 1) * PAGE]
    return (
        f'<p class="count" role="status">{_count(len(entries), len(found), page * PAGE, len(shown))}</p>'
        f'<ul class="articles" aria-label="Articles">{"".join(_row(entry) for entry in shown)}</ul>{_pager(page, last)}'
    )


def sync_report(report: SyncReport) -> str:
    """What reading the folder again has done, as HTML: counts, notes, and skipped files with the reasons."""
    counts = {"new": report.added, "changed": report.changed, "removed": report.removed}
    parts = [f"{len(files):,} {name}" for name, files in counts.items() if files]
    line = ", ".join(parts) if parts else "Nothing has changed"
    notes = "".join(f"<p>{escape(note)}</p>" for note in report.notes)
    return f'<div class="report" role="status"><p>{line}.</p>{notes}{_skipped(report)}</div>'


def _entry(article: Article) -> Entry:
    shown = "" if article.title else _opening(article.text)
    facts = (article.title, article.file, article.publisher, article.published, day(article.published))
    key = _plain(" ".join((*facts, language(article.language), shown)))
    return Entry(article.file, article.title, article.publisher, article.published, article.language, shown, key)


def _opening(text: str) -> str:
    """The first words of a text on one line; all of them if it is short."""
    words = " ".join(text[: OPENING * 4].split())
    if len(words) <= OPENING and len(text) <= OPENING * 4:
        return words
    return f"{words[:OPENING].rsplit(' ', 1)[0]}…"


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))


def _row(entry: Entry) -> str:
    facts = (entry.publisher, day(entry.published), language(entry.language), entry.title and entry.file)
    shown = " · ".join(own(fact) for fact in facts if fact)
    first_words = f'<span class="opening" dir="auto">{escape(entry.opening)}</span>' if entry.opening else ""
    return (
        f'<li><button type="button" class="entry"{opening(entry.file)}>'
        f'<span class="entry-name" dir="auto"{attributes({"lang": entry.language})}>{escape(entry.title or entry.file)}'
        f'</span>{first_words}<span class="facts">{shown}</span></button></li>'
    )


def _count(total: int, found: int, before: int, shown: int) -> str:
    if not total:
        return "Nothing is indexed yet. Put articles into the folder, then read it again."
    if not found:
        return f"No article matches; {total:,} in all."
    of = counted(total, "article") if found == total else f"{found:,} of {counted(total, 'article')}"
    return of if shown == found else f"{of}, {before + 1:,} to {before + shown:,} shown"


def _pager(page: int, last: int) -> str:
    if not last:
        return ""
    back = attributes({"data-page": str(page - 1), "disabled": "" if page else "disabled"})
    on = attributes({"data-page": str(page + 1), "disabled": "" if page < last else "disabled"})
    return (
        f'<p class="pager"><button type="button" class="quiet"{back}>← Back</button>'
        f"<span>{page + 1:,} / {last + 1:,}</span>"
        f'<button type="button" class="quiet"{on}>Next →</button></p>'
    )


def _skipped(report: SyncReport) -> str:
    if not report.skipped:
        return ""
    rows = "".join(f"<li>{own(s.file)}: {escape(s.reason)}</li>" for s in report.skipped[:MOST_SKIPPED])
    rest = len(report.skipped) - MOST_SKIPPED
    more = f"<li>and {rest:,} more; <code>readacross sync</code> names them all.</li>" if rest > 0 else ""
    head = counted(len(report.skipped), "file")
    verb = "was" if len(report.skipped) == 1 else "were"
    return f"<details open><summary>{head} {verb} not read</summary><ul>{rows}{more}</ul></details>"


log = logging.getLogger(__name__)


class ArticleListCache:
    """The list's entries without the articles' texts, and questions that the library answers. Thread-safe."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._entries: tuple[Entry, ...] | None = None
        self._examples: tuple[str, ...] | None = None

    def entries(self, *, fresh: bool = False) -> tuple[Entry, ...]:
        """The entries; read anew if `fresh` is asked for or nothing is known yet."""
        with self._lock:
            if fresh or self._entries is None:
                self._read()
            return self._entries or ()

    def examples(self) -> tuple[str, ...]:
        """Up to three questions that the library answers; none while it holds nothing, or if asking fails."""
        with self._asking:  # which takes a while in a large library: other tabs wait for it, the list does not
            with self._lock:
                entries, known = self._entries, self._examples
            if known is not None:
                return known
            chosen = self._chosen()
            with self._lock:
                if self._entries is entries:
                    self._examples = chosen
            return chosen

    def _read(self) -> None:
        found = entries(self._library.articles())
        if found != self._entries:
            self._entries, self._examples = found, None

    def _chosen(self) -> tuple[str, ...]:
        try:
            return choose(candidates(self._library.articles()), self._answered)
        except Exception:
            log.exception("No example questions could be made")
            return ()

    def _answered(self, question: str) -> bool:
        """Whether a question is answered.

        A request is: its subject is taken from the articles. A language model takes its time, and its user's money:
        with one, questions are taken unasked.
        """
        asked = self._library.writer == "quoting" and self._library.intent(question) == "answer"
        return not asked or self._library.ask(question).found
