"""Text recognition (OCR) of scans and pictures, by the extra `readacross[ocr]`, whose models lie in its package."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from statistics import mean
from typing import Any

from rag.errors import ArticleError, Phrase
from rag.ingest.budget import current_budget
from rag.ingest.pdf_layout import Piece
from rag.progress import check_cancelled

PICTURES = frozenset("png jpg jpeg tif tiff bmp webp gif".split())
"""The suffixes of pictures that are recognised."""
MOST_SCANNED = 300
"""Pages of one file that are recognised."""
DPI = 150
"""Dots an inch in which pages are drawn: with 200 recognition takes twice as long and reads no more."""
_MOST_PIXELS = 80_000_000
_LEAST_CONFIDENCE = 0.5
"""Lines that are recognised with less are left out."""
_one_at_a_time = threading.Lock()
allowed = True
"""Whether text is recognised if it can be: a process that reads for another does as that one does."""


def is_installed() -> bool:
    """Whether text can be recognised."""
    return allowed and find_spec("rapidocr") is not None


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical", "Global.use_cls": False})


def recognise(pixels: Any, height: float) -> tuple[list[Piece], float]:
    """The lines of a picture, with their places on a page of this `height` in points, and the mean confidence.

    `pixels` are rows of BGR values. Raises Cancelled if the work was given up.
    """
    check_cancelled()
    with _one_at_a_time:
        found = _engine()(pixels)
    current_budget().restart()
    if found.txts is None:
        return [], 0.0
    scale = height / pixels.shape[0]
    pieces, scores = [], []
    for words, score, box in zip(found.txts, found.scores, found.boxes, strict=True):
        if score >= _LEAST_CONFIDENCE and words.strip():
            across, down = [float(x) * scale for x, _ in box], [float(y) * scale for _, y in box]
            pieces.append(Piece(words, min(across), height - max(down), max(across), height - min(down)))
            scores.append(float(score))
    return pieces, mean(scores) if scores else 0.0


def pictures(data: bytes) -> Iterator[Any]:
    """The pages of a picture file as rows of BGR values. Raises ArticleError if it is damaged or too large."""
    import numpy as np
    from PIL import Image, ImageSequence

    try:
        with Image.open(io.BytesIO(data)) as file:
            for number, page in enumerate(ImageSequence.Iterator(file)):
                if page.width * page.height > _MOST_PIXELS or number >= MOST_SCANNED:
                    raise ArticleError("has too many points or pages for text recognition: save it smaller")
                yield np.asarray(page.convert("RGB"))[:, :, ::-1]
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise ArticleError("is a damaged picture: copy it again") from error


def told(confidences: Sequence[float]) -> Phrase:
    """What is told of a file whose text was recognised."""
    return Phrase(
        "has its text from text recognition (OCR), with a confidence of {share}%: compare what matters with the "
        "picture",
        share=round(100 * mean(confidences)),
    )
