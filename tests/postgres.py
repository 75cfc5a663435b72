"""A real PostgreSQL server for the tests that ask for one, in a temporary folder."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PASSWORD = "not-to-be-seen"
USER = "readacross"


def programs() -> Path | None:
    """The folder of the server's programs, which Debian keeps out of PATH; None where it is not installed."""
    found = shutil.which("initdb")
    if found and shutil.which("postgres"):
        return Path(found).parent
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return newest[-1].parent if newest else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostgresServer:
    """A server on loopback; as root it is run by the user that Debian makes for it, for it refuses root."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._bin = binaries
        self._data = folder / "data"
        self._log = folder / "log"
        self._user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        self.port = free_port()
        secret = folder / "password"
        secret.write_text(PASSWORD)
        for path in (folder, secret):
            shutil.chown(path, self._user)
        self._run("initdb", "-D", str(self._data), "-U", USER, "-E", "UTF8", "--locale=C.UTF-8",
                  "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync")  # fmt: skip

    def _run(self, program: str, *arguments: str) -> None:
        user = self._user if os.geteuid() == 0 else None
        command = [str(self._bin / program), *arguments]
        subprocess.run(command, user=user, check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=120)

    def start(self) -> None:
        options = f"-h 127.0.0.1 -p {self.port} -k '' -c fsync=off -c max_connections=60"
        self._run("pg_ctl", "-D", str(self._data), "-l", str(self._log), "-w", "-o", options, "start")

    def stop(self) -> None:
        """As when a machine goes down: who is connected is cut off."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "immediate", "stop")

    def address(self, database: str = "postgres", password: str = PASSWORD) -> str:
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/{database}"

    def log(self) -> str:
        return self._log.read_text(errors="replace")


@contextmanager
def running() -> Iterator[PostgresServer]:
    """A server, started; what it kept is gone afterwards."""
    binaries = programs()
    assert binaries is not None
    folder = Path(tempfile.mkdtemp(prefix="readacross-postgres-"))
    try:
        server = PostgresServer(binaries, folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_installed() -> bool:
    return programs() is not None


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running server; each library has a schema of its own in its database."""
    from tests.conftest import required

    if not is_installed():
        required("PostgreSQL (Debian: apt-get install postgresql)")
    with running() as server:
        yield server
