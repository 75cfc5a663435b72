"""In a notebook: results show themselves, become tables, and long calls can be awaited and stopped."""

from __future__ import annotations

import asyncio
import re
import threading
from pathlib import Path

import pytest

from rag import Answer, ExportError, Library, Settings
from rag.results.answers import AnswerSentence, Citation, Source

HOSTILE = '<script>alert(1)</script> <a class="mark" href="#q1" id="q1">x</a>'


def test_results_show_themselves(library: Library) -> None:
    for result in (library.summarise(), library.compare(), library.timeline(), library.stories(), library.names()):
        shown = result._repr_html_()
        places = re.findall(r'href="#([^"]+)"', shown)
        assert set(places) <= set(re.findall(r'id="([^"]+)"', shown))
        assert set(places).isdisjoint(re.findall(r'id="([^"]+)"', result._repr_html_())), "two outputs in one page"
        assert result._repr_markdown_() == result.markdown()


def test_what_articles_bring_is_shown_literally() -> None:
    citation = Citation(1, HOSTILE, 0, len(HOSTILE), HOSTILE)
    sentence = AnswerSentence(HOSTILE, "supported", 1.0, (citation,))
    answer = Answer(HOSTILE, True, (sentence,), (Source(HOSTILE, HOSTILE, numbers=(1,)),))
    shown = answer._repr_html_()
    assert "<script" not in shown
    assert len(re.findall(r'<a class="mark"', shown)) == 1
    assert "&lt;script&gt;" in shown


def test_results_become_tables(library: Library) -> None:
    answer = library.ask("Which jets did Rutte approve?").to_pandas()
    assert list(answer["support"]) == ["supported"] * len(answer)
    assert answer["citations"][0][0]["quote"]
    timeline = library.timeline()
    events = timeline.to_pandas()
    assert list(events["when.text"]) == [e.when.text for e in (*timeline.events, *timeline.unresolved)]
    comparison = library.compare()
    facts = comparison.to_pandas()
    assert facts.shape == (
        len(comparison.agreed + comparison.some + comparison.one), 1 + len(comparison.reports)
    )  # fmt: skip
    assert len(library.names().to_pandas()) == len(library.names().names)
    assert len(library.stories().to_pandas()) == len(library.stories())
    assert len(library.summarise(points=3).to_pandas()) <= 3
    assert list(library.check("The moon is made of green cheese.").to_pandas()["support"]) == ["not found"]


def test_without_pandas_a_table_says_what_to_install(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.render.exportable.find_spec", lambda _: None)
    with pytest.raises(ExportError, match="pip install pandas"):
        library.stories().to_pandas()
    talk = library.chat()
    talk.ask("Which jets did Rutte approve?")
    with pytest.raises(ExportError, match="no table"):
        talk.to_pandas()


def test_long_calls_can_be_awaited(seeds: Path) -> None:
    async def main(library: Library) -> None:
        report = await library.async_sync()
        assert len(report.added) == 2
        answer, summary = await asyncio.gather(
            library.aask("Which jets did Rutte approve?", files=["000_*"]), library.asummarise(points=2)
        )
        assert answer == library.ask("Which jets did Rutte approve?", files=["000_*"])
        assert len(summary.points) <= 2

    with Library(seeds, settings=Settings()) as library:
        asyncio.run(main(library))


def test_a_cancelled_task_stops_its_work(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    from rag.analysis import fact_cache
    from rag.progress import is_cancelled

    begun, stopped = threading.Event(), threading.Event()

    def stories(*_: object, **__: object) -> None:
        begun.set()
        while not is_cancelled():
            stopped.wait(0.01)
        stopped.set()

    monkeypatch.setattr(fact_cache.FactCache, "stories", stories)

    async def main() -> None:
        task = asyncio.create_task(library.astories())
        await asyncio.to_thread(begun.wait, 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(stopped.wait, 20)

    asyncio.run(main())
