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
from tests.benchmarks.spread import figures


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("benchmarks")
    make_data(made)
    return made


@pytest.mark.server
def test_a_run_is_written_between_the_marks(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"Before.\n\n{BEGIN}\n\nOld.\n\n{END}\n\nAfter.\n", "utf-8")
    (root / "summhay" / "queries.jsonl").rename(root / "summhay" / "queries")
    assert main([str(root), "--only", "events", "summhay", "cases", "--docs", str(tmp_path)]) == 1
    told = page.read_text("utf-8")
    assert told.startswith("Before.")
    assert told.endswith("After.\n")
    assert "Old." not in told
    assert "| `events` | bcubed_f1 | **readacross** | 1.000 ± 0.000 |" in told
    assert "TF-IDF" in told
    assert "independent reports among 18 articles" in told
    assert "Not run: there is no folder cases." in told
    assert "Failed: FileNotFoundError" in told
    shown = ElementTree.parse(tmp_path / "benchmarks.svg").getroot()
    assert len([e for e in shown.iter() if e.tag.endswith("rect")]) == 2
    monkeypatch.setattr(report, "measure", lambda name, root: report.Done(name, "Again."))
    assert main([str(root), "--only", "events", "--docs", str(tmp_path)]) == 0
    assert page.read_text("utf-8").count("### events") == 1


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
