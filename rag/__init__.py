"""Ask a folder of articles, and get answers in which every sentence points to the exact words it rests on."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.answer.conversation import Conversation
    from rag.answer.follow_up import Turn
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
    from rag.library import Library
    from rag.progress import Cancellation, Skipped, Stop, SyncProgress, SyncReport, WorkProgress
    from rag.render.document import CitedFile, Document, Items, Line, Prose, Quotation, Section, Table, Tally
    from rag.render.exportable import Exportable
    from rag.results.answers import (
        REFUSAL,
        Answer,
        AnswerEvent,
        AnswerSentence,
        Article,
        Citation,
        Hit,
        Sentence,
        Source,
        TextChunk,
        Usage,
    )
    from rag.results.comparison import Cell, Comparison, Disagreement, OtherWords, Report, Row, Side, Statement
    from rag.results.conversations import ConversationEntry, KeptConversation, KeptResult, KeptTurn
    from rag.results.drafts import CheckedDraft
    from rag.results.findings import (
        Contradiction,
        Copy,
        CopyGroup,
        Event,
        NewCopy,
        NewFact,
        News,
        Point,
        Receipt,
        SetAside,
        Story,
        Summary,
        Timeline,
    )
    from rag.results.listings import ArticleList, ListedArticle, Name, Names
    from rag.results.spans import CheckedSentence, DateExpression, Quote
    from rag.results.stories import Stories
    from rag.settings import Settings
    from rag.store.conversations import Conversations
    from rag.verdicts import Fault
    from rag.verify.recheck import Recheck, RecheckedQuote

_HOMES = {
    "rag.answer.conversation": ("Conversation",),
    "rag.answer.follow_up": ("Turn",),
    "rag.errors": (
        "AnswerCutShort",
        "ArticleError",
        "Cancelled",
        "DiskFull",
        "ExportError",
        "LibraryDamaged",
        "LibraryError",
        "LibraryLocked",
        "LibraryMissing",
        "ModelError",
        "ModelRefused",
        "ModelUnavailable",
        "NothingToRead",
        "QuestionError",
        "ReadacrossError",
        "SettingsError",
    ),
    "rag.library": ("Library",),
    "rag.progress": (
        "Cancellation",
        "Skipped",
        "Stop",
        "SyncProgress",
        "SyncReport",
        "WorkProgress",
    ),
    "rag.render.document": (
        "CitedFile",
        "Document",
        "Items",
        "Line",
        "Prose",
        "Quotation",
        "Section",
        "Table",
        "Tally",
    ),
    "rag.render.exportable": ("Exportable",),
    "rag.results.answers": (
        "Answer",
        "AnswerEvent",
        "AnswerSentence",
        "Article",
        "Citation",
        "Hit",
        "REFUSAL",
        "Sentence",
        "Source",
        "TextChunk",
        "Usage",
    ),
    "rag.results.comparison": (
        "Cell",
        "Comparison",
        "Disagreement",
        "OtherWords",
        "Report",
        "Row",
        "Side",
        "Statement",
    ),
    "rag.results.conversations": (
        "ConversationEntry",
        "KeptConversation",
        "KeptResult",
        "KeptTurn",
    ),
    "rag.results.drafts": ("CheckedDraft",),
    "rag.results.findings": (
        "Contradiction",
        "Copy",
        "CopyGroup",
        "Event",
        "NewCopy",
        "NewFact",
        "News",
        "Point",
        "Receipt",
        "SetAside",
        "Story",
        "Summary",
        "Timeline",
    ),
    "rag.results.listings": (
        "ArticleList",
        "ListedArticle",
        "Name",
        "Names",
    ),
    "rag.results.spans": (
        "CheckedSentence",
        "DateExpression",
        "Quote",
    ),
    "rag.results.stories": ("Stories",),
    "rag.settings": ("Settings",),
    "rag.store.conversations": ("Conversations",),
    "rag.verdicts": ("Fault",),
    "rag.verify.recheck": (
        "Recheck",
        "RecheckedQuote",
    ),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "REFUSAL",
    "Answer",
    "AnswerCutShort",
    "AnswerEvent",
    "AnswerSentence",
    "Article",
    "ArticleError",
    "ArticleList",
    "Cancellation",
    "Cancelled",
    "Cell",
    "CheckedDraft",
    "CheckedSentence",
    "Citation",
    "CitedFile",
    "Comparison",
    "Contradiction",
    "Conversation",
    "ConversationEntry",
    "Conversations",
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
    "KeptConversation",
    "KeptResult",
    "KeptTurn",
    "Library",
    "LibraryDamaged",
    "LibraryError",
    "LibraryLocked",
    "LibraryMissing",
    "Line",
    "ListedArticle",
    "ModelError",
    "ModelRefused",
    "ModelUnavailable",
    "Name",
    "Names",
    "NewCopy",
    "NewFact",
    "News",
    "NothingToRead",
    "OtherWords",
    "Point",
    "Prose",
    "QuestionError",
    "Quotation",
    "Quote",
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
