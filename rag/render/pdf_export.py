"""A document as a PDF file, whose marks lead to the quotations at its end; no link leads out of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fpdf import FPDF, TextMode, XPos, YPos
from fpdf.fonts import FontFace

from rag.render.document import Block, Document, Line, Prose, Quotation, Table, Tally, direction, in_quotes, runs
from rag.render.escape import plain_text
from rag.render.fonts import fonts_for
from rag.render.markdown_export import to_markdown
from rag.render.record import PLAIN_CLOSE, PLAIN_OPEN, embedded

MARGIN, INDENT = 22, 6
"""Millimetres."""
SIZE, SMALL, LEADING = 10.5, 8.5, 1.5
"""Points; the last is a line's height as a multiple of its letters'."""
INK, FAINT, LINK = (28, 25, 23), (87, 83, 78), (3, 85, 140)
WIDEST = 6
"""Columns of a table that can be read on a page; a wider one is a list."""
BULLET = "•"
STAND_IN = "\ufffd"
MISSING = (
    "Some letters have no font on this machine, and stand here as "
    f"{STAND_IN}: install a font that has them, such as one of Noto, or save it as Word or a web page."
)
RECORD = "readacross-record.txt"


def to_pdf(document: Document) -> bytes:
    """The document, its quotations by article, and the record as an attachment."""
    return _Writer(document).written()


class _Pages(FPDF):
    """Pages with their numbers."""

    def footer(self) -> None:
        """Write the page's number at its foot."""
        self.set_y(-15)
        self.set_font_size(SMALL)
        self.set_text_color(*FAINT)
        self.cell(0, text=str(self.page_no()), align="C")


