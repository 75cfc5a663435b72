"""Every test has a world of its own: no settings from outside, no model hub, libraries in temporary folders."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest

from rag import Library, Settings
from rag.answer.evidence import Candidate, CandidateSentence
from rag.embed.wordllama import load_wordllama
from rag.settings import VARIABLES
from rag.text.word_similarity import Embed
from tests.postgres import postgres as postgres
from tests.site import site as site

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
BENCHMARKS = ROOT.parent / "shared" / "benchmarks"

hypothesis.settings.register_profile("without deadlines", deadline=None)  # no timing decides a test
hypothesis.settings.load_profile("without deadlines")


@pytest.fixture(autouse=True)
def _no_outside_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable.name, raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("rag.ingest.ocr.is_installed", lambda: False)  # what takes seconds a page is asked for


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for articles."""
    made = tmp_path / "articles"
    made.mkdir()
    return made


@pytest.fixture
def seeds(folder: Path) -> Path:
    """A copy of the two seed articles."""
    for path in SEEDS.glob("*.txt"):
        shutil.copy(path, folder)
    return folder


@pytest.fixture
def library(seeds: Path, settings: Settings) -> Iterator[Library]:
    """The two seed articles, indexed."""
    with Library(seeds, settings=settings) as opened:
        opened.sync()
        yield opened


def required(what: str) -> NoReturn:
    """Skip a test for want of `what`, or fail where everything must run."""
    if os.environ.get("READACROSS_REQUIRE_ALL"):
        pytest.fail(f"{what} is missing, and READACROSS_REQUIRE_ALL is set")
    pytest.skip(f"{what} is missing")


@pytest.fixture
def benchmarks() -> Path:
    """The folder of the public benchmark sets."""
    if not BENCHMARKS.is_dir():
        required("the folder ../shared/benchmarks")
    return BENCHMARKS


@pytest.fixture(scope="session")
def embed() -> Embed:
    return load_wordllama().embed_passages


@pytest.fixture(scope="session")
def candidate() -> Callable[..., Candidate]:
    def make(sentences: Sequence[str], file: str = "a.txt", title: str = "", first: int = 0) -> Candidate:
        spans, start = [], 100 * first
        for number, text in enumerate(sentences, start=first):
            spans.append(CandidateSentence(number, start, start + len(text), text))
            start += len(text) + 1
        return Candidate(file, tuple(spans), title)

    return make
