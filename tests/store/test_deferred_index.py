"""A library can be opened without Chroma, which comes later: it answers the same meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from rag import Library, LibraryError, Settings
from rag.ingest.sync import SETTLED
from tests.store.test_repair import empty_collection, found, no_collection, scrambled_collection, stopped_while_writing

WITHOUT_CHROMA = """
import json, sys
from dataclasses import asdict
from rag import Library, Settings
with Library(sys.argv[1], settings=Settings(), defer_index=True) as library:
    library.sync()
    answer = library.ask("What did Rutte say about membership?").as_dict()
print(json.dumps({"chromadb": "chromadb" in sys.modules, "answer": answer}))
"""


def synced(seeds: Path) -> list[object]:
    time.sleep(2 * SETTLED)  # a younger file is read again by the next sync
    with Library(seeds, settings=Settings()) as library:
        library.sync()
        return found(library)


def test_what_need_not_be_written_is_answered_without_loading_chroma(seeds: Path) -> None:
    synced(seeds)
    os.utime(next(seeds.glob("*.txt")))  # touched, and read again to the same words
    with Library(seeds, settings=Settings()) as library:
        answer = library.ask("What did Rutte say about membership?").as_dict()
    command = [sys.executable, "-c", WITHOUT_CHROMA, str(seeds)]
    run = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert not run["chromadb"]
    assert run["answer"] == json.loads(json.dumps(answer))


def test_the_first_write_opens_the_index(seeds: Path) -> None:
    synced(seeds)
    (seeds / "new.txt").write_text("Dutch fighter jets\n\nThe Dutch fighter jets landed near Vuhledar on Monday.\n")
    with Library(seeds, settings=Settings(), defer_index=True) as library:
        assert library.sync().added == ("new.txt",)
        after = found(library)
    with Library(seeds, settings=Settings()) as library:
        assert library.notes == ()
        assert found(library) == after


@pytest.mark.parametrize("damage", [no_collection, empty_collection, scrambled_collection, stopped_while_writing])
def test_a_damaged_index_is_repaired_when_it_is_opened_at_last(seeds: Path, damage: Callable[[Path], None]) -> None:
    before = synced(seeds)
    damage(seeds / ".readacross")
    with Library(seeds, settings=Settings(), defer_index=True) as library:
        assert library.notes == ()
        assert found(library) == before
        library.open_index()
        assert any("filled again" in note for note in library.notes)
        assert found(library) == before
        library.open_index()
        assert len(library.notes) == 1


def test_a_closed_library_opens_no_index(seeds: Path) -> None:
    synced(seeds)
    library = Library(seeds, settings=Settings(), defer_index=True)
    library.close()
    library.open_index()
    with pytest.raises(LibraryError, match="closed"):
        _ = library._store.index


def test_a_chroma_server_is_asked_at_once(seeds: Path) -> None:
    with Library(seeds, settings=Settings(chroma_url="http://127.0.0.1:9"), defer_index=True) as library:
        assert any("Chroma server" in note for note in library.notes)


def test_the_vectors_leave_memory_once_the_index_of_a_large_library_is_open(
    seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = synced(seeds)
    monkeypatch.setattr("rag.store.store.EXACT_UP_TO", 1)
    with Library(seeds, settings=Settings(), defer_index=True) as library:
        assert found(library) == before
        held = weakref.ref(library._store._exact._everything().matrix)
        assert held() is not None
        library.open_index()
        assert held() is None
        assert found(library) == before
        assert library._store._exact._all is None