class _Writer:
    """Writes one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        fonts = fonts_for(frozenset(to_markdown(document)) | {BULLET, STAND_IN})
        self._missing = {ord(character): STAND_IN for character in fonts.missing}
        self._pdf = pdf = _Pages()
        for number, path in enumerate(fonts.paths):
            pdf.add_font(f"font{number}", "", path)
        pdf.set_fallback_fonts([f"font{n}" for n in range(1, len(fonts.paths))], exact_match=False)
        pdf.set_text_shaping(use_shaping_engine=True)
        pdf.set_title(plain_text(document.title))
        pdf.set_creator("readacross")
        pdf.set_lang("en")
        pdf.set_margins(MARGIN, MARGIN, MARGIN)
        pdf.set_auto_page_break(auto=True, margin=MARGIN)
        pdf.set_font("font0", "", SIZE)
        pdf.add_page()
        self._links = {quotation.number: pdf.add_link() for quotation in document.quotations}

    def written(self) -> bytes:
        """The bytes of the file."""
        self._heading(self._document.title, 17)
        for section in self._document.sections:
            if section.title:
                self._heading(section.title, 13, outlined=True)
            for block in section.blocks:
                self._block(block)
        notes = (*self._document.notes, *([MISSING] if self._missing else []))
        for note in notes:
            self._paragraph(note, faint=True)
        self._sources()
        record = f"{PLAIN_OPEN}{embedded(self._document)}{PLAIN_CLOSE}"
        self._pdf.embed_file(bytes=record.encode("ascii"), basename=RECORD, compress=False)
        return bytes(self._pdf.output())

    # -- words -------------------------------------------------------------------------------------------------------

    def _shown(self, text: str) -> str:
        return plain_text(text).translate(self._missing)

    def _paragraph(
        self,
        text: str,
        *,
        size: float = SIZE,
        indent: float = 0,
        faint: bool = False,
        link: int | str = "",
        gap: float = 2,
    ) -> None:
        """A paragraph of one look, in the direction of its words."""
        pdf, shown = self._pdf, self._shown(text)
        pdf.set_font_size(size)
        pdf.set_text_color(*(FAINT if faint else INK))
        left = pdf.l_margin + indent
        turned = direction(shown) == "rtl"
        pdf.set_text_shaping(use_shaping_engine=True, direction="rtl" if turned else "ltr")
        pdf.set_x(left)
        pdf.multi_cell(
            pdf.w - pdf.r_margin - left, h=self._height(size), text=shown, align="R" if turned else "L", link=link,
            new_x=XPos.LMARGIN, new_y=YPos.NEXT,
        )  # fmt: skip
        pdf.ln(gap)

    def _height(self, size: float) -> float:
        return size / self._pdf.k * LEADING

    def _heading(self, text: str, size: float, *, outlined: bool = False) -> None:
        pdf = self._pdf
        if pdf.will_page_break(3 * self._height(size)):
            pdf.add_page()
        elif pdf.y > pdf.t_margin:
            pdf.ln(3)
        if outlined:
            pdf.start_section(self._shown(text))
        with self._bold():
            self._paragraph(text, size=size, gap=1.5)

    @contextmanager
    def _bold(self) -> Iterator[None]:
        """Letters are drawn with a rim: the bold forms of a variable font take half a minute to be made."""
        pdf = self._pdf
        with pdf.local_context(text_mode=TextMode.FILL_STROKE, line_width=0.12, draw_color=INK):
            yield

    # -- blocks ------------------------------------------------------------------------------------------------------

    def _block(self, block: Block) -> None:
        if isinstance(block, Tally):
            self._paragraph(block.text)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Prose):
            self._lines(block.lines)
        else:
            for line in block.lines:
                self._lines((line,), before=f"{BULLET} ", indent=INDENT)

    def _lines(self, lines: tuple[Line, ...], *, before: str = "", indent: float = 0) -> None:
        """Sentences that run on as a paragraph; those from right to left each in their own, marks among the words."""
        if Prose(lines).direction == "rtl":
            for line in lines:
                first = self._links[line.marks[0]] if line.marks else ""
                self._paragraph(f"{before}{line.text}{self._rest(line)}", link=first, indent=indent)
            return
        pdf = self._pdf
        pdf.set_text_shaping(use_shaping_engine=True, direction="ltr")
        pdf.set_left_margin(MARGIN + indent)
        pdf.set_x(MARGIN + indent)
        for n, line in enumerate(lines):
            self._write(f"{' ' if n else before}{self._shown(line.text)}", SIZE, INK)
            if not line.doubted:
                self._marks(line, " ")
            if line.all_remarks:
                said = "; ".join(line.all_remarks)
                self._write(f" ({self._shown(said)})", SMALL, FAINT)
            if line.doubted:
                self._marks(line, " nearest: ")
        pdf.set_left_margin(MARGIN)
        pdf.ln(self._height(SIZE) + 2)

    def _marks(self, line: Line, before: str) -> None:
        """The marks of a line, each a link to its quotation."""
        if line.marks:
            self._write(before, SMALL, FAINT)
        for first, last in runs(line.marks):
            self._write(_mark(first, last), SMALL, LINK, self._links[first])

    def _write(self, text: str, size: float, colour: tuple[int, int, int], link: int | str = "") -> None:
        self._style(size, colour)
        self._pdf.write(self._height(SIZE), text, link)

    def _style(self, size: float, colour: tuple[int, int, int]) -> None:
        self._pdf.set_font_size(size)
        self._pdf.set_text_color(*colour)

    def _rest(self, line: Line) -> str:
        """What follows a line's words, as plain text."""
        marks = "".join(_mark(first, last) for first, last in runs(line.marks))
        said = f"({'; '.join(line.all_remarks)})" if line.all_remarks else ""
        parts = (said, f"nearest: {marks}" if marks else "") if line.doubted else (marks, said)
        return "".join(f" {part}" for part in parts if part)

    def _table(self, table: Table) -> None:
        if len(table.head) > WIDEST:
            for row in table.rows:
                for n, (name, line) in enumerate((h, c) for h, c in zip(table.head, row, strict=True) if c.text):
                    self._lines((line,), before=f"{BULLET} {self._shown(name)}: ", indent=(2 if n else 1) * INDENT)
            return
        pdf = self._pdf
        pdf.set_text_shaping(use_shaping_engine=True)  # each cell runs as its words do
        self._style(SMALL, INK)
        look = FontFace(fill_color=(245, 245, 244))
        with pdf.table(
            headings_style=look, line_height=self._height(SMALL), padding=1.2, text_align="LEFT", v_align="TOP"
        ) as drawn:
            heads = drawn.row()
            for name in table.head:
                heads.cell(self._shown(name))
            for row in table.rows:
                cells = drawn.row()
                for line in row:
                    cells.cell(
                        self._shown(f"{line.text}{self._rest(line)}"),
                        align="RIGHT" if line.direction == "rtl" else "LEFT",
                        link=self._links[line.marks[0]] if line.marks else None,
                    )
        pdf.ln(3)

    # -- sources -----------------------------------------------------------------------------------------------------

    def _sources(self) -> None:
        if self._document.files:
            self._heading("Sources", 13, outlined=True)
        for file in self._document.files:
            with self._bold():
                self._paragraph(file.title or file.file, gap=0.5)
            if file.facts:
                self._paragraph(" · ".join(file.facts), size=SMALL, faint=True, gap=1)
            for quotation in self._document.quotations:
                if quotation.file == file.file:
                    self._quotation(quotation)

    def _quotation(self, quotation: Quotation) -> None:
        """A quotation, to which its marks lead."""
        pdf = self._pdf
        if pdf.will_page_break(self._height(SIZE)):
            pdf.add_page()
        pdf.set_link(self._links[quotation.number], y=pdf.y, page=pdf.page)
        shown = f"{in_quotes(quotation.quote)} ({quotation.place})"
        if direction(quotation.quote) == "rtl":  # a number at its head would turn the paragraph
            self._paragraph(f"{shown} [{quotation.number}]", indent=INDENT)
        else:
            self._paragraph(f"[{quotation.number}] {shown}", indent=INDENT)


def _mark(first: int, last: int) -> str:
    return f"[{first}]" if first == last else f"[{first}–{last}]"
