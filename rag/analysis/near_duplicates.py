"""Near duplicates: articles that are versions of one report, whole or shortened, extended or reworded.

Two articles are near duplicates if they share many word n-grams of the shorter one, or fewer if its sentences are
reworded there one after another: independent reports of one event state the same facts, but share few n-grams. A copy
is assigned to one original, the one that contains most of it, so that an article compiled from two others does not
merge these.

The difference between a copy and its original is found by aligning their sentences, and from attribution lines:
"Reuters reported", "according to AFP", "(AP)".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.analysis.read_articles import Bags, Keys, ReadArticle, keys_of
from rag.analysis.similarity import Pairs
from rag.embed.port import Vectors
from rag.progress import SILENT, Progress
from rag.results.spans import Quote
from rag.results.stories import Copy, CopyGroup, Extent, Wording
from rag.text.idf import common_words, rarity
from rag.text.quantities import DIGITS
from rag.text.text_cache import text_cache
from rag.text.tokens import words_of
from rag.text.word_similarity import Embed

Matrix = NDArray[np.float32]

STANDS = 0.6
"""The likeness from which a sentence stands in another one."""


@dataclass(frozen=True)
class Sentences:
    """The sentences of an article: their unit vectors, a row each, and their words.

    `words` are the numbers of the article's words in ascending order, `held` has a row for each sentence and a column
    for each word: the root of the word's weight where the sentence holds it, else 0. `weights` sums each sentence's.
    """

    vectors: Vectors
    words: NDArray[np.intp]
    held: Matrix
    weights: Matrix
    numbers: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """For each sentence of the first article the most alike one of the second, and the likeness; and the converse."""

    there: NDArray[np.intp]
    likeness: Matrix
    back: NDArray[np.intp]
    back_likeness: Matrix
    share: float
    """The share of the first article's weight that stands in the second."""
    back_share: float


@text_cache(maxsize=65_536)
def comparable_words(sentence: str) -> frozenset[str]:
    """The telling words of a sentence: stems, and for names the key that all their spellings share."""
    common = common_words()
    return frozenset(
        w.spelling if w.capital and w.stem not in common else w.stem for w in words_of(sentence) if w.telling
    )


@lru_cache(maxsize=65_536)
def general_weight(word: str) -> float:
    """How telling a word is in general English."""
    return rarity(word, 0, 1000)


def describe(sentences: Sequence[str], vectors: Vectors, vocabulary: dict[str, int]) -> Sentences:
    """Make sentences ready to be aligned; `vectors` has a unit vector for each.

    `vocabulary` numbers words, and takes in new ones; articles that are to be aligned must share it.
    """
    bags = [comparable_words(s) for s in sentences]
    own = {vocabulary.setdefault(word, len(vocabulary)): word for bag in bags for word in sorted(bag)}
    words = np.array(sorted(own), np.intp)
    column = {own[number]: i for i, number in enumerate(words.tolist())}
    held = np.zeros((len(bags), len(words)), np.float32)
    for row, bag in zip(held, bags, strict=True):
        row[[column[word] for word in bag]] = 1
    held *= np.sqrt(np.array([general_weight(word) for word in column], np.float32))
    weights = np.asarray((held * held).sum(axis=1), np.float32)
    return Sentences(vectors, words, held, weights, tuple(numbers_in(s) for s in sentences))


def numbers_in(sentence: str) -> frozenset[str]:
    """The numbers that a sentence gives in digits, without the marks between thousands."""
    return frozenset(re.sub(r"[ ,]", "", number) for number in DIGITS.findall(sentence))


