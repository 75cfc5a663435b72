"""Run one benchmark: python -m tests.benchmarks NAME [--data FOLDER] [--json]."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from tests.benchmarks.common import SHARED

NAMES = (
    "answering", "copies", "disagreements", "events", "grounding", "overhead", "scale", "speed", "summhay", "survival",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--data", type=Path, help="folder with files as in ../shared/benchmarks/NAME")
    parser.add_argument("--json", action="store_true", help="the last line is the result as one JSON object")
    options = parser.parse_args()
    data = options.data or next(folder for folder in (SHARED / options.name, SHARED) if folder.is_dir())
    module = import_module(f"tests.benchmarks.{options.name}")
    module.run(data, as_json=options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
