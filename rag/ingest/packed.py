"""Formats that are zips of XML: a bounded, entity-free way to their parts."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import Element, ParseError

from rag.errors import ArticleError
from rag.ingest.budget import LONGEST_TEXT

OLE = b"\xd0\xcf\x11\xe0"
"""How old Office files begin, and new ones that are encrypted."""


@contextmanager
def unpacked(data: bytes) -> Iterator[zipfile.ZipFile]:
    """The zip that the bytes are. What goes wrong within becomes an ArticleError that says what to do."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            yield parts
    except (zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise ArticleError("is damaged or incomplete: copy it again, or save it as .txt") from error
    except RuntimeError as error:  # what zipfile raises for a password
        if isinstance(error, RecursionError):
            raise
        raise ArticleError("is encrypted: save it without a password") from error


_LONGEST_XML = 20_000_000
"""Bytes: the tree of elements takes up to twenty times as much memory."""


def read_part(parts: zipfile.ZipFile, name: str, longest: int = LONGEST_TEXT) -> bytes:
    """The bytes of a part. zipfile reads no more than the size that is stated. Raises KeyError if there is none."""
    if parts.getinfo(name).file_size > longest:
        raise ArticleError("unfolds to an absurd size: it is no ordinary document; save its text as .txt")
    return parts.read(name)


def xml_part(parts: zipfile.ZipFile, name: str) -> Element | None:
    """The root of an XML part; None if there is no such part."""
    return parse_xml(read_part(parts, name, _LONGEST_XML)) if name in parts.namelist() else None


def parse_xml(data: bytes) -> Element:
    """The root of an XML document without any entities of its own. Raises ParseError."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(data, forbid_dtd=False)
    except DefusedXmlException as error:
        raise ArticleError("holds XML entities, which no ordinary document does: save its text as .txt") from error
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace, which differs between editions of a format; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element, name: str, default: str = "") -> str:
    """An attribute by its name without namespace."""
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == name), default)


def first(root: Element | None, name: str) -> Element | None:
    """The first element of a name at or below `root`."""
    return next((e for e in root.iter() if local(e) == name), None) if root is not None else None


def text_of(root: Element | None, name: str) -> str:
    """The words of the first element of a name; "" if there is none."""
    found = first(root, name)
    return " ".join("".join(found.itertext()).split()) if found is not None else ""
