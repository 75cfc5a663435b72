"""Two users in a file, for tests: anna, who is an editor, and boris, who may only read."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from rag.api.users import add_user

ANNA, BORIS = ("anna", "correct horse"), ("boris", "battery staple")


def write_users(path: Path) -> Path:
    """Write the file of the two users."""
    path.touch(mode=0o600)
    path.write_bytes(_made())
    return path


@cache
def _made() -> bytes:
    """The file's bytes, made once: passwords take their time to hash."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "users.json"
        add_user(path, *ANNA, editor=True)
        add_user(path, *BORIS, editor=False)
        return path.read_bytes()
