"""Importing gradio without its stub writer.

Gradio renders and rewrites a typing stub for each of its seventy components whenever it is imported: half of its import
time, and an attempt to write into the place where it is installed. The stubs lie in its wheel already.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from types import ModuleType

STUB_WRITER = "gradio.component_meta"


class _NoStubs(importlib.abc.MetaPathFinder):
    """Finds the module with the stub writer as usual, and takes the writer out of it once it is loaded."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != STUB_WRITER:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(importlib.abc.Loader):
    def __init__(self, loader: importlib.abc.Loader) -> None:
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        if hasattr(module, "create_or_modify_pyi"):
            setattr(module, "create_or_modify_pyi", _write_nothing)  # noqa: B010 - a module has no such attribute to mypy


def _write_nothing(*_: object) -> None:
    """Stands for gradio's stub writer."""


def import_gradio() -> ModuleType:
    """The gradio package, imported with its analytics off and without writing stubs; as it is if already imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    if "gradio" not in sys.modules:
        finder = _NoStubs()
        sys.meta_path.insert(0, finder)
        try:
            import gradio  # noqa: F401 - only its loading matters here
        finally:
            sys.meta_path.remove(finder)
    return sys.modules["gradio"]
