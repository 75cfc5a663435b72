"""A hang, a crash or a swelling reader costs the one file, and never the process that syncs."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fpdf import FPDF

from rag import Cancelled, Library, Settings
from rag.errors import ArticleError
from rag.ingest.files import read_file
from rag.ingest.guarded import GuardedReaders
from tests.ingest.bad_readers import PDF

ROOT = Path(__file__).parent.parent.parent
BAD_READERS = f"import runpy; runpy.run_path({str(Path(__file__).parent / 'bad_readers.py')!r}, run_name='__main__')"
TOWN = "The council of Harwick voted on Tuesday to rebuild the bridge."
LIMIT = 20_000_000


@pytest.fixture
def readers() -> Iterator[GuardedReaders]:
    made = GuardedReaders()
    yield made
    made.close()


@pytest.fixture
def bad_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """PDF files do to their reader what they say."""
    monkeypatch.setattr("rag.ingest.reader_process.PROGRAM", BAD_READERS)


def synced(folder: Path, **files: bytes) -> tuple[dict[str, str], tuple[str, ...]]:
    """Sync files, given by what stands before their .pdf; the reasons for those skipped, and what was added."""
    for name, data in files.items():
        (folder / f"{name}.pdf").write_bytes(data)
    with Library(folder, settings=Settings()) as library:
        report = library.sync()
    return {s.file: s.reason for s in report.skipped}, report.added


def zipped(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return packed.getvalue()


@pytest.mark.usefixtures("bad_readers")
def test_files_that_break_their_reader_are_skipped_with_the_reason(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.ingest.budget.SECONDS", 4.0)
    monkeypatch.setattr("rag.ingest.reader_process._GRACE", 0.5)
    bad = {
        "hang": "takes over 4 seconds",
        "segfault": "its reader crashed",
        "fail": "its reader failed (KeyError)",
    }
    if sys.platform == "linux":  # elsewhere a process's memory is not limited
        bad["swell"] = "needs over 1,000 MB"
    (folder / "town.txt").write_text(TOWN)
    files = {what: PDF + what.encode() for what in bad}
    skipped, added = synced(folder, a=PDF + b"well", t=PDF + b"well again", **files)
    assert added == ("a.pdf", "t.pdf", "town.txt")
    assert set(skipped) == {f"{what}.pdf" for what in bad}
    for what, reason in bad.items():
        assert reason in skipped[f"{what}.pdf"]
        assert ".txt" in skipped[f"{what}.pdf"]


@pytest.mark.usefixtures("bad_readers")
def test_a_file_is_not_blamed_for_what_earlier_ones_left_behind(folder: Path) -> None:
    skipped, added = synced(folder, **dict.fromkeys("ab", PDF + b"rot"))
    assert not skipped
    assert added == ("a.pdf", "b.pdf")


@pytest.mark.usefixtures("bad_readers")
def test_what_libraries_print_goes_nowhere(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _, added = synced(folder, a=PDF + b"print")
    assert added == ("a.pdf",)
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("bad_readers")
def test_each_page_that_is_recognised_has_the_time_of_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.ingest.budget.SECONDS", 2.0)
    monkeypatch.setattr("rag.ingest.reader_process._GRACE", 0.5)
    skipped, added = synced(folder, a=PDF + b"steps")
    assert not skipped
    assert added == ("a.pdf",)


@pytest.mark.usefixtures("bad_readers")
def test_a_sync_is_stopped_while_a_reader_hangs(folder: Path, tmp_path: Path) -> None:
    (folder / "a.pdf").write_bytes(PDF + b"well")
    (folder / "b.pdf").write_bytes(PDF + f"tell {tmp_path / 'told'}".encode())
    with Library(folder, settings=Settings()) as library:
        with pytest.raises(Cancelled):
            library.sync(cancel=(tmp_path / "told").exists)
        (folder / "b.pdf").write_bytes(PDF + b"well")
        assert library.sync().added == ("a.pdf", "b.pdf")


def test_the_process_ends_with_its_library_and_with_its_starter(readers: GuardedReaders, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped(a=TOWN.encode()))
    code = f"""
