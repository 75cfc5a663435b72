"""Exports, drafts and rechecks on the command line."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import docx
import pytest

from rag.cli import main
from rag.render.record import read_record
from tests.model_server import misbehaving, says

QUESTION = "When did Russia invade Ukraine?"
TRUE = "Rutte approved the transfer of Dutch F-16 fighter jets to Ukraine."
FALSE = "Rutte sold ninety submarines to Portugal."


@pytest.fixture(
    params=[["ask", QUESTION], ["summarise", "--points", "3"], ["stories"], ["compare"], ["timeline"]],
    ids=lambda arguments: arguments[0],
)
def command(seeds: Path, request: pytest.FixtureRequest) -> list[str]:
    return [*request.param, "--library", str(seeds)]


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_a_result_is_printed_in_a_form_that_can_be_rechecked(
    command: list[str], form: str, seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--format", form]) == 0
    export = tmp_path / "export"
    export.write_text(capsys.readouterr().out, encoding="utf-8")
    quotes = len(read_record(export.read_text(encoding="utf-8")).quotations)
    assert main(["recheck", str(export), "--library", str(seeds)]) == 0
    assert capsys.readouterr().out == f"{quotes} quotes: {quotes} hold\n"


@pytest.mark.parametrize(
    ("name", "opening"), [("a.md", "# "), ("a.html", "<!doctype"), ("a.json", "{"), ("a.txt", "R")]
)
def test_the_files_name_says_the_form(
    seeds: Path, tmp_path: Path, name: str, opening: str, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / name
    assert main(["ask", QUESTION, "--library", str(seeds), "--output", str(output)]) == 0
    assert capsys.readouterr().out == ""
    assert output.read_text(encoding="utf-8").startswith(opening)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted({name, seeds.name})


def test_a_result_and_a_conversation_are_saved_as_word_documents(
    seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer, talk = tmp_path / "answer.docx", tmp_path / "talk.DOCX"
    assert main(["ask", QUESTION, "--library", str(seeds), "--output", str(answer)]) == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{QUESTION}\n"))
    assert main(["chat", "--library", str(seeds), "--output", str(talk)]) == 0
    for path in (answer, talk):
        assert any(paragraph.text == QUESTION for paragraph in docx.Document(str(path)).paragraphs)
        capsys.readouterr()
        assert main(["recheck", str(path), "--library", str(seeds)]) == 0


def test_answers_to_questions_of_ones_own_are_measured(
    seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions, output = tmp_path / "questions.jsonl", tmp_path / "evaluation.html"
    line = json.dumps({"question": QUESTION, "answer": "February 2022"})
    questions.write_text(line, encoding="utf-8")
    command = ["evaluate", str(questions), "--library", str(seeds)]
    assert main([*command, "--json"]) == 0
    figures = {figure["name"]: figure for figure in json.loads(capsys.readouterr().out)["figures"]}
    assert figures["answer recall"]["mean"] == figures["faithfulness"]["mean"] == 1.0
    assert main([*command, "--output", str(output)]) == 0
    assert "<table" in output.read_text(encoding="utf-8")
    assert main([*command, "--checker", "model"]) == 1
    assert "READACROSS_CHECKER" in capsys.readouterr().err
    questions.write_text(f"{line}\n{{}}", encoding="utf-8")
    assert main(command) == 1
    assert "questions.jsonl: line 2: question: Field required" in capsys.readouterr().err


def test_recheck_fails_once_an_article_has_changed(
    seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = tmp_path / "export.md"
    main(["ask", QUESTION, "--library", str(seeds), "--output", str(export)])
    for article in seeds.glob("*.txt"):
        text = article.read_text(encoding="utf-8")
        article.write_text(text.replace("February 2022", "March 2022"), encoding="utf-8")
    assert main(["recheck", str(export), "--library", str(seeds)]) == 1
    printed = capsys.readouterr().out
    assert "does not stand in the article any more" in printed
    assert "March 2022" in printed
    assert main(["recheck", str(export), "--library", str(seeds), "--json"]) == 1
    values = json.loads(capsys.readouterr().out)
    assert values["holds"] is False
    assert {q["status"] for q in values["quotes"]} == {"changed"}


def test_a_conversation_is_written_at_its_end(
    seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "talk.html"
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{QUESTION}\nAnd why?\n"))
    assert main(["chat", "--library", str(seeds), "--output", str(output)]) == 0
    assert "And why?" in output.read_text(encoding="utf-8")
    assert main(["chat", "--library", str(seeds), "--output", str(tmp_path / "talk.doc")]) == 1
    assert "names no form" in capsys.readouterr().err


def test_an_output_never_destroys_an_article_nor_becomes_one(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["ask", QUESTION, "--library", str(seeds), "--output"]
    article = next(seeds.glob("*.txt"))
    before = article.read_bytes()
    (seeds / "own.md").write_text("My own notes.", encoding="utf-8")
    for name in (article.name, "new.txt", "own.md"):
        assert main([*ask, str(seeds / name)]) == 1
        assert "article of the library" in capsys.readouterr().err
    assert article.read_bytes() == before
    assert (seeds / "own.md").read_text(encoding="utf-8") == "My own notes."
    for _ in range(2):
        assert main([*ask, str(seeds / "answer.md")]) == 0
    main(["articles", "--library", str(seeds), "--json"])
    assert "answer.md" not in {a["file"] for a in json.loads(capsys.readouterr().out)}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--output", "no/such/folder/a.md"], "folder that exists"),
        (["--output", "."], "folder that exists"),
        (["--output", os.devnull], "no ordinary file"),
        (["--json", "--format", "html"], "exclude each other"),
    ],
)
def test_a_wrong_output_is_told_before_the_work(
    seeds: Path, more: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", QUESTION, "--library", str(seeds), *more]) == 1
    assert message in capsys.readouterr().err
    assert not (seeds / ".readacross").exists()


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
def test_a_draft_is_checked_with_reasons_and_places(
    seeds: Path, tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = tmp_path / f"draft{suffix}"
    lines = [TRUE, FALSE]
    draft.write_text("".join(f"<p>{t}</p>" for t in lines) if suffix == ".html" else "\n\n".join(lines), "utf-8")
    assert main(["check", str(draft), "--library", str(seeds)]) == 0
    printed = capsys.readouterr().out
    assert f"+ {TRUE}\n    supported" in printed
    assert f"- {FALSE}\n    not found" in printed
    assert "“sold ninety submarines to Portugal” is not found" in printed
    assert "000_29c572bd7d0631de.txt 2659-2774" in printed
    assert printed.endswith("2 sentences checked: 1 supported, 0 partly, 1 not found\n")


def test_a_draft_comes_from_standard_input(
    seeds: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for data, code in ((f"{TRUE} {FALSE}".encode("utf-16"), 0), (b" \n", 1), (b"\x00\x01\x02" * 9, 1)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert main(["check", "--library", str(seeds), "--json"]) == code
        out, err = capsys.readouterr()
        if code:
            assert err.startswith("readacross: The draft holds ")
        else:
            values = json.loads(out)
            assert values["counts"] == {"supported": 1, "partly": 0, "not found": 1}
            assert [s["text"] for s in values["sentences"]] == [TRUE, FALSE]


def test_a_draft_in_the_folder_is_no_evidence_for_itself(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (seeds / "draft.txt").write_text(FALSE, encoding="utf-8")
    assert main(["check", str(seeds / "draft.txt"), "--library", str(seeds)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("- ")
    assert "draft.txt" not in printed
    (seeds / "again.txt").write_text(FALSE, encoding="utf-8")
    main(["check", str(seeds / "draft.txt"), "--library", str(seeds)])
    assert capsys.readouterr().out.startswith("+ ")


@pytest.mark.parametrize(
    ("name", "message"),
    [("none.txt", "none.txt does not exist"), ("dump.csv", "many articles"), ("x.xyz", "binary data")],
)
def test_a_draft_that_cannot_be_read_is_told(
    seeds: Path, tmp_path: Path, name: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if name != "none.txt":
        (tmp_path / name).write_bytes(bytes(range(256)) * 9 if name == "x.xyz" else b"text\none")
    assert main(["check", str(tmp_path / name), "--library", str(seeds)]) == 1
    assert message in capsys.readouterr().err


def test_a_checked_draft_is_exported_with_every_verdict(
    seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(f"{TRUE} {FALSE}", encoding="utf-8")
    main(["check", str(draft), "--library", str(seeds), "--format", "markdown"])
    printed = capsys.readouterr().out
    assert "*(supported)*" in printed
    assert "*(not found in the articles; “sold ninety submarines" in printed
    assert read_record(printed).quotations


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_what_is_not_supported_is_shown_when_asked_for(
    seeds: Path, form: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = TRUE.replace("F-16", "F-35")
    with misbehaving() as server:
        server.acts = [says(f"{TRUE} {wrong}")]
        monkeypatch.setenv("OPENAI_BASE_URL", server.address)
        monkeypatch.setenv("READACROSS_MODEL", "m")
        ask = ["ask", "Which jets did Rutte approve?", "--library", str(seeds), "--format", form]
        assert main(ask) == 0
        printed = capsys.readouterr().out
        assert "F-16" in printed
        assert "F-35" not in printed.replace("\\", "")
        assert "Left out of 2 sentences: 1 only partly supported." in printed
        assert main([*ask, "--unsupported"]) == 0
        printed = capsys.readouterr().out
    assert "F-35" in printed
    assert "only partly supported; the evidence has" in printed
    assert "Left out" not in printed
