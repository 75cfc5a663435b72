"""The commands that check: a draft against the articles, and an export's quotes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rag.cli.commands import Commands, add_files, print_json
from rag.cli.delivery import add_forms, check_output, deliver
from rag.cli.opening import open_library, show_work
from rag.errors import ArticleError
from rag.settings import Settings


def add_commands(commands: Commands) -> None:
    """Declare the commands of this module."""
    check = commands.add("check", _check, "Check a draft: what the articles say of each sentence, and what is wrong.")
    check.add_argument(
        "draft", nargs="?", default="-", metavar="FILE", help="the draft (default, or -: standard input)"
    )
    add_files(check)
    add_forms(check)
    recheck = commands.add("recheck", _recheck, "Say which quotes of an export still hold; exits with 1 if not all do.")
    recheck.add_argument("export", type=Path, metavar="FILE", help="a Markdown, HTML or JSON export")


def _check(options: argparse.Namespace) -> int:
    check_output(options)
    text = _read_draft(options.draft, Settings.from_environment().max_file_mb * 1_000_000)
    with open_library(options, sync=True) as library:
        itself = _name_in(options.library, options.draft)
        draft = library.check(text, files=options.file, without=itself, progress=show_work())
    deliver(options, draft, draft.as_dict())
    return 0


def _read_draft(name: str, max_bytes: int) -> str:
    """The draft's text as an article's would be read. Raises ArticleError, naming the draft."""
    from rag.reading.files import read_one_text, read_plain_text

    try:
        if name == "-":
            return read_plain_text(sys.stdin.buffer.read(max_bytes + 1), max_bytes=max_bytes)
        return read_one_text(Path(name), max_bytes=max_bytes)
    except ArticleError as error:
        raise ArticleError(f"{'The draft' if name == '-' else name} {error}") from error


def _name_in(library: Path, draft: str) -> tuple[str, ...]:
    """The draft's name as an article, if it lies in the library: it is no evidence for itself."""
    path, folder = Path(draft).resolve(), library.expanduser().resolve()
    return (path.relative_to(folder).as_posix(),) if draft != "-" and path.is_relative_to(folder) else ()


def _recheck(options: argparse.Namespace) -> int:
    with open_library(options, sync=True) as library:
        report = library.recheck(options.export)
    if options.json:
        print_json(report.as_dict())
    else:
        print(report)
    return 0 if report.holds else 1
