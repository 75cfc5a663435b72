"""An export rechecked after its articles, or the export itself, were edited; and exports that were made to do harm."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import Answer, ExportError, Library, Recheck
from rag.render import record
from rag.render.document import text_digest
from rag.render.record import is_export, read_record

FORMS = ("markdown", "html", "json")
MARKS = {"markdown": record.MARKDOWN_OPEN, "html": record.HTML_OPEN}
SENTENCES = (
    "The harbour bridge of Aldmoor was closed on Monday after a barge struck its northern pier.",
    "Engineers expect the repairs to take nine weeks and to cost four million crowns.",
    "Mayor Ilse Brandt said a ferry would carry passengers until the bridge opens again.",
)
FILE = "bridge.txt"
QUESTION = "What did Mayor Brandt say about the ferry?"


@pytest.fixture
def town(folder: Path, settings) -> Library:
    (folder / FILE).write_text("\n\n".join(SENTENCES), encoding="utf-8")
    with Library(folder, settings=settings) as library:
        library.sync()
        yield library


@pytest.fixture(params=FORMS)
def exported(town: Library, request: pytest.FixtureRequest) -> str:
    answer = town.ask(QUESTION)
    assert [c.quote for c in answer.citations] == [SENTENCES[2]]
    return answer.export(request.param)


def after(town: Library, text: str, exported: str, file: str = FILE) -> Recheck:
    (town.folder / file).write_text(text, encoding="utf-8")
    town.sync()
    return town.recheck(exported)


def test_untouched_articles_hold(town: Library, exported: str, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_text(exported, encoding="utf-8")
    for recheck in (town.recheck(exported), town.recheck(path)):
        assert [q.status for q in recheck.quotes] == ["holds"]
        assert recheck.holds
        assert str(recheck) == "1 quotes: 1 hold"


def test_exports_with_the_former_names_of_fields_are_read(town: Library) -> None:
    values = json.loads(town.summarise().json())
    for point in values["result"]["points"]:
        point["told"] = point.pop("quotes")
    recheck = town.recheck(json.dumps(values, indent=1))
    assert recheck.quotes
    assert recheck.holds


def test_an_edit_elsewhere_is_told_but_the_quote_holds(town: Library, exported: str) -> None:
    recheck = after(town, "\n\n".join([*SENTENCES, "Nobody was hurt."]), exported)
    assert [q.status for q in recheck.quotes] == ["file changed"]
    assert recheck.holds


@pytest.mark.parametrize("blank", [" ", "\n"])
def test_words_that_stand_elsewhere_have_moved(town: Library, exported: str, blank: str) -> None:
    words = SENTENCES[2].replace(" ", blank, 3)
    text = "\n\n".join(["Some sentence before.", *SENTENCES[:2], words])
    recheck = after(town, text, exported)
    (quote,) = recheck.quotes
    assert (quote.status, quote.now.text, recheck.holds) == ("moved", words, False)
    assert text[quote.now.start : quote.now.end] == words


def test_changed_words_show_what_became_of_them(town: Library, exported: str) -> None:
    now = SENTENCES[2].replace("a ferry", "two ferries")
    (quote,) = after(town, "\n\n".join([*SENTENCES[:2], now]), exported).quotes
    assert (quote.status, quote.now.text) == ("changed", now)


def test_words_that_are_gone_are_changed(town: Library, exported: str) -> None:
    recheck = after(town, SENTENCES[0], exported)
    assert [(q.status, q.now) for q in recheck.quotes] == [("changed", None)]
    assert "does not stand in the article any more" in str(recheck)


def test_a_removed_file_is_gone(town: Library, exported: str) -> None:
    (town.folder / FILE).unlink()
    recheck = after(town, SENTENCES[0], exported, "other.txt")
    assert [(q.status, q.now) for q in recheck.quotes] == [("file gone", None)]


def test_a_renamed_file_is_found_by_its_digest(town: Library, exported: str) -> None:
    (town.folder / FILE).rename(town.folder / "renamed.txt")
    town.sync()
    recheck = town.recheck(exported)
    (quote,) = recheck.quotes
    assert (quote.status, quote.now.file, quote.now.text) == ("file gone", "renamed.txt", SENTENCES[2])
    assert not recheck.holds


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_a_quote_that_was_altered_in_the_document_is_no_quote(town: Library, form: str) -> None:
    exported = town.ask(QUESTION).export(form)
    quoted = exported.rindex("a ferry", 0, exported.index(MARKS[form]))
    altered = f"{exported[:quoted]}a tunnel{exported[quoted + len('a ferry') :]}"
    assert [q.status for q in town.recheck(altered).quotes] == ["altered"]
    untouched = altered.replace(QUESTION, "What I asked").replace("Sources", "My sources")
    assert [q.status for q in town.recheck(untouched).quotes] == ["altered"]


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_breaking_lines_anew_alters_nothing(town: Library, form: str) -> None:
    shown, opening, rest = town.ask(QUESTION).export(form).partition(MARKS[form])
    broken = shown.replace("\n", "\r\n").replace("said a ferry", "said\r\n  a ferry")
    assert town.recheck(f"{broken}{opening}{rest}").holds


def test_every_member_of_a_record_is_checked_by_name(town: Library) -> None:
    values = json.loads(town.ask(QUESTION).json())
    (quote,) = values["quotes"]
    wrong = [
        {"file": 7},
        {"file": None},
        {"start": "0"},
        {"start": -1},
        {"start": True},
        {"start": 1.5},
        {"end": 10**30},
        {"end": quote["start"] - 1},
        {"quote": ["a"]},
        {"quote": "a" * (record.LONGEST_QUOTE + 1)},
        {"number": {}},
    ]
    for change in wrong:
        with pytest.raises(ExportError, match="damaged"):
            read_record(json.dumps({**values, "quotes": [{**quote, **change}]}))
    for change in ({"quotes": {}}, {"quotes": [1]}, {"sources": 3}, {"sources": [[]]}, {"title": 3}, {"kind": None}):
        with pytest.raises(ExportError, match="damaged"):
            read_record(json.dumps({**values, **change}))
    with pytest.raises(ExportError, match="version"):
        read_record(json.dumps({**values, "readacross": 2}))
    with pytest.raises(ExportError, match="damaged"):
        read_record(json.dumps({**values, "quotes": [quote] * (record.MOST_QUOTES + 1)}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"readacross": 1',
        '{"a": 1}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"readacross": ' + "9" * 10_000 + "}",
        "# An article\n\nof words",
        "<!-- readacross -->",
        "<!-- readacross {}",
        '<script type="application/json" id="readacross">{}',
    ],
)
def test_what_is_no_export_is_refused(town: Library, text: str) -> None:
    with pytest.raises(ExportError):
        town.recheck(text)


def test_an_export_without_end_is_refused(town: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "LONGEST_EXPORT", 1_000)
    with pytest.raises(ExportError, match="limit"):
        town.recheck("{" + " " * 1_000)
    monkeypatch.setattr(record, "LONGEST_EXPORT", 10)
    path = tmp_path / "long.json"
    path.write_text("{" + " " * 100, encoding="utf-8")
    with pytest.raises(ExportError, match="limit"):
        town.recheck(path)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"\x89PNG\r\n"])
def test_a_file_of_another_kind_is_refused(town: Library, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(ExportError, match="no export"):
        town.recheck(tmp_path / "x")
    with pytest.raises(ExportError, match="cannot be read"):
        town.recheck(tmp_path)


def test_two_records_in_one_document_are_refused(town: Library) -> None:
    exported = town.ask(QUESTION).markdown()
    with pytest.raises(ExportError, match="two"):
        town.recheck(exported + exported)


def test_a_path_in_an_export_is_only_a_name(town: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SENTENCES[2], encoding="utf-8")
    values = json.loads(town.ask(QUESTION).json())
    opened: list[str] = []
    monkeypatch.setattr(os, "open", lambda path, *_: opened.append(str(path)))
    for name in (str(secret), "../secret.txt", "../../etc/passwd", "bridge.txt\0", "C:\\x", "\ud800"):
        quotes = [{**values["quotes"][0], "file": name, "start": 0, "end": len(SENTENCES[2])}]
        recheck = town.recheck(json.dumps({**values, "quotes": quotes}))
        assert [(q.status, q.now) for q in recheck.quotes] == [("file gone", None)]
    assert not opened


def test_a_document_that_shows_none_of_many_quotes_is_refused_early(made: Callable[..., Answer]) -> None:
    number = iter(range(10_000))
    answer = made(lambda: f"text {next(number)} ends", ("supported",) * 200)
    hidden = answer.html()
    with pytest.raises(ExportError, match="does not show"):
        read_record(hidden[hidden.index('<script type="application/json"') :])


def test_exports_in_the_folder_are_no_articles(town: Library) -> None:
    answer = town.ask(QUESTION)
    for form, name in zip(FORMS, ("a.md", "a.html", "a.json"), strict=True):
        (town.folder / name).write_text(answer.export(form), encoding="utf-8")
    report = town.sync()
    assert [s.file for s in report.skipped] == ["a.html", "a.json", "a.md"]
    assert all("export of readacross" in s.reason for s in report.skipped)
    assert [a.file for a in town.articles()] == [FILE]


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_other_bytes_are_no_export(data: bytes) -> None:
    assert not is_export(data)


@given(st.text(st.characters(codec=None), max_size=400))
@settings(max_examples=200)
def test_reading_any_text_ends_in_a_clear_error(text: str) -> None:
    for wrapped in (text, f"{{{text}", f"{record.HTML_OPEN}{text}</script>", f"<!-- readacross {text} -->"):
        with pytest.raises(ExportError):
            read_record(wrapped)


def test_the_digest_of_lone_surrogates_is_no_error() -> None:
    assert text_digest("\ud800") != text_digest("?")
