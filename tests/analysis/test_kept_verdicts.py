"""Verdicts on pairs of sentences are kept on disk: facts are found again, the same, without any being found anew."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from rag import Library, Settings
from rag.store.own_files import CATALOGUE
from rag.verify.sentence_pair import exclude_each_other
from tests.analysis.reports import FERRY


@pytest.fixture
def reports(folder: Path) -> Path:
    for name, sentences in list(FERRY.items())[:2]:
        write(folder, name, sentences)
    return folder


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The pairs of sentences on which a verdict is found."""
    pairs: list[tuple[str, str]] = []

    def noted(first: str, second: str, language: str, before: tuple[str, str]) -> bool:
        pairs.append((first, second))
        return exclude_each_other(first, second, language, before)

    monkeypatch.setattr("rag.analysis.sentence_graph.exclude_each_other", noted)
    return pairs


def write(folder: Path, name: str, sentences: tuple[str, ...]) -> None:
    (folder / f"{name}.txt").write_text("\n\n".join(sentences), encoding="utf-8")


def compared(folder: Path) -> str:
    with Library(folder, settings=Settings(), defer_index=True) as library:
        library.sync()
        return str(library.compare())


def test_facts_are_the_same_without_any_verdict_being_found_again(reports: Path, asked: list[tuple[str, str]]) -> None:
    first = compared(reports)
    assert asked
    asked.clear()
    assert compared(reports) == first
    assert asked == []


def test_one_more_article_asks_for_verdicts_on_its_own_sentences_alone(
    reports: Path, asked: list[tuple[str, str]]
) -> None:
    compared(reports)
    asked.clear()
    name, sentences = list(FERRY.items())[2]
    write(reports, name, sentences)
    compared(reports)
    assert asked
    assert all(set(pair) & set(sentences) for pair in asked)


def test_verdicts_that_have_decayed_or_were_found_by_other_rules_are_found_again(
    reports: Path, asked: list[tuple[str, str]]
) -> None:
    first = compared(reports)
    for damage in ("value = 'AAAA'", "layout = 'of other rules'", "value = '!', digest = ''"):
        asked.clear()
        with sqlite3.connect(reports / ".readacross" / CATALOGUE) as connection:
            connection.execute(f"UPDATE findings SET {damage}")
        connection.close()
        assert compared(reports) == first
        assert asked


def test_verdicts_go_with_their_article(reports: Path) -> None:
    compared(reports)
    (reports / f"{next(iter(FERRY))}.txt").unlink()
    write(reports, "other", list(FERRY.values())[2])
    compared(reports)
    connection = sqlite3.connect(reports / ".readacross" / CATALOGUE)
    left = connection.execute("SELECT count(*) FROM findings WHERE article NOT IN (SELECT digest FROM articles)")
    assert left.fetchone() == (0,)
    connection.close()
