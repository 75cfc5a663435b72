"""The record of an export within a Word file: a part of custom XML, which Word keeps when the file is saved again."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.errors import ExportError

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

ZIP = b"PK\x03\x04"
_NAME = "urn:readacross:export"
_FOLDER = "customXml/"
_OPENING = 400
"""Bytes of a part that name its vocabulary."""
_DAMAGED = "The Word file cannot be read: it is damaged, encrypted or too large; export the result again."


def attach(word: WordDocument, record: str) -> None:
    """Put a record, JSON without any of < > &, into a Word file that is being made."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.part import Part

    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<export xmlns="{_NAME}">{record}</export>'
    package = word.part.package
    part = Part(package.next_partname(f"/{_FOLDER}item%d.xml"), "application/xml", xml.encode(), package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)


def holds_record(data: bytes) -> bool:
    """Whether these are the bytes of a Word file with a record."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return any(True for _ in _records(parts))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        return False


def detach(data: bytes, longest: int) -> tuple[str, str]:
    """The record of a Word file, "" if it has none, and its paragraphs, a line each.

    Raises ExportError if it is no Word file, is damaged, or has a part of more than `longest` bytes.
    """
    import docx

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if any(part.file_size > longest for part in parts.infolist()):
                raise ExportError(_DAMAGED)
            xml = "".join(parts.read(name).decode() for name in _records(parts))
        paragraphs = [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]
    except ExportError:
        raise
    except Exception as error:  # a stranger's file makes zipfile, lxml and python-docx fail in many ways
        raise ExportError(_DAMAGED) from error
    return xml[xml.find("{") : xml.rfind("}") + 1], "\n".join(paragraphs)


def _records(parts: zipfile.ZipFile) -> Iterator[str]:
    for name in parts.namelist():
        if name.startswith(_FOLDER):
            with parts.open(name) as part:
                if _NAME.encode() in part.read(_OPENING):
                    yield name
