"""Results as plain values, ready for JSON, and back. What is read back may be a stranger's: it is checked, not trusted.

A frozen value becomes an object with its fields, a tuple a list; a result also says under "is" which it is.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from rag.render.exportable import Exportable
from rag.results.answers import Answer
from rag.results.comparisons import Comparison
from rag.results.drafts import CheckedDraft
from rag.results.listings import ArticleList, Names
from rag.results.news import News
from rag.results.stories import Stories
from rag.results.summaries import Summary
from rag.results.timelines import Timeline

RESULTS: dict[str, type[Exportable]] = {
    kind.__name__: kind
    for kind in (Answer, ArticleList, CheckedDraft, Comparison, Names, News, Stories, Summary, Timeline)
}
Value = TypeVar("Value")


def to_plain(value: object) -> Any:
    """A value of this room as objects, lists, strings and numbers."""
    if is_dataclass(value) and not isinstance(value, type):
        named = {"is": type(value).__name__} if isinstance(value, Exportable) else {}
        return {**named, **{f.name: to_plain(getattr(value, f.name)) for f in fields(value)}}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind: type[Value], plain: object) -> Value:
    """The value of this kind; for `Exportable` of the kind that it names itself.

    Fields that are not known are passed over, and those that are missing have their defaults. Raises ValueError if it
    is none.
    """
    try:
        value: Value = _read(kind, plain)
    except RecursionError as error:
        raise ValueError("values within values, too deep to be read") from error
    return value


def _read(hint: Any, plain: object) -> Any:
    if hint is Exportable:
        named = plain.get("is") if isinstance(plain, Mapping) else None
        hint = RESULTS.get(named) if isinstance(named, str) else None
    if isinstance(hint, type) and is_dataclass(hint):
        return _read_fields(hint, plain)
    if hint in (str, int, float, bool):
        return _read_atom(hint, plain)
    reader = _READERS.get(get_origin(hint))
    if reader is None:
        raise ValueError(f"{plain!r:.80} is of no known kind")
    return reader(get_args(hint), plain)


def _read_fields(kind: type, plain: object) -> Any:
    if not isinstance(plain, Mapping):
        raise ValueError(f"{plain!r:.80} is no {kind.__name__}")
    hints = _hints(kind)
    try:
        return kind(**{f.name: _read(hints[f.name], plain[f.name]) for f in fields(kind) if f.name in plain})
    except TypeError as error:
        raise ValueError(f"a {kind.__name__} lacks a field: {error}") from error


def _read_atom(kind: Any, plain: object) -> Any:
    if kind is float and type(plain) is int:
        return float(plain)
    if type(plain) is not kind:
        raise ValueError(f"{plain!r:.80} is no {kind.__name__}")
    return plain


def _read_tuple(hints: tuple[Any, ...], plain: object) -> tuple[Any, ...]:
    if not isinstance(plain, list):
        raise ValueError(f"{plain!r:.80} is no list")
    return tuple(_read(hints[0], item) for item in plain)


def _read_literal(choices: tuple[Any, ...], plain: object) -> Any:
    if not isinstance(plain, str) or plain not in choices:
        raise ValueError(f"{plain!r:.80} is none of {choices}")
    return plain


def _read_union(hints: tuple[Any, ...], plain: object) -> Any:
    if plain is None and type(None) in hints:
        return None
    *rest, last = (hint for hint in hints if hint is not type(None))
    for hint in rest:
        try:
            return _read(hint, plain)
        except ValueError:
            continue
    return _read(last, plain)


_READERS: dict[Any, Callable[[tuple[Any, ...], object], Any]] = {
    tuple: _read_tuple,
    Literal: _read_literal,
    Union: _read_union,
    types.UnionType: _read_union,
}


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
