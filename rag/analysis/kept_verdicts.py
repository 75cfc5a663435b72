"""Which sentences surely tell different facts, kept in the catalogue: most of the time for finding facts goes into it.

A verdict depends on two sentences and what stands before them alone, so it holds however the library grows. It is kept
by a hash of these, with the article of the first sentence, for as long as that article is there and the rules that gave
it are as they were. So facts that are found again, or with one more article, are the same as if none had been kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from hashlib import blake2b

import numpy as np

from rag.store.kept_findings import KeptFindings
from rag.store.store import Store

KIND = "verdicts"
LAYOUT = "1"
RULES = ("rag.text", "rag.verify")
"""The packages by whose rules and word lists sentences are compared."""
_LITTLE = np.dtype("<u8")


class Verdicts:
    """The verdicts on pairs of sentences, by hashes of pairs; `new` ones by the digest of the first one's article."""

    def __init__(self, known: Mapping[int, bool] | None = None) -> None:
        self._known = dict(known or {})
        self.new: dict[str, dict[int, bool]] = defaultdict(dict)

    def of(self, first: bytes, second: bytes, article: str, find: Callable[[], bool]) -> bool:
        """The verdict on two sentences, given as their keys; `find` finds it where it is not known."""
        pair = int.from_bytes(blake2b(first + second, digest_size=8).digest(), "little") & ~1
        verdict = self._known.get(pair)
        if verdict is None:
            verdict = self._known[pair] = self.new[article][pair] = find()
        return verdict


def sentence_key(*parts: str) -> bytes:
    """What stands for a sentence, its language and what stands before it."""
    return blake2b("\0".join(parts).encode(), digest_size=16).digest()


class KeptVerdicts:
    """The verdicts that are kept for a library."""

    def __init__(self, store: Store) -> None:
        self._findings = KeptFindings(store.catalogue, KIND, LAYOUT, RULES)

    def load(self, articles: Collection[str]) -> Verdicts:
        """The verdicts of these articles, given by their digests."""
        kept = self._findings.load(articles)
        return Verdicts({pair: verdict for value in kept.values() for pair, verdict in _read(value).items()})

    def keep(self, verdicts: Verdicts) -> None:
        """Keep those that are new."""
        new, verdicts.new = verdicts.new, defaultdict(dict)
        kept = self._findings.load(new)
        if new:
            self._findings.keep({one: _written(_read(kept.get(one, b"")) | own) for one, own in new.items()})


def _written(verdicts: Mapping[int, bool]) -> bytes:
    """Hashes of 63 bits, each with the verdict as its lowest bit."""
    return np.array([pair | verdict for pair, verdict in verdicts.items()], _LITTLE).tobytes()


def _read(value: bytes) -> dict[int, bool]:
    """The verdicts in a value; none if it is nothing of ours."""
    whole = value if len(value) % _LITTLE.itemsize == 0 else b""
    return {number & ~1: bool(number & 1) for number in np.frombuffer(whole, _LITTLE).tolist()}
