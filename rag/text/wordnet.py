"""Which words can stand for which: the relations of WordNet (https://wordnet.princeton.edu), by stem.

`wordnet.txt` holds the common words; `tests/benchmarks/make_lexicon.py` makes it, its head is WordNet's licence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import permutations
from types import MappingProxyType

from rag.text.lexicon import lines_of
from rag.text.tokens import words_of


def _contrasts(name: str) -> Iterator[tuple[str, str]]:
    for line in lines_of(name):
        sides = [{words_of(word)[0].stem for word in side.split()} for side in line.split("/")]
        for first, second in permutations(sides, 2):
            yield from ((x, y) for x in first - second for y in second - first)


EXCLUSIVE = frozenset(_contrasts("en/outcomes.txt"))
"""Pairs of stems that tell other things of people or things, and that may both be so in one event."""
OPPOSITES = frozenset(_contrasts("en/antonyms.txt"))
"""Pairs of stems that vectors take for alike although they say opposite things."""


SYNONYM, DERIVED, ALIKE = 0.85, 0.75, 0.7
"""What a word counts that shares a sense with another, is derived from it, or is alike as adjectives are."""
BROADER, MUCH_BROADER, NARROWER = 0.75, 0.55, 0.55
"""What a claim's word counts that is more general by one step or two, or more specific, than the evidence's word."""
SISTER = 0.0
"""What a word counts of the same narrow class, such as brother for sister: nothing, however alike they are."""


@dataclass(frozen=True, slots=True)
class _Network:
    """Synsets by number: their stems, and the synsets that they are linked with. `senses` finds them by stem."""

    stems: tuple[tuple[str, ...], ...]
    broader: tuple[frozenset[int], ...]
    narrower: tuple[frozenset[int], ...]
    alike: tuple[frozenset[int], ...]
    derived: tuple[frozenset[int], ...]
    senses: Mapping[str, tuple[int, ...]]
    opposites: frozenset[tuple[str, str]]


@lru_cache(maxsize=32_768)
def relatives(stem: str) -> Mapping[str, float]:
    """For each stem that is related to this one, what this one counts where the evidence has that: 0 to 1."""
    network = _network()
    own = network.senses.get(stem, ())
    found: dict[str, float] = {}

    def put(synsets: Iterable[int], worth: float) -> None:
        for synset in synsets:
            for other in network.stems[synset]:
                if other != stem and (stem, other) not in network.opposites:
                    found.setdefault(other, worth)

    broader, narrower = _all(network.broader, own), _all(network.narrower, own)
    put(own, SYNONYM)
    put(_all(network.derived, own), DERIVED)
    put(_all(network.alike, own), ALIKE)
    put(narrower, BROADER)
    put(broader, NARROWER)
    put(_all(network.narrower, narrower), MUCH_BROADER)
    put(_all(network.narrower, broader), SISTER)
    return MappingProxyType(found)


def opposite(first: str, second: str) -> bool:
    """Whether two stems are antonyms."""
    return (first, second) in _network().opposites


@lru_cache(maxsize=32_768)
def antonyms(stem: str) -> frozenset[str]:
    """The stems that are opposite to this one, or exclude it."""
    found = {y for x, y in _network().opposites if x == stem}
    return frozenset(found | {y for x, y in EXCLUSIVE if x == stem})


def excludes(first: str, second: str) -> bool:
    """Whether two stems tell different things of people that may both be so of one event, such as killed and hurt."""
    return (first, second) in EXCLUSIVE


def _all(links: tuple[frozenset[int], ...], synsets: Iterable[int]) -> frozenset[int]:
    return frozenset().union(*(links[s] for s in synsets))


@cache
def _network() -> _Network:
    stems: list[tuple[str, ...]] = []
    links: dict[str, list[frozenset[int]]] = {sign: [] for sign in ">~+"}
    senses: dict[str, list[int]] = defaultdict(list)
    opposites = set(OPPOSITES)
    for line in (files(__package__) / "en" / "wordnet.txt").read_text("utf-8").splitlines():
        parts = line.split()
        if parts[0].startswith("#"):
            continue
        if parts[0] == "!":
            opposites |= {(parts[1], parts[2]), (parts[2], parts[1])}
            continue
        words = tuple(p.rstrip("0123456789") for p in parts if p[0] not in links and p != "_")
        for word in words:
            senses[word].append(len(stems))
        stems.append(words)
        for sign, column in links.items():
            column.append(frozenset(int(p[1:]) for p in parts if p[0] == sign))
    below: list[set[int]] = [set() for _ in stems]
    for number, above in enumerate(links[">"]):
        for parent in above:
            below[parent].add(number)
    return _Network(
        tuple(stems),
        tuple(links[">"]),
        tuple(map(frozenset, below)),
        tuple(links["~"]),
        tuple(links["+"]),
        {word: tuple(numbers) for word, numbers in senses.items()},
        frozenset(opposites),
    )
