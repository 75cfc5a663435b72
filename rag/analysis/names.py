"""The persons that articles name: runs of capitalised words, joined where they are spellings of one name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Literal

from rag.analysis.read_articles import ReadArticle
from rag.answer.follow_up import THINGS, TITLES, persons_in
from rag.progress import SILENT, Progress
from rag.results.listings import Name, Names
from rag.results.spans import Quote
from rag.text.name_keys import spelling_key
from rag.text.terms import all_stop_words, fold
from rag.text.tokens import words_of
from rag.text.wordnet import relatives

NAME_WORD = re.compile(r"[^\W\d_][\w’'-]*\w|[^\W\d_]\.?")
SMALL = frozenset("de da del della di van von der den al bin ibn la le dos el".split())
"""Small words within a name."""
LONGEST_NAME = 4
"""Words of a person's name."""
MOST_NAMES = 40
"""Names that are listed."""
PLACED = 1 / 3
"""The share of the places of a name that stand where a place's name or one with an article does, from which it is no
person's."""
RANKS = frozenset(
    "ceo cfo coo cto cpl lt sgt const constable sergeant lieutenant undersheriff commissioner brigadier".split()
)
NO_PERSONS = frozenset("ltd co plc llc gmbh ag sa fund avenue boulevard square island township valley act".split())
"""Words that no person's name has."""
_INITIALS = re.compile(r"(?![IVX]+$)[A-Z]{2,}s?")
_AFTER_A_PERSON = re.compile(r",? (?:who\b|(?:aged? )?\d\d(?:,|\)|\.| ?years)|\(\d\d\))|, \d\d,")
_BEFORE_A_PERSON = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Sir)\.?|\byears?[ -]+old|(?:wo)?man|ist|\b(?:son|brother|sister|wife|husband)) $"
)
_BEFORE_A_THING = re.compile(r"\b(?:the|an?|in|at|near|outside|from|inside) $", re.IGNORECASE)
Key = tuple[str, str]


def find_names(articles: Sequence[ReadArticle], *, progress: Progress = SILENT) -> Names:
    """The persons that the articles name in full, at most `MOST_NAMES`, those in most articles first.

    An article that has the last word of a name alone counts for it if no other name ends so. Raises Cancelled.
    """
    spelt: dict[Key, Counter[str]] = defaultdict(Counter)
    contexts: dict[Key, Counter[str]] = defaultdict(Counter)
    places: dict[Key, dict[str, Quote]] = defaultdict(dict)
    common = {w for a in articles for t in a.sentences for w in re.findall(r"[^\W\d_]{3,}", t.text) if w.islower()}
    for article in progress.each("finding names", articles):
        for quote in article.sentences:
            for name in _names_in(quote.text, common, english=article.language in ("", "en")):
                key = _key(name)
                spelt[key][name] += 1
                places[key].setdefault(article.file, quote)
                contexts[key][_context(quote.text, name)] += 1
    endings = Counter(last for _, last in spelt)
    alone = _files_by_word(articles, {last for last, n in endings.items() if n == 1})
    found = []
    for key, spellings in spelt.items():
        if not _is_person(contexts[key], max(spellings, key=lambda name: spellings[name])):
            continue
        files = set(places[key]) | alone.get(key[1], set())
        best = min(spellings, key=lambda s: (-spellings[s], s))
        others = tuple(sorted(set(spellings) - {best}))
        found.append((Name(best, others, tuple(sorted(files)), tuple(places[key].values())), spellings.total()))
    found.sort(key=lambda pair: (-len(pair[0].files), -pair[1], pair[0].name))
    return Names(tuple(name for name, _ in found[:MOST_NAMES]), max(0, len(found) - MOST_NAMES))


def _context(text: str, name: str) -> Literal["person", "thing", ""]:
    """What stands beside a name in a sentence tells."""
    start = text.find(name)
    if start < 0:
        return ""
    before = text[:start]
    rank = re.search(r"(\w+)\.? $", before)
    if (
        (rank and fold(rank[1]) in TITLES | RANKS)
        or _BEFORE_A_PERSON.search(before)
        or _AFTER_A_PERSON.match(text, start + len(name))
    ):
        return "person"
    return "thing" if _BEFORE_A_THING.search(before) else ""


def _is_person(contexts: Counter[str], name: str) -> bool:
    """Whether a name is a person's, by all its places; English words and initials need a person's context."""
    first, *_, last = words = name.split()
    if any(fold(w.strip(".")) in THINGS | RANKS | NO_PERSONS or _INITIALS.fullmatch(w) for w in words):
        return False
    if contexts["person"]:
        return contexts["person"] >= contexts["thing"]
    if _is_word(first) or (_is_word(last) and (last.endswith("s") or contexts["thing"])):
        return False
    return contexts["thing"] < PLACED * contexts.total()


def _is_word(name: str) -> bool:
    return any(relatives(key) for word in words_of(name) for key in (word.plain, word.stem))


def _names_in(text: str, common: Collection[str], *, english: bool) -> Iterator[str]:
    """The names in full; words before them that are `common` ones, such as "Engineer", are no part of them."""
    runs = persons_in(text) if english else _runs(text)
    for run in runs:
        words = run.replace("’", "'").removesuffix("'s").split()
        while words and (
            any(fold(words[0].strip(".")) in own for own in (TITLES, RANKS, all_stop_words()))
            or (len(words) > 2 and words[0].lower() in common)
        ):
            words.pop(0)
        if 2 <= len(words) <= LONGEST_NAME and fold(words[-1]) not in THINGS:
            yield " ".join(words)


def _runs(text: str) -> list[str]:
    """Words with capitals that follow each other, also with small words of names between them."""
    runs: list[list[re.Match[str]]] = [[]]
    for word in NAME_WORD.finditer(text):
        follows = bool(runs[-1]) and text[runs[-1][-1].end() : word.start()] == " "
        if not follows:
            runs.append([])
        if word.group()[0].isupper() or (runs[-1] and word.group() in SMALL):
            runs[-1].append(word)
        else:
            runs.append([])
    return [text[run[0].start() : run[-1].end()] for run in runs if run and run[-1].group() not in SMALL]


def _key(name: str) -> Key:
    """What the spellings of a name share: the keys of its first and of its last word."""
    first, *_, last = re.split(r"[ ]", name)
    return spelling_key(first.strip(".")), spelling_key(last.strip("."))


def _files_by_word(articles: Sequence[ReadArticle], wanted: set[str]) -> dict[str, set[str]]:
    """The articles that have words with these spelling keys, with a capital."""
    files: dict[str, set[str]] = defaultdict(set)
    for article in articles:
        words = {w for quote in article.sentences for w in re.findall(r"[^\W\d_]{3,}", quote.text) if w[0].isupper()}
        for key in {spelling_key(w) for w in words} & wanted:
            files[key].add(article.file)
    return files
