"""The names in an article are kept on disk: listed again, the same, without any article being looked through anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from rag import Library, Settings
from rag.analysis.name_types import Mention, find_mentions
from rag.results.listings import Names
from rag.store.own_files import CATALOGUE
from tests.analysis.test_names import NEWS


@pytest.fixture
def reports(folder: Path) -> Path:
    for number, text in enumerate(NEWS[:3]):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts in which names are looked for."""
    looked_at: list[str] = []

    def noted(texts: Sequence[str]) -> list[list[Mention]]:
        looked_at.extend(texts)
        return find_mentions(texts)

    monkeypatch.setattr("rag.analysis.kept_mentions.find_mentions", noted)
    return looked_at


def named(folder: Path) -> Names:
    with Library(folder, settings=Settings(), defer_index=True) as library:
        library.sync()
        return library.names()


def test_names_are_the_same_without_any_article_being_looked_through_again(reports: Path, asked: list[str]) -> None:
    first = named(reports)
    assert first.names
    assert len(asked) == 3
    asked.clear()
    assert named(reports) == first
    assert asked == []


def test_one_more_article_is_looked_through_alone(reports: Path, asked: list[str]) -> None:
    named(reports)
    asked.clear()
    (reports / "3.txt").write_text(NEWS[3], encoding="utf-8")
    named(reports)
    assert asked == [NEWS[3]]


@pytest.mark.parametrize("damage", ["value = 'AAAA'", "layout = 'of another model'", "value = '!', digest = ''"])
def test_mentions_that_have_decayed_or_were_found_by_another_model_are_found_again(
    reports: Path, asked: list[str], damage: str
) -> None:
    first = named(reports)
    asked.clear()
    with sqlite3.connect(reports / ".readacross" / CATALOGUE) as connection:
        connection.execute(f"UPDATE findings SET {damage} WHERE kind = 'mentions'")
    connection.close()
    assert named(reports) == first
    assert len(asked) == 3
