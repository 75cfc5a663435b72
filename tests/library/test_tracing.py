"""Spans and LlamaIndex events: only where they are asked for, and without words of articles or questions."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from llama_index.core.instrumentation import get_dispatcher
from llama_index.core.instrumentation.event_handlers import BaseEventHandler
from llama_index.core.instrumentation.events.retrieval import RetrievalEndEvent
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from rag import Library, ModelUnavailable, Settings
from rag.testing import ScriptedModel

QUESTION = "Which jets did Rutte approve?"
TRUE = "Rutte previously approved the transfer of Dutch F-16 fighter jets to Ukraine."
FALSE = "Penguins juggle seventeen purple umbrellas underneath Antarctica."


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    """What a user sets up once in a process, to see spans."""
    provider, kept = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace.set_tracer_provider(provider)
    return kept


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> InMemorySpanExporter:
    exporter.clear()
    return exporter


class Listener(BaseEventHandler):
    """Keeps LlamaIndex's events."""

    kept: ClassVar[list[Any]] = []

    @classmethod
    def class_name(cls) -> str:
        return "Listener"

    def handle(self, event: Any, **more: Any) -> None:
        self.kept.append(event)


@pytest.fixture
def events() -> Iterator[list[Any]]:
    dispatcher, listener = get_dispatcher(), Listener()
    dispatcher.event_handlers.append(listener)
    Listener.kept.clear()
    yield Listener.kept
    dispatcher.event_handlers.remove(listener)


def library_of(seeds: Path, setting: str, *scripts: Any) -> Library:
    model = ScriptedModel(*scripts) if scripts else None
    return Library(seeds, settings=Settings(trace=setting, openai_api_key="sk-hush"), llm=model)


def test_an_answer_is_a_tree_of_spans_with_counts_and_without_words(seeds, spans):
    with library_of(seeds, "on", f"{TRUE} {FALSE}") as library:
        library.sync()
        answer = library.ask(QUESTION)
    done = {span.name: span for span in spans.get_finished_spans()}
    ask, write = done["readacross.ask"], done["readacross.write"]
    parents = {name: span.parent.span_id if span.parent else None for name, span in done.items()}
    assert parents["readacross.ask"] is None
    assert parents["readacross.retrieve"] == parents["readacross.write"] == ask.context.span_id
    assert parents["readacross.check"] == write.context.span_id
    assert [s.attributes["readacross.support"] for s in spans.get_finished_spans() if s.name.endswith("check")] == [
        "supported",
        "not found",
    ]
    assert ask.attributes["readacross.citations"] == len(answer.citations)
    assert ask.attributes["gen_ai.usage.output_tokens"] == answer.usage.tokens_out
    assert write.attributes["gen_ai.request.model"] == "scripted"
    assert write.attributes["readacross.evidence"] > 3
    assert done["readacross.retrieve"].attributes["readacross.articles"] == 2
    assert done["readacross.sync"].attributes["readacross.added"] == 2
    told = " ".join(span.to_json() for span in spans.get_finished_spans())
    assert not any(word in told for word in ("Rutte", "jets", "Penguins", "sk-hush"))


def test_questions_and_answers_are_told_only_to_who_asks_for_them(seeds, spans):
    with library_of(seeds, "text") as library:
        library.sync()
        answer = library.ask(QUESTION)
    (ask,) = [span for span in spans.get_finished_spans() if span.name == "readacross.ask"]
    assert ask.attributes["readacross.question"] == QUESTION
    assert ask.attributes["readacross.answer"] == answer.text


def test_nothing_is_told_by_default(seeds, spans, events):
    with Library(seeds, settings=Settings()) as library:
        library.sync()
        library.ask(QUESTION)
    assert not spans.get_finished_spans()
    assert not events


