"""Run one benchmark: python -m tests.benchmarks NAME [--data FOLDER] [--json]."""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from tests.benchmarks.common import SHARED

NAMES = (
    "answering", "cases", "copies", "desk", "disagreements", "events", "fuzz", "grounding", "installing", "load",
    "overhead", "predictions", "reading", "roundtrip", "scale", "speed", "storyfacts", "summhay", "survival",
)  # fmt: skip
OPTIONAL = ("write", "compare")
"""Options that only some benchmarks take, as arguments of the same names."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--data", type=Path, help="folder with files as in ../shared/benchmarks/NAME")
    parser.add_argument("--json", action="store_true", help="the last line is the result as one JSON object")
    parser.add_argument("--write", type=Path, help="keep the predictions in this folder, where the benchmark makes any")
    parser.add_argument("--compare", type=Path, help="predictions: tell what differs from those of this folder")
    options = parser.parse_args(arguments)
    data = options.data or next((place for place in places(options.name) if place.is_dir()), None)
    if data is None:
        parser.error(
            "there is no folder of benchmark data beside the project: name one with --data, as "
            "docs/benchmarks.md tells under “The sets”"
        )
    if not data.is_dir():
        parser.error(f"there is no folder {data}")
    module = import_module(f"tests.benchmarks.{options.name}")
    chosen = {option: value for option in OPTIONAL if (value := getattr(options, option))}
    unknown = chosen.keys() - inspect.signature(module.run).parameters.keys()
    if unknown:
        parser.error(f"{options.name} has no option --{min(unknown)}")
    module.run(data, as_json=options.json, **chosen)
    return 0


def places(name: str) -> tuple[Path, ...]:
    """Where a benchmark's data may lie."""
    if name in ("fuzz", "installing", "roundtrip"):  # any English texts do
        return (Path(__file__).parents[2] / "seeds",)
    return (SHARED.parent / name,) if name == "cases" else (SHARED / name, SHARED)


if __name__ == "__main__":
    sys.exit(main())
