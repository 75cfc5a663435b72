"""From nothing to a cited answer about a folder of one's own: each way in, its steps and their seconds on empty caches.

Beside the seconds stand those of the processor, which can be compared where others use the machine too.
Every way has a home, caches and a folder of two articles of its own; the wheel lies there already, as after a download.
The container is built by podman, on the image that the Containerfile names; where no registry can be reached, on one
that mmdebstrap makes of Debian's packages, which is told and is not timed.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.common import table
from tests.conftest import ROOT

QUESTION, EXPECTED = "Which jets did Rutte approve?", "F-16"
ASK = ["ask", QUESTION, "--library"]
LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"]
"""Of a container: within what a user without rights may ask for."""
CERTIFICATES = ["--volume", "/etc/ssl/certs:/etc/ssl/certs:ro"]
BASE = "docker.io/library/python:3.12-slim"
SUITE = "bookworm"


@dataclass(frozen=True, slots=True)
class Step:
    """A command of a way in, and what it is called."""

    name: str
    command: Sequence[str | Path]
    folder: Path


@dataclass(frozen=True, slots=True)
class Place:
    """Where a way begins: a home with nothing in it but the wheel and a folder of articles."""

    home: Path

    @property
    def wheel(self) -> Path:
        return next(self.home.glob("*.whl"))

    @property
    def articles(self) -> Path:
        return self.home / "clippings"

    def step(self, name: str, *command: str | Path, folder: Path | None = None) -> Step:
        return Step(name, command, folder or self.home)

    def tool(self, name: str) -> Iterator[Step]:
        """Steps that bring a program of Python's index, for machines that have none."""
        yield self.step(f"install {name}", sys.executable, "-m", "venv", self.home / "tools")
        yield self.step("", self.home / "tools" / "bin" / "pip", "install", "--quiet", name)

    def environment(self) -> dict[str, str]:
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("PYTHON", "READACROSS", "VIRTUAL", "XDG"))}
        path = os.pathsep.join([str(self.home / ".local" / "bin"), str(self.home / "tools" / "bin"), kept["PATH"]])
        return kept | {"HOME": str(self.home), "PATH": path, "PIP_CACHE_DIR": str(self.home / "cache" / "pip")}


def uvx(place: Place) -> Iterator[Step]:
    yield from place.tool("uv")
    yield place.step("uvx … ask", "uvx", "--from", place.wheel, "readacross", *ASK, place.articles)


def pipx(place: Place) -> Iterator[Step]:
    yield from place.tool("pipx")
    yield place.step("pipx install", "pipx", "install", place.wheel)
    yield place.step("ask", "readacross", *ASK, place.articles)


def wheel(place: Place) -> Iterator[Step]:
    own = place.home / "environment"
    yield place.step("python -m venv", sys.executable, "-m", "venv", own)
    yield place.step("pip install", own / "bin" / "pip", "install", "--quiet", place.wheel)
    yield place.step("ask", own / "bin" / "readacross", *ASK, place.articles)


def clone(place: Place) -> Iterator[Step]:
    own = place.home / "readacross"
    yield place.step("git clone", "git", "clone", "--quiet", f"file://{ROOT}", own)
    yield place.step("make install", "make", "install", f"PYTHON={sys.executable}", folder=own)
    yield place.step("ask", own / ".venv" / "bin" / "readacross", *ASK, place.articles)


def container(place: Place) -> Iterator[Step]:
    store = ["--root", str(place.home / "store"), "--runroot", str(place.home / "running")]
    podman = ["podman", *store, *(["--runtime", "runc"] if shutil.which("runc") else [])]
    have_base(podman, place)
    options = ["--quiet", "--format=docker", "--network=host", *CERTIFICATES]
    build = [*podman, "build", *options, "--tag", "readacross", "."]
    yield place.step("podman build", *build, folder=ROOT)
    run = [*podman, "run", "--rm", "--read-only", "--tmpfs", "/tmp", "--network=none", *LIMITS]
    mounts = ["--volume", f"{place.articles}:/articles:ro", "--volume", "readacross:/index"]
    yield place.step("podman run … ask", *run, *mounts, "readacross", *ASK, "/articles")


WAYS: dict[str, Callable[[Place], Iterator[Step]]] = {
    "uvx": uvx, "pipx": pipx, "wheel": wheel, "clone": clone, "container": container,
}  # fmt: skip
NEEDS = {"clone": ("git", "make"), "container": ("podman",)}
"""Programs without which a way is not taken, which is told."""


def run(data: Path, *, as_json: bool) -> None:
    results: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
        built = next(Path(folder).glob("*.whl"))
        for name in os.environ.get("INSTALLING_WAYS", " ".join(WAYS)).split():
            missing = [program for program in NEEDS.get(name, ()) if not shutil.which(program)]
            if missing:
                print(f"{name:10} not taken: there is no {' and no '.join(missing)}", flush=True)
                continue
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
                shutil.copy(built, home)
                shutil.copytree(data, Path(home, "clippings"), ignore=shutil.ignore_patterns(".*"))
                steps = timed(WAYS[name], Place(Path(home)))
            seconds, processor = (round(sum(step[n] for step in steps)) for n in (1, 2))
            results[name] = {"steps": len(steps), "seconds": seconds, "of the processor": processor}
            told = "; ".join(f"{step} {seconds:.0f} s ({own:.0f})" for step, seconds, own in steps)
            print(f"{name:10} {told}", flush=True)
    print(table(results))
    if as_json:
        print(json.dumps(results))


def timed(way: Callable[[Place], Iterator[Step]], place: Place) -> list[tuple[str, float, float]]:
    """The steps with their seconds and those of the processor; one without a name belongs to the step before."""
    steps: list[tuple[str, float, float]] = []
    said = ""
    for step in way(place):
        begun, processor = time.perf_counter(), processor_seconds()
        done = subprocess.run(
            step.command, cwd=step.folder, env=place.environment(), capture_output=True, text=True, check=False
        )
        seconds, own = time.perf_counter() - begun, processor_seconds() - processor
        if done.returncode:
            sys.exit(f"{step.name or step.command[0]} failed: {done.stderr.strip()[-2000:]}")
        if step.name:
            steps.append((step.name, seconds, own))
        else:
            steps[-1] = (steps[-1][0], steps[-1][1] + seconds, steps[-1][2] + own)
        said = done.stdout
    if EXPECTED not in said or "[1]" not in said:
        sys.exit(f"no cited answer: {said}")
    return steps


def processor_seconds() -> float:
    """Of all processes that were begun from here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def have_base(podman: Sequence[str], place: Place) -> None:
    """Have the image on which the container is built: pulled, or made of Debian's packages."""
    if not subprocess.run([*podman, "pull", "--quiet", BASE], capture_output=True, check=False).returncode:
        return
    print(f"container: {BASE} cannot be reached; a base is made of Debian's packages")
    root = place.home / "base.tar"
    python = "python3,python3-venv,ca-certificates"
    venv = 'chroot "$1" python3 -m venv /usr/local'
    made = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={python}", f"--customize-hook={venv}", SUITE]
    subprocess.run([*made, root], check=True, capture_output=True)
    subprocess.run([*podman, "import", root, BASE], check=True, capture_output=True)
    root.unlink()
