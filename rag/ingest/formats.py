"""Which reader reads a file: by what its bytes are, and only then by its name."""

from __future__ import annotations

import io
import plistlib
import re
import zipfile
from collections.abc import Callable

from rag.errors import ArticleError, Phrase
from rag.ingest import ocr
from rag.ingest.archives import is_folded, is_tar, read_tar, read_zip
from rag.ingest.crawl import read_warc
from rag.ingest.docx import read_word
from rag.ingest.dumps import read_csv, read_json, read_json_lines
from rag.ingest.mail import read_mail, read_mailbox
from rag.ingest.markdown import read_markdown
from rag.ingest.office import read_epub, read_excel, read_open_document, read_powerpoint
from rag.ingest.ole import read_ole
from rag.ingest.packed import OLE
from rag.ingest.pdf import PICTURE, read_pdf, read_picture
from rag.ingest.plain import read_plain, read_rtf, read_subtitles
from rag.ingest.raw_article import Drafts
from rag.ingest.web import read_web_page
from rag.ingest.xml import read_xml

Reader = Callable[[bytes], Drafts]

READERS: dict[str, Reader] = {
    ".txt": read_plain,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_web_page,
    ".htm": read_web_page,
    ".xhtml": read_web_page,
    ".pdf": read_pdf,
    ".docx": read_word,
    ".doc": read_ole,
    ".msg": read_ole,
    ".rtf": read_rtf,
    ".odt": read_open_document,
    ".odp": read_open_document,
    ".ods": read_open_document,
    ".pptx": read_powerpoint,
    ".xlsx": read_excel,
    ".epub": read_epub,
    ".eml": read_mail,
    ".mbox": read_mailbox,
    ".mht": read_mail,
    ".mhtml": read_mail,
    ".srt": read_subtitles,
    ".vtt": read_subtitles,
    ".xml": read_xml,
    ".rss": read_xml,
    ".atom": read_xml,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".jl": read_json_lines,
    ".json": read_json,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".tab": read_csv,
}
"""The reader of each file type, by lower-case suffix. It takes the file's bytes and raises ArticleError in trouble."""

USUAL = ".txt .md .html .pdf .docx .odt .rtf .eml .csv .json"
"""The types that advice names."""

_RECORDING = Phrase("is a recording: save a transcript of it as .txt or .srt")
_CODE = Phrase("is code or settings, no article: rename it to .txt if it is to be read")
_PROGRAM = Phrase("is a program, a font or a database, no article: remove it, or export its text as .txt or .csv")
_CONVERT = Phrase("files of this type cannot be read: convert it to one of {names}", names=USUAL)
_UNFINISHED = Phrase("is an unfinished download: fetch it again")

UNREADABLE = {
    **dict.fromkeys(
        "jpg jpeg png gif webp bmp tif tiff heic heif avif svg ico psd ai eps raw cr2 jp2".split(), PICTURE
    ),
    **dict.fromkeys(
        "mp3 wav m4a ogg oga opus flac aac wma amr mp4 m4v mov avi mkv webm wmv mpg mpeg 3gp".split(), _RECORDING
    ),
    **dict.fromkeys(
        "py pyc js mjs cjs ts tsx jsx css scss less map c h cpp hpp cc java class go rs rb pl sh bash bat ps1 lua r "
        "ipynb "
        "swift kt cs vb sql ini cfg conf toml yaml yml lock env gradle make cmake log woff2map plist desktop url "
        "webloc "
        "lnk".split(),
        _CODE,
    ),
    **dict.fromkeys(
        "exe dll so dylib bin dat o a jar app apk deb rpm msi dmg iso img ttf otf woff woff2 eot db sqlite sqlite3 mdb "
        "accdb parquet feather pickle pkl npy npz h5 pem crt key p7s sig asc".split(),
        _PROGRAM,
    ),
    **dict.fromkeys(
        "pages numbers mobi azw azw3 djvu pst one xls xlsb ppt rar 7z zst lz4 cab wpd wps".split(), _CONVERT
    ),
    **dict.fromkeys("part crdownload download tmp partial".split(), _UNFINISHED),
}
"""Why files of a type cannot be read, and what to do, by lower-case suffix without its stop."""

IN_ANOTHER = Phrase("is a picture in another file: put it into the folder itself to have its text read")
_PICTURE_MARKS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")
_MAGIC = (
    (b"RIFF", _RECORDING), (b"ID3", _RECORDING), (b"OggS", _RECORDING), (b"fLaC", _RECORDING),
    (b"\x7fELF", _PROGRAM), (b"MZ\x90", _PROGRAM), (b"SQLite format 3", _PROGRAM), (b"wOF", _PROGRAM),
    (b"Rar!", Phrase("is a .rar archive: unpack it")), (b"7z\xbc\xaf", Phrase("is a .7z archive: unpack it")),
)  # fmt: skip
"""How the bytes of files begin that cannot be read, whatever their name says."""

