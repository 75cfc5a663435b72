# ruff: noqa: E501 (samples stay on one line)
"""Files of every format that is read, made of given articles: for the round trip, the fuzzing and the timing."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from typing import Any

from docx import Document
from fpdf import FPDF

from tests.ingest.ole_files import message, word

MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class Made:
    """An article that goes into a file; the text is its paragraphs, `day` an ISO 8601 date."""

    title: str
    publisher: str
    day: str
    author: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def written(self) -> str:
        """The date in words: "5 March 2024"."""
        year, month, day = self.day.split("-")
        return f"{int(day)} {MONTHS[int(month) - 1]} {year}"

    @property
    def american(self) -> str:
        """The date in words: "March 5, 2024"."""
        day, month, year = self.written.split()
        return f"{month} {day}, {year}"


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is made, its suffix, whether it holds several articles, and which facts it carries."""

    make: Callable[[Sequence[Made]], bytes]
    suffix: str
    several: bool
    carries: frozenset[str]


ALL = frozenset(("title", "publisher", "published", "author"))
NO_AUTHOR = ALL - {"author"}
FORMATS: dict[str, Format] = {}
Maker = Callable[[Sequence[Made]], "bytes | str"]


def made(name: str, suffix: str, *, several: bool = False, carries: Iterable[str] = ALL) -> Callable[[Maker], Maker]:
    """Declare a format."""

    def declare(make: Maker) -> Maker:
        def encoded(articles: Sequence[Made]) -> bytes:
            content = make(articles)
            return content.encode() if isinstance(content, str) else content

        FORMATS[name] = Format(encoded, suffix, several, frozenset(carries))
        return make

    return declare


def zipped(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return out.getvalue()


def lines_of(a: Made) -> list[str]:
    """An article as people type it: headline, source and day, by-line, text."""
    return [a.title, f"{a.publisher}, {a.written}", f"By {a.author}", *a.paragraphs]


# -- one article -------------------------------------------------------------------------------------------------------


@made("plain text", "txt")
def _txt(articles: Sequence[Made]) -> str:
    return "\n\n".join(lines_of(articles[0]))


@made("Markdown", "md")
def _md(articles: Sequence[Made]) -> str:
    a = articles[0]
    return f"---\nauthor: {a.author}\npublisher: {a.publisher}\ndate: {a.day}\n---\n# {a.title}\n\n{a.text}\n"


def page(a: Made) -> str:
    linked = {"@type": "NewsArticle", "headline": a.title, "datePublished": a.day, "author": {"name": a.author}}
    body = "".join(f"<p>{escape(p)}</p>" for p in a.paragraphs)
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>{escape(a.title)}</title>"
        f'<meta property="og:site_name" content="{escape(a.publisher)}">'
        f'<script type="application/ld+json">{json.dumps(linked)}</script></head><body><nav><a href=/>Home</a></nav>'
        f"<main><article><h1>{escape(a.title)}</h1>{body}</article></main><footer>Terms of use</footer></body></html>"
    )


@made("web page", "html")
def _html(articles: Sequence[Made]) -> str:
    return page(articles[0])


def mail(a: Made) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = a.title, f"{a.publisher} <news@example.org>", "desk@example.org"
    letter["Date"] = format_datetime(datetime.fromisoformat(a.day).replace(hour=10, tzinfo=UTC))
    letter.set_content(a.text)
    return letter


@made("mail", "eml", carries=NO_AUTHOR)
def _eml(articles: Sequence[Made]) -> bytes:
    return bytes(mail(articles[0]))


def rich(text: str) -> str:
    coded = "".join(
        c if ord(c) < 128 and c not in "{}\\\n" else "\\par\n" if c == "\n" else f"\\u{ord(c)}?" for c in text
    )
    return f"{{\\rtf1\\ansi\\deff0{{\\fonttbl{{\\f0 Arial;}}}}\\f0 {coded}}}"


@made("Rich Text", "rtf")
def _rtf(articles: Sequence[Made]) -> str:
    return rich("\n".join(lines_of(articles[0])))


def word_file(lines: Iterable[str]) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@made("Word", "docx")
def _docx(articles: Sequence[Made]) -> bytes:
    return word_file(lines_of(articles[0]))


@made("old Word", "doc")
def _doc(articles: Sequence[Made]) -> bytes:
    return word("\r".join(lines_of(articles[0])) + "\r")


@made("Outlook message", "msg", carries={"title", "publisher"})
def _msg(articles: Sequence[Made]) -> bytes:
    a = articles[0]
    return message({"0037": a.title, "0C1A": a.publisher, "1000": a.text})


ODF = (
    '<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b"><office:body><office:{kind}>{body}'
    "</office:{kind}></office:body></office:document-content>"
)


