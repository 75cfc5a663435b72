"""The keyword index: BM25 over stemmed terms, in the catalogue's database and in its transactions.

A match in a passage's title line counts `TITLE_WEIGHT` times a match in its body. Beside their stems, names are indexed
by the key that all their spellings share. What holds the index is in `fts5` and `tsvector`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rag.store.catalogue import Catalogue
from rag.store.keyword_tables import Found

COMMON = 0.4
"""In a library of at least `MANY` passages, a term that stands in more than this share of them finds nothing."""
MANY = 200
SHORT = 2
"""Letters of a term up to which it is no beginning of another."""
FREQUENT = 0.1
"""Share of a large library's passages from which a word does not tell one article from another in a list."""


class Keywords:
    """Searches the keyword index. Threads may share it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._tables = catalogue.database.keyword_tables
        self._owners: tuple[str, dict[int, int]] = ("", {})

    def count(self) -> int:
        """The number of passages in the index. Raises LibraryDamaged when the index is missing or damaged."""
        with self._catalogue.connected() as connection:
            return self._tables.count(connection)

    def fault(self) -> str:
        """What a check of the whole index finds, which writes nothing but needs the right to; "" if it is sound."""
        with self._catalogue.connected() as connection:
            return self._tables.fault(connection)

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each of the terms stands; 0 for an unknown one."""
        with self._catalogue.connected() as connection:
            return self._tables.document_frequency(connection, terms)

    def search(self, terms: Sequence[str], k: int, files: Sequence[str] | None = None) -> list[Found]:
        """The `k` best passages that hold any of the terms, in these files; ties in the order of file and place."""
        useful = self._useful(terms)
        if not useful:
            return []
        with self._catalogue.connected() as connection:
            found = self._tables.match(connection, useful, k, files)
        return self._ordered(found)[:k]

    def articles(self, words: Sequence[Sequence[str]]) -> dict[str, int]:
        """The articles that hold every one of some words, by file name, and how many of their passages hold one.

        Each word is given by its possible terms; a term is found by its beginning too. A word in more than a share of
        `FREQUENT` of a large library's passages is passed over; with no other word nothing is found.
        """
        most = max(MANY, FREQUENT * self._catalogue.count("passages"))
        counts: Counter[int] | None = None
        for terms in words:
            found = self._passages_with(terms, int(most) + 1)
            if len(found) > most:
                continue
            hits = Counter(self._article_of(found))
            counts = (
                hits if counts is None else Counter({id_: n + hits[id_] for id_, n in counts.items() if id_ in hits})
            )
        counts = counts or Counter()
        return {file: counts[id_] for id_, file in self._catalogue.files_of(counts).items()}

    def _passages_with(self, terms: Sequence[str], limit: int) -> list[int]:
        exact = [term for term in terms if len(term) <= SHORT]
        with self._catalogue.connected() as connection:
            return self._tables.beginning_with(connection, [t for t in terms if len(t) > SHORT], exact, limit)

    def _article_of(self, passages: Sequence[int]) -> list[int]:
        """The articles of passages; which passage is whose is kept at hand until articles change."""
        generation = self._catalogue.about("generation")
        if generation != self._owners[0]:
            self._owners = (generation, self._catalogue.article_of_passages())
        owners = self._owners[1]
        return [owners[id_] for id_ in passages if id_ in owners]

    def rows(self, ids: Sequence[int]) -> dict[int, str]:
        """The terms and name keys that each of these passages holds, its title line included, a space around each."""
        with self._catalogue.connected() as connection:
            rows = self._tables.rows(connection, ids)
        if len(rows) < len(ids):
            raise self._catalogue.damaged("the keyword index lacks passages")
        if not all(isinstance(column, str) for row in rows for column in (row.title, row.body, row.names)):
            raise self._catalogue.damaged("the keyword index holds values of another type")
        return {row.id: f" {row.title} {row.body} {row.names} " for row in rows}

    def _ordered(self, found: Sequence[Found]) -> list[Found]:
        """By score; ties by what they are, for ids depend on the order in which articles came."""
        place = {id_: number for number, id_ in enumerate(self._catalogue.passages([f.id for f in found]))}
        return sorted((f for f in found if f.id in place), key=lambda f: (-f.score, place[f.id]))

    def _useful(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many passages the terms stand that are to be found: those that are not common, if there are any."""
        frequencies = self.document_frequency(dict.fromkeys(terms))
        known = {term: n for term, n in frequencies.items() if n}
        total = self._catalogue.count("passages")
        rare = {term: n for term, n in known.items() if total < MANY or n <= COMMON * total}
        return rare or known
