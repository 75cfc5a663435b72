"""What the runners share: reading a set's files, and calling its scorer."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

Prediction = dict[str, Any]
"""One line of a predictions file, in the form that the set's scorer takes."""
SHARED = Path(__file__).resolve().parents[3] / "shared" / "benchmarks"


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a .jsonl or .jsonl.gz file."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")


def keep(folder: Path | None, predictions: Mapping[str, Iterable[Prediction]], ending: str = "") -> None:
    """Write each system's predictions into a file of the folder, if there is one, which is named by the system."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, own in predictions.items():
            write_lines(folder / f"{name.replace(' ', '-').replace(',', '')}{ending}.jsonl", own)


def score(
    name: str, predictions: Iterable[Mapping[str, Any]], data: Path, options: Sequence[str] = ("--json",)
) -> dict[str, Any]:
    """What the set's own scorer says of predictions; its last line is read as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "predictions.jsonl"
        write_lines(path, predictions)
        said = run_script(own_file(name, "score.py", data), str(path), "--data", str(data), *options)
    result: dict[str, Any] = json.loads(said.splitlines()[-1])
    return result


def own_file(name: str, file: str, data: Path) -> Path:
    """A file that comes with a set: that of the data folder, or else that of the public set."""
    own = data / file
    return own if own.is_file() else SHARED / name / file


def load_script(name: str, data: Path) -> ModuleType:
    """A set's scorer as a module."""
    spec = spec_from_file_location(f"{name}_score", own_file(name, "score.py", data))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_script(script: Path, *arguments: str) -> str:
    """Run a script that comes with a set; returns what it prints."""
    done = subprocess.run([sys.executable, str(script), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the script {script} failed: {done.stderr.strip()}")
    return done.stdout


def table(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Results side by side: a row for each system, a column for each figure."""
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    widths = [max(len(c), 7) for c in columns]
    first = max(len(name) for name in rows)
    lines = [" ".join([" " * first, *(f"{c:>{w}}" for c, w in zip(columns, widths, strict=True))])]
    for name, row in rows.items():
        cells = [f"{row.get(c, ''):>{w}}" for c, w in zip(columns, widths, strict=True)]
        lines.append(" ".join([f"{name:{first}}", *cells]))
    return "\n".join(lines)