@made("OpenDocument text", "odt")
def _odt(articles: Sequence[Made]) -> bytes:
    body = "".join(f"<text:p>{escape(line)}</text:p>" for line in lines_of(articles[0]))
    return zipped(
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ODF.format(kind="text", body=body)}
    )


@made("PDF", "pdf")
def _pdf(articles: Sequence[Made]) -> bytes:
    a = articles[0]
    pdf = FPDF()
    pdf.set_title(a.title)
    pdf.add_page()
    pdf.set_font("Times", size=11)
    for line in lines_of(a):
        pdf.multi_cell(
            0, 5, line.encode("latin-1", "replace").decode("latin-1"), new_x="LMARGIN", new_y="NEXT", align="L"
        )
        pdf.ln(3)
    return bytes(pdf.output())


@made("PowerPoint", "pptx", carries={"title"})
def _pptx(articles: Sequence[Made]) -> bytes:
    a = articles[0]
    ns = 'xmlns:p="p" xmlns:a="a" xmlns:r="r"'
    parts: dict[str, bytes | str] = {}
    ids, links = "", ""
    for n, words in enumerate([a.title, *a.paragraphs], 1):
        parts[f"ppt/slides/slide{n}.xml"] = (
            f"<p:sld {ns}><p:sp><a:p><a:r><a:t>{escape(words)}</a:t></a:r></a:p></p:sp></p:sld>"
        )
        ids += f'<p:sldId id="{n}" r:id="r{n}"/>'
        links += f'<Relationship Id="r{n}" Target="slides/slide{n}.xml"/>'
    parts["ppt/presentation.xml"] = f"<p:presentation {ns}>{ids}</p:presentation>"
    parts["ppt/_rels/presentation.xml.rels"] = f"<Relationships>{links}</Relationships>"
    return zipped(parts)


@made("EPUB", "epub")
def _epub(articles: Sequence[Made]) -> bytes:
    a = articles[0]
    facts = f"<title>{escape(a.title)}</title><publisher>{a.publisher}</publisher><date>{a.day}</date><creator>{a.author}</creator>"
    package = f'<package><metadata>{facts}</metadata><manifest><item id="a" href="a.xhtml"/></manifest><spine><itemref idref="a"/></spine></package>'
    return zipped(
        {
            "META-INF/container.xml": '<container><rootfile full-path="c.opf"/></container>',
            "c.opf": package,
            "a.xhtml": f"<html><body>{''.join(f'<p>{escape(p)}</p>' for p in a.paragraphs)}</body></html>",
        }
    )


@made("subtitles", "srt", carries=())
def _srt(articles: Sequence[Made]) -> str:
    cues = enumerate(articles[0].paragraphs, 1)
    return "\n\n".join(f"{n}\n00:{n:02}:00,000 --> 00:{n:02}:30,000\n{words}" for n, words in cues)


@made("NITF", "xml")
def _nitf(articles: Sequence[Made]) -> str:
    a = articles[0]
    body = "".join(f"<p>{escape(p)}</p>" for p in a.paragraphs)
    return (
        f'<nitf><head><docdata><date.issue norm="{a.day}"/><doc.copyright holder="{a.publisher}"/></docdata></head><body>'
        f"<body.head><hedline><hl1>{escape(a.title)}</hl1></hedline><byline>By {a.author}</byline></body.head>"
        f"<body.content>{body}</body.content></body></nitf>"
    )


# -- several articles --------------------------------------------------------------------------------------------------


@made("mailbox", "mbox", several=True, carries=NO_AUTHOR)
def _mbox(articles: Sequence[Made]) -> bytes:
    return b"".join(b"From x@example.org Tue Mar  5 10:15:00 2024\n" + bytes(mail(a)) + b"\n\n" for a in articles)


def records(articles: Sequence[Made]) -> list[dict[str, Any]]:
    return [
        {"headline": a.title, "source": {"name": a.publisher}, "publishedAt": a.day, "author": a.author, "body": a.text}
        for a in articles
    ]


@made("JSON Lines", "jsonl", several=True)
def _jsonl(articles: Sequence[Made]) -> str:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records(articles))


@made("JSON of a service", "json", several=True)
def _json(articles: Sequence[Made]) -> str:
    return json.dumps({"status": "ok", "response": {"total": len(articles), "results": records(articles)}})


@made("JSON of schema.org", "json", several=True)
def _graph(articles: Sequence[Made]) -> str:
    graph = [
        {"@type": "NewsArticle", "headline": a.title, "datePublished": a.day, "author": [{"name": a.author}],
         "publisher": {"name": a.publisher}, "articleBody": a.text}
        for a in articles
    ]  # fmt: skip
    return json.dumps({"@context": "https://schema.org", "@graph": graph})


