"""The command line, as a user runs it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag import Library, Settings
from rag.cli import main
from tests.model_server import misbehaving, says

QUESTION = "When did Russia invade Ukraine?"


def test_ask_prints_the_answer_with_its_sources(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION, "--library", str(seeds)]) == 0
    out, err = capsys.readouterr()
    assert "February 2022" in out
    assert "[1]" in out
    assert "000_29c572bd7d0631de.txt" in out
    assert "2 added" in err


def test_ask_json_is_one_object_of_the_promised_form(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION, "--library", str(seeds), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {"question", "found", "text", "sentences", "sources"} <= set(answer)
    assert answer["found"] is True
    assert answer["text"] == " ".join(s["text"] for s in answer["sentences"])
    for sentence in answer["sentences"]:
        assert {"text", "support", "score", "citations"} <= set(sentence)
        for citation in sentence["citations"]:
            assert set(citation) == {"number", "file", "start", "end", "quote", "also_in"}
            text = (seeds / citation["file"]).read_text(encoding="utf-8")
            assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_what_a_model_used_is_told_on_the_error_stream(
    seeds: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with misbehaving() as server:
        server.acts = [says("Russia invaded Ukraine in February 2022.")]
        monkeypatch.setenv("OPENAI_BASE_URL", server.address)
        monkeypatch.setenv("READACROSS_MODEL", "m")
        assert main(["ask", QUESTION, "--library", str(seeds)]) == 0
    out, err = capsys.readouterr()
    assert "tokens" not in out
    assert "(m: 11 tokens in, 7 out, first words after" in err


@pytest.mark.parametrize(("options", "asked"), [([], 3), (["--no-rewrite"], 2)])
def test_a_model_completes_follow_ups_unless_it_is_told_not_to(
    seeds: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], asked: int
) -> None:
    with misbehaving() as server:
        server.acts = [says("Russia invaded Ukraine in February 2022.")]
        monkeypatch.setenv("OPENAI_BASE_URL", server.address)
        monkeypatch.setenv("READACROSS_MODEL", "m")
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{QUESTION}\nAnd why?\n\n"))
        assert main(["chat", "--library", str(seeds), *options]) == 0
        assert len(server.requests) == asked


def test_a_refusal_is_no_error(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "What is the population of Kyiv?", "--library", str(seeds), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["found"] is False
    assert answer["nearest"]


@pytest.mark.parametrize(
    "command",
    [
        ["sync"],
        ["articles"],
        ["stories"],
        ["compare"],
        ["compare", "--focus", "fighter jets"],
        ["summarise"],
        ["summarize"],
        ["names"],
        ["names", "--kind", "place"],
        ["timeline"],
        ["new"],
        ["search", "fighter jets"],
        ["settings"],
        ["ask", QUESTION, "--no-sync"],
    ],
)
def test_every_result_can_be_had_as_json(seeds: Path, command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with Library(seeds, settings=Settings()) as library:
        library.sync()
    where = [] if command == ["settings"] else ["--library", str(seeds)]
    assert main([*command, *where, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) is not None
    assert main([*command, *where]) == 0
    assert capsys.readouterr().out


def test_chat_reads_questions_line_by_line(
    seeds: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{QUESTION}\nAnd why?\n"))
    assert main(["chat", "--library", str(seeds), "--json"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["found"]
    assert "Russia" in second["asked"]


def test_ask_while_another_process_owns_the_library(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Library(seeds, settings=Settings()) as owner:
        owner.sync()
        assert main(["ask", QUESTION, "--library", str(seeds)]) == 0
        out, err = capsys.readouterr()
        assert "February 2022" in out
        assert f"process {os.getpid()}" in err
        assert main(["sync", "--library", str(seeds)]) == 1
        assert "in use by process" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", "Why?", "--library", "no/such/folder"], "no/such/folder"),
        (["ask", " "], "empty"),
        (["ask", QUESTION, "--publisher", "The Moon"], "No article meets"),
    ],
)
def test_errors_are_one_line_and_exit_1(
    seeds: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(seeds)
    assert main(arguments) == 1
    err = capsys.readouterr().err.splitlines()[-1]
    assert err.startswith("readacross: ")
    assert message in err


def test_a_wrong_setting_is_refused_at_the_start(
    seeds: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READACROSS_EMBEDDER", "no such: thing")
    assert main(["ask", QUESTION, "--library", str(seeds)]) == 1
    assert "READACROSS_EMBEDDER" in capsys.readouterr().err
    assert not (seeds / ".readacross").exists()


def test_the_installed_program_runs(seeds: Path) -> None:
    program = Path(sys.executable).with_name("readacross")
    done = subprocess.run(
        [program, "ask", QUESTION, "--json"], cwd=seeds, capture_output=True, text=True, check=True, env=os.environ
    )
    assert json.loads(done.stdout)["found"] is True


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_pipe_that_takes_few_letters_gets_the_others_written_out(
    seeds: Path, form: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (seeds / "b.txt").write_text("The mayor of Zażółć said “no” 😀 to the new bridge over the river.", "utf-8")
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", pipe)
        assert main(["search", "mayor bridge river", "--library", str(seeds), "-k", "1", *form]) == 0
    pipe.seek(0)
    out = pipe.read()
    assert not form or "Zażółć said “no” 😀 to" in json.loads(out)[0]["text"]
    assert r"\u201cno\u201d \ud83d\ude00" in out


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_and_interruptions_keep_to_one_line_of_the_terminal(
    seeds: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main(["summarise", "--library", str(seeds)]) == 0
    assert "NATO" in capsys.readouterr().out
    assert "\r\033[Kreading sentences: 1 of " in terminal.getvalue()
    monkeypatch.setattr(Library, "summarise", _interrupted)
    assert main(["summarise", "--library", str(seeds)]) == 130
    assert terminal.getvalue().endswith("\r\033[Kreadacross: stopped; what was done is kept.\n")
    assert "\ufffd" not in terminal.getvalue()


def _interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_files_are_added_removed_and_brought_back(seeds: Path, tmp_path: Path, capsys) -> None:
    draft = tmp_path / "bridge.txt"
    draft.write_text("The mayor of Springfield opened a bridge on Monday.", "utf-8")
    place = ["--library", str(seeds)]
    assert main(["add", *place, str(draft)]) == 0
    assert "1 added" in capsys.readouterr().out
    assert main(["add", *place, str(tmp_path / "missing.txt")]) == 1
    assert "cannot be read" in capsys.readouterr().out
    assert main(["remove", *place, "bridge.txt", "--json"]) == 0
    removed = json.loads(capsys.readouterr().out)
    assert removed["files"] == ["bridge.txt"]
    assert not (seeds / "bridge.txt").exists()
    assert main(["restore", *place, removed["id"]]) == 0
    assert "1 added" in capsys.readouterr().out
    assert (seeds / "bridge.txt").exists()