import sys, time
from pathlib import Path
from rag.ingest.files import read_file
from rag.ingest.guarded import GuardedReaders
readers = GuardedReaders()
path = Path({str(tmp_path / "a.zip")!r})
readers.begin(path, path.name, max_bytes=1_000_000).result()
print(readers._idle[0]._kill.peek()[2][0].pid, flush=True)
time.sleep(1000)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT) as starter:
        assert starter.stdout is not None
        reader = int(starter.stdout.readline())
        starter.send_signal(signal.SIGKILL)
        starter.wait()
    _wait_until_gone(reader)
    readers.begin(tmp_path / "a.zip", "a.zip", max_bytes=LIMIT).result()
    process = readers._idle[0]._kill.peek()[2][0]
    readers.close()
    assert process.returncode is not None


def _wait_until_gone(process: int) -> None:
    while True:  # the test's own time limit ends this
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return
        if state == "Z":  # nobody here waits for it
            return
        time.sleep(0.05)


def test_plain_text_starts_no_process(readers: GuardedReaders, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TOWN)
    (article,) = readers.begin(tmp_path / "a.txt", "a.txt", max_bytes=LIMIT).result().articles
    assert article.text == TOWN
    assert not readers._idle


def test_what_is_read_elsewhere_is_read_whole(readers: GuardedReaders, tmp_path: Path) -> None:
    """Articles, places, notes and letters of every kind come back as they are."""
    pdf = FPDF()
    for text in (TOWN, "Work on the piers begins in June, said the mayor."):
        pdf.add_page()
        pdf.set_font("Times", size=12)
        pdf.multi_cell(0, text=text)
    page = f"<html><head><title>Brücke 🌉</title></head><body><p>{TOWN} Ärger – “ja”.</p></body></html>"
    (tmp_path / "a.zip").write_bytes(
        zipped(**{"a.pdf": bytes(pdf.output()), "b.html": page.encode(), "c.exe": b"MZ\x90"})
    )
    path = tmp_path / "a.zip"
    read = readers.begin(path, "a.zip", max_bytes=LIMIT).result()
    assert read == read_file(path, "a.zip", max_bytes=LIMIT)
    assert [a.file for a in read.articles] == ["a.zip#a.pdf", "a.zip#b.html"]
    assert [own.label for own in read.articles[0].locators] == ["p. 1", "p. 2"]
    assert [s.file for s in read.skipped] == ["a.zip#c.exe"]


def test_threads_read_at_once(readers: GuardedReaders, tmp_path: Path) -> None:
    texts: dict[int, str] = {}

    def read(number: int) -> None:
        path = tmp_path / f"{number}.zip"
        path.write_bytes(zipped(a=f"{TOWN} It is article {number}.".encode()))
        texts[number] = readers.begin(path, path.name, max_bytes=LIMIT).result().articles[0].text

    threads = [threading.Thread(target=read, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == {n: f"{TOWN} It is article {n}." for n in range(4)}


def pdf_bomb() -> bytes:
    """A page of a few kilobytes that unfolds to a gigabyte of drawing."""
    content = zlib.compress(b"0 0 m 9 9 l S\n" * 700_000, 9)
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents[%s]>>" % (b"4 0 R " * 100),
        b"<</Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(content), content),
    )
    made = b"%PDF-1.7\n"
    for number, body in enumerate(objects, 1):
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return made + b"trailer\n<</Root 1 0 R/Size 5>>\n%%EOF"


def test_bombs_are_skipped_and_the_others_are_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.ingest.guarded.MEMORY", 200_000_000)  # to be quick
    word = zipped(**{"word/document.xml": b"<w>" + b"<p><t>a</t></p>" * 6_000_000 + b"</w>"})
    (folder / "bomb.docx").write_bytes(word)
    (folder / "town.html").write_text(f"<p>{TOWN}</p>")
    assert os.path.getsize(folder / "bomb.docx") < 1_000_000
    skipped, added = synced(folder, bomb=pdf_bomb())
    assert added == ("town.html",)
    assert set(skipped) == {"bomb.docx", "bomb.pdf"}
    assert ".txt" in skipped["bomb.docx"]


def test_a_damaged_page_is_drawn_elsewhere(readers: GuardedReaders) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Times", size=12)
    pdf.multi_cell(0, text=TOWN)
    assert readers.draw_page(bytes(pdf.output()), 1, [TOWN]).startswith(b"\x89PNG")
    with pytest.raises(ArticleError, match="no page 2"):
        readers.draw_page(bytes(pdf.output()), 2)
