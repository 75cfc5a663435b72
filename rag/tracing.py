"""OpenTelemetry spans around what takes time, for those who ask for them: counts, names and times.

Without an exporter of the user's, nothing leaves the process. Words of articles, questions and answers are in no span,
unless READACROSS_TRACE=text asks for questions and answers. The spans are not made the current ones: an answer is
streamed, and its reader may go on in another thread or context.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from rag.results.answers import Usage

if TYPE_CHECKING:
    from opentelemetry.trace import Span as OtelSpan
    from opentelemetry.trace import Tracer


Trace = Literal["off", "on", "text"]
Facts = Mapping[str, str | int | float | bool]


class Span:
    """A piece of work, which ends when its `with` block does. Without a tracer it does nothing."""

    def __init__(
        self, name: str, tracer: Tracer | None, parent: OtelSpan | None = None, *, texts: bool = False
    ) -> None:
        self._tracer = tracer
        self._texts = texts
        self._span: OtelSpan | None = None
        if tracer is not None:
            from opentelemetry.trace import set_span_in_context

            self._span = tracer.start_span(name, context=None if parent is None else set_span_in_context(parent))

    @property
    def on(self) -> bool:
        """Whether anybody asked for it."""
        return self._span is not None

    def child(self, name: str) -> Span:
        """A part of this work."""
        return Span(name, self._tracer, self._span, texts=self._texts)

    def note(self, facts: Facts) -> None:
        """Add counts and names."""
        if self._span is not None:
            self._span.set_attributes(facts)

    def quote(self, texts: Mapping[str, str]) -> None:
        """Add words of questions or answers, if those were asked for."""
        if self._texts:
            self.note(texts)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._span is None:
            return
        if kind is not None and issubclass(kind, GeneratorExit):
            self.note({"readacross.stopped": True})
        elif kind is not None:
            from opentelemetry.trace import StatusCode

            self.note({"error.type": kind.__name__})  # its message may hold words that are not ours to tell
            self._span.set_status(StatusCode.ERROR)
        self._span.end()


SILENT = Span("", None)
"""A span that nobody asked for."""


def token_facts(used: Usage | None, before: Usage | None = None) -> Facts:
    """What a span tells of the tokens that a model has used since `before`, by OpenTelemetry's names."""
    if used is None:
        return {}
    return {
        "gen_ai.usage.input_tokens": used.tokens_in - (before.tokens_in if before else 0),
        "gen_ai.usage.output_tokens": used.tokens_out - (before.tokens_out if before else 0),
    }


class Tracing:
    """Begins spans, if the setting READACROSS_TRACE wants them."""

    def __init__(self, setting: Trace) -> None:
        self._texts = setting == "text"
        self._tracer: Tracer | None = None
        if setting != "off":
            from opentelemetry.trace import get_tracer

            self._tracer = get_tracer("readacross")

    def begin(self, name: str) -> Span:
        """A span below the caller's current one."""
        return Span(name, self._tracer, texts=self._texts)
