"""All benchmarks in one run, written into docs/benchmarks.md: python -m tests.benchmarks.report [ROOT] [--only NAME …].

ROOT holds the folders of the sets, and beside it, or in it, those of the cases. Each benchmark runs in a process of its
own with its baselines; what has no data, fails, or takes longer than `--limit` is told in its place, and then the exit
code is 1. Results are kept in `--kept`, and the page is written anew after each benchmark: a run that was stopped goes
on where it ended, until `--again` says that what is kept is to be measured anew.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.benchmarks.__main__ import NAMES, places
from tests.benchmarks.common import SHARED, read_lines
from tests.benchmarks.spread import GROUPS, SETS, Figure, figures

ROOT = Path(__file__).resolve().parents[2]
DOCS, KEPT = ROOT / "docs", ROOT / "build" / "benchmarks"
BEGIN, END = "<!-- `make bench` writes from here -->", "<!-- to here -->"
LEFT_OUT = frozenset({"predictions", "reading"})
"""The predictions of others, kept to be compared, and what needs a folder of one's own."""
MADE = frozenset({"fuzz", "installing", "roundtrip"})
"""What makes its data of any texts, or needs no more than the two articles of seeds/."""
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
    circumstances: str = ""
    """The day, the machine, and the versions."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.report", description=__doc__)
    parser.add_argument("root", type=Path, nargs="?", default=SHARED, help="folder with a folder for each set")
    parser.add_argument("--only", nargs="+", choices=NAMES, metavar="NAME", help="only these benchmarks")
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder with benchmarks.md")
    parser.add_argument("--kept", type=Path, default=KEPT, help="folder with the results so far")
    parser.add_argument("--again", action="store_true", help="measure also what is kept")
    parser.add_argument("--limit", type=float, metavar="SECONDS", help="stop a benchmark that takes longer")
    options = parser.parse_args(arguments)
    names = [name for name in options.only or NAMES if name not in LEFT_OUT]
    options.kept.mkdir(parents=True, exist_ok=True)
    before = told_in(options.docs)
    done = kept_in(options.kept)
    measured = set[str]()
    for name in names:
        if options.again or name not in done:
            measured.add(name)
            done[name] = measure(name, options.root, options.limit)
            keep(done[name], options.kept)
            write(options.docs, in_order(done))
        print(f"{name}: {done[name].trouble or f'{done[name].seconds:.0f} s'}", flush=True)
    write(options.docs, in_order(done))
    now = {what: told for what, told in told_in(options.docs).items() if re.split("[`-]", what)[1] in measured}
    print(compared(before, now) if measured else "Nothing was measured: --again measures what is kept anew.")
    return int(any(done[name].trouble for name in names))


def in_order(done: Mapping[str, Done]) -> list[Done]:
    """What became of every benchmark; those that have not been run say so."""
    return [done.get(name, Done(name, trouble="not run yet")) for name in NAMES if name not in LEFT_OUT]


def keep(one: Done, folder: Path) -> None:
    """Write down what became of a benchmark, if it was run to its end."""
    if not one.trouble:
        (folder / f"{one.name}.json").write_text(json.dumps(asdict(one), indent=1), "utf-8")


def kept_in(folder: Path) -> dict[str, Done]:
    """The benchmarks that were run to their end."""
    kept = [json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")]
    return {one["name"]: Done(**(one | {"rows": tuple(_row(**row) for row in one["rows"])})) for one in kept}


def _row(benchmark: str, system: str, figure: dict[str, Any]) -> Row:
    return Row(benchmark, system, Figure(**figure))


def data_of(name: str, root: Path) -> Path:
    """The folder with a benchmark's data below a root."""
    if name == "cases":
        return next((p for p in (root / "cases", root.parent / "cases") if p.is_dir()), root / "cases")
    if name in MADE:
        return places(name)[0]
    return root / name if name in OWN_FOLDER else root


