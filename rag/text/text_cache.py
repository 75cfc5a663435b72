"""What has been found out about texts, kept for the whole process until a library is closed."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_clear: list[Callable[[], None]] = []


def text_cache(maxsize: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Cache a function of texts alone, as `lru_cache` does, until `forget_texts` is called.

    A cached text is an article's, a reader's or a model's, and outlives the library that it was read in. Functions of
    single words may use `lru_cache`.
    """

    def cached(function: Callable[P, R]) -> Callable[P, R]:
        wrapped = lru_cache(maxsize=maxsize)(function)
        _clear.append(wrapped.cache_clear)
        return wrapped  # type: ignore[return-value]  # lru_cache forgets what its function takes

    return cached


def forget_texts() -> None:
    """Empty all caches of texts. Other libraries that are open only find the same out again."""
    for clear in _clear:
        clear()
