"""Reading: over a folder of files with the text that each should give, our readers beside bare libraries.

For each FILE there is a FILE.expected.json: an object with `text`, and with `title`, `published` (a day), `publisher`
where they are known; or a list of such objects for a file of several articles. Prints, by suffix, the precision and
recall of words (with their counts; the mean over articles), and the share of facts that are told right.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import mean
from typing import Any

from rag.errors import ArticleError
from rag.ingest.files import read_file
from rag.results.answers import Article
from tests.benchmarks.common import table

_WORD = re.compile(r"\w+")
_EXPECTED = ".expected.json"
FACTS = ("title", "published", "publisher")


@dataclass(frozen=True, slots=True)
class Result:
    """What a reader made of one article."""

    precision: float
    recall: float
    facts: dict[str, bool]


def run(data: Path, *, as_json: bool) -> None:
    results: dict[str, list[Result]] = defaultdict(list)
    for expected in sorted(data.rglob(f"*{_EXPECTED}")):
        path = expected.with_name(expected.name.removesuffix(_EXPECTED))
        wanted = json.loads(expected.read_text("utf-8"))
        wanted = wanted if isinstance(wanted, list) else [wanted]
        suffix = path.suffix.lower()
        for name, read in _readers(suffix):
            results[f"{suffix} {name}"] += _compared(wanted, read(path))
    if not results:
        raise SystemExit(f"{data} holds no file with its expected text: name one with --data")
    rows = {name: _figures(found) for name, found in results.items()}
    print(table(rows))
    if as_json:
        print(json.dumps(rows))


def _readers(suffix: str) -> Iterator[tuple[str, Callable[[Path], list[Article]]]]:
    yield "readacross", _ours
    for name, module, suffixes, read in (
        ("trafilatura", "trafilatura", (".html", ".htm"), _trafilatura),
        ("pypdf", "pypdf", (".pdf",), _pypdf),
        ("python-docx", "docx", (".docx",), _docx),
        ("docling", "docling", (".html", ".htm", ".pdf", ".docx", ".pptx", ".xlsx"), _docling),
    ):
        if suffix in suffixes and find_spec(module):
            yield name, read


def _ours(path: Path) -> list[Article]:
    try:
        return list(read_file(path, path.name, max_bytes=100_000_000).articles)
    except ArticleError:
        return []


def _trafilatura(path: Path) -> list[Article]:
    import trafilatura

    found: Any = trafilatura.bare_extraction(path.read_bytes(), with_metadata=True, include_comments=False)
    if found is None:
        return []
    text, title, published, publisher = (getattr(found, n, "") or "" for n in ("text", "title", "date", "sitename"))
    return [Article(path.name, text, title, publisher, published)]


def _pypdf(path: Path) -> list[Article]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(path.read_bytes()))
    title = (reader.metadata.title if reader.metadata else "") or ""
    return [Article(path.name, "\n".join(page.extract_text() for page in reader.pages), title)]


def _docx(path: Path) -> list[Article]:
    from docx import Document

    document = Document(str(path))
    return [Article(path.name, "\n".join(p.text for p in document.paragraphs), document.core_properties.title or "")]


def _docling(path: Path) -> list[Article]:
    from docling.document_converter import DocumentConverter

    return [Article(path.name, DocumentConverter().convert(path).document.export_to_text())]


def _compared(wanted: list[dict[str, str]], found: list[Article]) -> Iterator[Result]:
    left = list(found)
    for one in wanted:
        own = Counter(_WORD.findall(one["text"]))
        best = max(left, key=lambda a: (own & Counter(_WORD.findall(a.text))).total(), default=Article("", ""))
        left = [a for a in left if a is not best]
        words = Counter(_WORD.findall(best.text))
        common = (own & words).total()
        stated = {"title": best.title, "published": best.published[:10], "publisher": best.publisher}
        facts = {f: " ".join(stated[f].split()).casefold() == one[f].casefold() for f in FACTS if one.get(f)}
        yield Result(common / max(1, words.total()), common / max(1, own.total()), facts)


def _figures(results: list[Result]) -> dict[str, object]:
    precision, recall = mean(r.precision for r in results), mean(r.recall for r in results)
    told = {f: [r.facts[f] for r in results if f in r.facts] for f in FACTS}
    return {
        "articles": len(results),
        "precision": f"{precision:.3f}",
        "recall": f"{recall:.3f}",
        "F": f"{2 * precision * recall / max(1e-9, precision + recall):.3f}",
        **{f: f"{mean(own):.3f}" if own else "-" for f, own in told.items()},
    }