def rows(articles: Sequence[Made], delimiter: str, head: Sequence[str] = ()) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([*([head] if head else []), *([a.day, a.publisher, a.title, a.text] for a in articles)])
    return out.getvalue()


@made("CSV", "csv", several=True, carries=NO_AUTHOR)
def _csv(articles: Sequence[Made]) -> str:
    return rows(articles, ",", ("date", "publisher", "title", "text"))


@made("CSV without a head", "csv", several=True, carries=NO_AUTHOR)
def _headless(articles: Sequence[Made]) -> str:
    return rows(articles, ";")


@made("TSV of another language", "tsv", several=True, carries=NO_AUTHOR)
def _tsv(articles: Sequence[Made]) -> str:
    return rows(articles, "\t", ("Datum", "Zeitung", "Titel", "Inhalt"))


def inline(value: str) -> str:
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


@made("Excel", "xlsx", several=True, carries=NO_AUTHOR)
def _xlsx(articles: Sequence[Made]) -> bytes:
    table = [("Date", "Publisher", "Title", "Text"), *((a.day, a.publisher, a.title, a.text) for a in articles)]
    cells = "".join(f"<row>{''.join(map(inline, row))}</row>" for row in table)
    book = '<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>'
    links = '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'
    sheet = f"<worksheet><sheetData>{cells}</sheetData></worksheet>"
    return zipped({"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": links, "xl/worksheets/sheet1.xml": sheet})


@made("OpenDocument sheet", "ods", several=True, carries=NO_AUTHOR)
def _ods(articles: Sequence[Made]) -> bytes:
    table = [("Date", "Publisher", "Title", "Text"), *((a.day, a.publisher, a.title, a.text) for a in articles)]
    cells = (
        "".join(f"<table:table-cell><text:p>{escape(v)}</text:p></table:table-cell>" for v in row) for row in table
    )
    body = f"<table:table>{''.join(f'<table:table-row>{row}</table:table-row>' for row in cells)}</table:table>"
    return zipped({"content.xml": ODF.format(kind="spreadsheet", body=body)})


@made("RSS", "rss", several=True)
def _rss(articles: Sequence[Made]) -> str:
    items = "".join(
        f"<item><title>{escape(a.title)}</title><source>{a.publisher}</source><author>{a.author}</author>"
        f"<pubDate>{mail(a)['Date']}</pubDate><description>{escape(a.text)}</description></item>"
        for a in articles
    )
    return f'<rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'


@made("Atom", "atom", several=True, carries=ALL - {"publisher"})
def _atom(articles: Sequence[Made]) -> str:
    entries = "".join(
        f"<entry><title>{escape(a.title)}</title><author><name>{a.author}</name></author><published>{a.day}</published>"
        f"<updated>2025-01-01T00:00:00Z</updated><content>{escape(a.text)}</content></entry>"
        for a in articles
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed</title>{entries}</feed>'


@made("web archive", "warc.gz", several=True)
def _warc(articles: Sequence[Made]) -> bytes:
    found = b""
    for n, a in enumerate(articles):
        body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(a).encode()
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/{n}\r\nContent-Length: {len(body)}\r\n"
        found += gzip.compress(f"{head}Content-Type: application/http\r\n\r\n".encode() + body + b"\r\n\r\n")
    return found


@made("wiki", "xml", several=True, carries={"title", "published"})
def _wiki(articles: Sequence[Made]) -> str:
    pages = "".join(
        f"<page><title>{escape(a.title)}</title><ns>0</ns><revision><text>{{{{date|{a.american}}}}}\n{escape(a.text)}\n\n"
        "[[Category:News]]</text></revision></page>"
        for a in articles
    )
    return f"<mediawiki><siteinfo><sitename>Wikinews</sitename></siteinfo>{pages}</mediawiki>"


def nexis(articles: Sequence[Made]) -> str:
    return "\n".join(
        f"Page {n} of {len(articles)}\n{a.title}\n{a.publisher}\n{a.american}\n\nCopyright 2024 {a.publisher} All Rights "
        f"Reserved\n\nSection: NEWS; Pg. 3\nLength: 210 words\nByline: {a.author}\nBody\n\n{a.text}\n\n"
        "Load-Date: March 6, 2024\n\nEnd of Document\n"
        for n, a in enumerate(articles, 1)
    )


@made("Nexis, text", "txt", several=True)
def _nexis_txt(articles: Sequence[Made]) -> str:
    return nexis(articles)


@made("Nexis, Word", "docx", several=True)
def _nexis_docx(articles: Sequence[Made]) -> bytes:
    return word_file(nexis(articles).split("\n"))


@made("Nexis, Rich Text", "rtf", several=True)
def _nexis_rtf(articles: Sequence[Made]) -> str:
    return rich(nexis(articles))


@made("Nexis, web page", "html", several=True)
def _nexis_html(articles: Sequence[Made]) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in nexis(articles).split("\n") if line)
    return f"<html><body>{lines}</body></html>"


