"""The process in which files are read that crash, hang or swell readers: a loop over requests from standard input.

A request is a line of JSON, then the file's bytes; a reply a line of JSON, then what was made of them. The process
ends with its starter: at once if it waits, else with the request in hand, which cannot hang for ever.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO, TextIO

from rag.errors import ArticleError
from rag.ingest import ocr
from rag.ingest.budget import Budget
from rag.ingest.files import read_data
from rag.results.json_values import to_plain

GRACE = 15.0
"""Seconds beyond its budget after which a request ends the process, if its starter, by then, has not."""
IDLE = 300.0
"""Seconds without a request after which the process ends."""
BASE_MEMORY = 200_000_000
OCR_MEMORY = 1_500_000_000
"""Bytes that the readers' programs need beside a file, and those that recognise text."""


def main() -> None:
    """Answer requests until there are no more."""
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)  # what libraries print is no reply
        _leave_no_core()
        _reply(replies, "started")
        while True:
            faulthandler.dump_traceback_later(IDLE, file=nowhere, exit=True)
            line = requests.readline()
            if not line:
                return
            request = json.loads(line)
            _answer(request, requests.read(request["size"]), replies, nowhere)


def _answer(request: Mapping[str, Any], data: bytes, replies: BinaryIO, nowhere: TextIO) -> None:
    """Do what a request asks for, within its time and memory, and reply."""

    def restart() -> None:
        faulthandler.dump_traceback_later(request["seconds"] + GRACE, file=nowhere, exit=True)

    def on_restart() -> None:
        restart()
        _reply(replies, "working")

    restart()
    _limit_memory(request["memory"] + (OCR_MEMORY if request["recognise"] else 0))
    ocr.allowed = request["recognise"]
    try:
        made = _made(request, data, Budget(request["seconds"], on_restart))
    except ArticleError as error:
        _reply(replies, "refused", str(error).encode("utf-8", "replace"))
    except MemoryError:
        _reply(replies, "memory")
    except Exception as error:  # a fault of a reader, or of a library, costs its file alone
        _reply(replies, "failed", type(error).__name__.encode())
    else:
        _reply(replies, "done", made)


def _made(request: Mapping[str, Any], data: bytes, budget: Budget) -> bytes:
    if request["task"] == "draw":
        from rag.ingest.pdf_page import draw_page  # its numpy takes as long to start as all the rest

        return draw_page(data, request["number"], request["quotes"])
    read = read_data(data, request["file"], request["name"], max_bytes=request["max_bytes"], budget=budget)
    return json.dumps(to_plain(read)).encode()


def _reply(replies: BinaryIO, kind: str, content: bytes = b"") -> None:
    replies.write(json.dumps({"kind": kind, "size": len(content)}).encode() + b"\n" + content)
    replies.flush()


def _limit_memory(most: int) -> None:
    """Let the process have so many bytes of memory of its own; only Linux keeps to it."""
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        most += BASE_MEMORY
        resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _leave_no_core() -> None:
    """Keep a crash from writing the memory, with the articles in it, to the disk."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
