"""The container: built and run where there is a builder, else its own user, variables, command and health check in an
empty root that is read-only, with the wheel and the packages that are here.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.conftest import required
from tests.house.test_wheel import installed as installed

ROOT = Path(__file__).parent.parent.parent
SEEDS = ROOT / "seeds"
WAIT = 120
"""Seconds within which the page must be there."""
Execute = Callable[[list[str]], "subprocess.CompletedProcess[str]"]
"""Runs a command in the container."""


def instructions() -> dict[str, str]:
    """The last instruction of each kind of the last stage."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    last = max(number for number, (kind, _) in enumerate(lines) if kind == "FROM")
    return dict(map(tuple, lines[last:]))


IMAGE = instructions()
HEALTH: list[str] = json.loads(IMAGE["HEALTHCHECK"].partition(" CMD ")[2])
COMMAND: list[str] = [*json.loads(IMAGE["ENTRYPOINT"]), *json.loads(IMAGE["CMD"])]
VARIABLES = dict(word.split("=", 1) for word in shlex.split(IMAGE["ENV"]))


def test_the_image_runs_without_rights() -> None:
    assert "slim" in IMAGE["FROM"]
    assert int(IMAGE["USER"].split(":")[0]) > 999


def test_the_builder_gets_what_the_wheel_needs_and_nothing_else() -> None:
    lines = (ROOT / ".containerignore").read_text("utf-8").split()
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert lines[0] == "*"
    assert {"rag", "ui", "pyproject.toml", "README.md", "LICENSE", "constraints.txt"} == kept
    assert (ROOT / ".dockerignore").read_text("utf-8").split() == lines


@pytest.mark.server
@pytest.mark.timeout(1800)
def test_the_page_is_healthy_and_answers(request: pytest.FixtureRequest) -> None:
    with container(request) as execute:
        until = time.monotonic() + WAIT
        while (health := execute(HEALTH)).returncode and time.monotonic() < until:
            time.sleep(0.2)
        assert health.returncode == 0, health.stderr
        assert execute([COMMAND[0], "ask", "Which jets did Rutte approve?", "--library", "/articles"]).stdout.count(
            "F-16"
        )
        assert execute(["python", "-c", "import os; print(os.getuid())"]).stdout.strip() == IMAGE["USER"].split(":")[0]
        for place in ("/", "/articles", "/usr"):
            assert execute(["python", "-c", f"open('{place}/x', 'w')"]).returncode, f"{place} can be written to"


def container(request: pytest.FixtureRequest) -> AbstractContextManager[Execute]:
    if os.environ.get("READACROSS_REQUIRE_ALL") and _works("docker", "info"):
        return built()
    may_unshare = sys.platform == "linux" and os.getuid() == 0
    if not (may_unshare and _works("unshare", "--mount", "--net", "ip", "link", "set", "lo", "up")):
        required("a builder of containers, or the right to make an empty root,")
    return empty_root(request.getfixturevalue("installed"))


def _works(*command: str) -> bool:
    return bool(shutil.which(command[0])) and not subprocess.run(command, capture_output=True, check=False).returncode


@contextmanager
def built() -> Iterator[Execute]:
    """The image, built and run by docker."""
    subprocess.run(["docker", "build", "-q", "-t", "readacross-test", "-f", "Containerfile", "."], cwd=ROOT, check=True)
    options = ["--detach", "--rm", "--read-only", "--tmpfs", "/tmp", "-v", f"{SEEDS}:/articles:ro"]
    started = subprocess.run(["docker", "run", *options, "readacross-test"], capture_output=True, text=True, check=True)
    name = started.stdout.strip()
    try:
        yield lambda command: subprocess.run(
            ["docker", "exec", name, *command], capture_output=True, text=True, check=False
        )
    finally:
        subprocess.run(["docker", "rm", "--force", name], capture_output=True, check=True)


SYSTEM = ("/bin", "/etc", "/lib", "/lib64", "/usr")


@contextmanager
def empty_root(installed: Path) -> Iterator[Execute]:
    """A root of its own with nothing but the system's programs, Python with the wheel, and the container's folders."""
    environment = installed.parent
    python = (sys.base_prefix, sys.prefix)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "root")
        places = [place for place in (*SYSTEM, *python, str(environment)) if Path(place).is_dir()]
        for place in ("index", "root/index", "root/tmp", "root/proc"):
            Path(folder, place).mkdir(parents=True, exist_ok=True)
        os.chown(Path(folder, "index"), *map(int, IMAGE["USER"].split(":")))
        binds = [(place, place) for place in places] + [(str(SEEDS), "/articles"), ("/dev", "/dev")]
        script = [
            "set -e",
            "ip link set lo up",
            f"mount --bind {root} {root}",
            f"mount -t tmpfs tmpfs {root}/tmp -o mode=1777",
            *(f"mkdir -p {shlex.quote(f'{root}{b}')}" for _, b in binds),
            *(f"mount --bind {shlex.quote(a)} {shlex.quote(f'{root}{b}')}" for a, b in binds),
            *(f"mount -o remount,bind,ro {shlex.quote(f'{root}{b}')}" for _, b in binds if b != "/dev"),
            f"mount --bind {folder}/index {root}/index",
            f"mount -t proc proc {root}/proc",
            f"mount -o remount,bind,ro {root}",
            f'exec chroot --userspec={IMAGE["USER"]} {root} env -i "$@"',
        ]
        own = {"PATH": f"{installed}:/usr/bin:/bin", "PWD": IMAGE["WORKDIR"], "PYTHONDONTWRITEBYTECODE": "1"}
        variables = [f"{name}={value}" for name, value in (VARIABLES | own).items()]
        new = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child"]
        begin = [*new, "bash", "-c", "\n".join(script), "bash"]
        with subprocess.Popen([*begin, *variables, *COMMAND], stderr=subprocess.PIPE, text=True) as running:
            child = _child(running.pid)
            enter = ["nsenter", "--mount", "--net", "--root", "--target", child, "setpriv", "--clear-groups"]
            ids = [
                f"--re{kind}={number}" for kind, number in zip(("uid", "gid"), IMAGE["USER"].split(":"), strict=True)
            ]

            def execute(command: list[str]) -> subprocess.CompletedProcess[str]:
                assert running.stderr is not None
                assert running.poll() is None, running.stderr.read()
                inside = [*enter, *ids, "env", "-i", *variables, *command]
                return subprocess.run(inside, capture_output=True, text=True, check=False)

            try:
                yield execute
            finally:
                os.kill(int(child), signal.SIGKILL)  # with another user's rights it outlives its parent
                running.kill()


def _child(parent: int) -> str:
    """The process that runs in the container."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError("the container did not start")
