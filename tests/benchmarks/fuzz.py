# ruff: noqa: E501 (samples stay on one line)
"""Fuzzing of the readers: made files of every format, damaged at random, and bombs; none may crash, hang or swell.

The files of a format are read in one process, whose time and memory are watched; what is told as an ArticleError is
fine.
READACROSS_FUZZ_SECONDS (60) is how long each format gets. Crashes are kept in a folder that is printed.
"""

from __future__ import annotations

import io
import json
import os
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from rag.errors import ArticleError
from rag.ingest.files import read_file
from tests.benchmarks.common import table
from tests.benchmarks.made_files import FORMATS, zipped
from tests.benchmarks.roundtrip import SENTENCE, articles

WITHIN = 0.8
"""Share of the damaged zips whose parts are damaged, not the zip, which a checksum tells."""
SLOW = 10.0
"""Seconds of the processor."""
LARGE = 1_000_000_000
"""Bytes of memory that one file may need, beyond what the programs need."""
HANGING = 60.0
"""Seconds of the processor after which a reader is stopped."""
SECONDS = float(os.environ.get("READACROSS_FUZZ_SECONDS", "60"))


def run(data: Path, *, as_json: bool) -> None:
    sentences = [s for path in sorted(data.rglob("*.txt"))[:200] for s in SENTENCE.findall(path.read_text("utf-8"))]
    kept = Path(tempfile.mkdtemp(prefix="fuzz-"))
    rows: dict[str, Counter[str]] = {}
    for name in ("bombs", *FORMATS):
        rows[name] = _fuzzed(name, sentences, kept)
        print(table({name: rows[name]}), flush=True)
    total = Counter[str]()
    for row in rows.values():
        total.update(row)
    print(table({"all": total}), f"\nfiles at fault are in {kept}")
    if as_json:
        print(json.dumps(total))


def _fuzzed(name: str, sentences: Sequence[str], kept: Path) -> Counter[str]:
    rng = random.Random(name)
    count: Counter[str] = Counter({"files": 0, "read": 0, "told": 0, "crashed": 0, "slow": 0, "large": 0, "hung": 0})
    worker = _Worker()
    end = time.monotonic() + SECONDS
    for suffix, content in _bombs() if name == "bombs" else _damaged(name, rng, sentences):
        path = kept / f"now.{suffix}"
        path.write_bytes(content)
        verdict = worker.read(path)
        count["files"] += 1
        count[verdict] += 1
        if verdict not in ("read", "told"):
            path.rename(kept / f"{name.replace(' ', '_')}-{verdict}-{count['files']}.{suffix}")
        if name != "bombs" and time.monotonic() > end:
            break
    worker.stop()
    return count


# -- files -------------------------------------------------------------------------------------------------------------


