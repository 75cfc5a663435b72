"""The process that reads files, with readers that do what damaged libraries do: the tests run this in its stead."""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rag.ingest import formats, reader_worker
from rag.ingest.budget import current_budget
from rag.ingest.raw_article import Draft, Drafts

PDF = b"%PDF-1.4\n"
"""How the bytes begin that these readers read; then comes what is done, and what with."""


def read_badly(data: bytes) -> Drafts:
    what, _, how = data.removeprefix(PDF).decode().partition(" ")
    DEEDS.get(what, lambda _: None)(how)
    return Drafts((Draft(f"It was read: {how or what}."),))


def fail(_: str) -> None:
    raise KeyError("a fault of the reader")


def rot(_: str) -> None:
    """The second file of a process crashes it."""
    if _read:
        ctypes.string_at(0)
    _read.append("rot")


def say(_: str) -> None:
    print("A library prints this.", flush=True)
    print("And this.", file=sys.stderr, flush=True)


def take_steps(_: str) -> None:
    for _ in range(4):
        time.sleep(0.8)
        current_budget().restart()


def tell(where: str) -> None:
    Path(where).write_text("begun")
    time.sleep(1000)


DEEDS: dict[str, Callable[[str], object]] = {
    "hang": lambda _: ctypes.PyDLL(None).sleep(1000),  # as a library that keeps the interpreter's lock
    "segfault": lambda _: ctypes.string_at(0),
    "swell": lambda _: bytearray(4_000_000_000),
    "fail": fail,
    "print": say,
    "rot": rot,
    "steps": take_steps,
    "tell": tell,
}
_read: list[str] = []

if __name__ == "__main__":
    formats.read_pdf = formats.READERS[".pdf"] = read_badly
    reader_worker.main()
