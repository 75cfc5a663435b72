"""Ask a folder of articles, and get answers in which every sentence points to the exact words it rests on."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.errors import (
        AnswerCutShort,
        ArticleError,
        Cancelled,
        DiskFull,
        ExportError,
        LibraryDamaged,
        LibraryError,
        LibraryLocked,
        LibraryMissing,
        ModelError,
        ModelRefused,
        ModelUnavailable,
        NothingToRead,
        QuestionError,
        ReadacrossError,
        SettingsError,
    )
    from rag.exports.document import CitedFile, Document, Items, Line, Prose, Quotation, Section, Table, Tally
    from rag.exports.exportable import Exportable
    from rag.grounding.library_check import CheckedSentence
    from rag.library import Library
    from rag.models.stopping import Stop
    from rag.settings import Settings
    from rag.stories.comparison import Comparison
    from rag.stories.contrasts import Cell, Disagreement, OtherWords, Report, Row, Side, Statement
    from rag.stories.date_expressions import DateExpression
    from rag.stories.news_types import Contradiction, NewCopy, NewFact, News
    from rag.stories.storybook import Stories
    from rag.stories.timeline_types import Event, Timeline
    from rag.stories.types import Copy, CopyGroup, Point, Receipt, SetAside, Story, Summary, Told
    from rag.types import (
        REFUSAL,
        Answer,
        AnswerEvent,
        AnswerSentence,
        Article,
        Citation,
        Fault,
        Hit,
        Sentence,
        Skipped,
        Source,
        SyncProgress,
        SyncReport,
        TextChunk,
        WorkProgress,
    )
    from rag.usage import Usage
    from rag.writing.conversation import Conversation
    from rag.writing.drafts import CheckedDraft
    from rag.writing.followup import Turn
    from rag.writing.recheck import Recheck, RecheckedQuote

_HOMES = {
    "rag.errors": (
        "AnswerCutShort", "ArticleError", "Cancelled", "DiskFull", "ExportError", "LibraryDamaged", "LibraryError",
        "LibraryLocked", "LibraryMissing", "ModelError", "ModelRefused", "ModelUnavailable", "NothingToRead",
        "QuestionError", "ReadacrossError", "SettingsError",
    ),
    "rag.exports.document": (
        "CitedFile", "Document", "Items", "Line", "Prose", "Quotation", "Section", "Table", "Tally",
    ),
    "rag.exports.exportable": ("Exportable",),
    "rag.grounding.library_check": ("CheckedSentence",),
    "rag.library": ("Library",),
    "rag.models.stopping": ("Stop",),
    "rag.settings": ("Settings",),
    "rag.stories.news_types": ("Contradiction", "NewCopy", "NewFact", "News"),
    "rag.stories.storybook": ("Stories",),
    "rag.stories.comparison": ("Comparison",),
    "rag.stories.contrasts": ("Cell", "Disagreement", "OtherWords", "Report", "Row", "Side", "Statement"),
    "rag.stories.date_expressions": ("DateExpression",),
    "rag.stories.timeline_types": ("Event", "Timeline"),
    "rag.stories.types": ("Copy", "CopyGroup", "Point", "Receipt", "SetAside", "Story", "Summary", "Told"),
    "rag.types": (
        "REFUSAL", "Answer", "AnswerEvent", "AnswerSentence", "Article", "Citation", "Fault", "Hit", "Sentence",
        "Skipped", "Source", "SyncProgress", "SyncReport", "TextChunk",
        "WorkProgress",
    ),
    "rag.usage": ("Usage",),
    "rag.writing.conversation": ("Conversation",),
    "rag.writing.drafts": ("CheckedDraft",),
    "rag.writing.followup": ("Turn",),
    "rag.writing.recheck": ("Recheck", "RecheckedQuote"),
}  # fmt: skip
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "REFUSAL",
    "Answer",
    "AnswerCutShort",
    "AnswerEvent",
    "AnswerSentence",
    "Article",
    "ArticleError",
    "Cancelled",
    "Cell",
    "CheckedDraft",
    "CheckedSentence",
    "Citation",
    "CitedFile",
    "Comparison",
    "Contradiction",
    "Conversation",
    "Copy",
    "CopyGroup",
    "DateExpression",
    "Disagreement",
    "DiskFull",
    "Document",
    "Event",
    "ExportError",
    "Exportable",
    "Fault",
    "Hit",
    "Items",
    "Library",
    "LibraryDamaged",
    "LibraryError",
    "LibraryLocked",
    "LibraryMissing",
    "Line",
    "ModelError",
    "ModelRefused",
    "ModelUnavailable",
    "NewCopy",
    "NewFact",
    "News",
    "NothingToRead",
    "OtherWords",
    "Point",
    "Prose",
    "QuestionError",
    "Quotation",
    "ReadacrossError",
    "Receipt",
    "Recheck",
    "RecheckedQuote",
    "Report",
    "Row",
    "Section",
    "Sentence",
    "SetAside",
    "Settings",
    "SettingsError",
    "Side",
    "Skipped",
    "Source",
    "Statement",
    "Stop",
    "Stories",
    "Story",
    "Summary",
    "SyncProgress",
    "SyncReport",
    "Table",
    "Tally",
    "TextChunk",
    "Timeline",
    "Told",
    "Turn",
    "Usage",
    "WorkProgress",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `import rag` stays quick."""
    if name not in _HOME:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