def test_a_failure_is_named_and_a_stopped_answer_is_no_failure(seeds, spans):
    with library_of(seeds, "on", ModelUnavailable("secret words"), TRUE) as library:
        library.sync()
        library.ask(QUESTION)
        (failed,) = [s for s in spans.get_finished_spans() if s.name == "readacross.write"]
        spans.clear()
        stream = library.stream(QUESTION)
        next(stream)
        stream.close()
    assert failed.attributes["error.type"] == "ModelUnavailable"
    assert not failed.status.is_ok
    assert "secret" not in failed.to_json()
    stopped = [s for s in spans.get_finished_spans() if s.name in {"readacross.write", "readacross.ask"}]
    assert len(stopped) == 2
    for span in stopped:
        assert span.attributes["readacross.stopped"] is True
        assert not span.status.description
        assert span.status.status_code.name == "UNSET"


def test_the_rewriting_of_a_follow_up_has_a_span_and_spans_together_tell_all_tokens(seeds, spans):
    with library_of(seeds, "on", TRUE, "Which jets did Rutte approve for Ukraine?", TRUE) as library:
        library.sync()
        talk = library.chat()
        talk.ask(QUESTION)
        spans.clear()
        used = talk.ask("And for Ukraine?").usage
    done = {span.name: span for span in spans.get_finished_spans()}
    rewriting, ask = done["readacross.rewrite"], done["readacross.ask"]
    assert rewriting.attributes["readacross.rewritten"] is True
    for facts, tokens in (("input_tokens", used.tokens_in), ("output_tokens", used.tokens_out)):
        assert sum(s.attributes[f"gen_ai.usage.{facts}"] for s in (rewriting, ask)) == tokens
    assert rewriting.end_time <= ask.start_time
    assert not any(word in rewriting.to_json() for word in ("Rutte", "Ukraine"))


def test_a_stopped_answer_tells_what_it_used(seeds, spans):
    with library_of(seeds, "on", TRUE) as library:
        library.sync()
        stream = library.stream(QUESTION)
        next(stream)
        stream.close()
    (ask,) = [s for s in spans.get_finished_spans() if s.name == "readacross.ask"]
    assert ask.attributes["gen_ai.usage.input_tokens"] > 100


def test_spans_hang_below_the_callers_own(seeds, spans):
    with library_of(seeds, "on") as library:
        library.sync()
        with trace.get_tracer("caller").start_as_current_span("theirs") as theirs:
            library.ask(QUESTION)
    (ask,) = [span for span in spans.get_finished_spans() if span.name == "readacross.ask"]
    assert ask.parent.span_id == theirs.get_span_context().span_id


def test_retrieval_tells_llama_index_what_it_found(seeds, events):
    with library_of(seeds, "on") as library:
        library.sync()
        library.ask(QUESTION)
        assert [type(e).__name__ for e in events] == ["RetrievalStartEvent", "RetrievalEndEvent"]
        (end,) = [e for e in events if isinstance(e, RetrievalEndEvent)]
        for found in end.nodes:
            text = library.article(found.node.metadata["file"]).text
            assert text[found.node.start_char_idx : found.node.end_char_idx] == found.node.text


@pytest.mark.parametrize("setting", ["on", "off"])
def test_llama_index_components_tell_their_own_events(seeds, events, setting):
    with library_of(seeds, setting) as library:
        library.sync()
        library.as_query_engine().query(QUESTION)
        library.as_retriever().retrieve("jets")
    names = [type(e).__name__ for e in events]
    assert names[0] == "QueryStartEvent"
    assert names[-3:] == ["QueryEndEvent", "RetrievalStartEvent", "RetrievalEndEvent"]


def test_without_an_exporter_nothing_happens(seeds):
    """In a process of its own, as a user has it who sets nothing up."""
    code = (
        "import sys; from rag import Library; library = Library(sys.argv[1]); library.sync(); "
        f"print(library.ask({QUESTION!r}).found)"
    )
    environ = {**os.environ, "READACROSS_TRACE": "on"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(seeds)], capture_output=True, text=True, check=True, env=environ
    )
    assert (done.stdout.split(), done.stderr) == (["True"], "")
