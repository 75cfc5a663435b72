"""Whatever a model's server does, a summary has its points; and nobody waits for a server that says nothing."""

from __future__ import annotations

import threading

import pytest

from rag import Cancellation, Cancelled, Library, Settings
from rag.llm import chat_stream
from tests.model_server import KEY, Act, chunk, endless, fails, misbehaving, says, silent, waited

VISIT = (
    "NATO chief Mark Rutte told Ukraine’s President Volodymyr Zelenskyy “your security matters for ours” on Thursday "
    "during his first visit to Kyiv since becoming the alliance’s secretary-general."
)
INVASION = "President Vladimir Putin ordered the full-scale invasion of Ukraine in February 2022."
MEMBER = "Rutte reiterated NATO’s pledge that Ukraine would one day be a NATO member."


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(chat_stream, "FIRST_PAUSE", 0.001)
    with misbehaving() as here:
        yield here


@pytest.fixture
def library(seeds, server):
    settings = Settings(model="m", openai_api_key=KEY, openai_base_url=server.address)
    with Library(seeds, settings=settings) as opened:
        opened.sync()
        yield opened


def test_a_server_that_is_well_writes_the_points_and_is_asked_once(library, server):
    server.acts = [says(f"- {VISIT}\n", f"- {MEMBER}")]
    summary = library.summarise(points=2)
    assert (summary.writer, {p.text for p in summary.points}) == ("m", {VISIT, MEMBER})
    assert all(len(p.files) == 2 for p in summary.points)
    assert library.summarise(points=2) == summary
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (fails(401, "Incorrect key"), "Check OPENAI_API_KEY"),
        (fails(404, "no model m"), "Check the model's name"),
        (fails(500), "answered 500"),
        (fails(400, "maximum context length is 4096"), "maximum context length"),
        (says("- President", finish=None), "broke off"),
        (Act((chunk(INVASION), b"data: {malformed\n\n")), "no answer of a model"),
        (says(""), "was empty"),
        (endless("la " * 50), "wrote no point"),
    ],
)
def test_a_server_that_fails_leaves_the_points_to_the_articles(library, server, act, why):
    server.acts = [act]
    summary = library.summarise(points=3)
    assert (summary.writer, len(summary.points)) == ("quoting", 3)
    assert why in summary.notes[0]
    assert "quoted instead" in summary.notes[0]
    assert KEY not in str(summary)


def test_what_had_ended_before_a_stream_broke_off_is_used_and_the_rest_is_quoted(library, server):
    server.acts = [says(f"- {INVASION}\n- {MEMBER[:40]}", finish=None)]
    for asked in (1, 2):
        summary = library.summarise(points=3)
        assert (summary.writer, len(summary.points), len(server.requests)) == ("m", 3, asked)
        assert INVASION in {p.text for p in summary.points}
        assert "broke off" in summary.notes[0]
        assert any("2 of 3 points are quoted" in note for note in summary.notes)


def test_a_server_that_fails_once_and_is_well_then_writes(library, server):
    server.acts = [fails(500), says(f"- {INVASION}\n- {MEMBER}")]
    assert library.summarise(points=2).writer == "m"


def test_a_silent_server_is_not_waited_for_once_it_is_cancelled(library, server):
    """Neither if the thread's work is cancelled."""
    server.acts = [silent()]
    stop = threading.Event()
    clock = waited(30)

    def tell(progress):
        if progress.stage == "writing":
            stop.set()

    with pytest.raises(Cancelled):
        library.summarise(points=2, progress=tell, cancel=stop.is_set)
    clock()
    pressed = Cancellation()
    with pytest.raises(Cancelled), pressed.scope():
        library.summarise(points=2, progress=lambda p: pressed.cancel() if p.stage == "writing" else None)
    clock()