def other_numbers(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether each of two sentences gives a number that the other lacks."""
    return bool(first - second and second - first)


def likeness(a: Sentences, b: Sentences) -> Matrix:
    """How much alike sentences are, shape (len(a), len(b)): the mean of their cosine and of their words' overlap.

    The overlap is the shared weight over the mean of both sentences' weights (Dice).
    """
    _, here, there = np.intersect1d(a.words, b.words, assume_unique=True, return_indices=True)
    shared = a.held[:, here] @ b.held[:, there].T
    overlap = 2 * shared / np.maximum(a.weights[:, None] + b.weights[None], 1e-6)
    return np.asarray((a.vectors @ b.vectors.T + overlap) / 2, np.float32)


def align(a: Sentences, b: Sentences) -> Alignment:
    """Align two articles, neither of which is empty. A sentence with other numbers tells something else."""
    alike = likeness(a, b)
    for i, j in zip(*np.nonzero(alike >= STANDS), strict=True):
        if other_numbers(a.numbers[i], b.numbers[j]):
            alike[i, j] = 0
    there, back = alike.argmax(axis=1), alike.argmax(axis=0)
    best, best_back = alike.max(axis=1), alike.max(axis=0)
    share = float(a.weights @ (best >= STANDS) / max(a.weights.sum(), 1e-6))
    back_share = float(b.weights @ (best_back >= STANDS) / max(b.weights.sum(), 1e-6))
    return Alignment(there, best, back, best_back, share, back_share)


AGENCIES = (
    "Reuters", "Associated Press", "AP", "Agence France-Presse", "AFP", "dpa", "TASS", "RIA Novosti", "Interfax",
    "Xinhua", "Bloomberg", "UPI", "United Press International", "ANSA", "EFE", "Kyodo", "PTI", "Press Trust of India",
    "Anadolu", "Ukrinform", "Interfax-Ukraine", "PA Media", "Press Association", "Tanjug", "Beta", "FoNet", "HINA",
    "PAP", "CTK", "MTI", "BTA", "Agerpres", "Yonhap", "Canadian Press", "Australian Associated Press", "AAP",
)  # fmt: skip
"""Names of news agencies as articles print them."""
_NAMED = r"(?:[A-Z][\w.&’'-]*)(?: (?:of|the|and|[A-Z][\w.&’'-]*)){0,4}"
_TELLS = (
    "reports?|reported|reminds?|reminded|recalls?|recalled|writes?|wrote|notes?|noted|states?|stated|adds?|added|"
    "informs?|informed|says|said|reveals?|revealed|carries|carried|quotes?|quoted"
)
_PLACES = "(?:newspaper|news agency|agency|website|portal|daily|magazine)"
CREDIT = re.compile(
    rf",? ?\b(?:as |the )?(?P<a>{_NAMED})(?: {_PLACES})? (?:has |have |also )?(?:{_TELLS})\b(?= ?[.,;:)\]]|$)"
    rf"|,? ?\b(?i:according to|citing|quoting|reported by|as reported by|source:) (?:the )?(?:{_PLACES} )?"
    rf"(?P<b>{_NAMED})"
    rf"|\b(?P<c>{_NAMED})(?: {_PLACES})? (?:reports|reported|writes|reminds|recalls)\b",
)
DATELINE = re.compile(rf"\((?P<agency>{'|'.join(map(re.escape, AGENCIES))})\)|^(?P<own>Reuters|AP|AFP|dpa) [-–—]")


@dataclass(frozen=True, slots=True)
class Credit:
    """Who is credited, and the crediting words in their place."""

    name: str
    quote: Quote


@text_cache(maxsize=4096)
def find_credits(sentences: tuple[Quote, ...]) -> tuple[Credit, ...]:
    """Find crediting words in sentences, in order."""
    found: list[Credit] = []
    for sentence in sentences:
        for match in CREDIT.finditer(sentence.text):
            name = next(group for group in match.groups() if group)
            words = match.group().strip(" ,")
            start = sentence.start + match.start() + match.group().index(words)
            found.append(Credit(name, Quote(sentence.file, start, start + len(words), words)))
    return tuple(found)


def is_agency(name: str) -> bool:
    """Whether this is the name of a news agency."""
    return name.removeprefix("the ").removeprefix("The ") in AGENCIES


def named_in_dateline(text: str) -> str:
    """The agency that an article's first 200 characters give as their source: "KYIV (Reuters) -"; "" if none."""
    match = DATELINE.search(text[:200])
    return (match["agency"] or match["own"]) if match else ""


COPIED = 0.46
"""The share of the shorter article's runs of words that the other must have."""
REWORDED, ALIGNED = 0.3, 0.75
"""Or this share of its runs, if at least that share of its sentences stands in the other in other words."""
FEW_RUNS, FEW_COPIED = 20, 0.9
"""An article of fewer runs than this is a copy only if this share of them stands in the other."""
HOPEFUL = 0.3
"""The share of an article's word weight that must be shared before its runs are compared."""
NEAR = 0.93
"""The mean likeness of aligned sentences from which a copy is hardly reworded."""
DESCRIBED = 4_096
"""Articles whose sentences are kept ready to be aligned, of some 30 KB each."""
WHOLE = 0.85
"""The share of an article that must be told for it to be told as a whole."""


@dataclass(frozen=True)
class CopyPair:
    """Two near duplicates, by number: `first` < `second`."""

    first: int
    second: int
    alignment: Alignment
    share: float
    """The share of the shorter one's runs of words that stand in the other."""
    other_share: float
    """The share of the longer one's."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of two articles is probably the original, and why."""

    original: int
    reason: str


def find_copy_pairs(
    articles: Sequence[ReadArticle], words: Bags, pairs: Pairs, embed: Embed, progress: Progress = SILENT
) -> list[CopyPair]:
    """Find the near duplicates among these pairs."""
    vocabulary: dict[str, int] = {}

    @lru_cache(maxsize=DESCRIBED)
    def sentences(i: int) -> Sentences:
        texts = [t.text for t in articles[i].sentences]
        return describe(texts, embed(texts), vocabulary)

    found: list[CopyPair] = []
    hopeful = _hopeful(words, pairs)
    likely = zip(pairs.first[hopeful].tolist(), pairs.second[hopeful].tolist(), strict=True)
    for i, j, shared, few, many in progress.each("looking for copies", _sharing(articles, likely, progress)):
        aligned = align(sentences(i), sentences(j))
        if shared >= few * COPIED or max(aligned.share, aligned.back_share) >= ALIGNED:
            found.append(CopyPair(i, j, aligned, shared / few, shared / many))
    return sorted(found, key=lambda pair: (pair.first, pair.second))


class _Sharing(NamedTuple):
    """Two articles, by number, how many runs of words they share, and how many the shorter and the longer one have."""

    first: int
    second: int
    shared: int
    few: int
    many: int


def _sharing(articles: Sequence[ReadArticle], likely: Iterable[tuple[int, int]], progress: Progress) -> list[_Sharing]:
    """The pairs that share enough runs for their sentences to be aligned.

    Those that hang together come one after another, so that few articles need to be kept ready.
    """
    runs: dict[int, Keys] = {}
    found: list[_Sharing] = []
    joined = list(range(len(articles)))
    for i, j in likely:
        progress.check()
        for n in (i, j):
            if n not in runs:
                runs[n] = keys_of(articles[n])
        few, many = sorted((len(runs[i]), len(runs[j])))
        shared = len(np.intersect1d(runs[i], runs[j], assume_unique=True))
        if few and shared >= few * (REWORDED if few >= FEW_RUNS else FEW_COPIED):
            found.append(_Sharing(i, j, shared, few, many))
            first, second = sorted((_group_of(joined, i), _group_of(joined, j)))
            joined[second] = first
    return sorted(found, key=lambda pair: (_group_of(joined, pair.first), pair.first, pair.second))


def _group_of(joined: list[int], i: int) -> int:
    """The lowest number of those that an article hangs together with; `joined` leads from each to a lower one."""
    while joined[i] != i:
        joined[i] = joined[joined[i]]
        i = joined[i]
    return i


def _hopeful(words: Bags, pairs: Pairs) -> NDArray[np.bool_]:
    """Which pairs share enough words for it to be worth while aligning their sentences."""
    starts = np.searchsorted(pairs.first, np.arange(len(words) + 1))
    shared = words.shared_of(range(len(words)), (pairs.second[a:b] for a, b in pairwise(starts)))
    return np.asarray(np.concatenate(list(shared)) >= HOPEFUL, np.bool_)


def group_copies(articles: Sequence[ReadArticle], members: Sequence[int], pairs: Sequence[CopyPair]) -> list[CopyGroup]:
    """Group articles, by number, into reports of one original. Pairs with others than `members` are passed over."""
    inside = set(members)
    sources: dict[int, tuple[float, float, int]] = {}
    by_pair: dict[tuple[int, int], CopyPair] = {}
    for pair in pairs:
        if not (pair.first in inside and pair.second in inside):
            continue
        original = choose_original(articles, pair).original
        copy = pair.second if original == pair.first else pair.first
        by_pair[pair.first, pair.second] = pair
        sources[copy] = max(sources.get(copy, (0.0, 0.0, 0)), (round(pair.share, 1), pair.other_share, -original))
    originals: dict[int, list[int]] = {}
    for i in sorted(members):
        originals.setdefault(_root(i, sources), []).append(i)
    return [_voice(articles, root, [i for i in own if i != root], by_pair) for root, own in sorted(originals.items())]


def _root(i: int, sources: dict[int, tuple[float, float, int]]) -> int:
    """The article that has no source, at the end of the chain; a chain that closes ends at its lowest number."""
    seen: list[int] = []
    while i in sources and i not in seen:
        seen.append(i)
        i = -sources[i][2]
    return min(seen[seen.index(i) :]) if i in seen else i


def _voice(
    articles: Sequence[ReadArticle], root: int, others: Sequence[int], by_pair: dict[tuple[int, int], CopyPair]
) -> CopyGroup:
    """A copy of a copy is described by what it has of the copy, if nothing links it with the original."""
    copies: list[Copy] = []
    reason = ""
    for i in others:
        pair = by_pair.get((min(i, root), max(i, root)))
        if pair is None:
            pair = max((p for p in by_pair.values() if i in (p.first, p.second)), key=lambda p: p.share)
            copies.append(_describe_copy(articles, pair, i))
            continue
        copies.append(_describe_copy(articles, pair, i))
        reason = reason or choose_original(articles, pair).reason
    return CopyGroup(articles[root].file, tuple(sorted(copies, key=lambda c: c.file)), reason)


def _describe_copy(articles: Sequence[ReadArticle], pair: CopyPair, copy: int) -> Copy:
    a = pair.alignment
    copied, kept = (a.share, a.back_share) if copy == pair.first else (a.back_share, a.share)
    own, their = (pair.first, pair.second) if copy == pair.first else (pair.second, pair.first)
    values = a.likeness if copy == pair.first else a.back_likeness
    aligned = values[values >= STANDS]
    texts = [" ".join(t.text for t in articles[i].sentences).split() for i in (own, their)]
    wording: Wording = "reworded"
    if texts[0] == texts[1]:
        wording = "exact"
    elif aligned.size and float(aligned.mean()) >= NEAR:
        wording = "near"
    extent: Extent = "shortened" if kept < WHOLE and kept <= copied else "extended" if copied < WHOLE else "whole"
    added = tuple(c.quote for c in added_credits(articles[own], articles[their]))
    return Copy(articles[own].file, wording, extent, round(pair.share, 3), added)


def added_credits(copy: ReadArticle, original: ReadArticle) -> list[Credit]:
    """The crediting words of a copy that name somebody, or an agency, whom the original does not credit."""
    known = {c.quote.text.casefold() for c in find_credits(original.sentences)}
    names = " ".join(t.text for t in original.sentences)
    return [
        c
        for c in find_credits(copy.sentences)
        if c.quote.text.casefold() not in known and (is_agency(c.name) or c.name not in names)
    ]


def choose_original(articles: Sequence[ReadArticle], pair: CopyPair) -> Choice:
    """Choose by publication date, by who credits an agency, and by completeness, in this order."""
    i, j = pair.first, pair.second
    a, b = articles[i], articles[j]
    day, other_day = a.published[:10], b.published[:10]
    if day and other_day and day != other_day:
        early, late = (i, j) if day < other_day else (j, i)
        earlier, later = articles[early].published[:10], articles[late].published[:10]
        return Choice(early, f"published on {earlier}, before {articles[late].file} ({later})")
    credit, other_credit = _agency(a, b), _agency(b, a)
    if bool(credit) != bool(other_credit):
        crediting, source = (i, j) if credit else (j, i)
        return Choice(source, f"{articles[crediting].file} credits {credit or other_credit} for what both tell")
    line, other_line = named_in_dateline(a.text), named_in_dateline(b.text)
    if bool(line) != bool(other_line):
        return Choice(i if line else j, f"it is marked as a report of {line or other_line}")
    length, other_length = (sum(len(t.text) for t in x.sentences) for x in (a, b))
    if length != other_length:
        return Choice(i if length > other_length else j, "the most complete of the copies")
    return Choice(i, "the first by file name; nothing else tells the copies apart")


def _agency(article: ReadArticle, other: ReadArticle) -> str:
    """The agency that an article credits where the other does not."""
    return next((c.name for c in added_credits(article, other) if is_agency(c.name)), "")
