"""The commands that keep a library: doctor, backup, restore, worker."""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import asdict
from pathlib import Path

from rag.cli.commands import Commands, print_json, print_report
from rag.cli.opening import open_library
from rag.errors import LibraryError
from rag.settings import Settings


def add_keeping_commands(commands: Commands) -> None:
    """Declare the commands of this module."""
    meaning = "Check every part of the index, mend it, and say what is left to do; exits with 1 if anything is."
    commands.add("doctor", _doctor, meaning)
    backup = commands.add("backup", _backup, "Write the whole library, which may be in use, to one new file.")
    backup.add_argument("file", type=Path, metavar="FILE", help="where, outside of the library")
    restore = commands.add("restore", _restore, "Bring back what was removed, or a whole library from a backup.")
    restore.add_argument("what", metavar="ID|FILE", help="as `readacross remove` printed it, or a backup")
    meaning = "where the backup's library is made anew: a folder that is missing or empty"
    restore.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help=meaning)
    meaning = "Read files for the process that owns the library, whose catalogue is in PostgreSQL."
    commands.add("worker", _worker, meaning, prints=False)


def _doctor(options: argparse.Namespace) -> int:
    for _ in range(2):  # damage that the first time finds is mended by the opening of the second
        with open_library(options, sync=False) as library:
            checks = list(library.examine())
            damaged = library.writable and any(c.part == "catalogue" and c.state == "open" for c in checks)
        if not damaged:
            break
    if options.json:
        print_json([asdict(check) for check in checks])
    else:
        print(*checks, sep="\n")
    return 1 if any(check.state == "open" for check in checks) else 0


def _backup(options: argparse.Namespace) -> int:
    from rag.ingest.backup import write_backup
    from rag.store.own_files import store_of

    folder, file = options.library.expanduser(), options.file.expanduser()
    settings = Settings.from_environment()
    if settings.catalogue:
        raise LibraryError(
            "READACROSS_CATALOGUE names a database: back that up by pg_dump, and then copy the folder with its store."
        )
    store = options.store or store_of(folder, settings)
    number = write_backup(folder, store.expanduser(), file)
    if options.json:
        print_json({"file": str(file), "files": number, "bytes": file.stat().st_size})
    else:
        print(f"{file} holds {number:,} files and the index ({file.stat().st_size / 1e6:,.1f} MB).")
    return 0


def _restore(options: argparse.Namespace) -> int:
    if options.folder is None:
        with open_library(options, sync=False) as library:
            print_report(options, library.restore(options.what))
        return 0
    from rag.ingest.backup import restore_backup

    folder, settings = options.folder.expanduser(), Settings.from_environment()
    if settings.catalogue:
        raise LibraryError(
            "READACROSS_CATALOGUE names a database, and a backup is of a library in files: unset it to restore that. "
            "A database is restored by pg_restore."
        )
    number = restore_backup(Path(options.what).expanduser(), folder, settings)
    if options.json:
        print_json({"folder": str(folder), "files": number})
    else:
        print(f"{folder} holds {number:,} files and the index.")
    return 0


def _worker(options: argparse.Namespace) -> int:
    from rag.library_worker import run_worker

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    run_worker(options.library.expanduser(), Settings.from_environment(), lambda line: print(line, file=sys.stderr))
    return 0
