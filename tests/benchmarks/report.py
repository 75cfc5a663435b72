"""All benchmarks in one run, written into docs/benchmarks.md: python -m tests.benchmarks.report [ROOT] [--only NAME …].

ROOT holds the folders of the sets, and beside it, or in it, those of the cases. Each benchmark runs in a process of its
own with its baselines; what has no data, or fails, is told in its place, and then the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.__main__ import NAMES, places
from tests.benchmarks.common import SHARED, read_lines
from tests.benchmarks.spread import GROUPS, SETS, Figure, figures

DOCS = Path(__file__).resolve().parents[2] / "docs"
BEGIN, END = "<!-- `make bench` writes from here -->", "<!-- to here -->"
LEFT_OUT = frozenset({"predictions", "reading"})
"""The predictions of others, kept to be compared, and what needs a folder of one's own."""
MADE = frozenset({"fuzz", "roundtrip"})
"""What makes its data of any texts."""
OWN_FOLDER = frozenset({"answering", "desk", "events", "grounding", "storyfacts", "summhay"})
KEEPING = frozenset(name.partition("-")[0] for name in SETS)
PACKAGES = ("readacross", "llama-index-core", "chromadb", "numpy", "onnxruntime", "tokenizers")
OURS = "readacross"


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of one system of a benchmark."""

    benchmark: str
    system: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a benchmark: what it printed, its figures with their spread, or why there are none."""

    name: str
    printed: str = ""
    rows: tuple[Row, ...] = ()
    seconds: float = 0.0
    trouble: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.report", description=__doc__)
    parser.add_argument("root", type=Path, nargs="?", default=SHARED, help="folder with a folder for each set")
    parser.add_argument("--only", nargs="+", choices=NAMES, metavar="NAME", help="only these benchmarks")
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder with benchmarks.md")
    options = parser.parse_args(arguments)
    names = [name for name in options.only or NAMES if name not in LEFT_OUT]
    done = []
    for name in names:
        done.append(measure(name, options.root))
        print(f"{name}: {done[-1].trouble or f'{done[-1].seconds:.0f} s'}", flush=True)
    write(options.docs, done)
    return int(any(one.trouble for one in done))


def data_of(name: str, root: Path) -> Path:
    """The folder with a benchmark's data below a root."""
    if name == "cases":
        return next((p for p in (root / "cases", root.parent / "cases") if p.is_dir()), root / "cases")
    if name in MADE:
        return places(name)[0]
    return root / name if name in OWN_FOLDER else root


def measure(name: str, root: Path) -> Done:
    """Run a benchmark, and find the spread of its figures."""
    data = data_of(name, root)
    if not data.is_dir():
        return Done(name, trouble=f"not run: there is no folder {data.name}")
    with tempfile.TemporaryDirectory() as folder:
        keep = ["--write", folder] if name in KEEPING else []
        begun = time.perf_counter()
        command = [sys.executable, "-m", "tests.benchmarks", name, "--data", str(data.resolve()), *keep]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - begun
        if ran.returncode:
            return Done(name, trouble=f"failed: {(ran.stderr.strip().splitlines() or ['without a word'])[-1]}")
        rows = tuple(row for kept in SETS if kept.partition("-")[0] == name for row in _rows(kept, Path(folder), data))
    return Done(name, ran.stdout.rstrip(), rows, seconds)


def _rows(kept: str, folder: Path, data: Path) -> list[Row]:
    """The figures of each system whose predictions were kept, ours first."""
    which = kept.partition("-")[2]
    ending = f"-{which}" if which else ""
    paths = sorted(folder.glob(f"*{ending}.jsonl"), key=lambda path: (not path.stem.startswith(OURS), path.stem))
    return [
        Row(kept, path.stem.removesuffix(ending), figure)
        for path in paths
        for figure in figures(kept, read_lines(path), data)
    ]


# -- the page ----------------------------------------------------------------------------------------------------------


def write(docs: Path, done: Sequence[Done]) -> None:
    """Put the figures of a run between the marks of benchmarks.md, and the plot beside it."""
    page = docs / "benchmarks.md"
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    rows = [row for one in done for row in one.rows]
    parts = [BEGIN, _circumstances(), *_table(rows)]
    if rows:
        (docs / "benchmarks.svg").write_text(plot(rows), "utf-8")
        parts.append("![Each figure beside its baselines, with standard errors](benchmarks.svg)")
    for one in done:
        told = f"```text\n{one.printed}\n```" if one.printed else f"{one.trouble[:1].upper()}{one.trouble[1:]}."
        parts.append(f"### {one.name}" + (f" ({one.seconds:.0f} s)" if one.seconds else "") + f"\n\n{told}")
    page.write_text(before + "\n\n".join([*parts, END]) + after, "utf-8")


def _circumstances() -> str:
    cpu = Path("/proc/cpuinfo")
    model = re.search(r"model name\s*: (.+)", cpu.read_text()) if cpu.is_file() else None
    machine = f"{os.cpu_count()} cores of {model[1] if model else platform.processor() or platform.machine()}"
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Written on {date.today().isoformat()} on {machine}, {platform.system()}, Python {platform.python_version()}; "
        f"{versions}. All seeds are fixed: a run on the same versions gives the same figures, times apart. ± is the "
        f"standard error over items of the same kind (jackknife without each of {GROUPS} groups of events or articles)."
    )


def _table(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    lines = ["| benchmark | figure | system | value |", "|---|---|---|---|"]
    for row in rows:
        system = f"**{row.system}**" if row.system.startswith(OURS) else row.system
        value = f"{row.figure.value:.3f} ± {row.figure.error:.3f}"
        lines.append(f"| `{row.benchmark}` | {row.figure.name} | {system} | {value} |")
    return ["\n".join(lines)]


LINE, LABEL, SCALE = 18, 330, 400
"""Pixels: the height of a bar with its gap, the width of the names, and of a figure of 1."""


def plot(rows: Sequence[Row]) -> str:
    """Bars with standard errors, ours in colour; it reads on light and dark ground."""
    bars = []
    for number, row in enumerate(rows):
        top, long = number * LINE, row.figure.value * SCALE
        error = row.figure.error * SCALE
        colour = "#0284c7" if row.system.startswith(OURS) else "#a8a29e"
        bars.append(
            f'<text x="{LABEL - 6}" y="{top + 12}" text-anchor="end">{row.benchmark}, {row.figure.name}: {row.system}'
            f'</text><rect x="{LABEL}" y="{top + 2}" width="{long:.1f}" height="{LINE - 5}" fill="{colour}"/>'
            f'<path d="M{LABEL + long - error:.1f} {top + 8}h{2 * error:.1f}" stroke="#dc2626" stroke-width="2"/>'
            f'<text x="{LABEL + long + error + 6:.1f}" y="{top + 12}">{row.figure.value:.3f}</text>'
        )
    size = f'width="{LABEL + SCALE + 60}" height="{len(rows) * LINE}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="system-ui, sans-serif" font-size="11" '
        f'fill="#78716c">{"".join(bars)}</svg>\n'
    )


if __name__ == "__main__":
    sys.exit(main())
