"""Text to index terms: folded, stemmed words, and character bigrams for scripts that are written without spaces.

Stop words of about thirty languages are those that LlamaIndex ships.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import Stemmer

STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
"""Snowball's stemmer for each ISO 639-1 code that has one; other languages are indexed by their folded words."""

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")
# Letters that NFKD leaves whole although readers type them as plain ones.
FOLDED = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """The word in lower case, without diacritics, apostrophes, and a possessive 's."""
    lower = word.casefold().replace("’", "'").removesuffix("'s").replace("'", "").translate(FOLDED)
    if lower.isascii():
        return lower
    # Compatibility forms, such as mathematical letters, have a case of their own.
    decomposed = unicodedata.normalize("NFKD", lower).casefold()
    # Only these marks are accents; in Indic scripts marks are vowels.
    return "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")


@lru_cache(maxsize=64)
def stemmer(language: str) -> Callable[[str], str]:
    """A cached function from a folded word to its stem in the language; the identity where there is no stemmer."""
    name = STEMMERS.get(language)
    if name is None:
        return str
    stem = Stemmer.Stemmer(name, maxCacheSize=0).stemWord
    return lru_cache(maxsize=65_536)(lambda word: fold(stem(word)))


def words(text: str) -> list[str]:
    """The folded words of a text, in order; a run of an unspaced script gives its overlapping character pairs."""
    found = [w for w in map(fold, WORD.findall(text)) if w]
    if text.isascii() or not UNSPACED.search(text):
        return found
    return [piece for word in found for piece in _pairs(word)]


def _pairs(word: str) -> list[str]:
    pieces: list[str] = []
    position = 0
    for run in UNSPACED.finditer(word):
        if run.start() > position:
            pieces.append(word[position : run.start()])
        characters = run.group()
        pieces.extend(characters[i : i + 2] for i in range(max(1, len(characters) - 1)))
        position = run.end()
    if position < len(word):
        pieces.append(word[position:])
    return pieces


def terms(text: str, languages: Sequence[str] = ("en",)) -> list[str]:
    """The index terms of a text: each word's stem in every one of the languages, repeats of one word folded.

    Articles are indexed with their one language; a question, whose language is not known, with those of the library.
    """
    stems = [stemmer(language) for language in languages] or [str]
    if len(stems) == 1:
        return [stems[0](word) for word in words(text)]
    return [term for word in words(text) for term in dict.fromkeys(stem(word) for stem in stems)]


LISTS = ("_static", "nltk_cache", "corpora", "stopwords")
"""Their folder in LlamaIndex's core: a file for each language, named in English, a word a line."""
NO_LANGUAGE = frozenset({"README", "hinglish"})
"""Files there that are no list, or one of two languages."""


@cache
def stop_words(language: str) -> frozenset[str]:
    """The folded stop words of a language by its English name in lower case ("german"); none where there is no list."""
    folder = _folder()
    if folder is None or language not in listed():
        return frozenset()
    lines = (folder / language).read_text("utf-8").splitlines()
    return frozenset(word for line in lines if (word := fold(line.strip())))


@cache
def listed() -> frozenset[str]:
    """The languages that have a list."""
    folder = _folder()
    return frozenset(path.name for path in folder.iterdir()) - NO_LANGUAGE if folder else frozenset()


@cache
def all_stop_words() -> frozenset[str]:
    """Those of all languages together."""
    return frozenset[str]().union(*map(stop_words, listed()))


@cache
def _folder() -> Path | None:
    # The package is only looked for: its import takes seconds.
    spec = find_spec("llama_index.core")
    places = spec.submodule_search_locations if spec else None
    folder = Path(next(iter(places or [""])), *LISTS)
    return folder if folder.is_dir() else None
