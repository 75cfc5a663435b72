"""A language model on an OpenAI-compatible server, through LlamaIndex's client. Evidence is sent to that server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import httpx

from rag.errors import AnswerCutShort, ModelError, ModelRefused, ModelUnavailable, SettingsError
from rag.models.chat_stream import ChatStream, Conduct
from rag.models.connection import Connections
from rag.models.foreign import estimate_tokens
from rag.models.language import Message
from rag.models.openai_faults import OPENAI, OpenAIFaults, host, is_too_long
from rag.models.openai_tokens import openai_tokenizer
from rag.models.server_facts import ServerDesk, ServerFacts, shares

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage, ChatResponse

TIMEOUT = 60.0
"""Seconds without a word from the server."""
PATIENT = 3
"""How many times that silence a whole answer may take."""
ANSWER_TOKENS = 1024
"""Tokens of an answer at most."""
SMALLEST_WINDOW = 4096
"""Tokens of prompt and answer where the server does not tell; what Ollama takes unless told otherwise."""
WITHOUT_USAGE = (400, 422)
"""How servers refuse a request that asks for the tokens it used."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A server that is not just any: how it is called in messages, the setting that names its model, and its pace.

    `silence` is the time without a word after which it is given up, `longest` the time of a whole answer, in seconds.
    One `in_process` is asked without the proxies of the environment.
    """

    source: str
    variable: str
    silence: float
    longest: float
    in_process: bool = True


class OpenAIChat:
    """Writes on a server. Several threads may use it at once.

    Tokens are counted by the server if it can (llama.cpp, vLLM), or with OpenAI's tokenizers for OpenAI's models, else
    estimated from bytes. The key is given to the server and to nobody else: no message, log line or repr has it.
    """

    def __init__(
        self, model: str, *, api_key: str = "", base_url: str = "", timeout: float = 0.0, reach: Reach | None = None
    ) -> None:
        """Name the model, the server's key, and its address, which is OpenAI's own for "". Nothing is sent yet.

        `timeout` is the silence in seconds after which it is given up, `TIMEOUT` for 0.

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
        self._asks_usage = True
        self._told: ServerFacts | None = None
        silence = timeout or TIMEOUT
        where = f"{model} at {host(self._base)}"
        reach = reach or Reach(where, "READACROSS_MODEL", silence, PATIENT * timeout, in_process=False)
        self._longest = reach.longest
        self._connections = Connections(reach.longest)
        limits = httpx.Limits(max_keepalive_connections=0)  # nobody closes what is kept for a next question
        hooks = self._connections.hooks
        self._http = httpx.Client(
            timeout=reach.silence, limits=limits, event_hooks=hooks, trust_env=not reach.in_process
        )
        self._faults = OpenAIFaults(reach.source, reach.variable, f"Choose another model in {reach.variable}.", api_key)
        options: dict[str, Any] = {
            "api_key": api_key or "none",
            "api_base": self._base,
            "is_chat_model": True,
            "max_tokens": ANSWER_TOKENS,
            "temperature": 0.0,
            "max_retries": 0,  # LlamaIndex and the client beneath it would both retry, and log what the server said
            "timeout": reach.silence,
            "http_client": self._http,
        }
        try:
            self._model = OpenAILike(model=model, **options)
        except ValueError as error:
            raise SettingsError(f"{reach.variable}={model} cannot be used: {self._faults.safe(str(error))}") from None

    def __repr__(self) -> str:
        return f"OpenAIChat({self._faults.source!r})"

    @property
    def context_window(self) -> int:
        """The tokens that the model takes, as its server tells them, else as is known of its name."""
        return self._facts.window or _known_window(self.name) or SMALLEST_WINDOW

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count or estimate the tokens of each text.

        A server is asked once, for all texts in lines: their sum is exact then, each text's share is by its bytes.
        """
        own = self._tokenizer
        if own is not None:
            return [own(text) for text in texts]
        sizes = [estimate_tokens(text) for text in texts]
        lines = "\n".join(texts).encode("utf-8", "replace").decode("utf-8")
        total = self._desk.count(lines, self._facts.tokenizer) if lines else 0
        return sizes if total is None else shares(total, sizes)

    @property
    def _facts(self) -> ServerFacts:
        """What the server tells, asked once it can be reached; OpenAI's own tells nothing."""
        if self._told is None and self._base != OPENAI:
            self._told = self._desk.facts()
        return self._told or ServerFacts()

    @cached_property
    def _desk(self) -> ServerDesk:
        return ServerDesk(self._http, self._base, self._key, self.name)

    @property
    def _tokenizer(self) -> Callable[[str], int] | None:
        return None if self._facts.tokenizer else openai_tokenizer(self.name)

    def stream(self, messages: Sequence[Message]) -> ChatStream:
        """Answer a prompt. The stream raises as `TextStream` says."""
        sent = [_as_llama_index(m) for m in messages]
        conduct = Conduct(self._faults.source, self._translate, again=True, longest=self._longest)
        return ChatStream(lambda: self._responses(sent), conduct)

    def _responses(self, sent: Sequence[ChatMessage]) -> Iterator[ChatResponse]:
        """The client's stream, whose connection is closed at its end: the client leaves that to the collector."""
        self._connections.take()
        reply: httpx.Response | None = None
        try:
            try:
                first, rest = self._started(sent)
            finally:
                reply = self._connections.take()
            if first is not None:
                yield first
                yield from rest
        finally:
            if reply is not None:
                reply.close()

    def _started(self, sent: Sequence[ChatMessage]) -> tuple[ChatResponse | None, Iterator[ChatResponse]]:
        """The first response, if there is one, and the rest."""
        try:
            asked: dict[str, Any] = {"stream_options": {"include_usage": True}} if self._asks_usage else {}
            rest = self._model.stream_chat(sent, **asked)
            return next(rest, None), rest
        except Exception as error:
            if self._refuses_usage(error):
                return self._started(sent)
            raise

    def _refuses_usage(self, error: Exception) -> bool:
        """Whether a server wants no question about the tokens used; it is not asked again then."""
        status = getattr(error, "status_code", None)
        refuses = self._asks_usage and status in WITHOUT_USAGE and "stream_options" in str(error)
        self._asks_usage = self._asks_usage and not refuses
        return refuses

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
