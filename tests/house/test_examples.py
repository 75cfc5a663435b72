"""The examples run, on the two seed articles, and do what they say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.house.test_docs import ROOT, environment

EXAMPLES = ROOT / "examples"


def run(name: str, *arguments: str | Path, code: int = 0) -> str:
    command = [sys.executable, EXAMPLES / f"{name}.py", *arguments]
    env = environment()
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=EXAMPLES, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout


def test_asking_a_folder(seeds: Path) -> None:
    told = run("ask_folder", seeds, "Which jets did Rutte approve?")
    assert "F-16" in told
    assert "[1] 0" in told


def test_comparing_two_reports(seeds: Path) -> None:
    first, second = sorted(path.name for path in seeds.glob("*.txt"))
    assert "facts in both" in run("compare_reports", seeds, first, second)


def test_checking_a_draft(seeds: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("Rutte approved the transfer of Dutch F-16 fighter jets. The moon is made of green cheese.")
    told = run("check_draft", seeds, draft, code=1)
    assert "not found: The moon" in told
    assert "F-16" not in told.splitlines()[0]


def test_a_pipeline_of_llamaindex(seeds: Path) -> None:
    told = run("llamaindex_pipeline", seeds, "Which jets did Rutte approve?")
    supported = next(line for line in told.splitlines() if line.startswith("Of that"))
    assert "F-16" in supported
    assert "tanks" not in supported
    assert "2 sentences checked: 1 supported" in told


def test_another_embedder(seeds: Path) -> None:
    hits = run("another_embedder", seeds, "Zelenskyy withdrawel Vuhledar").splitlines()
    assert len(hits) == 3
    assert float(hits[0].split()[0]) >= float(hits[2].split()[0])


def test_a_digest_of_what_is_new(seeds: Path, tmp_path: Path) -> None:
    digest = Path(run("daily_digest", seeds, tmp_path / "digests").strip())
    assert "# What the newest articles add" in digest.read_text(encoding="utf-8")
    assert run("daily_digest", seeds, tmp_path / "digests") == "", "nothing has come since"


def test_there_is_a_test_for_each_example() -> None:
    own = Path(__file__).read_text(encoding="utf-8")
    assert len(list(EXAMPLES.glob("*.py"))) == 6
    assert [path.name for path in EXAMPLES.glob("*.py") if f'run("{path.stem}"' not in own] == []
