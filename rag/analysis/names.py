"""The persons, organisations and places that articles name, joined where they are spellings of one name.

What kind a name is of, its mentions in all articles tell together.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import get_args

from rag.analysis.kept_mentions import KeptMentions, mentions_in
from rag.analysis.name_types import KINDS, Kind, Mention
from rag.analysis.read_articles import ReadArticle
from rag.progress import SILENT, Progress
from rag.results.listings import Name, NameKind, Names
from rag.results.spans import Quote
from rag.results.stories import Story
from rag.text.name_keys import spelling_key

MOST_NAMES = 40
"""Names of each kind that are listed."""
LONGEST_NAME = 4
"""Words of a person's name."""
SHORTEST_NAME = 2
"""Characters of an organisation's or a place's name."""
SURE = 0.6
"""The mean probability of the likeliest kind of a name, over its mentions, from which it is listed."""
Key = tuple[str, ...]
_ACRONYM = re.compile(r"(?:['’]s)? \((?=[A-Z]{2,8}\))")


@dataclass(slots=True)
class _Found:
    """The mentions of one name: its spellings, the first place in each article, and the log odds of its kinds."""

    spelt: Counter[str] = field(default_factory=Counter)
    places: dict[str, Quote] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    alone: Counter[str] = field(default_factory=Counter)
    """How often each spelling of its last word stands alone."""
    odds: list[float] = field(default_factory=lambda: [0.0] * len(KINDS))

    def add(self, text: str, quote: Quote, scores: Sequence[float]) -> None:
        """Count a mention in a sentence."""
        self.spelt[text] += 1
        self.places.setdefault(quote.file, quote)
        self.files.add(quote.file)
        top = max(scores)
        total = top + math.log(sum(math.exp(s - top) for s in scores))
        for n, score in enumerate(scores):
            self.odds[n] += score - total

    def join(self, other: _Found) -> None:
        """Take in the mentions of another spelling."""
        self.spelt += other.spelt
        for file, quote in other.places.items():
            known = self.places.get(file)
            self.places[file] = quote if known is None or quote.start < known.start else known
        self.files |= other.files
        self.odds = [a + b for a, b in zip(self.odds, other.odds, strict=True)]

    @property
    def kind(self) -> Kind:
        """The likeliest kind."""
        return KINDS[self.odds.index(max(self.odds))]

    @property
    def sure(self) -> bool:
        """Whether its mentions leave little doubt about its kind, by their geometric mean."""
        return max(self.odds) >= self.spelt.total() * math.log(SURE)


def find_names(
    articles: Sequence[ReadArticle],
    stories: Iterable[Story] = (),
    kind: NameKind | None = None,
    *,
    kept: KeptMentions | None = None,
    progress: Progress = SILENT,
) -> Names:
    """The names of one kind or of all, at most `MOST_NAMES` of each, those in most articles first.

    Persons are those who are named in full; an article that has the last word of such a name alone counts for it if no
    other name ends so. Copies are told apart from independent reports by the `stories`. Mentions are looked for where
    they are not `kept`. Raises Cancelled.
    """
    found: dict[Key, _Found] = defaultdict(_Found)
    acronyms: dict[Key, Key] = {}
    mentioned = map(mentions_in, articles) if kept is None else kept.each(articles)
    for article, told in zip(progress.each("finding names", articles), mentioned, strict=True):
        for quote, mentions in zip(article.sentences, told, strict=True):
            for mention in mentions:
                found[_key(mention.text)].add(mention.text, quote, mention.scores)
            acronyms |= _acronyms(quote.text, mentions)
    for short, full in acronyms.items():
        if short in found and full in found and found[full].kind == "organisation":
            found[full].join(found.pop(short))
    originals = {file: group.original for story in stories for group in story.groups for file in group.files}
    named = [*_persons(found), *_others(found)]
    listed, left_out = list[tuple[Name, int]](), 0
    for wanted in get_args(NameKind) if kind is None else (kind,):
        own = sorted((_listed(f, wanted, originals) for k, f in named if k == wanted), key=_order)
        listed += own[:MOST_NAMES]
        left_out += max(0, len(own) - MOST_NAMES)
    return Names(tuple(name for name, _ in sorted(listed, key=_order)), left_out)


def _order(pair: tuple[Name, int]) -> tuple[int, int, int, str]:
    name, mentions = pair
    return -len(name.files), -name.reports, -mentions, name.name


def _listed(found: _Found, kind: NameKind, originals: Mapping[str, str]) -> tuple[Name, int]:
    """The name in its commonest spelling, and how often it is mentioned."""
    best = min(found.spelt, key=lambda s: (-found.spelt[s], -found.alone[s.split()[-1]], s))
    others = tuple(sorted(set(found.spelt) - {best}))
    reports = len({originals.get(file, file) for file in found.files})
    quotes = tuple(found.places.values())
    return Name(best, others, tuple(sorted(found.files)), quotes, kind, reports), found.spelt.total()


def _persons(found: dict[Key, _Found]) -> Iterator[tuple[Kind, _Found]]:
    """The persons who are named in full; last names alone are counted to them, and taken out of `found`."""
    persons: dict[tuple[str, str], _Found] = defaultdict(_Found)
    for key, own in found.items():
        if 2 <= len(key) <= LONGEST_NAME and own.kind == "person":
            persons[key[0], key[-1]].join(own)
    endings = Counter(last for _, last in persons)
    for (_, last), person in persons.items():
        alone = found.get((last,))
        if alone and endings[last] == 1 and (alone.kind in ("person", "other") or alone.files <= person.files):
            person.files |= alone.files
            person.alone = alone.spelt
            del found[last,]
        if person.sure:
            yield "person", person


def _others(found: Mapping[Key, _Found]) -> Iterator[tuple[Kind, _Found]]:
    """The organisations and places."""
    for own in found.values():
        if own.kind in ("organisation", "place") and own.sure and len(max(own.spelt, key=len)) >= SHORTEST_NAME:
            yield own.kind, own


def _key(name: str) -> Key:
    """What the spellings of a name share: the keys of its words, without an article before them."""
    words = re.split(r"[\s.]+", name.replace("’", "'").strip("."))
    if len(words) > 1 and words[0].lower() == "the":
        words = words[1:]
    return tuple(spelling_key(word.removesuffix("'s")) for word in words if word)


def _acronyms(text: str, mentions: Sequence[Mention]) -> dict[Key, Key]:
    """The short forms that stand in brackets after a name whose words begin with their letters."""
    found = {}
    for long, short in pairwise(mentions):
        gap = _ACRONYM.match(text, long.end, short.start + len(short.text) + 1)
        initials = "".join(word[0] for word in long.text.split() if word[0].isupper())
        if gap and gap.end() == short.start and initials == short.text:
            found[_key(short.text)] = _key(long.text)
    return found
