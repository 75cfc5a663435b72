"""Which articles a search looks at: by file, publisher, and publication date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from functools import lru_cache

from rag.errors import NothingToRead
from rag.results.answers import shorten
from rag.store.catalogue import ArticleName, Catalogue

_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that an article must all meet; an empty one is no condition.

    `files` are article names, the names of the files that hold them, or patterns of either ("2024/*", "*.pdf");
    `publishers` are compared without regard to case; `since` and `until` are ISO 8601 dates, both included; `without`
    are names of articles, or of the files that hold them, that are left out.
    """

    files: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    without: tuple[str, ...] = ()

    def admits(self, name: ArticleName) -> bool:
        """Whether an article meets the conditions. One without a date meets no condition on dates."""
        day = name.published[:10]
        return (
            not {name.file, name.source} & set(self.without)
            and (not self.files or self._named(name))
            and (not self.publishers or name.publisher.casefold() in {p.casefold() for p in self.publishers})
            and (not self.since or day >= self.since[:10])
            and (not self.until or "" < day <= self.until[:10])
        )

    def _named(self, name: ArticleName) -> bool:
        exact, patterns = _sorted_out(self.files)
        own = (name.file, name.source)
        return not exact.isdisjoint(own) or any(fnmatchcase(n, pattern) for pattern in patterns for n in own)


@lru_cache(maxsize=8)
def _sorted_out(files: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The names, and what among them is a pattern: thousands of names are compared quickly."""
    return frozenset(files), tuple(f for f in files if _MAGIC.search(f))


def select(catalogue: Catalogue, condition: Filter | None) -> Sequence[str] | None:
    """The files of the articles that meet the conditions; None when there are no conditions.

    Raises NothingToRead if no article meets them.
    """
    if condition is None or condition == Filter():
        return None
    files = [name.file for name in catalogue.names() if condition.admits(name)]
    if not files:
        raise NothingToRead(
            "No article meets the conditions {condition}: widen them, or look at the list.", condition=_told(condition)
        )
    return files


def _told(condition: Filter) -> str:
    stated = ((f.name, getattr(condition, f.name)) for f in fields(condition))
    words = [f"{name} {value if isinstance(value, str) else ' | '.join(value)}" for name, value in stated if value]
    return shorten(", ".join(words), 300)
