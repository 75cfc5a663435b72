"""The pages of a PDF beside its text: one picture a page, with the marks of its own places."""

from __future__ import annotations

import httpx

from rag import Article, Library
from rag.render.locators import Locator
from tests.ingest.test_pdf import ONE, TWO, make
from tests.serving import serving
from tests.ui.reader import only_ours
from ui.places import Place, digest
from ui.printed_pages import printed_pages

TEXT = "On page one.\nOn page three.\nA note of page one."
LOCATORS = (Locator(0, "p. 1"), Locator(13, "p. 3"), Locator(28, "p. 1"))


def place(start: int, end: int) -> Place:
    return Place(start, end, 1, digest(TEXT[start:end]))


def test_each_page_has_a_picture_with_its_own_marks() -> None:
    article = Article("a & b.PDF", TEXT, locators=LOCATORS)
    read = only_ours(printed_pages(article, [place(13, 27), place(28, 47), place(0, 12)]))
    assert [e.facts["src"] for e in read.elements if e.tag == "img"] == [
        "library/page?file=a+%26+b.PDF&page=1&mark=28-47&mark=0-12",
        "library/page?file=a+%26+b.PDF&page=2",
        "library/page?file=a+%26+b.PDF&page=3&mark=13-27",
    ]
    assert [e.facts.get("data-first") for e in read.elements if e.tag == "details"] == ["printed-3"]


def test_what_is_no_pdf_has_no_pages() -> None:
    slides = (Locator(0, "slide 1"),)
    for article in (
        Article("a.txt", TEXT, locators=LOCATORS),
        Article("a.zip#b.pdf", TEXT, locators=LOCATORS),
        Article("a.pdf", TEXT),
        Article("a.pdf", TEXT, locators=slides),
    ):
        assert printed_pages(article, [place(0, 12)]) == ""


def test_pages_are_given_out_with_their_marks(library: Library) -> None:
    (library.folder / "bridge.pdf").write_bytes(make())
    library.sync()
    assert library.article("bridge.pdf").text == f"{ONE}\n{TWO}"
    with serving(library) as address:
        asked = {"file": "bridge.pdf", "page": "1"}
        plain = httpx.get(f"{address}library/page", params=asked)
        marked = httpx.get(f"{address}library/page", params={**asked, "mark": f"0-{len(ONE)}"})
        assert plain.headers["content-type"] == marked.headers["content-type"] == "image/png"
        assert plain.content != marked.content == library.page_picture("bridge.pdf", 1, [(0, len(ONE))])
        for wrong in (
            {"page": "2"},
            {"page": "x"},
            {"page": "²"},
            {"file": "0.txt"},
            {"file": library.articles()[0].file},
        ):
            answer = httpx.get(f"{address}library/page", params={**asked, **wrong})
            assert answer.status_code in {409, 422}
            assert answer.json()["detail"]
        assert httpx.get(f"{address}library/page", params={**asked, "mark": "9-<b>"}).content == plain.content
