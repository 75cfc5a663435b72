"""Words that say nothing of a subject, in about thirty languages: the lists that LlamaIndex ships."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from rag.index.terms import fold

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
