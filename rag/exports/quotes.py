"""A quotation as a document shows it: written by the renderers, looked for when the document is read again."""

from __future__ import annotations

from rag.exports.document import Quotation, in_quotes
from rag.exports.escaping import html_text, markdown_text


def markdown_quote(q: Quotation) -> str:
    """A quotation as a Markdown list item."""
    return f"- [{q.number}] {markdown_text(in_quotes(q.quote))} (characters {q.start}–{q.end})"


def html_quote(q: Quotation) -> str:
    """A quotation as an HTML list item, which marks link to."""
    return (
        f'<li id="q{q.number}"><span class="number">[{q.number}]</span>'
        f'<blockquote dir="auto">{html_text(in_quotes(q.quote))}</blockquote>'
        f'<span class="place">characters {q.start}–{q.end}</span></li>'
    )
