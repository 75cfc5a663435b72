"""A language model on an OpenAI-compatible server, through LlamaIndex's client. Evidence is sent to that server."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import httpx

from rag.embed.port import estimate_tokens
from rag.errors import AnswerCutShort, ModelError, ModelRefused, ModelUnavailable, Phrase, SettingsError
from rag.llm.bounded_http import Connections, told_error
from rag.llm.chat_stream import ChatStream, Conduct
from rag.llm.language_model import Message, room_after
from rag.llm.server_facts import ServerDesk, ServerFacts, openai_tokenizer, shares
from rag.net.server_errors import OPENAI, UNKNOWN, OpenAIFaults, broken, host, is_too_long, said_by

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage, ChatResponse


TIMEOUT = 60.0
"""Seconds without a word from the server."""
LEFT_ALONE = 60.0
"""Seconds for which a server is not asked again that was given up in silence: nobody waits for it twice."""
PATIENT = 3
"""How many times that silence a whole answer may take."""
ANSWER_TOKENS = 8192
"""Tokens of thoughts and answer at most: what most servers allow, and a model writes in the time it has."""
PLAIN_TOKENS = 1024
"""The same for a model of which is known that it does not think, or whose server allows fewer."""
SMALLEST_WINDOW = 4096
"""Tokens of prompt and answer where the server does not tell; what Ollama takes unless told otherwise."""
WRONGLY_ASKED = (400, 422)
"""How servers refuse a request for what it asks: for the tokens that were used, or for more than they allow."""
LARGER = Phrase("Choose a model that takes more in {variable}, or let its server give it a larger window.")
LARGER_HERE = Phrase("Choose a model that takes more in {variable}.")
TOKEN_LIMITS = ("max_tokens", "max_completion_tokens")


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
                "READACROSS_MODEL={model} needs OPENAI_API_KEY, or the OPENAI_BASE_URL of a server that wants no key.",
                model=model,
            )
        from llama_index.llms.openai_like import OpenAILike

        self.name = model
        self._base = base_url or OPENAI
        self._key = api_key
        self._asks_usage = True
        self._known_facts: ServerFacts | None = None
        self._ask_again = 0.0
        self._left_alone_until = 0.0
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
        another = Phrase("Choose another model in {variable}.", variable=reach.variable)
        larger = Phrase(LARGER_HERE if reach.in_process else LARGER, variable=reach.variable)
        self._faults = OpenAIFaults(reach.source, reach.variable, another, larger, api_key)
        options: dict[str, Any] = {
            "api_key": api_key or "none",
            "api_base": self._base,
            "is_chat_model": True,
            "temperature": 0.0,
            "max_retries": 0,  # LlamaIndex and the client beneath it would both retry, and log what the server said
            "timeout": reach.silence,
            "http_client": self._http,
        }
        try:
            self._model = OpenAILike(model=model, **options)
        except ValueError as error:
            raise SettingsError(
                "{variable}={model} cannot be used: {reason}",
                variable=reach.variable,
                model=model,
                reason=self._faults.safe(str(error)),
            ) from None

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
        """What the server tells, asked once it can be reached and again after a silence; OpenAI's own is not asked."""
        if self._base != OPENAI and time.monotonic() >= self._ask_again:
            facts = self._desk.facts()
            self._known_facts = facts or self._known_facts
            self._ask_again = self._desk.silent_until or (math.inf if facts else 0.0)
        return self._known_facts or ServerFacts()

    @cached_property
    def _desk(self) -> ServerDesk:
        return ServerDesk(self._http, self._base, self._key, self.name)

    @property
    def _tokenizer(self) -> Callable[[str], int] | None:
        return None if self._facts.tokenizer else openai_tokenizer(self.name)

    def stream(self, messages: Sequence[Message]) -> ChatStream:
        """Answer a prompt. The stream raises as `TextStream` says."""
        conduct = Conduct(
            self._faults.source, self._translate, again=True, longest=self._longest, on_silence=self._leave_alone
        )
        return ChatStream(lambda: self._responses(messages), conduct)

    def _leave_alone(self) -> None:
        self._left_alone_until = time.monotonic() + LEFT_ALONE

    def _responses(self, messages: Sequence[Message]) -> Iterator[ChatResponse]:
        """The client's stream, whose connection is closed at its end: the client leaves that to the collector."""
        if time.monotonic() < self._left_alone_until:
            raise ModelUnavailable(
                "{source} was silent a moment ago, and is left alone for a minute.", source=self._faults.source
            )
        sent, room = [_as_llama_index(m) for m in messages], self._room(messages)
        self._connections.take()
        reply: httpx.Response | None = None
        try:
            try:
                first, rest = self._started(sent, room)
            finally:
                reply = self._connections.take()
            if first is not None:
                yield first
                yield from rest
            elif reply is not None:
                self._fail_if_told(reply)
        finally:
            if reply is not None:
                reply.close()

    def _room(self, messages: Sequence[Message]) -> int:
        """The tokens that the model may use: what the prompt leaves of its window."""
        most = ANSWER_TOKENS if may_think(self.name) else PLAIN_TOKENS
        return min(most, room_after(self.context_window, sum(self.count_tokens([m.text for m in messages]))))

    def _started(self, sent: Sequence[ChatMessage], room: int) -> tuple[ChatResponse | None, Iterator[ChatResponse]]:
        """The first response, if there is one, and the rest. What a server refuses to be asked is not asked again."""
        try:
            asked: dict[str, Any] = {"stream_options": {"include_usage": True}} if self._asks_usage else {}
            rest = self._model.stream_chat(sent, max_tokens=room, **asked)
            return next(rest, None), rest
        except Exception as error:
            if getattr(error, "status_code", None) in WRONGLY_ASKED:
                if self._asks_usage and "stream_options" in str(error):
                    self._asks_usage = False
                    return self._started(sent, room)
                if room > PLAIN_TOKENS and any(limit in str(error) for limit in TOKEN_LIMITS):
                    return self._started(sent, PLAIN_TOKENS)
            raise

    def _fail_if_told(self, reply: httpx.Response) -> None:
        """Raise what a server tells that answers with an error where a stream should be."""
        said = self._faults.safe(said_by(told_error(reply)))
        if said:
            raise ModelRefused(
                "{source} answered: {said} {advice}",
                source=self._faults.source,
                said=said,
                advice=self._faults.otherwise,
            )

    def _translate(self, error: Exception) -> ModelError:
        from openai import APIConnectionError, APIStatusError, OpenAIError

        source = self._faults.source
        if isinstance(error, APIConnectionError | APIStatusError):
            return self._faults.translate(error)
        if isinstance(error, OpenAIError):  # an error object in the stream
            reason = said_by(getattr(error, "body", None)) or str(error)
            said = self._faults.safe(reason) or UNKNOWN
            if is_too_long(reason):
                return ModelRefused("{source}: {said} {advice}", source=source, said=said, advice=self._faults.too_long)
            return AnswerCutShort("{source} broke off with an error: {said} Try again.", source=source, said=said)
        if isinstance(error, httpx.HTTPError):
            return ModelUnavailable(
                "{source} broke off: {reason} Try again later.", source=source, reason=self._faults.safe(broken(error))
            )
        return AnswerCutShort(
            "{source} sent what is no answer of a model. Try again, or check OPENAI_BASE_URL.", source=source
        )


def _as_llama_index(message: Message) -> ChatMessage:
    from llama_index.core.base.llms.types import ChatMessage, MessageRole

    content = message.text.encode("utf-8", "replace").decode("utf-8")
    return ChatMessage(role=MessageRole(message.role), content=content)


def may_think(model: str) -> bool:
    """Whether a model may think before it answers: all but those of OpenAI's of which is known that they do not."""
    from llama_index.llms.openai.utils import O1_MODELS

    return model in O1_MODELS or not _known_window(model)


def _known_window(model: str) -> int:
    from llama_index.llms.openai.utils import openai_modelname_to_contextsize

    try:
        return openai_modelname_to_contextsize(model)
    except ValueError:
        return 0
