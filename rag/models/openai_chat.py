"""A language model on an OpenAI-compatible server, through LlamaIndex's client. Evidence is sent to that server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import httpx

from rag.errors import AnswerCutShort, ModelError, ModelRefused, ModelUnavailable, SettingsError
from rag.models import chat_stream
from rag.models.chat_stream import ChatStream, Conduct
from rag.models.foreign import estimate_tokens
from rag.models.language import Message
from rag.models.openai_faults import OPENAI, OpenAIFaults, host, is_too_long

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage, ChatResponse

TIMEOUT = 60.0
"""Seconds without a word from the server."""
ANSWER_TOKENS = 1024
"""Tokens of an answer at most."""
SMALLEST_WINDOW = 4096
"""Tokens of prompt and answer where the server does not tell; what Ollama takes unless told otherwise."""
LONGEST_REPLY = 20_000_000
"""Bytes of a reply, whatever they are."""
WINDOWS = ("n_ctx", "max_model_len", "context_length", "context_window", "max_context_length", "n_ctx_train")
"""What servers call the tokens that a model takes, in their list of models."""


class OpenAIChat:
    """Writes on a server. Several threads may use it at once. Tokens are estimated from bytes.

    The key is given to the server and to nobody else: no message, log line or repr has it.
    """

    def __init__(self, model: str, *, api_key: str = "", base_url: str = "") -> None:
        """Name the model, the server's key, and its address, which is OpenAI's own for "". Nothing is sent yet.

        Raises SettingsError if there is neither a key nor an address, or if LlamaIndex cannot use the model.
        """
        if not (api_key or base_url):
            raise SettingsError(
                f"READACROSS_MODEL={model} needs OPENAI_API_KEY, or the OPENAI_BASE_URL of a server that wants no key."
            )
        from llama_index.llms.openai_like import OpenAILike

        self.name = model
        self._base = base_url or OPENAI
        self._key = api_key
        self._local = threading.local()
        limits = httpx.Limits(max_keepalive_connections=0)  # nobody closes what is kept for a next question
        self._http = httpx.Client(timeout=TIMEOUT, limits=limits, event_hooks={"response": [self._bound]})
        self._faults = OpenAIFaults(
            f"{model} at {host(self._base)}", "READACROSS_MODEL", "Choose another model in READACROSS_MODEL.", api_key
        )
        options: dict[str, Any] = {
            "api_key": api_key or "none",
            "api_base": self._base,
            "is_chat_model": True,
            "max_tokens": ANSWER_TOKENS,
            "temperature": 0.0,
            "max_retries": 0,  # LlamaIndex and the client beneath it would both retry, and log what the server said
            "timeout": TIMEOUT,
            "http_client": self._http,
            "additional_kwargs": {"stream_options": {"include_usage": True}},
        }
        try:
            self._model = OpenAILike(model=model, **options)
        except ValueError as error:
            raise SettingsError(f"READACROSS_MODEL={model} cannot be used: {self._faults.safe(str(error))}") from None

    def __repr__(self) -> str:
        return f"OpenAIChat({self._faults.source!r})"

    @cached_property
    def context_window(self) -> int:
        """The tokens that the model takes, as its server's list of models says it, else as is known of its name."""
        return self._told_window() or _known_window(self.name) or SMALLEST_WINDOW

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Estimate the tokens of each text."""
        return [estimate_tokens(text) for text in texts]

    def stream(self, messages: Sequence[Message]) -> ChatStream:
        """Answer a prompt. The stream raises as `TextStream` says."""
        sent = [_as_llama_index(m) for m in messages]
        conduct = Conduct(self._faults.source, self._translate, again=True)
        return ChatStream(lambda: self._responses(sent), conduct)

    def _responses(self, sent: Sequence[ChatMessage]) -> Iterator[ChatResponse]:
        """The client's stream, whose connection is closed at its end: the client leaves that to the collector."""
        self._local.reply = None
        responses = self._model.stream_chat(sent)
        reply: httpx.Response | None = None
        try:
            try:
                first = next(responses, None)
            finally:
                reply = self._local.reply
            if first is not None:
                yield first
                yield from responses
        finally:
            if reply is not None:
                reply.close()

    def _bound(self, reply: httpx.Response) -> None:
        """Bound a reply that begins, and keep it for the stream that this thread is about to read."""
        reply.stream = _Bounded(reply.stream)
        self._local.reply = reply

    def _translate(self, error: Exception) -> ModelError:
        from openai import APIConnectionError, APIStatusError, OpenAIError

        source = self._faults.source
        if isinstance(error, APIConnectionError | APIStatusError):
            return self._faults.translate(error)
        if isinstance(error, OpenAIError):  # an error object in the stream
            said = self._faults.safe(str(error))
            if is_too_long(said):
                return ModelRefused(f"{source}: {said} Choose a model that takes more.")
            return AnswerCutShort(f"{source} broke off with an error: {said} Try again.")
        if isinstance(error, httpx.HTTPError):
            reason = self._faults.safe(str(error) or type(error).__name__)
            return ModelUnavailable(f"{source} broke off: {reason} Try again later.")
        return AnswerCutShort(f"{source} sent what is no answer of a model ({type(error).__name__}). Try again.")

    def _told_window(self) -> int:
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        try:
            reply = self._http.get(f"{self._base}/models", headers=headers, timeout=5.0)
            listed = reply.json().get("data", []) if reply.is_success else []
            entries = [e for e in listed if isinstance(e, dict) and e.get("id") == self.name]
        except (httpx.HTTPError, ValueError, AttributeError, TypeError):
            return 0
        facts = [part for entry in entries for part in (entry, entry.get("meta")) if isinstance(part, dict)]
        named = [f[key] for key in WINDOWS for f in facts if isinstance(f.get(key), int) and f[key] > 0]
        return named[0] if named else 0


def _as_llama_index(message: Message) -> ChatMessage:
    from llama_index.core.base.llms.types import ChatMessage, MessageRole

    content = message.text.encode("utf-8", "replace").decode("utf-8")
    return ChatMessage(role=MessageRole(message.role), content=content)


def _known_window(model: str) -> int:
    from llama_index.llms.openai.utils import openai_modelname_to_contextsize

    try:
        return openai_modelname_to_contextsize(model)
    except ValueError:
        return 0


class _Bounded(httpx.SyncByteStream):
    """A reply's bytes, as long as they are not too many and do not take too long."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._until = time.monotonic() + chat_stream.LONGEST_TIME

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if size > LONGEST_REPLY or time.monotonic() > self._until:
                raise httpx.ReadTimeout("the reply did not come to an end")
            yield chunk

    def close(self) -> None:
        self._stream.close()
