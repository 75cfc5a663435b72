"""The one gate through which text reaches a terminal: control characters in articles and file names stay outside.

An escape sequence could move the cursor, rename the window, or make words look like those of this program.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO, cast

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
