"""How a command is declared: its name, what runs it, and the options that all commands share."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from rag.exports.escaping import json_escaped


class Commands:
    """The commands of a parser. Each is run with the options that were read, and returns the exit code."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._parsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(
        self,
        name: str,
        run: Callable[[argparse.Namespace], int],
        meaning: str,
        *,
        library: bool = True,
        prints: bool = True,
    ) -> argparse.ArgumentParser:
        """Add a command that is about a `library`, and that `prints` a result, which --json prints as one value."""
        parser = self._parsers.add_parser(name, help=meaning, description=meaning)
        parser.set_defaults(run=run)
        if library:
            parser.add_argument("--library", type=Path, default=Path(), metavar="FOLDER", help="default: this folder")
            parser.add_argument("--store", type=Path, metavar="FOLDER", help="where its index is kept")
        if prints:
            parser.add_argument("--json", action="store_true", help="print one JSON value")
        return parser


def add_files(parser: argparse.ArgumentParser) -> None:
    """Let the command be narrowed to some files."""
    parser.add_argument("--file", action="append", default=[], metavar="NAME", help="only this file, or pattern")


def print_json(value: object) -> None:
    """Print a value as JSON on one line."""
    print(json_escaped(json.dumps(value, ensure_ascii=False)))
