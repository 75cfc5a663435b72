"""The process that reads files, with readers that do what damaged libraries do: the tests run this in its stead."""

from __future__ import annotations

import ctypes
import sys
import time
from pathlib import Path

from rag.ingest import formats, reader_worker
from rag.ingest.budget import current_budget
from rag.ingest.raw_article import Draft, Drafts

PDF = b"%PDF-1.4\n"
"""How the bytes begin that these readers read; then comes what is done, and what with."""


def read_badly(data: bytes) -> Drafts:
    what, _, how = data.removeprefix(PDF).decode().partition(" ")
    match what:
        case "hang":
            time.sleep(1000)
        case "hang-inside":
            ctypes.PyDLL(None).sleep(1000)  # as a library does that keeps the interpreter's lock
        case "segfault":
            ctypes.string_at(0)
        case "swell":
            bytearray(4_000_000_000)
        case "fail":
            raise KeyError("a fault of the reader")
        case "print":
            print("A library prints this.", flush=True)
            print("And this.", file=sys.stderr, flush=True)
        case "rot":  # the second file of a process crashes it
            if _read:
                ctypes.string_at(0)
            _read.append(how)
        case "steps":
            for _ in range(4):
                time.sleep(0.8)
                current_budget().restart()
        case "tell":
            Path(how).write_text("begun")
            time.sleep(1000)
    return Drafts((Draft(f"It was read: {how or what}."),))


_read: list[str] = []

if __name__ == "__main__":
    formats.read_pdf = formats.READERS[".pdf"] = read_badly
    reader_worker.main()
