"""Importing gradio without its stub writer.

Gradio renders and rewrites a typing stub for each of its seventy components whenever it is imported: a quarter of the
time until the page is there, and an attempt to write into the place where it is installed. Its wheel has the stubs.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from types import ModuleType

NEVER = str(10**9)
"""Events after which gradio sums up all events, by pandas, for a dashboard that is off: by default after each."""
STUB_WRITER = "gradio.component_meta"


class _NoStubs(importlib.abc.MetaPathFinder):
    """Finds the module with the stub writer as usual, and takes the writer out of it once it is loaded."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(name, path, target) if name == STUB_WRITER else None
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(name, spec.origin)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        vars(module)["create_or_modify_pyi"] = lambda *_: None


def import_gradio() -> ModuleType:
    """The gradio package, imported with its analytics off and without writing stubs; as it is if already imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = NEVER
    if "gradio" not in sys.modules:
        finder = _NoStubs()
        sys.meta_path.insert(0, finder)
        try:
            import gradio  # noqa: F401 - only its loading matters here
        finally:
            sys.meta_path.remove(finder)
    return sys.modules["gradio"]