_ZIP = b"PK\x03\x04"
_ZIPPED: tuple[tuple[str, Reader], ...] = (
    ("word/document.xml", read_word),
    ("ppt/presentation.xml", read_powerpoint),
    ("xl/workbook.xml", read_excel),
    ("META-INF/container.xml", read_epub),
    ("content.xml", read_open_document),
)
_BY_TEXT = (read_plain, read_markdown, read_web_page, read_xml, read_csv, read_json, read_json_lines, read_mail)
_HTML = re.compile(r"(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html|head|body|article)\b", re.DOTALL)
_XML = re.compile(r"\s*<(?:\?xml\b|rss\b|feed\b|rdf:rdf\b|nitf\b|newsml\b|newsitem\b|mediawiki\b)")
_HEADER = re.compile(
    r"(?:^|\n)(from|subject|date|to|received|message-id|mime-version|content-type|return-path|x-[\w-]+): "
)
_CUE = re.compile(r"\s*(?:webvtt\b|\d+\s*\n(?:\d+:)?\d+:\d\d[.,]\d+\s*-->)")
_JSON_LINE = re.compile(r"\s*\{.*\}\s*\n\s*\{")


def why_unread(suffix: str, *, attached: bool = False) -> str:
    """Why files of a type, by lower-case suffix without its stop, are not read, and what to do; "" if they may be.

    Pictures `attached` to a mail or lying in an archive are mostly no scans.
    """
    if suffix in ocr.PICTURES and ocr.is_installed():
        return IN_ANOTHER if attached else ""
    return UNREADABLE.get(suffix, "")


def reader_of(suffix: str, data: bytes) -> Reader:
    """Give the reader of bytes from a file with this lower-case suffix. Raises ArticleError if there is none."""
    known = READERS.get(suffix)
    if known is read_pdf or data.lstrip()[:5] == b"%PDF-":
        return read_pdf
    if data.startswith(b"{\\rtf"):
        return read_rtf
    if data.startswith(b"bplist00"):
        return read_web_archive
    if data.startswith(_ZIP):
        return _zip_reader(data, known)
    if is_tar(data):
        return read_tar
    if data.startswith(b"WARC/"):
        return read_warc
    if data.startswith(OLE):
        return read_ole
    if data.startswith(_PICTURE_MARKS) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return read_picture
    reason = next((reason for mark, reason in _MAGIC if data.startswith(mark)), "")
    if reason:
        raise ArticleError(reason)
    return _text_reader(suffix, known, data)


def is_plain(suffix: str, data: bytes) -> bool:
    """Whether bytes are read as plain text, which no parser looks at. Raises ArticleError as `reader_of` does."""
    return not data.startswith(_ZIP) and not is_folded(data) and reader_of(suffix, data) in (read_plain, read_subtitles)


def _zip_reader(data: bytes, known: Reader | None) -> Reader:
    """The reader of a zip, by the parts within; a damaged one is read, and told, by its suffix."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            names = set(parts.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        return known if known not in (None, *_BY_TEXT) and known is not None else read_zip
    if any(name.endswith(".iwa") or name == "index.apxl" for name in names):
        raise ArticleError("is a file of Pages, Numbers or Keynote: export it as PDF or in a format of Office")
    office = (read_word, read_powerpoint, read_excel, read_epub, read_open_document)
    found = next((reader for name, reader in _ZIPPED if name in names), None)
    return found or (known if known in office and known is not None else read_zip)


def _text_reader(suffix: str, known: Reader | None, data: bytes) -> Reader:
    """The reader of bytes that are text or nothing that we know: what they look like goes before an unfit suffix."""
    head = data[:4000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").decode("latin-1").lower()
    head = head.replace("\r\n", "\n")
    known = None if known is read_ole else known
    headers = len(set(_HEADER.findall(head.partition("\n\n")[0] + " ")))
    if known in (read_web_page, read_plain, read_markdown):
        if headers >= 3 and "mime-version: " in head and _HEADER.match(head):
            return read_mail
        return read_web_page if _HTML.match(head) else known
    if known is not None and not (known in _OFFICE and _HTML.match(head)):
        return known
    if _HTML.match(head):
        return read_web_page
    if _XML.match(head):
        return read_xml
    if head.startswith("from ") and re.search(r"\n[\w-]+: ", head):
        return read_mailbox
    if headers >= 3 and _HEADER.match(head):
        return read_mail
    if _CUE.match(head):
        return read_subtitles
    if head.startswith(("{", "[")):
        return read_json_lines if _JSON_LINE.match(head) else _json_or_plain
    return read_plain


_OFFICE = (read_word, read_powerpoint, read_excel, read_rtf)
"""Under the suffixes of which web pages are often saved."""


def _json_or_plain(data: bytes) -> Drafts:
    """Read text that begins like JSON."""
    try:
        return read_json(data)
    except ArticleError as error:
        if "no valid JSON" not in str(error):
            raise
    return read_plain(data)


def read_web_archive(data: bytes) -> Drafts:
    """Read the page that Safari saved in an archive of its own. Raises ArticleError if there is none."""
    try:
        page = plistlib.loads(data)["WebMainResource"]["WebResourceData"]
    except Exception as error:  # a damaged list makes plistlib raise nearly anything
        raise ArticleError("is a property list without a web page: save the page again as .html") from error
    if not isinstance(page, bytes):
        raise ArticleError("is a property list without a web page: save the page again as .html")
    return read_web_page(page)