def _damaged(name: str, rng: random.Random, sentences: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    form = FORMATS[name]
    while True:
        content = form.make(list(articles(rng, sentences, 3 if form.several else 1)))
        for _ in range(20):
            within = content.startswith(b"PK") and rng.random() < WITHIN
            yield form.suffix, _changed_within(content, rng) if within else _changed(content, rng)


def _changed_within(content: bytes, rng: random.Random) -> bytes:
    """A zip of which one part is damaged before it is packed."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts: dict[str, bytes | str] = {name: file.read(name) for name in file.namelist()}
    name = rng.choice([name for name in parts if name.endswith((".xml", ".xhtml", ".opf", ".txt", ".rels"))])
    part = parts[name]
    assert isinstance(part, bytes)
    return zipped({**parts, name: _changed(part, rng)})


def _changed(content: bytes, rng: random.Random) -> bytes:
    """Bytes with up to eight faults: changed, cut out, repeated, moved, or with what parsers stumble over."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(data) + 1)
        upto = min(len(data), at + rng.choice((1, 4, 64, 2000)))
        match rng.randrange(6):
            case 0 if data:
                data[at % len(data)] = rng.randrange(256)
            case 1:
                del data[at:upto]
            case 2:
                data[at:at] = data[at:upto] * rng.choice((1, 3, 200))
            case 3:
                data[at:at] = rng.choice(_STUMBLING) * rng.choice((1, 50, 5000))
            case 4:
                del data[at:]
            case _:
                other = rng.randrange(len(data) + 1)
                data[at:at] = data[other : other + 500]
    return bytes(data[:20_000_000])


_STUMBLING = (
    b"<", b"[", b"{", b'"', b"\\", b"(", b"<div>", b"<table><tr><td>", b"{{", b"[[", b"\x00", b"\xff\xfe", b"\r", b"\x0b",
    b"\n\n", b" ", b"&#x10ffff;", b"<!--", b"{\\rtf1", b"{\\field{\\*\\fldinst{", b"]]>", b"=", b"-", b"\xe2\x80\xae", b"\xcc\x81",
    b"stream\n", b"obj<<", b"%PDF-1.7", b"From x 2024\n", b"1 of 9 DOCUMENTS\n", b"News\nHD ", b"2024-03-05 ", b"By A B, ",
)  # fmt: skip


def _bombs() -> Iterator[tuple[str, bytes]]:
    """Files that are small and ask for much."""
    yield from ((suffix, b"[" * 1_000_000) for suffix in ("json", "jsonl", "txt", "md", "html", "csv"))
    yield from ((suffix, b"<a>" * 300_000) for suffix in ("html", "xml", "md", "txt"))
    yield from ((suffix, b"{{[[" * 100_000) for suffix in ("md", "txt"))
    yield from ((suffix, b"> " * 300_000 + b"x") for suffix in ("md", "txt"))
    yield from ((suffix, b"* " * 300_000 + b"x") for suffix in ("md", "txt"))
    yield "md", b"![" * 200_000
    yield "md", b"a|" * 200_000 + b"\n" + b"-|" * 200_000 + b"\n" + b"b|" * 200_000
    yield "md", b"`" * 1_000_000
    yield "rtf", b"{\\rtf1" + b"{" * 1_000_000
    yield "rtf", b"{\\rtf1" + b"{\\field{\\*\\fldinst{HYPERLINK" * 30_000
    yield "jsonl", b'{"text":"a b c"}\n' * 470_000
    yield "jsonl", b'{"a":' * 1_300_000
    yield "json", b"[" + b'{"text":"word word word word word word word word word word word word"},' * 100_000 + b"{}]"
    yield "json", b'{"a":' * 500 + b"1" + b"}" * 500
    yield "csv", b"a,b\n" * 2_000_000
    yield "csv", b'"' * 5_000_000
    yield "csv", b"," * 5_000_000
    yield "txt", b"a" * 19_000_000
    yield "txt", b"word " * 3_800_000
    yield "txt", b"\n" * 19_000_000
    yield "txt", b"End of Document\n" * 300_000
    yield "txt", b"Title: a\n" * 300_000
    yield "txt", b"HD a\nLP b\nSN c\n" * 300_000
    yield "txt", b"=====\nA headline here\n\nA text that is long enough to be one of a digest, it is.\n" * 50_000
    yield "txt", ("e" + "\u0301" * 5_000_000).encode()
    yield "txt", "Ã©".encode() * 3_000_000
    yield "srt", b"1\n00:00:01,000 --> 00:00:02,000\nA.\n\n" * 300_000
    yield (
        "eml",
        b"From: a\nSubject: b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 900_000,
    )
    yield "mbox", b"From a 2024\nSubject: b\n\nwords\n\n" * 300_000
    yield "html", b"<p>" + b"<span>" * 200 + b"word " * 2_000_000
    yield "html", b"<table>" * 250 + b"x"
    yield "html", b"<div class=comment>a</div>" * 200_000
    yield "html", b"<style>" + b"a b c d e f g{display:none}" * 100_000 + b"</style><p>" + b"<b>x</b>" * 20_000
    yield (
        "xml",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>"
        + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%s;" % (str(n - 1).encode() if n else b"") * 10) for n in range(9))
        + b"]><a>&a8;</a>",
    )
    yield "xml", b"<mediawiki><page><title>a</title><text>" + b"{{" * 900_000 + b"</text></page></mediawiki>"
    yield "xml", b"<mediawiki><page><title>a</title><text>" + b"[[a|" * 400_000 + b"</text></page></mediawiki>"
    yield "xml", b"<mediawiki><page><title>a</title><text>" + b"&lt;b&gt;" * 200_000 + b"</text></page></mediawiki>"
    yield "xml", b"<rss>" + b"<item><title>a</title></item>" * 300_000 + b"</rss>"
    yield "warc", b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n" * 300_000
    for suffix, part in (("docx", "word/document.xml"), ("odt", "content.xml"), ("pptx", "ppt/presentation.xml")):
        yield suffix, zipped({part: b"<w>" + b"<p><t>a</t></p>" * 6_000_000 + b"</w>"})
        yield suffix, zipped({part: b"<w>" + b"<p>" * 500_000})
        yield suffix, zipped({part: b"<w>" + b" " * 99_000_000 + b"</w>"})
    yield "xlsx", zipped({"xl/workbook.xml": b"<w><sheets><sheet name='a' id='r1'/></sheets></w>",
        "xl/_rels/workbook.xml.rels": b"<R><R Id='r1' Target='s.xml'/></R>",
        "xl/s.xml": b"<w>" + b"<row><c r='XFD1' t='n'><v>1</v></c></row>" * 1_000_000 + b"</w>"})  # fmt: skip
    yield "ods", zipped({"content.xml": b"<o><body><spreadsheet><table>" + b"<table-row number-rows-repeated='9999999'>"
        b"<table-cell number-columns-repeated='9999999'><p>a</p></table-cell></table-row>" * 5000 + b"</table></spreadsheet></body></o>"})  # fmt: skip
    bomb = zipped({"a.txt": b"a" * 99_000_000})
    yield "zip", bomb
    yield "zip", zipped({f"{n}.zip": bomb for n in range(100)})
    yield "zip", zipped({f"{n}.txt": b"words" for n in range(30_000)})


# -- readers -----------------------------------------------------------------------------------------------------------


class _Worker:
    """A process that reads files one after the other; a new one is started for one that is lost."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._ours, theirs = get_context("spawn").Pipe()
        self._process = get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def read(self, path: Path) -> str:
        try:
            self._ours.send(str(path))
            begun = self._seconds()
            while self._seconds() - begun < HANGING:
                if self._ours.poll(1):
                    return str(self._ours.recv())
            verdict = "hung"
        except (EOFError, BrokenPipeError, ConnectionResetError):
            verdict = "crashed"
        self.stop()
        self._start()
        return verdict

    def _seconds(self) -> float:
        """The processor's time that the process has taken."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        self._process.kill()
        self._process.join()


def _serve(pipe: Connection) -> None:
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    while True:
        try:
            path = Path(pipe.recv())
        except EOFError:
            return
        start = time.process_time()
        try:
            read_file(path, path.name, max_bytes=20_000_000)
            verdict = "read"
        except ArticleError:
            verdict = "told"
        except BaseException as error:
            print(f"{path.name}: {type(error).__name__}: {error}"[:300], file=sys.stderr)
            verdict = "crashed"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        if time.process_time() - start > SLOW:
            verdict = "slow"
        elif peak > own + LARGE:
            verdict = "large"
        pipe.send(verdict)
        own = max(own, peak - LARGE)
