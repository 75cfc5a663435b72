"""How fast the page is in a real Chromium, on the seeds and on libraries of 3,200 and 20,000 generated articles.

    python -m tests.benchmarks.page ../shared/benchmarks [--sizes 0 3200 20000] [--keep FOLDER] [--questions 1000]

Each size has its own process, which serves the page and drives the browser. Times are medians of what a reader sees,
in milliseconds, beside the same of a bare Gradio chat in the same run: a ratio tells more than they do on a machine
that is shared. The articles are those of `tests.benchmarks.scale`; `--keep` keeps the libraries, so that a second run
reads none again. With `--questions` as many are asked one after the other over the seeds, and the memory of the process
is told.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from rag import Library, Settings
from tests.benchmarks.common import read_lines, table, write_lines
from tests.benchmarks.scale import SETS, told_again
from tests.serving import serving

SEEDS = Path(__file__).parent.parent.parent / "seeds"
SIZES = (0, 3_200, 20_000)
"""Articles; 0 stands for the seeds."""
TIMES = 7
"""How often each thing is done."""
ROOMS = ("summary", "comparison", "timeline", "stories", "names")
QUESTIONS = ("Which jets did Rutte approve?", "What did Zelenskyy say?", "Who visited Kyiv?", "What is the weather?")
LONGEST = 900_000
"""Milliseconds for which a room is waited for."""
CLICK = """async ([selector, done]) => {
  const before = document.querySelector('#article article')?.dataset.opened;
  const began = performance.now();
  document.querySelector(selector).click();
  for (;;) {
    const article = document.querySelector('#article article');
    if (article && article.dataset.opened !== before && document.querySelector(done)) break;
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - began;
}"""
FILTER = """async (words) => {
  const box = document.querySelector('#filter textarea, #filter input');
  const shown = () => document.querySelector('#articles .count')?.textContent;
  const before = shown();
  const began = performance.now();
  box.value = words;
  box.dispatchEvent(new Event('input', {bubbles: true}));
  while (shown() === before && performance.now() - began < 20000) await new Promise(requestAnimationFrame);
  return performance.now() - began;
}"""


def measure(data: Path, size: int, keep: Path) -> dict[str, Any]:
    """The figures of one size."""
    folder = keep / str(size)
    if not folder.exists():
        _fill(data, size, folder)
    with Library(folder, settings=Settings(max_file_mb=4_000)) as library:
        library.sync()
        with serving(library) as address, _chromium() as browser:
            opened = [_opened(browser, address, "html[data-ready=yes] #articles .entry") for _ in range(TIMES)]
            with _bare_chat() as bare:
                chat = [_opened(browser, bare, "textarea") for _ in range(TIMES)]
            page = _page(browser, address)
            found = {"page ready": _median(opened), "a bare chat": _median(chat)}
            found["ratio"] = round(found["page ready"] / found["a bare chat"], 2)
            found |= _asked(page) | {"filter": _filtered(page)}
            for room in ROOMS:
                found[f"{room}, at first"] = _entered(browser, address, room)
                found[f"{room}, again"] = _entered(browser, address, room)
    return found


def _fill(data: Path, size: int, folder: Path) -> None:
    folder.mkdir(parents=True)
    if not size:
        for path in SEEDS.glob("*.txt"):
            shutil.copy(path, folder)
        return
    texts = [d["text"] for name in SETS for d in read_lines(data / name / "documents.jsonl.gz")]
    write_lines(folder / "articles.jsonl", ({"id": str(n), "text": told_again(texts, n)} for n in range(size)))


@contextmanager
def _chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def _bare_chat() -> Iterator[str]:
    """A chat as Gradio's first example has it, which says again what is said to it."""
    import gradio as gr

    with gr.Blocks(analytics_enabled=False) as blocks:
        gr.ChatInterface(lambda said, _: said, api_visibility="private")
    _, address, _ = blocks.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False)
    yield address
    blocks.close(verbose=False)


