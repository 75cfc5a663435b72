"""`make bench` writes what every benchmark told, with its spread, and names what it could not run."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.benchmarks import report, spread
from tests.benchmarks.common import read_lines
from tests.benchmarks.report import BEGIN, DOCS, END, main
from tests.benchmarks.slices import make_data
from tests.benchmarks.spread import Figure, figures


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("benchmarks")
    make_data(made)
    return made


@pytest.mark.server
def test_a_run_is_written_between_the_marks_and_goes_on_where_it_ended(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"Before.\n\n{BEGIN}\n\nOld.\n\n{END}\n\nAfter.\n", "utf-8")
    (root / "summhay" / "queries.jsonl").rename(root / "summhay" / "queries")
    options = [str(root), "--docs", str(tmp_path), "--kept", str(tmp_path / "kept"), "--only"]
    assert main([*options, "events", "summhay", "cases"]) == 1
    told = page.read_text("utf-8")
    assert told.startswith("Before.")
    assert told.endswith("After.\n")
    assert "Old." not in told
    assert "| `events` | bcubed_f1 | **readacross** | 1.000 ± 0.000 |" in told
    assert "TF-IDF" in told
    assert "independent reports among 18 articles" in told
    assert "Not run: there is no folder cases." in told
    assert "Failed: FileNotFoundError" in told
    assert "### desk\n\nNot run yet." in told
    shown = ElementTree.parse(tmp_path / "benchmarks.svg").getroot()
    assert len([e for e in shown.iter() if e.tag.endswith("rect")]) == 2

    measured: list[str] = []

    def measure(name: str, *_: object) -> report.Done:
        measured.append(name)
        rows = (report.Row("events", "readacross", Figure("bcubed_f1", 0.5, 0.1)),)
        return report.Done(name, "Again.", rows if name == "events" else ())

    monkeypatch.setattr(report, "measure", measure)
    assert main([*options, "events", "cases"]) == 0
    assert measured == ["cases"], "what was run to its end is kept, what was not is run"
    assert "independent reports among 18 articles" in page.read_text("utf-8")
    capsys.readouterr()
    assert main([*options, "events", "--again"]) == 0
    assert measured == ["cases", "events"]
    assert page.read_text("utf-8").count("### events") == 1
    said = capsys.readouterr().out
    assert "`events` | bcubed_f1 | readacross: 0.500, before 1.000" in said


@pytest.mark.server
def test_a_benchmark_that_takes_too_long_is_stopped_and_named(root: Path) -> None:
    assert "stopped: it was not done after 0 s" in report.measure("events", root, 0.1).trouble


def test_the_page_has_the_marks() -> None:
    told = (DOCS / "benchmarks.md").read_text("utf-8")
    assert 0 < told.index(BEGIN) < told.index(END)


def test_the_spread_is_that_of_the_groups(root: Path) -> None:
    data = root / "events"
    documents = read_lines(data / "documents.jsonl.gz")
    all_right = [{"doc_id": d["doc_id"], "story": 0} for d in documents]
    (figure,) = figures("events", all_right, data)
    assert (figure.name, figure.value, figure.error) == ("bcubed_f1", 1.0, 0.0)
    (figure,) = figures("events", [p for p in all_right if p["doc_id"].startswith("fire")], data)
    assert figure.value == pytest.approx(1 / 3)
    assert 0.02 < figure.error < 0.3


def test_a_group_without_which_a_figure_is_not_given_counts_for_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = count()
    monkeypatch.setattr(spread, "score", lambda *_: {} if next(number) % 2 else {"bcubed_f1": 0.5})
    (figure,) = figures("events", [], root / "events")
    assert (figure.value, figure.error) == (0.5, 0.0)
