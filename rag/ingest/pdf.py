"""Reader of PDF files. Their lines are put together to paragraphs; running heads and page numbers are left out."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.errors import ArticleError
from rag.ingest.clean import tidy_composed
from rag.ingest.raw_article import LONGEST_TEXT, Deadline, Draft, Drafts, real_title

if TYPE_CHECKING:
    from pypdf import PdfReader


MOST_PAGES = 3000
_DAMAGED = "is damaged or no PDF: copy it again, or save its text as .txt"
_ENDED = re.compile(r"""[.!?…:。！？][\"'”’»)\]]*\Z""")
_ITEM = re.compile(r"(?:[-*+•·–—▪◦]|\(?\d{1,3}[.)])\s")
_BROKEN_WORD = re.compile(r"[^\W\d_]-\Z")
_FULL = 0.85
"""Share of the column's width; a shorter line that ends a sentence ends a paragraph."""
_HEADING = 0.7
"""Share of the column's width; a shorter line that ends no sentence may be a heading."""


def read_pdf(data: bytes) -> Drafts:
    """Read the text of a PDF. Raises ArticleError if it is damaged, encrypted, without text, or takes too long."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    if b"%PDF" not in data[:1024]:
        raise ArticleError(_DAMAGED)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ArticleError("is encrypted: save it without a password")
        pages = list(_pages(reader))
        title = real_title((reader.metadata and reader.metadata.title) or "")
    except ArticleError:
        raise
    except (DependencyError, ImportError) as error:  # AES, while the package cryptography is not there
        raise ArticleError("is encrypted: save it without a password") from error
    except Exception as error:  # a damaged file makes pypdf raise nearly anything
        raise ArticleError(_DAMAGED) from error
    text = tidy_composed("\n".join(_paragraphs(_without_running_lines(pages))))
    if not any(c.isalnum() for c in text):
        raise ArticleError("has no text, only pictures of it: run text recognition (OCR) on it first")
    return Drafts((Draft(text, title=title),))


def _pages(reader: PdfReader) -> Iterator[list[str]]:
    """The lines of each page."""
    deadline = Deadline()
    if len(reader.pages) > MOST_PAGES:
        raise ArticleError(f"has more than {MOST_PAGES} pages: split it")
    length = 0
    for page in reader.pages:
        deadline.check()
        text = page.extract_text()
        length += len(text)
        if length > LONGEST_TEXT:
            raise ArticleError("unfolds to an absurd size: it is no ordinary PDF; save its text as .txt")
        yield [line for raw in text.splitlines() if (line := " ".join(raw.split()))]


def _without_running_lines(pages: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The pages without first and last lines that most pages share, numbers apart."""
    if len(pages) < 3:
        return [p[:-1] if p and p[-1].isdigit() else p for p in pages]
    edges = Counter(key for page in pages for key in {_unnumbered(line) for line in (*page[:1], *page[-1:])})
    running = {key for key, count in edges.items() if count >= 0.6 * len(pages)}
    trimmed: list[Sequence[str]] = []
    for page in pages:
        first = 1 if page and _unnumbered(page[0]) in running else 0
        last = len(page) - (1 if len(page) > first and _unnumbered(page[-1]) in running else 0)
        trimmed.append(page[first:last])
    return trimmed


def _unnumbered(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _paragraphs(pages: Sequence[Sequence[str]]) -> Iterator[str]:
    lines = [line for page in pages for line in page]
    width = sorted(map(len, lines))[int(0.9 * len(lines))] if lines else 0
    paragraph = ""
    for number, line in enumerate(lines):
        paragraph = _joined(paragraph, line) if paragraph else line
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if not following or _ends_paragraph(line, following, width):
            yield paragraph
            paragraph = ""


def _joined(paragraph: str, line: str) -> str:
    """Two lines put together; a word that was broken at the line's end becomes whole."""
    if _BROKEN_WORD.search(paragraph) and line[0].islower():
        return paragraph[:-1] + line
    return f"{paragraph} {line}"


def _ends_paragraph(line: str, following: str, width: int) -> bool:
    if _ITEM.match(following):
        return True
    if _ENDED.search(line):
        return len(line) < _FULL * width
    return len(line) < _HEADING * width and not following[0].islower() and not line.endswith((",", "-"))
