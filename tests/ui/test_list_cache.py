"""What the page keeps of a library: the list never waits for the example questions."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from rag import Answer, Library
from ui.article_list import ArticleListCache

PATIENCE = 20.0
"""Seconds after which a thread that should not wait counts as waiting."""


def test_the_list_can_be_searched_while_example_questions_are_chosen(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, ask, listed = ArticleListCache(library), library.ask, threading.Event()

    def look() -> None:
        cache.entries()
        listed.set()

    def ask_meanwhile(question: str) -> Answer:
        threading.Thread(target=look, daemon=True).start()
        assert listed.wait(PATIENCE)
        return ask(question)

    monkeypatch.setattr(library, "ask", ask_meanwhile)
    assert cache.entries()
    assert len(cache.examples()) == 3


def test_questions_are_kept_until_the_articles_change(
    library: Library, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = ArticleListCache(library)
    cache.entries()
    kept = cache.examples()
    with monkeypatch.context() as patch:
        patch.setattr(library, "ask", _never)
        assert cache.examples() == kept
    for path in seeds.glob("*.txt"):
        path.write_text("Jane Porter opened the bridge. Porter said that Riverton had waited for it.", "utf-8")
    library.sync()
    assert "What did Jane Porter say about Riverton?" in cache.examples()


def test_names_of_an_older_list_do_not_stay(library: Library, seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = ArticleListCache(library)
    look, file = cache.entries, cache.entries()[0].file

    def overtaken() -> object:
        """The list as another tab changes it at the same moment."""
        older = look()
        (seeds / file).write_text("The bridge is open\n\nJane Porter opened it on Monday in Riverton.", "utf-8")
        library.sync()
        look()
        return older

    with monkeypatch.context() as patch:
        patch.setattr(cache, "entries", overtaken)
        cache.name_of(file)
    assert cache.name_of(file) == "The bridge is open"


def _never(question: str) -> Answer:
    raise AssertionError(question)
