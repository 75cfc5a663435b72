"""What makes a result exportable: it says what its document is, and is rendered in every form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Literal

from rag.render.document import Document
from rag.render.html_export import to_html
from rag.render.markdown_export import to_markdown
from rag.render.record import json_text

Form = Literal["markdown", "html", "json"]


class Exportable(ABC):
    """A result that can be exported, with its quotes and the digests of its articles, for `recheck` to read again.

    Only what the articles support is shown. What they support in part or not at all is left out, and counted apart in a
    note; `unsupported=True` takes it in, marked.
    """

    __slots__ = ()

    def plain(self, *, unsupported: bool = False) -> str:
        """The result as plain text."""
        del unsupported
        return str(self)

    @abstractmethod
    def document(self, *, unsupported: bool = False) -> Document:
        """The result in the neutral form."""

    def markdown(self, *, unsupported: bool = False) -> str:
        """The result as Markdown; words of articles are escaped."""
        return to_markdown(self.document(unsupported=unsupported))

    def html(self, *, unsupported: bool = False) -> str:
        """The result as one HTML file without scripts, which loads nothing."""
        return to_html(self.document(unsupported=unsupported))

    def json(self, *, unsupported: bool = False) -> str:
        """The result as JSON: `result` has all its values, `quotes` and `sources` what `recheck` needs."""
        return json_text(self.document(unsupported=unsupported))

    def export(self, form: Form, *, unsupported: bool = False) -> str:
        """The result in the form that is named."""
        render = {"markdown": self.markdown, "html": self.html, "json": self.json}[form]
        return render(unsupported=unsupported)
