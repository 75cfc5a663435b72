"""A worker beside the process that owns a library: it reads files for it. The command `readacross worker` runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rag.errors import LibraryMissing, SettingsError
from rag.ingest.worker import Worker
from rag.integrations.library_models import choose_embedder
from rag.settings import Settings
from rag.store.postgres import database_of


def run_worker(folder: Path, settings: Settings, tell: Callable[[str], None]) -> None:
    """Read files for the owner of the library in a folder until interrupted; `tell` is given what has gone wrong.

    Raises LibraryMissing if there is no such folder, SettingsError if the catalogue is not in PostgreSQL, and
    ModelError if the embedder cannot be used.
    """
    if not folder.is_dir():
        raise LibraryMissing("There is no folder {folder}: create it, or name another.", folder=folder)
    database = database_of(folder, settings, marks=False)
    if database is None:
        raise SettingsError("READACROSS_CATALOGUE is not set: workers share a catalogue in PostgreSQL.")
    embedder = choose_embedder(None, settings)
    Worker(folder, database, embedder, max_bytes=settings.max_file_mb * 1_000_000, tell=tell).run()
