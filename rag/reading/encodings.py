"""From bytes to text, whatever encoding a file was saved in."""

from __future__ import annotations

import codecs

from rag.errors import ArticleError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str:
    """The text of a file. Raises ArticleError for bytes that are no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise ArticleError(f"begins like {encoding} but is damaged: save it again as UTF-8") from error
    if b"\0" in data:
        raise ArticleError("holds no text but binary data: remove it or save it as text in UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _guess(data)


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise ArticleError("is in an unknown encoding: save it again as UTF-8")
    return str(best)
