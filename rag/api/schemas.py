"""The JSON of results: plain values, and pydantic models of them that are derived from the result classes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Union, get_type_hints

from pydantic import BaseModel, TypeAdapter, create_model

from rag.progress import SyncReport
from rag.results.answers import Answer, Hit
from rag.results.comparisons import Comparison
from rag.results.drafts import CheckedDraft
from rag.results.listings import ArticleList, Names
from rag.results.news import News
from rag.results.stories import Stories, Story
from rag.results.summaries import Summary
from rag.results.timelines import Timeline
from rag.verify.recheck import Recheck


@dataclass(frozen=True, slots=True)
class Hits:
    """The passages that a search found, the best first."""

    hits: tuple[Hit, ...]

    def __str__(self) -> str:
        """Each passage with its place."""
        return "\n\n".join(f"{h.file} {h.start}-{h.end} (score {h.score:.3f}):\n{h.text}" for h in self.hits)


@dataclass(frozen=True, slots=True)
class ArticleText:
    """The span [start, end) of an article's text, which has so many `characters`, and what is known of the article."""

    file: str
    title: str
    publisher: str
    published: str
    language: str
    address: str
    author: str
    characters: int
    start: int
    end: int
    text: str

    def __str__(self) -> str:
        """The text."""
        return self.text


def _model(result: type[Any], /, **more: Any) -> type[BaseModel]:
    """A pydantic model with the fields of a result class, and `more` fields, which go before those of their name."""
    hints = get_type_hints(result)
    own: dict[str, Any] = {field.name: (hints[field.name], ...) for field in fields(result) if field.name not in more}
    own |= {name: (kind, ...) for name, kind in more.items()}
    model: type[BaseModel] = create_model(result.__name__, __doc__=result.__doc__, **own)
    return model


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in a conversation; `conversation` goes with the next question."""

    conversation: str
    answer: Answer

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return {"conversation": self.conversation, "answer": self.answer.as_dict()}


_STORY = _model(Story, reports=int, files=tuple[str, ...])
_ACROSS: dict[type[Any], type[BaseModel]] = {
    ArticleList: _model(ArticleList),
    Comparison: _model(Comparison),
    Names: _model(Names),
    News: _model(News),
    Stories: _model(Stories, stories=tuple[_STORY, ...]),  # type: ignore[valid-type]  # made at run time
    Summary: _model(Summary),
    Timeline: _model(Timeline),
}
_ANSWER = _model(Answer, result=Union[(*_ACROSS.values(), None)], text=str)
MODELS: dict[type[Any], type[BaseModel]] = {
    **_ACROSS,
    Answer: _ANSWER,
    ArticleText: _model(ArticleText),
    CheckedDraft: _model(CheckedDraft, counts=dict[str, int]),
    Hits: _model(Hits),
    Recheck: _model(Recheck, holds=bool, counts=dict[str, int]),
    Reply: _model(Reply, answer=_ANSWER),
    SyncReport: _model(SyncReport),
}
"""The model of the JSON that each result becomes."""


def values_of(result: Any) -> dict[str, Any]:
    """A result as plain values, ready for JSON."""
    values: dict[str, Any] = result.as_dict() if hasattr(result, "as_dict") else asdict(result)
    return values


def json_schema(result: type[Any]) -> dict[str, Any]:
    """The JSON schema of what `values_of` makes of a result."""
    return TypeAdapter(MODELS[result]).json_schema(mode="serialization")


def text_of(result: Any) -> str:
    """A result as text for a reader, only what is supported."""
    return result.plain() if hasattr(result, "plain") else str(result)
