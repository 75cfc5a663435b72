"""Where a result goes, and in which form: to the terminal or to a file, as text or as an export.

The one gate through which text reaches a terminal: control characters in articles and file names stay outside.

An escape sequence could move the cursor, rename the window, or make words look like those of this program.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, Literal, TextIO, cast

from rag.errors import ExportError
from rag.render.escape import json_escaped
from rag.render.exportable import Exportable, Form
from rag.render.record import is_export

_MARKS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROLS = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_MARKS}]")


def printable(text: str) -> str:
    """The text with U+FFFD for each control character, mark of writing direction and half of a surrogate pair."""
    return _CONTROLS.sub("\ufffd", text)


def _written_out(text: str, encoding: str) -> str:
    r"""The text with \uXXXX, as JSON has it, for what an old terminal or pipe cannot take: JSON stays exact."""
    return "".join(c if c.encode(encoding, "ignore") else json.dumps(c)[1:-1] for c in text)


class _Plain:
    """A stream that is printable whatever is written to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        shown = printable(text)
        try:
            return self._stream.write(shown)
        except UnicodeEncodeError:
            return self._stream.write(_written_out(shown, self._stream.encoding))

    def own(self, text: str) -> None:
        """Write this program's own control characters, and nothing from outside."""
        self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def plain_streams() -> Iterator[None]:
    """While it lasts, both standard streams are printable."""
    with redirect_stdout(cast("TextIO", _Plain(sys.stdout))), redirect_stderr(cast("TextIO", _Plain(sys.stderr))):
        yield


def clear_line() -> None:
    """Empty the terminal's line on the error stream."""
    getattr(sys.stderr, "own", sys.stderr.write)("\r\033[K")


FORMS = ("text", "markdown", "html", "json")
BY_SUFFIX: dict[str, Form] = {
    ".md": "markdown", ".html": "html", ".htm": "html", ".json": "json", ".docx": "docx", ".pdf": "pdf",
}  # fmt: skip


def add_forms(parser: argparse.ArgumentParser, *, doubts: bool = False) -> None:
    """Let the result of a command be exported; one that may hold doubts, as `doubts` says, can be shown with them."""
    parser.add_argument(
        "--format", choices=FORMS, help="how the result is written (default: as FILE is named, or text)"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the result to this file")
    if doubts:
        add_unsupported(parser)


def add_unsupported(parser: argparse.ArgumentParser) -> None:
    """Let what is not supported be shown too."""
    meaning = "show what the articles hold only in part, or not at all, as well, marked"
    parser.add_argument("--unsupported", action="store_true", help=meaning)


def check_output(options: argparse.Namespace) -> None:
    """Find out before the work whether its result can be written. Raises ExportError, which says why not."""
    if options.json and options.format:
        raise ExportError("--json and --format exclude each other: give one of them.")
    if options.output is not None:
        _check_place(options.output, options.library, plain=form_of(options) == "text")


def check_conversation_output(options: argparse.Namespace) -> None:
    """The same for a conversation, which is exported in the form that the file's name says."""
    if options.output is None:
        return
    if options.output.suffix.lower() not in BY_SUFFIX:
        raise ExportError(f"{options.output} names no form: let it end in {', '.join(BY_SUFFIX)}.")
    _check_place(options.output, options.library, plain=False)


def _check_place(path: Path, library: Path, *, plain: bool) -> None:
    if path.is_dir() or not path.resolve().parent.is_dir():
        raise ExportError(f"{path} cannot be written: name a file in a folder that exists.")
    if path.exists() and not path.is_file():  # /dev/stdout, say: a file of its own would take its place
        raise ExportError(f"{path} is no ordinary file: name one, or leave out --output to print the result.")
    if not _may_replace(path, library, plain=plain):
        raise ExportError(f"{path} is, or would become, an article of the library: write to another folder.")


def _may_replace(path: Path, library: Path, *, plain: bool) -> bool:
    """Whether writing here neither destroys an article nor makes one: exports are known again, plain text is not."""
    if not path.resolve().is_relative_to(library.expanduser().resolve()):
        return True
    return not plain and (not path.exists() or is_export(path.read_bytes()))


def form_of(options: argparse.Namespace) -> Form | Literal["text"]:
    """The form that is asked for, or that the name of the output says."""
    if options.json:
        return "text"
    suffix = options.output.suffix.lower() if options.output else ""
    form: Form | Literal["text"] = options.format or BY_SUFFIX.get(suffix, "text")
    return form


def deliver(options: argparse.Namespace, result: Exportable, values: object) -> None:
    """Print or write the result; `values` are what --json prints."""
    form = form_of(options)
    content: str | bytes
    unsupported = getattr(options, "unsupported", False)
    if options.json:
        content = f"{json_escaped(json.dumps(values, ensure_ascii=False))}\n"
    elif form == "text":
        content = f"{result.plain(unsupported=unsupported)}\n"
    else:
        content = result.export(form, unsupported=unsupported)
    if options.output:
        write(options.output, content)
    else:
        print(content, end="")


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all. Raises ExportError if the disk will not have it."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ExportError(f"{path} cannot be written ({error.strerror}): name another file.") from error
