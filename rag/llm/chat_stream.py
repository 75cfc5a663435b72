"""A LlamaIndex model's stream as one of ours: bounded, retried until its first words, its faults told apart."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from rag.errors import AnswerCutShort, Cancelled, ModelError, ModelRefused, ModelUnavailable, Phrase
from rag.llm.language_model import Tokens
from rag.llm.thoughts import Said
from rag.net.server_errors import pause, timed_out
from rag.progress import is_cancelled

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatResponse


ATTEMPTS = 3
FIRST_PAUSE = 0.5
"""Seconds before the second attempt; twice as long before the third, unless the server names a time."""
PATIENCE = 60.0
"""Seconds after which no further attempt is made."""
LONGEST_TEXT = 20_000
"""Characters of an answer, without thoughts."""
LONGEST_THOUGHTS = 200_000
"""Characters of thoughts."""
LONGEST_TIME = 180.0
"""Seconds of an answer."""
UNFINISHED = frozenset({"length", "content_filter", "error"})
"""What a server says of an answer that is not whole."""

ENDLESS = Phrase("The answer of {source} did not come to an end. Choose another model.")
TOO_SLOW = Phrase(
    "The answer of {source} did not come to an end within {seconds} seconds. Choose a quicker model, or give it more "
    "time."
)
NO_ROOM = Phrase(
    "The answer of {source} did not come to an end within the tokens it has. Give it a larger window, or choose "
    "another model."
)
THOUGHT_TOO_LONG = Phrase(
    "The answer of {source} did not come to an end, as it thought too long. Give it a smaller thinking budget or a "
    "larger window, or choose a model that does not think."
)

Translate = Callable[[Exception], ModelError]


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a model's stream is taken. `source` names the model in messages; `translate` knows its errors.

    If `again`, passing faults are tried again. `longest` is the time of an answer in seconds, `LONGEST_TIME` for 0.
    `on_silence` is called when the model is given up because nothing came from it.
    """

    source: str
    translate: Translate
    again: bool
    longest: float = 0.0
    on_silence: Callable[[], None] = lambda: None


class ChatStream:
    """One answer, as `rag.llm.language_model.TextStream` describes it."""

    def __init__(self, start: Callable[[], Iterator[ChatResponse]], conduct: Conduct) -> None:
        self.usage: Tokens | None = None
        self._start = start
        self._conduct = conduct
        self._said = Said()
        self._pieces = self._read()

    @property
    def thoughts(self) -> int:
        """The characters that were thought beside the text."""
        return self._said.beside

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        return next(self._pieces)

    def close(self) -> None:
        """Close the connection, so that the server stops."""
        self._pieces.close()

    def _read(self) -> Generator[str, None, None]:
        begun = time.monotonic()
        patience = min(PATIENCE, self._longest)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                yield from self._follow()
                return
            except ModelError:
                raise
            except Exception as error:  # every integration has its own errors
                _end_if_cancelled()
                ours = self._translate(error)
                wait = pause(error, attempt, FIRST_PAUSE)
                last = attempt == ATTEMPTS or time.monotonic() - begun > patience or not self._conduct.again
                if last or wait is None or not isinstance(ours, ModelUnavailable):
                    if timed_out(error):
                        self._conduct.on_silence()
                    raise ours from None  # the cause may hold what the server said of the key
            time.sleep(wait)
            _end_if_cancelled()

    def _follow(self) -> Generator[str, None, None]:
        """One attempt."""
        begun, ended, seen, tells = time.monotonic(), "", False, False
        responses = self._start()
        try:
            for response in responses:
                _end_if_cancelled()
                seen, tells = True, tells or hasattr(response.raw, "choices")
                ended = _finish_reason(response) or ended
                self.usage = _usage(response) or self.usage
                piece = self._new_text(response)
                self._said.add(piece, str(response.additional_kwargs.get("thinking_delta") or ""))
                if piece:
                    yield piece
                self._end_if_too_long(time.monotonic() - begun)
        finally:
            if isinstance(responses, Generator):
                with suppress(ValueError):  # it is running: closed from within one of its own callbacks
                    responses.close()
        _end_if_cancelled()  # a stream whose connection was hung up may just end
        self._check_end(ended, seen, tells)

    @property
    def _longest(self) -> float:
        return self._conduct.longest or LONGEST_TIME

    def _end_if_too_long(self, seconds: float) -> None:
        if seconds > self._longest:
            raise self._endless(TOO_SLOW, seconds=f"{self._longest:g}")
        if self._said.answer > LONGEST_TEXT or self._said.thoughts > LONGEST_THOUGHTS:
            raise self._endless(ENDLESS)

    def _new_text(self, response: ChatResponse) -> str:
        if response.delta is not None:
            return response.delta
        whole = response.message.content or ""
        return whole.removeprefix(self._said.text) if whole.startswith(self._said.text) else whole

    def _check_end(self, ended: str, seen: bool, tells: bool) -> None:
        """Raise unless the answer is whole. A server of OpenAI's kind `tells` its end; one that breaks off does not."""
        if not seen:
            raise ModelRefused(
                "{source} did not answer with a stream. Check OPENAI_BASE_URL, which mostly ends in /v1.",
                source=self._conduct.source,
            )
        if ended == "length":
            raise self._endless(NO_ROOM)
        if ended in UNFINISHED:
            raise self._cut(
                Phrase("The answer of {source} was stopped by the server ({reason}). Try again."), reason=ended
            )
        if tells and not ended:
            raise self._cut(Phrase("The answer of {source} broke off. Try again."))
        if self._said.thinking:
            raise self._cut(Phrase("The answer of {source} was empty. Try again."))

    def _translate(self, error: Exception) -> ModelError:
        ours = self._conduct.translate(error)
        if self._said.text or isinstance(ours, AnswerCutShort):
            return AnswerCutShort(ours.phrase, self._said.text)
        return ours

    def _endless(self, how: Phrase, **values: object) -> AnswerCutShort:
        return self._cut(THOUGHT_TOO_LONG if self._said.thoughts or self._said.thinking else how, **values)

    def _cut(self, how: Phrase, **values: object) -> AnswerCutShort:
        return AnswerCutShort(how, self._said.text, source=self._conduct.source, **values)


def _end_if_cancelled() -> None:
    if is_cancelled():
        raise Cancelled("The answer was stopped.") from None


def _finish_reason(response: ChatResponse) -> str:
    choices = getattr(response.raw, "choices", None)
    reason = getattr(choices[0], "finish_reason", None) if choices else None
    return reason if isinstance(reason, str) else ""


def _usage(response: ChatResponse) -> Tokens | None:
    usage: Any = getattr(response.raw, "usage", None)
    prompt, answer = getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None)
    return Tokens(prompt, answer) if isinstance(prompt, int) and isinstance(answer, int) else None
