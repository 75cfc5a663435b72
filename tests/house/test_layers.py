"""Imports run one way, and heavy packages stay in their rooms."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LAYERS = (
    {"errors", "exports", "reports", "types", "settings", "progress", "usage", "tracing", "verdicts"},
    {"reading", "models"},
    {"index"},
    {"search"},
    {"grounding"},
    {"stories"},
    {"writing"},
    {"llamaindex"},
    {"opened"},
    {"library"},
    {"cli"},
)
RANK = {room: rank for rank, layer in enumerate(LAYERS) for room in layer}
ROOMS = {
    "chromadb": {"rag/index"},
    "gradio": {"ui"},
    "openai": {"rag/models"},
    "llama_index": {"rag/models", "rag/index", "rag/search", "rag/llamaindex.py", "rag/opened.py", "rag/library.py"},
}
SOURCES = sorted([*ROOT.glob("rag/**/*.py"), *ROOT.glob("ui/**/*.py")])


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def room(path: Path) -> str:
    parts = path.relative_to(ROOT / "rag").with_suffix("").parts
    return parts[0]


def wrong_way(path: Path, name: str) -> bool:
    if name.split(".")[0] == "ui":
        return room(path) != "cli"
    if not name.startswith("rag."):
        return False
    own, other = room(path), name.split(".")[1]
    return other != own and not (RANK[other] < RANK[own] or RANK[other] == RANK[own] == 0)


def test_imports_run_one_way() -> None:
    sources = [p for p in SOURCES if p.is_relative_to(ROOT / "rag") and p != ROOT / "rag" / "__init__.py"]
    arrows = [(room(p), name) for p in sources for name in imports(p) if wrong_way(p, name)]
    assert sources
    assert not arrows


def test_heavy_packages_stay_in_their_rooms() -> None:
    strays = []
    for path in SOURCES:
        place = path.relative_to(ROOT).as_posix()
        for name in imports(path):
            rooms = ROOMS.get(name.split(".")[0])
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


def test_files_stay_short() -> None:
    long = {p.relative_to(ROOT).as_posix(): n for p in SOURCES if (n := len(p.read_text("utf-8").splitlines())) > 300}
    assert not long
