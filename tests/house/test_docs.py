"""The documentation cannot rot: it builds offline, its links lead somewhere, its Python runs, its names exist."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rag import Library
from rag.api.operations import BY_NAME
from rag.settings import VARIABLES
from tests.serving import serving

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("*.md")])
ADDRESS = "http://127.0.0.1:7860/"
"""Where the examples find the page."""


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def environment(**more: str) -> dict[str, str]:
    """An environment in which `readacross` and `import rag` are those of this tree."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PYTHONPATH": str(ROOT), "PATH": path, **more}


def copied_seeds(folder: Path) -> Path:
    """A copy of the two seed articles in a folder, by their own name."""
    return Path(shutil.copytree(ROOT / "seeds", folder / "seeds", ignore=shutil.ignore_patterns(".*")))


EXAMPLE = re.compile(r"^```python\n(.*?)^```(?:\n\n```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL)
EXAMPLES = [
    pytest.param(*found.groups(), id=page.name)
    for page in sorted(ROOT.glob("docs/*.md"))
    for found in EXAMPLE.finditer(page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("code", "printed"), EXAMPLES)
def test_python_examples_run_and_print_what_is_told(
    code: str, printed: str | None, tmp_path: Path, library: Library
) -> None:
    copied_seeds(tmp_path)
    with serving(library) as address:
        command = [sys.executable, "-c", code.replace(ADDRESS, address)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment(), check=False)
    assert done.returncode == 0, done.stderr
    if printed is not None:
        assert done.stdout == printed


def test_help_is_the_programs_own() -> None:
    (shown,) = blocks(ROOT / "docs" / "command-line.md", "text")
    command = [sys.executable, "-m", "rag.cli", "--help"]
    env = environment(COLUMNS="100")
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env, cwd=ROOT)
    assert shown.strip() == done.stdout.replace("cli.py", "readacross").strip()


def test_the_site_builds_with_all_its_links_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    env = environment(NO_MKDOCS_2_WARNING="1")
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = list((tmp_path / "site").glob("*.html"))
    assert len(pages) > len(list(ROOT.glob("docs/*.md")))
    loads = [
        m for page in pages for m in re.findall(r'(?:src|<link[^>]*href)="(https?:[^"]*)', page.read_text("utf-8"))
    ]
    assert loads == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_what_the_docs_name_exists() -> None:
    words = "\n".join(page.read_text(encoding="utf-8") for page in PAGES if page.name != "CHANGELOG.md")
    known = {variable.name for variable in VARIABLES}
    assert set(re.findall(r"\b(?:READACROSS|OPENAI)_[A-Z_]+\b", words)) <= known
    files = re.findall(r"`((?:rag|tests|docs|examples|tools)/[\w./]+)`", words)
    assert [name for name in files if not (ROOT / name).exists()] == []
    named = re.findall(r"`(\w+)` (?:in|of) `(rag/[\w./]+\.py)`", words)
    assert named
    for name, file in named:
        assert re.search(rf"^(?:def |class )?{name}\b", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), name
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"(?:^|`)make (\w+)", words, re.MULTILINE)
    assert targets
    assert [t for t in targets if not re.search(rf"^{t}:", makefile, re.MULTILINE)] == []


def test_every_operation_is_in_the_page_for_programs() -> None:
    page = (ROOT / "docs" / "programs.md").read_text(encoding="utf-8")
    assert [name for name in BY_NAME if f"`{name}`" not in page and f" {name}`" not in page] == []


def test_the_files_that_forges_read_are_well_formed() -> None:
    found = [*ROOT.glob(".github/**/*.yml"), ROOT / "CITATION.cff"]
    assert len(found) > 3
    assert all(isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict) for path in found)
