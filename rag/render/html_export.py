"""A document as one HTML file that stands alone: nothing is fetched, nothing runs, and it prints well."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator

from rag.render.document import Block, CitedFile, Document, Line, Prose, Quotation, Table, Tally, runs
from rag.render.escape import html_language, html_text
from rag.render.record import HTML_CLOSE, HTML_OPEN, embedded, html_quote

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.55 Georgia, "Times New Roman", serif; margin: 2rem auto; max-width: 46rem; padding: 0 1rem; }
h1, h2, h3, .facts, .remark, .place, table { font-family: system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; }
.facts { margin: 0; } .facts, .remark, .place { font-size: .85rem; opacity: .75; overflow-wrap: anywhere; }
a.mark { font: .75rem system-ui, sans-serif; text-decoration: none; vertical-align: .3em; }
blockquote { margin: 0; } ol { list-style: none; padding-left: 0; } ol li { margin: .5rem 0; padding-left: 2.9rem; }
ol .number { float: left; margin-left: -2.9rem; } li:target { background: #fe76; }
table { border-collapse: collapse; font-size: .9rem; }
td, th { border: 1px solid #8888; padding: .4rem; text-align: left; vertical-align: top; } .wide { overflow-x: auto; }
@media print { body { margin: 0; max-width: none; } a { color: inherit; } }
"""
_ALLOWED = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src '{_ALLOWED}'; base-uri 'none'; form-action 'none'"
"""Nothing but our own style is allowed, should anything ever slip through the escaping."""


def to_html(document: Document) -> str:
    """The document, its quotations by article, and the record in a data block, which no browser runs."""
    title = html_text(document.title)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html_text(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1 dir="auto">{title}</h1>\n{"".join(_parts(document))}</main>\n'
        f"{HTML_OPEN}{embedded(document)}{HTML_CLOSE}\n</body>\n</html>\n"
    )


def to_fragment(document: Document) -> str:
    """The document and its quotations as HTML that can stand in a page with others, such as a notebook's output."""
    title = html_text(document.title)
    shown = f'<div class="readacross">\n<h3 dir="auto">{title}</h3>\n{"".join(_parts(document))}</div>'
    own = f"r{secrets.token_hex(4)}-q"  # escaped text has no quotation mark, so that only our own places are renamed
    return shown.replace('href="#q', f'href="#{own}').replace('id="q', f'id="{own}')


def _parts(document: Document) -> Iterator[str]:
    for section in document.sections:
        if section.title:
            yield f'<h2 dir="auto">{html_text(section.title)}</h2>\n'
        yield from (f"{_block(document, block)}\n" for block in section.blocks)
    yield from (f'<p class="remark">{html_text(note)}</p>\n' for note in document.notes)
    if document.files:
        yield "<h2>Sources</h2>\n"
    for file in document.files:
        yield _source(file, [q for q in document.quotations if q.file == file.file])


def _block(document: Document, block: Block) -> str:
    if isinstance(block, Prose):
        return _holder("p", document, block.lines)
    if isinstance(block, Tally):
        return f"<p>{html_text(block.text)}</p>"
    if isinstance(block, Table):
        head = "".join(f'<th dir="auto">{html_text(cell)}</th>' for cell in block.head)
        cells = ("".join(_holder("td", document, (line,)) for line in row) for row in block.rows)
        rows = "".join(f"<tr>{row}</tr>\n" for row in cells)
        return f'<div class="wide"><table>\n<tr>{head}</tr>\n{rows}</table></div>'
    return "<ul>\n" + "".join(f"{_holder('li', document, (line,))}\n" for line in block.lines) + "</ul>"


def _holder(tag: str, document: Document, lines: tuple[Line, ...]) -> str:
    """An element that holds lines, with their language if they have one alone."""
    language = document.language(*lines)
    shown = " ".join(_line(line, "" if language else document.language(line)) for line in lines)
    return f'<{tag} dir="{Prose(lines).direction}"{html_language(language)}>{shown}</{tag}>'


def _line(line: Line, language: str) -> str:
    marks = "".join(_marks(first, last) for first, last in runs(line.marks))
    said = line.all_remarks
    remarks = f'<span class="remark">({html_text("; ".join(said))})</span>' if said else ""
    words = f"<bdi{html_language(language)}>{html_text(line.text)}</bdi>"
    if line.doubted:
        nearest = f'<span class="remark">nearest:</span>{marks}' if marks else ""
        return " ".join(filter(None, (words, remarks, nearest)))
    return " ".join(filter(None, (f"{words}{marks}", remarks)))


def _marks(first: int, last: int) -> str:
    if first == last:
        return f'<a class="mark" href="#q{first}">[{first}]</a>'
    return f'<a class="mark" href="#q{first}">[{first}</a><a class="mark" href="#q{last}">–{last}]</a>'


def _source(file: CitedFile, quotations: list[Quotation]) -> str:
    facts = [f"<bdi>{html_text(fact)}</bdi>" for fact in file.facts]
    named = html_language(file.language if file.title else "")
    digest = f'<p class="facts">SHA-256 {html_text(file.digest)}</p>\n' if file.digest else ""
    quoted = "".join(f"{html_quote(q)}\n" for q in quotations)
    return (
        f'<h3 dir="auto"{named}>{html_text(file.title or file.file)}</h3>\n'
        f'<p class="facts">{" · ".join(facts)}</p>\n{digest}<ol>\n{quoted}</ol>\n'
    )
