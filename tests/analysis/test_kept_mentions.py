"""The names in an article are kept on disk: listed again, the same, without any article being looked through anew."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from rag import Library, Settings
from rag.analysis.kept_mentions import KIND, LAYOUT, PLACES, ROW, RULES
from rag.analysis.name_types import Mention, find_mentions
from rag.results.listings import Names
from rag.store.kept_findings import KeptFindings
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


def test_a_line_that_other_articles_tell_to_be_their_sites_names_nobody_any_more(
    folder: Path, tmp_path: Path, asked: list[str]
) -> None:
    line = "Write to Gloria Abernathy of Hornby Media about this page."
    (folder / "0.txt").write_text(f"{NEWS[0]}\n\n{line}", encoding="utf-8")
    assert "Gloria Abernathy" in {name.name for name in named(folder).names}
    others = ("The bakery in Leeds burnt down.", "Nobody won the chess match.", "Rain flooded two farms.")
    for number, text in enumerate(others, 1):
        (folder / f"{number}.txt").write_text(f"{text}\n\n{line}", encoding="utf-8")
    now = named(folder)
    assert "Gloria Abernathy" not in {name.name for name in now.names}
    again = tmp_path / "again"
    shutil.copytree(folder, again, ignore=shutil.ignore_patterns(".readacross"))
    assert named(again) == now


@pytest.mark.parametrize("value", [b"no row", b"\xff" * ROW.itemsize])
def test_what_a_strangers_catalogue_keeps_is_looked_at_before_it_is_used(
    reports: Path, asked: list[str], value: bytes
) -> None:
    first = named(reports)
    with Library(reports, settings=Settings(), defer_index=True) as library:
        digests = library._store.catalogue.digests(["0.txt", "1.txt"]).values()
        kept = KeptFindings(library._store.catalogue, KIND, LAYOUT, RULES)
        kept.keep({digest: found[:PLACES] + value for digest, found in kept.load(digests).items()})
    asked.clear()
    assert named(reports) == first
    assert len(asked) == 2


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
