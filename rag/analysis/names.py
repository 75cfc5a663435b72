"""The persons that articles name: runs of capitalised words, joined where they are spellings of one name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from rag.analysis.read_articles import ReadArticle
from rag.answer.follow_up import THINGS, TITLES, persons_in
from rag.progress import SILENT, Progress
from rag.results.listings import Name, Names
from rag.results.spans import Quote
from rag.text.name_keys import spelling_key
from rag.text.terms import all_stop_words, fold

NAME_WORD = re.compile(r"[^\W\d_][\w’'-]*\w|[^\W\d_]\.?")
SMALL = frozenset("de da del della di van von der den al bin ibn la le dos el".split())
"""Small words within a name."""
LONGEST_NAME = 4
"""Words of a person's name."""
MOST_NAMES = 40
"""Names that are listed."""
Key = tuple[str, str]


def find_names(articles: Sequence[ReadArticle], *, most: int = MOST_NAMES, progress: Progress = SILENT) -> Names:
    """The persons that the articles name in full, at most so many, those in most articles first.

    An article that has the last word of a name alone counts for it if no other name ends so. Raises Cancelled.
    """
    spelt: dict[Key, Counter[str]] = defaultdict(Counter)
    places: dict[Key, dict[str, Quote]] = defaultdict(dict)
    common = {w for a in articles for t in a.sentences for w in re.findall(r"[^\W\d_]{3,}", t.text) if w.islower()}
    for article in progress.each("finding names", articles):
        for quote in article.sentences:
            for name in _names_in(quote.text, common, english=article.language in ("", "en")):
                key = _key(name)
                spelt[key][name] += 1
                places[key].setdefault(article.file, quote)
    endings = Counter(last for _, last in spelt)
    alone = _files_by_word(articles, {last for last, n in endings.items() if n == 1})
    found = []
    for key, spellings in spelt.items():
        files = set(places[key]) | alone.get(key[1], set())
        best = min(spellings, key=lambda s: (-spellings[s], s))
        others = tuple(sorted(set(spellings) - {best}))
        found.append((Name(best, others, tuple(sorted(files)), tuple(places[key].values())), spellings.total()))
    found.sort(key=lambda pair: (-len(pair[0].files), -pair[1], pair[0].name))
    return Names(tuple(name for name, _ in found[:most]), max(0, len(found) - most))


def _names_in(text: str, common: Collection[str], *, english: bool) -> Iterator[str]:
    """The names in full; words before them that are `common` ones, such as "Engineer", are no part of them."""
    runs = persons_in(text) if english else _runs(text)
    for run in runs:
        words = run.replace("’", "'").removesuffix("'s").split()
        while words and fold(words[0].strip(".")) in TITLES | all_stop_words():
            words.pop(0)
        while len(words) > 2 and words[0].lower() in common:
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
