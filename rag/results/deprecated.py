"""Former names of fields, kept for one release."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from operator import attrgetter
from typing import Any


def renamed(old: str, new: str, get: Callable[[Any], Any] | None = None) -> property:
    """A field's former name: reading it warns (DeprecationWarning) and gives `new`, by `get` if given."""
    read = get or attrgetter(new)

    def former(value: Any) -> Any:
        warnings.warn(f"{type(value).__name__}.{old} is deprecated: use {new}.", DeprecationWarning, stacklevel=2)
        return read(value)

    return property(former)
