"""Whatever a folder holds is read, or told with the reason: by what the bytes are, not by the name alone."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile

import pytest

from rag.errors import ArticleError
from rag.ingest.files import list_files, read_file

STORY = "The council voted on Tuesday to close the old bridge for a month. Nobody was hurt, the mayor told reporters."
PAGE = f"<html><head><title>Bridge closes</title></head><body><h1>Bridge closes</h1><p>{STORY}</p></body></html>"


def read(tmp_path, name, content, limit=20_000_000):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_file(path, name, max_bytes=limit)


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, content in members.items():
            parts.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("name", ["bridge-closes", "index.php", "view.aspx", "bridge.doc", "bridge.txt"])
def test_a_web_page_is_read_as_one_under_any_name(tmp_path, name):
    (article,) = read(tmp_path, name, PAGE).articles
    assert "<" not in article.text
    assert "close the old bridge" in article.text


@pytest.mark.parametrize("name", ["notes", "notes.rst", "notes.2024"])
def test_text_under_an_unknown_name_is_read(tmp_path, name):
    assert read(tmp_path, name, STORY).articles[0].text == STORY


@pytest.mark.parametrize("name", ["news.ndjson", "news.jl", "news", "news.log2"])
def test_json_lines_are_read_under_any_name(tmp_path, name):
    lines = "\n".join(json.dumps({"title": f"T{n}", "text": STORY}) for n in range(3))
    assert [a.title for a in read(tmp_path, name, lines).articles] == ["T0", "T1", "T2"]


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "OCR"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), r"\.docx"),
        (b"Rar!\x1a\x07" + bytes(50), "unpack"),
        (bytes(range(256)) * 8, "binary"),
    ],
)
def test_what_no_reader_can_read_is_told_with_advice(tmp_path, content, advice):
    for name in ("a", "a.txt", "a.dat2"):
        with pytest.raises(ArticleError, match=advice):
            read(tmp_path, name, content)


def test_every_file_is_listed_or_told(tmp_path):
    names = ["a.txt", "b", "c.jpg", "d.py", "e.mp3", "f.pages", "g.xyz", "page.html", "page_files/ad.html"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("words")
    listing = list_files(tmp_path)
    assert [f.name for f in listing.files] == ["a.txt", "b", "g.xyz", "page.html"]
    assert [s.file for s in listing.skipped] == ["c.jpg", "d.py", "e.mp3", "f.pages"]


def test_the_files_of_an_archive_are_articles_and_what_cannot_be_read_is_told(tmp_path):
    inner = zipped({"deep.txt": STORY})
    data = zipped(
        {"a.txt": STORY, "sub/b.html": PAGE, "c.png": "x", "d.zip": inner, "__MACOSX/a.txt": "x", "e.txt": " "}
    )
    found = read(tmp_path, "all.zip", data)
    assert [a.file for a in found.articles] == ["all.zip#a.txt", "all.zip#sub/b.html", "all.zip#d.zip#deep.txt"]
    assert [s.file for s in found.skipped] == ["all.zip#c.png", "all.zip#e.txt"]


def test_names_in_an_archive_are_labels_and_no_paths(tmp_path):
    found = read(tmp_path, "a.zip", zipped({"../../etc/x.txt": STORY, "two\nlines.txt": STORY}))
    assert [a.file for a in found.articles] == ["a.zip#../../etc/x.txt", "a.zip#two lines.txt"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.zip"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_file_is_read_as_the_one_within(tmp_path, pack):
    lines = "\n".join(json.dumps({"title": f"T{n}", "text": STORY}) for n in range(2))
    assert [a.file for a in read(tmp_path, "n.jsonl.gz", pack(lines.encode())).articles] == [
        "n.jsonl.gz#1",
        "n.jsonl.gz#2",
    ]


def test_a_tar_is_read_without_its_links(tmp_path):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        info = tarfile.TarInfo("a.txt")
        info.size = len(STORY)
        tar.addfile(info, io.BytesIO(STORY.encode()))
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    assert [a.file for a in read(tmp_path, "a.tgz", out.getvalue()).articles] == ["a.tgz#a.txt"]


def test_bombs_are_refused(tmp_path):
    for data in (gzip.compress(bytes(150_000_000)), zipped({"a.txt": b" " * 150_000_000})):
        with pytest.raises(ArticleError, match="absurd size"):
            read(tmp_path, "bomb", data)
    nested = STORY.encode()
    for _ in range(8):
        nested = gzip.compress(nested)
    with pytest.raises(ArticleError, match="packed too many times"):
        read(tmp_path, "nested.gz", nested)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_damaged_archive_is_told(tmp_path, share):
    data = zipped({f"{n}.txt": STORY * n for n in range(1, 9)})
    with pytest.raises(ArticleError, match="damaged"):
        read(tmp_path, "a.zip", data[: int(len(data) * share)])


def test_a_date_in_the_name_or_the_address_is_used_if_nothing_else_tells_it(tmp_path):
    assert read(tmp_path, "2024-03-05-bridge.txt", STORY).articles[0].published == "2024-03-05"
    assert read(tmp_path, "03-04-2024.txt", STORY).articles[0].published == ""
    dated = f"Date: 2024-01-02\n\n{STORY}"
    assert read(tmp_path, "2024-03-05.txt", dated).articles[0].published == "2024-01-02"
    record = {"text": STORY, "url": "https://bridge.example/2024/03/05/closed"}
    assert read(tmp_path, "a.json", json.dumps(record)).articles[0].published == "2024-03-05"


def test_one_broken_byte_and_several_encodings_spoil_no_text(tmp_path):
    cut = f"{STORY} Größe".encode() + b"\xc3"
    assert read(tmp_path, "cut.txt", cut).articles[0].text.startswith(STORY)
    mixed = "Das Café in Zürich öffnet.\n".encode() + "Die Bäckerei in Köln schloß.\n".encode("cp1252")
    assert (
        read(tmp_path, "mixed.txt", mixed).articles[0].text
        == "Das Café in Zürich öffnet.\nDie Bäckerei in Köln schloß.\n"
    )
