"""Every benchmark runs from end to end on tiny data, and reads and writes what its set's form says."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import desk, fit_grounding, fuzz, load, overhead, predictions, roundtrip, scale, speed, survival
from tests.benchmarks.__main__ import NAMES, main
from tests.benchmarks.common import read_lines
from tests.benchmarks.predictions import SETS
from tests.benchmarks.slices import make_cases, make_data, reports

WITHIN = {"answering", "desk", "events", "grounding", "storyfacts", "summhay"}
"""Benchmarks whose data are a set's folder; the others take the folder of all sets."""
BASELINES_OF_DESK = ("BM25-never-refusing", "BM25-best-threshold")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("benchmarks")
    make_data(made)
    return made


class Runner:
    """Runs a benchmark by its name, as from the command line."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.capsys = capsys
        self.printed = ""

    def run(self, name: str, *options: str) -> Any:
        """The result that it prints as its last line."""
        data = self.root / name if name in WITHIN else self.root
        assert main([name, "--data", str(data), "--json", *options]) == 0
        self.printed = self.capsys.readouterr().out
        return json.loads(next(line for line in reversed(self.printed.splitlines()) if line[:1] in "{["))


@pytest.fixture
def runner(root: Path, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(root, capsys)


@pytest.mark.parametrize("name", ["answering", "events", "summhay"])
def test_every_item_of_a_set_is_predicted(runner: Runner, name: str) -> None:
    assert set(runner.run(name).values()) == {1.0}
    assert "readacross" in runner.printed


def test_grounding(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_grounding, "FOLDS", 2)
    result = runner.run("grounding")
    assert set(result["wice"].values()) == {1.0}
    assert 0 <= result["perturbed"]["refused"] < result["perturbed"]["caught"] <= 1


def test_desk(runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "THRESHOLDS", 3)
    result = runner.run("desk", "--write", str(tmp_path))
    assert {result[which]["utility"] for which in ("own", "all")} == {1.0}
    texts = {r["doc_id"]: r["text"] for r in reports()}
    names = sorted(path.stem for path in tmp_path.iterdir())
    assert names == sorted(f"{s}-{w}" for s in ("readacross", *BASELINES_OF_DESK) for w in ("own", "all"))
    for path in tmp_path.iterdir():
        sentences = [s for p in read_lines(path) for s in p["sentences"]]
        assert sentences
        assert all(0 <= c["start"] < c["end"] <= len(texts[c["doc"]]) for s in sentences for c in s["citations"])


def test_storyfacts(runner: Runner, tmp_path: Path) -> None:
    assert set(runner.run("storyfacts", "--write", str(tmp_path)).values()) == {1.0}
    texts = {r["doc_id"]: r["text"] for r in reports()}
    for prediction in read_lines(tmp_path / "readacross.jsonl"):
        assert len(prediction["summary"]) == 3
        for point in prediction["summary"]:
            place = point["places"][0]
            assert " ".join(texts[place["doc"]][place["start"] : place["end"]].split()) == point["text"]


def test_copies(runner: Runner) -> None:
    assert runner.run("copies")["recall"] > 0.5


def test_disagreements(runner: Runner) -> None:
    assert runner.run("disagreements")["all"]["made"] > 0


def test_cases(root: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    make_cases(tmp_path)
    assert main(["cases", "--data", str(tmp_path), "--json"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed.splitlines()[-1]) == {"cases": 2, "hold": 1, "checks": 18, "checks_hold": 9}
    assert "FAIL 0/9 failing" in printed
    assert "ok   9/9 holding" in printed
    assert "1 of 2 cases hold" in printed


def test_predictions_tell_what_has_changed(runner: Runner, tmp_path: Path) -> None:
    hashes = runner.run("predictions", "--write", str(tmp_path))
    assert hashes.keys() == SETS.keys()
    assert runner.run("predictions", "--compare", str(tmp_path)) == hashes
    assert f"0 of {len(SETS)} sets differ" in runner.printed


def test_a_changed_prediction_is_told(runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictions, "SETS", {"events": SETS["events"]})
    runner.run("predictions", "--write", str(tmp_path))
    kept = tmp_path / "events.jsonl"
    kept.write_text(kept.read_text().replace('"story": 0', '"story": 100', 1))
    with pytest.raises(SystemExit):
        runner.run("predictions", "--compare", str(tmp_path))
    assert "1 records differ" in runner.capsys.readouterr().out


def test_scale(runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "SIZES", (40,))
    monkeypatch.setattr(
        scale, "STEPS", {name: scale.STEPS[name] for name in ("sync", "stories, first", "names", "one more")}
    )
    monkeypatch.setenv("SCALE_FOLDER", str(tmp_path))
    figures = runner.run("scale")["40"]
    assert figures["stories, first s"] > 0
    assert figures["one more: new s"] > 0
    monkeypatch.setattr(scale.subprocess, "run", None)  # all is taken from the folder
    assert runner.run("scale")["40"] == figures


@pytest.mark.server
def test_speed(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "ROUNDS", 1)
    monkeypatch.setattr(speed, "ARTICLES", 18)
    assert runner.run("speed")["articles"] == 18


@pytest.mark.server
def test_overhead(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overhead, "QUESTIONS", overhead.QUESTIONS[:1])
    assert runner.run("overhead")["questions"] == 1


@pytest.mark.server
def test_survival(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survival, "GROUPS", {"looked at": 4})
    monkeypatch.setattr(survival, "QUESTIONS", 1)
    monkeypatch.setattr(survival, "EVENTS", 1)
    assert runner.run("survival").keys() == {*survival.GROUPS, "summaries"}


@pytest.fixture
def folder(runner: Runner, tmp_path: Path) -> Path:
    """A folder of plain articles, which the runner takes for its data."""
    for report in reports():
        (tmp_path / f"{report['doc_id']}.txt").write_text(report["text"], "utf-8")
    runner.root = tmp_path
    return tmp_path


def test_reading(runner: Runner, folder: Path) -> None:
    for path in list(folder.glob("*.txt")):
        expected = json.dumps({"text": path.read_text("utf-8")})
        path.with_name(f"{path.name}.expected.json").write_text(expected, "utf-8")
    assert runner.run("reading")[".txt readacross"]["recall"] == "1.000"


def test_roundtrip(runner: Runner, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roundtrip, "FILES", len(roundtrip.FORMATS))
    result = runner.run("roundtrip")
    assert result["files"] == len(roundtrip.FORMATS)
    assert result["read"] == result["given"]


def test_fuzz(runner: Runner, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bombs = list(islice(fuzz._bombs(), 6))
    monkeypatch.setattr(fuzz, "SECONDS", 0.1)
    monkeypatch.setattr(fuzz, "_bombs", lambda: bombs)
    monkeypatch.setattr(fuzz, "FORMATS", {name: fuzz.FORMATS[name] for name in ("plain text", "CSV")})
    result = runner.run("fuzz")
    assert result["files"] > len(bombs)
    assert not any(result[fault] for fault in ("crashed", "hung"))


@pytest.mark.server
def test_load(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("ARTICLES", 6), ("USERS", 2), ("SECONDS", 1.0), ("QUESTIONS", 2)):
        monkeypatch.setattr(load, name, value)
    assert runner.run("load")


def test_no_benchmark_is_left_out() -> None:
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    installs = {"installing"}  # packages, for minutes
    assert set(NAMES) - tested - installs == {"answering", "events", "summhay", "predictions"}


def test_an_option_that_a_benchmark_does_not_have_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["copies", "--data", str(root), "--write", "x"])
    assert "copies has no option --write" in capsys.readouterr().err
