"""The command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version

from rag.cli.commands import (
    Commands,
    add_analysis_commands,
    add_asking_commands,
    add_checking_commands,
    add_folder_commands,
    add_page_commands,
)
from rag.cli.keeping import add_keeping_commands
from rag.cli.output import clear_line, plain_streams
from rag.cli.user_commands import add_user_commands
from rag.errors import ReadacrossError

EPILOGUE = "Settings come from the environment and from .env; `readacross settings` shows them."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted."""
    options = _parser().parse_args(arguments)
    with plain_streams():
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    try:
        code: int = options.run(options)
        return code
    except ReadacrossError as error:
        print(f"readacross: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            clear_line()
        print("readacross: stopped; what was done is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="readacross",
        description="Ask a folder of articles; every sentence of an answer points to the exact words it rests on.",
        epilog=EPILOGUE,
    )
    parser.add_argument("--version", action="version", version=f"readacross {version('readacross')}")
    commands = Commands(parser)
    for add in (
        add_asking_commands,
        add_folder_commands,
        add_keeping_commands,
        add_analysis_commands,
        add_checking_commands,
        add_page_commands,
        add_user_commands,
    ):
        add(commands)
    return parser