@made("Nexis before 2018", "txt", several=True)
def _nexis_old(articles: Sequence[Made]) -> str:
    return "\n\n".join(
        f"{' ' * 30}{n} of {len(articles)} DOCUMENTS\n\n\n{' ' * 29}{a.publisher}\n\n{' ' * 28}{a.american}\n\n{a.title}\n\n"
        f"BYLINE: {a.author}\n\nSECTION: NEWS; Pg. 3\n\nLENGTH: 210 words\n\n{a.text}\n\nLOAD-DATE: March 6, 2024\n\n"
        f"LANGUAGE: ENGLISH\n\n{' ' * 19}Copyright 2024 {a.publisher}\n{' ' * 26}All Rights Reserved"
        for n, a in enumerate(articles, 1)
    )


def coded(a: Made, n: int) -> list[tuple[str, str]]:
    return [
        ("SE", "News"), ("HD", a.title), ("BY", f"By {a.author}"), ("WC", "210 words"), ("PD", a.written),
        ("SN", a.publisher), ("SC", "LNDCOU"), ("LA", "English"), ("CY", f"(c) 2024 {a.publisher}"),
        ("LP", a.paragraphs[0]), ("TD", "\n\n".join(a.paragraphs[1:])), ("AN", f"Document LNDCOU0020240305ek35{n:05}"),
    ]  # fmt: skip


def broken(value: str) -> str:
    return escape(value).replace("\n", "<br>")


@made("Factiva, web page", "html", several=True)
def _factiva_html(articles: Sequence[Made]) -> str:
    tables = ""
    for n, a in enumerate(articles):
        cells = (f"<tr><td><b>{c}</b>&nbsp;</td><td>{broken(v)}</td></tr>" for c, v in coded(a, n))
        tables += f"<table>{''.join(cells)}</table>"
    return f"<html><body>{tables}</body></html>"


@made("Factiva, Rich Text", "rtf", several=True)
def _factiva_rtf(articles: Sequence[Made]) -> str:
    return rich(
        "\n".join(
            f"{a.title}\nBy {a.author}\n210 words\n{a.written}\n{a.publisher}\nLNDCOU\nEnglish\n(c) 2024 {a.publisher}\n\n"
            f"{a.text}\n\nDocument LNDCOU0020240305ek35{n:05}\n"
            for n, a in enumerate(articles)
        )
    )


@made("ProQuest", "txt", several=True)
def _proquest(articles: Sequence[Made]) -> str:
    return f"{'_' * 60}\n".join(
        f"\nDocument {n} of {len(articles)}\n\n{a.title}\n\nAuthor: {a.author}\n\nProQuest document link\n\nFull text:\n\n"
        f"{a.text}\n\nSubject: News;\n\nLocation: Leeds\n\nTitle: {a.title}\n\nPublication title: {a.publisher}; Leeds\n\n"
        f"Pages: 3\n\nPublication date: {a.american}\n\nPublisher: B Ltd\n\nDatabase: News\n\n"
        for n, a in enumerate(articles, 1)
    )


@made("Europresse, web page", "html", several=True)
def _europresse(articles: Sequence[Made]) -> str:
    parts = "".join(
        f'<article><header><span class="DocPublicationName">{a.publisher}</span><span class="DocHeader">{a.written} 310 mots, '
        f'p. 4</span><div class="titreArticle"><p class="titreArticleVisu">{escape(a.title)}</p></div>'
        f'<p class="sm-margin-bottomNews">{a.author}</p></header><div class="docOcurrContainer">'
        f"{''.join(f'<p>{escape(p)}</p>' for p in a.paragraphs)}</div><aside>© 2024</aside></article>"
        for a in articles
    )
    return f"<html><body>{parts}</body></html>"


@made("digest", "txt", several=True)
def _digest(articles: Sequence[Made]) -> str:
    return f"\n\n{'=' * 40}\n\n".join("\n\n".join(lines_of(a)) for a in articles)


@made("zip of texts", "zip", several=True)
def _zip(articles: Sequence[Made]) -> bytes:
    return zipped({f"{n}.txt": _txt([a]) for n, a in enumerate(articles)})


@made("tar of pages", "tar.gz", several=True)
def _tar(articles: Sequence[Made]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as file:
        for n, a in enumerate(articles):
            info, data = tarfile.TarInfo(f"{n}.html"), page(a).encode()
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return out.getvalue()