def measure(name: str, root: Path, limit: float | None = None) -> Done:
    """Run a benchmark, and find the spread of its figures."""
    data = data_of(name, root)
    if not data.is_dir():
        return Done(name, trouble=f"not run: there is no folder {data.name}")
    with tempfile.TemporaryDirectory() as folder:
        keep = ["--write", folder] if name in KEEPING else []
        begun = time.perf_counter()
        command = [sys.executable, "-m", "tests.benchmarks", name, "--data", str(data.resolve()), *keep]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=limit)
        except subprocess.TimeoutExpired:
            return Done(name, trouble=f"stopped: it was not done after {limit:.0f} s")
        seconds = time.perf_counter() - begun
        if ran.returncode:
            return Done(name, trouble=f"failed: {(ran.stderr.strip().splitlines() or ['without a word'])[-1]}")
        rows = tuple(row for kept in SETS if kept.partition("-")[0] == name for row in _rows(kept, Path(folder), data))
    return Done(name, ran.stdout.rstrip(), rows, seconds, circumstances=circumstances())


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
    parts = [BEGIN, EXPLAINED, *_circumstances(done), *_table(rows)]
    if rows:
        (docs / "benchmarks.svg").write_text(plot(rows), "utf-8")
        parts.append("![Each figure beside its baselines, with standard errors](benchmarks.svg)")
    for one in done:
        told = f"```text\n{one.printed}\n```" if one.printed else f"{one.trouble[:1].upper()}{one.trouble[1:]}."
        parts.append(f"### {one.name}" + (f" ({one.seconds:.0f} s)" if one.seconds else "") + f"\n\n{told}")
    page.write_text(before + "\n\n".join([*parts, END]) + after, "utf-8")


EXPLAINED = (
    "All seeds are fixed: a run on the same versions gives the same figures, times apart. ± is the standard error over "
    f"items of the same kind (jackknife without each of {GROUPS} groups of events or articles)."
)


def _circumstances(done: Sequence[Done]) -> list[str]:
    """A line for each day, machine and set of versions, with the benchmarks that were run there."""
    lines: dict[str, list[str]] = {}
    for one in done:
        if one.circumstances:
            lines.setdefault(one.circumstances, []).append(f"`{one.name}`")
    return [f"{', '.join(names)}: {circumstances}." for circumstances, names in lines.items()]


def circumstances() -> str:
    """The day, the machine and the versions of a run."""
    cpu = Path("/proc/cpuinfo")
    model = re.search(r"model name\s*: (.+)", cpu.read_text()) if cpu.is_file() else None
    machine = f"{os.cpu_count()} cores of {model[1] if model else platform.processor() or platform.machine()}"
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    day = date.today().isoformat()
    return f"{day}, {machine}, {platform.system()}, Python {platform.python_version()}; {versions}"


def _table(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    lines = ["| benchmark | figure | system | value |", "|---|---|---|---|"]
    for row in rows:
        system = f"**{row.system}**" if row.system.startswith(OURS) else row.system
        value = f"{row.figure.value:.3f} ± {row.figure.error:.3f}"
        lines.append(f"| `{row.benchmark}` | {row.figure.name} | {system} | {value} |")
    return ["\n".join(lines)]


TOLD = re.compile(r"^\| (`[\w-]+` \| .+? \| .+?) \| ([\d.]+) ± ([\d.]+) \|$", re.MULTILINE)
"""A row of the table: what is measured of which system, its value and its standard error."""


def told_in(docs: Path) -> dict[str, tuple[float, float]]:
    """The figures that the page tells, with their standard errors."""
    page = (docs / "benchmarks.md").read_text("utf-8")
    return {what: (float(value), float(error)) for what, value, error in TOLD.findall(page)}


def compared(before: Mapping[str, tuple[float, float]], now: Mapping[str, tuple[float, float]]) -> str:
    """How many of the figures that were told have come again within their standard error, and which have not."""
    both = [what for what in before if what in now]
    moved = [what for what in both if abs(now[what][0] - before[what][0]) > before[what][1] + 0.0005]
    lines = [f"{what.replace('*', '')}: {now[what][0]:.3f}, before {before[what][0]:.3f}" for what in moved]
    return "\n".join([f"{len(both) - len(moved)} of {len(both)} figures told before lie within their spread.", *lines])


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
