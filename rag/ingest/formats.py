"""Which reader reads which type of file.

Reader of plain text files.
"""

from __future__ import annotations

from collections.abc import Callable

from rag.ingest.clean import clean_text, decode
from rag.ingest.docx import read_word
from rag.ingest.dumps import read_csv, read_json, read_json_lines
from rag.ingest.html import read_web_page
from rag.ingest.markdown import read_markdown
from rag.ingest.metadata import facts_of_lines
from rag.ingest.pdf import read_pdf
from rag.ingest.raw_article import Drafts


def read_plain(data: bytes) -> Drafts:
    """Read the text as it stands, and the facts that its first lines state. Raises ArticleError if it is no text."""
    return Drafts((facts_of_lines(clean_text(decode(data))),))


READERS: dict[str, Callable[[bytes], Drafts]] = {
    ".txt": read_plain,
    ".md": read_markdown,
    ".html": read_web_page,
    ".htm": read_web_page,
    ".pdf": read_pdf,
    ".docx": read_word,
    ".jsonl": read_json_lines,
    ".json": read_json,
    ".csv": read_csv,
}
"""The reader of each file type, by lower-case suffix. It takes the file's bytes and raises ArticleError in trouble."""

DUMPS = (".jsonl", ".json", ".csv")
"""Suffixes of files that hold several articles."""

CONVERTIBLE = frozenset(
    (".doc", ".rtf", ".odt", ".epub", ".mobi", ".pages", ".mht", ".mhtml", ".xls", ".xlsx", ".ods", ".eml", ".msg",
     ".tsv", ".xml", ".djvu", ".ppt", ".pptx", ".odp", ".webarchive",
     ".markdown", ".xhtml", ".tex", ".rst", ".gz", ".zip")
)  # fmt: skip
"""Suffixes of files that may well hold articles but have no reader; files of any other type are no articles."""
