"""Files within files: archives are unfolded in memory, within limits, and nothing of them is ever written."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator

from rag.errors import ArticleError, Phrase
from rag.ingest.budget import LONGEST_TEXT, TOO_LARGE
from rag.ingest.packed import unpacked
from rag.ingest.raw_article import Drafts, Member
from rag.progress import Skipped

MOST_MEMBERS = 10_000
_MEMORY = 200_000_000
"""Bytes that unpacking .xz may need."""
_DAMAGED = "is damaged or incomplete: copy it again, or unpack it"
_SILENT = ("__MACOSX", "Thumbs.db", "desktop.ini")


def read_zip(data: bytes) -> Drafts:
    """The files of a zip, to be read each by its own reader."""
    return Drafts(members=_zipped(data))


def _zipped(data: bytes) -> Iterator[Member | Skipped]:
    with unpacked(data) as parts:
        for number, info in enumerate(parts.infolist()):
            name = _name(info)
            if number >= MOST_MEMBERS:
                raise ArticleError("holds more than {most} files: unpack it, or split it", most=MOST_MEMBERS)
            if info.is_dir() or _is_silent(name):
                continue
            if info.flag_bits & 1:
                yield Skipped(name, Phrase("is encrypted: unpack the archive with its password"))
            elif info.file_size > LONGEST_TEXT:
                yield Skipped(name, TOO_LARGE)
            else:
                try:
                    yield Member(name, parts.read(info))
                except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, lzma.LZMAError):
                    yield Skipped(name, _DAMAGED)


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a file; many programs write UTF-8 without saying so, which zipfile reads as code page 437."""
    if not info.flag_bits & 0x800:
        try:
            return info.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return info.filename


def _is_silent(name: str) -> bool:
    """Whether a name is of what systems put into archives by themselves."""
    return any(part.startswith((".", "~$")) or part in _SILENT for part in name.split("/") if part not in (".", ".."))


def read_tar(data: bytes) -> Drafts:
    """The ordinary files of a tar, to be read each by its own reader; links and devices are left out."""
    return Drafts(members=_tarred(data))


def _tarred(data: bytes) -> Iterator[Member | Skipped]:
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as parts:
            for number, info in enumerate(parts):
                if number >= MOST_MEMBERS:
                    raise ArticleError("holds more than {most} files: unpack it, or split it", most=MOST_MEMBERS)
                if not info.isreg() or _is_silent(info.name):
                    continue
                file = parts.extractfile(info) if info.size <= len(data) and not info.issparse() else None
                yield Member(info.name, file.read()) if file else Skipped(info.name, TOO_LARGE)
    except (tarfile.TarError, EOFError, OSError, ValueError, OverflowError) as error:
        raise ArticleError(_DAMAGED) from error


def unfolded(data: bytes) -> bytes | None:
    """What .gz, .bz2 or .xz data unfold to; None if they are neither.

    Raises ArticleError if they are damaged or absurdly long.
    """
    unfold = next((unfold for mark, unfold in _FOLDED if data.startswith(mark)), None)
    if unfold is None:
        return None
    try:
        found = unfold(data)
    except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError) as error:
        raise ArticleError(_DAMAGED) from error
    if len(found) > LONGEST_TEXT:
        raise ArticleError(TOO_LARGE)
    return found


_FOLDED: tuple[tuple[bytes, Callable[[bytes], bytes]], ...] = (
    (b"\x1f\x8b\x08", lambda data: gzip.GzipFile(fileobj=io.BytesIO(data)).read(LONGEST_TEXT + 1)),
    (b"BZh", lambda data: bz2.BZ2File(io.BytesIO(data)).read(LONGEST_TEXT + 1)),
    (b"\xfd7zXZ\0", lambda data: lzma.LZMADecompressor(memlimit=_MEMORY).decompress(data, LONGEST_TEXT + 1)),
)


def is_folded(data: bytes) -> bool:
    """Whether the bytes are .gz, .bz2 or .xz data."""
    return data.startswith(tuple(mark for mark, _ in _FOLDED))


def is_tar(data: bytes) -> bool:
    """Whether the bytes are a tar, which begins with the header of its first file."""
    return data[257:262] == b"ustar"
