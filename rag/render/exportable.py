"""What makes a result exportable: it says what its document is, and is rendered in every form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args, overload

from rag.errors import ExportError
from rag.render.document import Document
from rag.render.fonts import PACKAGES
from rag.render.html_export import to_fragment, to_html
from rag.render.markdown_export import to_markdown
from rag.render.record import json_text

if TYPE_CHECKING:
    from pandas import DataFrame

Form = Literal["markdown", "html", "json", "docx", "pdf"]
FOR_PDF = ("fpdf", "fontTools", "uharfbuzz", *PACKAGES)
"""What the extra `pdf` installs."""


class Exportable(ABC):
    """A result that can be exported, with its quotes and the digests of its articles, for `recheck` to read again.

    Only what the articles support is shown. What they support in part or not at all is left out, and counted apart in a
    note; `unsupported=True` takes it in, marked.

    >>> from rag import Answer
    >>> Answer("Who is the bishop?", found=False).markdown().splitlines()[0]
    '# Who is the bishop?'
    """

    __slots__ = ()
    TABLE: ClassVar[str] = ""
    """The field whose items are the rows of a table; "" for a result that is none."""

    @staticmethod
    def forms() -> tuple[Form, ...]:
        """The forms that results can be written in here: PDF files need the extra `pdf`."""
        found: tuple[Form, ...] = get_args(Form)
        return found if all(map(find_spec, FOR_PDF)) else found[:-1]

    def plain(self, *, unsupported: bool = False) -> str:
        """The result as plain text."""
        del unsupported
        return str(self)

    @abstractmethod
    def document(self, *, unsupported: bool = False) -> Document:
        """The result in the neutral form."""

    def as_dict(self) -> dict[str, Any]:
        """The result as plain values, ready for JSON."""
        return dict(self.document(unsupported=True).values)

    def markdown(self, *, unsupported: bool = False) -> str:
        """The result as Markdown; words of articles are escaped."""
        return to_markdown(self.document(unsupported=unsupported))

    def html(self, *, unsupported: bool = False) -> str:
        """The result as one HTML file without scripts, which loads nothing."""
        return to_html(self.document(unsupported=unsupported))

    def json(self, *, unsupported: bool = False) -> str:
        """The result as JSON: `result` has all its values, `quotes` and `sources` what `recheck` needs."""
        return json_text(self.document(unsupported=unsupported))

    def docx(self, *, unsupported: bool = False) -> bytes:
        """The result as a Word file, whose links lead to its own places alone."""
        from rag.render.docx_export import to_docx

        return to_docx(self.document(unsupported=unsupported))

    def pdf(self, *, unsupported: bool = False) -> bytes:
        """The result as a PDF file, whose links lead to its own places alone.

        Raises ExportError if the packages of the extra `pdf` are not installed.
        """
        if "pdf" not in self.forms():
            raise ExportError("PDF files need packages that are not installed: pip install 'readacross[pdf]'")
        from rag.render.pdf_export import to_pdf

        return to_pdf(self.document(unsupported=unsupported))

    @overload
    def export(self, form: Literal["markdown", "html", "json"], *, unsupported: bool = False) -> str: ...
    @overload
    def export(self, form: Form, *, unsupported: bool = False) -> str | bytes: ...
    def export(self, form: Form, *, unsupported: bool = False) -> str | bytes:
        """The result in the form that is named: text, or the bytes of a Word or PDF file."""
        if form == "docx":
            return self.docx(unsupported=unsupported)
        if form == "pdf":
            return self.pdf(unsupported=unsupported)
        render = {"markdown": self.markdown, "html": self.html, "json": self.json}[form]
        return render(unsupported=unsupported)

    def _repr_html_(self) -> str:
        """What a notebook shows; words of articles are escaped."""
        return to_fragment(self.document())

    def _repr_markdown_(self) -> str:
        """The same for front ends that show Markdown."""
        return self.markdown()

    def to_pandas(self) -> DataFrame:
        """The result as a table: a row for each sentence, point, event, story, name or article, whichever it has.

        Fields of a field have names such as "when.first"; what is a list in JSON is a list in its cell. Raises
        ExportError if pandas is not installed, or for a result that is no table.
        """
        if not self.TABLE:
            raise ExportError("A {kind} is no table: use its fields, or .json().", kind=type(self).__name__)
        return frame(self.as_dict()[self.TABLE])


def frame(rows: Any) -> DataFrame:
    """A table of plain values, a dictionary a row. Raises ExportError if pandas is not installed."""
    if find_spec("pandas") is None:
        raise ExportError("Tables need pandas, which is not installed: pip install pandas")
    from pandas import json_normalize

    return json_normalize(rows)