def _opened(browser: Browser, address: str, selector: str) -> float:
    """Milliseconds from an address to what a selector finds, in a browser that has seen nothing of the page."""
    context = browser.new_context()
    page = context.new_page()
    began = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(selector, timeout=LONGEST)
    taken = 1_000 * (time.perf_counter() - began)
    context.close()
    return taken


def _page(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(LONGEST)
    page.goto(address)
    page.wait_for_selector("html[data-ready=yes] #articles .entry")
    return page


def _asked(page: Page) -> dict[str, float]:
    """A question, and clicks on a citation of its answer, or on an article where it has none."""
    began = time.perf_counter()
    _ask(page, QUESTIONS[0], 1)
    answered = 1_000 * (time.perf_counter() - began)
    cited = page.locator("#turn-1 .cite").count() > 0
    where = (
        ("#turn-1 .cite", "#cited") if cited else ("#articles .entry button, #articles button.entry", "#article-text")
    )
    return {"answer": round(answered), "click to mark": _median([page.evaluate(CLICK, where) for _ in range(TIMES)])}


def _ask(page: Page, question: str, turn: int) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(f"#turn-{turn}:not([aria-busy])")
    page.wait_for_selector("#send", state="visible")


def _filtered(page: Page) -> float:
    """From a word typed to the list that it leaves: by words of titles, and between them by what no article has."""
    entries = page.locator("#articles .entry").all_text_contents()
    words = list(dict.fromkeys(word for entry in entries for word in entry.split() if word.isalpha()))[:TIMES]
    return _median([page.evaluate(FILTER, typed) for word in words for typed in (f"{word}qqq", word)])


def _entered(browser: Browser, address: str, room: str) -> float:
    """From a click on a room's tab to its result, in a new tab."""
    page = _page(browser, address)
    began = time.perf_counter()
    page.evaluate("room => document.getElementById(`tab-${room}-button`).click()", room)
    page.wait_for_selector(f"#room-{room} .result, #room-{room} .trouble")
    taken = round(1_000 * (time.perf_counter() - began))
    page.context.close()
    return taken


def _median(times: list[float]) -> float:
    return round(statistics.median(times))


def remember(questions: int, keep: Path) -> dict[str, int]:
    """The memory of the process that serves the page, after each tenth of so many questions, ten a conversation."""
    folder = keep / "asked"
    if not folder.exists():
        _fill(Path(), 0, folder)
    told: dict[str, int] = {}
    with Library(folder, settings=Settings()) as library:
        library.sync()
        with serving(library) as address, _chromium() as browser:
            page = _page(browser, address)
            for asked in range(questions):
                if asked and asked % 10 == 0:
                    page.context.close()
                    page = _page(browser, address)
                _ask(page, QUESTIONS[asked % len(QUESTIONS)], asked % 10 + 1)
                if (asked + 1) % max(questions // 10, 1) == 0:
                    told[f"{asked + 1:,}"] = _resident()
    return told


def _resident() -> int:
    """Megabytes that this process holds now."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) // 1024


def _in_child(*words: str) -> Any:
    command = [sys.executable, "-m", "tests.benchmarks.page", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def run(data: Path, sizes: list[int], keep: Path, questions: int) -> None:
    """Print the figures of each size, and of the questions."""
    for size in sizes:
        print(
            table({f"{size or 2:,} articles": _in_child(str(data), "--one", str(size), "--keep", str(keep))}),
            flush=True,
        )
    if questions:
        print("MB after so many questions:", _in_child(str(data), "--asked", str(questions), "--keep", str(keep)))


def main(arguments: list[str]) -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.page")
    parser.add_argument("data", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--questions", type=int, default=0)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--asked", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        keep = options.keep or Path(temporary)
        if options.one is not None:
            print(json.dumps(measure(options.data, options.one, keep)))
        elif options.asked:
            print(json.dumps(remember(options.asked, keep)))
        else:
            run(options.data, list(options.sizes), keep, options.questions)


if __name__ == "__main__":
    main(sys.argv[1:])
