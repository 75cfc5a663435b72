"""Ask a folder of articles, and get answers in which every sentence points to the exact words it rests on."""

from __future__ import annotations

import warnings

import lazy_loader

_resolve, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
_FORMER = {"Contradiction": "Disagreement", "NewFact": "Finding"}
"""Former names, for one release."""


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `import rag` stays quick; `__init__.pyi` lists them."""
    if name in _FORMER:
        warnings.warn(f"rag.{name} is deprecated: use rag.{_FORMER[name]}.", DeprecationWarning, stacklevel=2)
        name = _FORMER[name]
    value = globals()[name] = _resolve(name)
    return value
