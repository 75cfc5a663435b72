"""What is shipped: the source archive builds a wheel, and the wheel alone answers from a folder, weights included."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def run(*command: str | Path, cwd: Path) -> str:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environ, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of a new environment with the wheel, and of what it needs the packages that are here."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=ROOT)
    (sdist,) = folder.glob("readacross-*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    source = folder / sdist.name.removesuffix(".tar.gz")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=source)
    shutil.rmtree(source)
    (wheel,) = folder.glob("readacross-*.whl")
    environment = folder / "environment"
    venv.create(environment, symlinks=os.name != "nt")
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index")
    run(*pip, wheel, cwd=folder)
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    Path(packages, "others.pth").write_text(sysconfig.get_path("purelib"))  # its own .pth files are not followed
    return scripts


def test_the_wheel_answers_from_a_folder(installed: Path, seeds: Path) -> None:
    where = run(installed / "python", "-c", "import rag, ui; print(rag.__file__, ui.__file__)", cwd=seeds)
    assert where.count(str(installed.parent)) == 2
    assert "usage: readacross" in run(installed / "readacross", "--help", cwd=seeds)
    answer = json.loads(run(installed / "readacross", "ask", "Which jets did Rutte approve?", "--json", cwd=seeds))
    assert answer["found"]
    text = "".join(path.read_text("utf-8") for path in seeds.glob("*.txt"))
    assert answer["sentences"][0]["citations"][0]["quote"] in text


def test_the_wheel_brings_the_page_and_all_data(installed: Path) -> None:
    code = (
        "from importlib.resources import files as f; print(*(p.name for r in ('ui', 'rag') for p in f(r).rglob('*')))"
    )
    shipped = run(installed / "python", "-c", code, cwd=installed).split()
    data = [p.name for room in ("rag", "ui") for p in (ROOT / room).rglob("*") if p.is_file() and p.suffix != ".pyc"]
    assert {"page.js", "page.css", "reader.onnx", "tokenizer.json", "py.typed"} <= set(shipped)
    assert set(data) <= set(shipped)
