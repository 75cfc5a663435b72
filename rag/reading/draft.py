"""What a reader of one file format hands over: text and facts as the file gives them, not yet made uniform."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Skipped


@dataclass(frozen=True, slots=True)
class Draft:
    """One article before clean-up; `record` is the id of a dump's record, `number` its place counted from 1."""

    text: str
    title: str = ""
    publisher: str = ""
    published: str = ""
    language: str = ""
    address: str = ""
    record: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Drafts:
    """All articles of one file, and the records that could not be read (`Skipped.file` is the record's number)."""

    drafts: tuple[Draft, ...]
    skipped: tuple[Skipped, ...] = ()
