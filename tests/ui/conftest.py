"""One page over the seeds for all tests that only read from it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Library, Settings
from tests.conftest import SEEDS
from tests.serving import serving


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page over the two seed articles is."""
    folder: Path = tmp_path_factory.mktemp("seeds")
    for path in SEEDS.glob("*.txt"):
        shutil.copy(path, folder)
    with Library(folder, settings=Settings()) as library:
        library.sync()
        with serving(library) as at:
            yield at
