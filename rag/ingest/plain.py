"""Readers of plain text, of Rich Text (.rtf), and of subtitles (.srt, .vtt)."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.errors import ArticleError
from rag.ingest.budget import LONGEST_TEXT
from rag.ingest.clean import clean_text, decode, tidy_composed
from rag.ingest.metadata import facts_of_lines
from rag.ingest.raw_article import Draft, Drafts, place_mark, real_title, without_marks

_RTF_TITLE = re.compile(r"\{\\info\b.{0,2000}?\{\\title ([^{}\\]{1,300})\}", re.DOTALL)
_RTF_HIDDEN = re.compile(r"\{[^{}]{0,200}\\(?:v|deleted|strike|webhidden)(?![a-z0-9-])[^{}]*\}")
_RTF_BINARY = re.compile(r"\{\\\*?\\?(?:pict|objdata|themedata|datastore|colorschememapping)\b[^{}]*\}")
_CUE_TIME = re.compile(r"(?:\d+:)?\d+:\d\d[.,]\d{1,3}\s*-->.*")
_CUE_MARK = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_VOICE = re.compile(r"<v(?:\.[\w.]*)?\s+([^<>]{1,80})>")
_SENTENCE_END = re.compile(r"""[.!?…。！？]["'”’»)\]]*\Z""")


def read_plain(data: bytes) -> Drafts:
    """Read the text as it stands, and the facts that its first lines state. Raises ArticleError if it is no text."""
    return Drafts((facts_of_lines(clean_text(decode(data))),))


def read_rtf(data: bytes) -> Drafts:
    """Read Rich Text without hidden words and pictures. Raises ArticleError if it is damaged or has no text."""
    from striprtf.striprtf import rtf_to_text

    source = data.decode("latin-1")
    title = _RTF_TITLE.search(source)
    source = _RTF_HIDDEN.sub("", _RTF_BINARY.sub("", source))
    source = source.replace("\\fldinst{", "\\fldinst {")  # links, for which striprtf may search for minutes
    try:
        read: str = rtf_to_text(source, encoding="cp1252", errors="replace")  # type: ignore[no-untyped-call]  # it has no types
        text = clean_text(read)
    except (ValueError, LookupError, IndexError, AttributeError, OverflowError) as error:
        raise ArticleError("is damaged: save it again, or as .txt") from error
    text = tidy_composed("\n".join(line.strip(" |").replace("|", " | ") for line in text.split("\n"))).strip()
    if not text or len(text) > LONGEST_TEXT:
        raise ArticleError("holds no text: remove it, or fill it")
    stated = facts_of_lines(text)
    return Drafts((replace(stated, title=real_title(title.group(1) if title else "") or stated.title),))


def read_subtitles(data: bytes) -> Drafts:
    """Read what is spoken, one sentence a line, with its speakers where they are named; times become locators.

    Raises ArticleError if there is nothing.
    """
    lines: list[str] = []
    words = speaker = ""
    for block in re.split(r"\n\s*\n", clean_text(decode(data))):
        cue = [line.strip() for line in block.split("\n")]
        timed = next((n for n, line in enumerate(cue) if _CUE_TIME.match(line)), None)
        if timed is None:
            continue
        raw = " ".join(cue[timed + 1 :])
        voice = _VOICE.search(raw)
        spoken = " ".join(_CUE_MARK.sub("", raw).split())
        if voice and voice.group(1) != speaker:
            speaker = voice.group(1)
            lines.append(words)
            words, spoken = "", f"{speaker}: {spoken}"
        last = without_marks(lines[-1])[0] if lines else ""
        if spoken and not words.endswith(spoken) and last != spoken:  # rolling captions repeat the line before
            words = f"{words} {spoken}" if words else f"{place_mark(_clock(cue[timed]))}{spoken}"
        if _SENTENCE_END.search(words):
            lines.append(words)
            words = ""
    text = tidy_composed("\n".join(filter(None, [*lines, words])))
    if not text:
        raise ArticleError("holds no subtitles: remove it, or fill it")
    return Drafts((Draft(text),))


def _clock(cue: str) -> str:
    """The time at which a cue begins, in hours, minutes and seconds."""
    begin = re.split(r"[.,]", cue)[0].split(":")
    hours, minutes, seconds = ([0, 0, 0] + [int(part) for part in begin])[-3:]
    return f"{hours}:{minutes:02}:{seconds:02}"
