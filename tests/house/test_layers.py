"""Imports run one way; what leaves a room is named in its `__init__`; heavy packages stay in their rooms."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FLOORS = (
    {"errors", "verdicts"},
    {"render"},
    {"results", "progress"},
    {"tracing", "net"},
    {"embed", "settings"},
    {"text"},
    {"llm", "store"},
    {"models", "testing", "retrieval", "ingest"},
    {"verify"},
    {"answer"},
    {"analysis"},
    {"integrations", "evaluation"},
    {"article_library", "library_worker"},
    {"library"},
    {"api"},
    {"cli"},
)
"""From the ground up. A file imports from its own room and from lower floors alone."""
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
HEAVY = {
    "chromadb": {"rag/store"},
    "gradio": {"ui"},
    "openai": {"rag/llm", "rag/embed", "rag/net"},
    "llama_index": {
        "rag/embed",
        "rag/llm",
        "rag/store",
        "rag/retrieval",
        "rag/integrations",
        "rag/net",
        "rag/models.py",
        "rag/library.py",
        "rag/article_library.py",
    },
}
SOURCES = sorted([*ROOT.glob("rag/**/*.py"), *ROOT.glob("ui/**/*.py")])
OURS = [p for p in SOURCES if p.is_relative_to(ROOT / "rag") and p != ROOT / "rag" / "__init__.py"]


def imports(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The modules that a file imports, with the names that it takes from each."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or "", tuple(alias.name for alias in node.names)


def room(path: Path) -> str:
    return path.relative_to(ROOT / "rag").with_suffix("").parts[0]


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module(p): p for p in SOURCES}


def modules_of(path: Path) -> set[str]:
    """The modules of ours that a file imports, also by `from package import module`."""
    found = set()
    for name, taken in imports(path):
        found |= {name, *(f"{name}.{part}" for part in taken)} & set(MODULES)
    return found - {module(path)}


def test_imports_run_down_the_floors() -> None:
    arrows = []
    for path in OURS:
        for name, _ in imports(path):
            if name.split(".")[0] == "ui" and room(path) != "cli":
                arrows.append((module(path), name))
            other = name.split(".")[1] if name.startswith("rag.") else room(path)
            if other != room(path) and FLOOR[other] >= FLOOR[room(path)]:
                arrows.append((module(path), name))
    assert OURS
    assert not arrows


def test_no_two_files_import_each_other_in_a_circle() -> None:
    top = {name: {m for m in modules_of(path) if m != "rag"} for name, path in MODULES.items() if name != "rag"}
    lazy = ("ui.app",)
    assert list(TopologicalSorter({n: m for n, m in top.items() if n not in lazy}).static_order())


def test_what_leaves_a_room_is_named_in_its_init() -> None:
    strays = []
    for path in OURS:
        for name, taken in imports(path):
            parts = name.split(".")
            if parts[0] != "rag" or len(parts) < 2 or parts[1] in ("cli", room(path)):
                continue
            init = ROOT / "rag" / parts[1] / "__init__.py"
            if init.exists():
                named = set(re.findall(r"`([\w.]+)`", ast.get_docstring(ast.parse(init.read_text("utf-8"))) or ""))
                strays += [f"{name}.{one}" for one in taken if one not in named]
    assert not sorted(set(strays))


def test_heavy_packages_stay_in_their_rooms() -> None:
    strays = []
    for path in SOURCES:
        place = path.relative_to(ROOT).as_posix()
        for name, _ in imports(path):
            rooms = HEAVY.get(name.split(".")[0])
            if rooms is not None and not any(place == r or place.startswith(f"{r}/") for r in rooms):
                strays.append((place, name))
    assert not strays


def test_the_page_uses_only_what_rag_makes_public() -> None:
    import rag

    taken = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and path.is_relative_to(ROOT / "ui"):
                assert not (node.module or "").startswith("rag."), f"{path} imports {node.module}"
                taken |= {alias.name for alias in node.names if node.module == "rag"}
    assert taken
    assert taken <= set(rag.__all__)


@pytest.mark.parametrize("start", ["import rag", "import rag.cli", "from rag.cli import main; main(['settings'])"])
def test_start_up_is_light(start: str) -> None:
    heavy = {"llama_index", "chromadb", "gradio", "openai", "numpy"}
    code = f"import sys; {start}; print({heavy!r} & {{name.split('.')[0] for name in sys.modules}} or 'light')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "light"
