"""Any LlamaIndex language model as one of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from rag.errors import ModelError, ModelUnavailable
from rag.models.chat_stream import ChatStream, Conduct
from rag.models.foreign import estimate_tokens
from rag.models.language import LanguageModel, Message
from rag.types import shorten

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatResponse
    from llama_index.core.llms import LLM


class LlamaIndexModel:
    """A LlamaIndex LLM as one of our language models; as many threads may use it as its maker allows."""

    def __init__(self, llm: LLM, count: Callable[[str], int]) -> None:
        self.name = llm.metadata.model_name or type(llm).__name__
        self.context_window = llm.metadata.context_window
        self._llm = llm
        self._key = str(getattr(llm, "api_key", None) or "")
        self._count = count

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text with the function given for that."""
        return [self._count(text) for text in texts]

    def stream(self, messages: Sequence[Message]) -> ChatStream:
        """Answer a prompt. The stream raises as `TextStream` says; retries are left to the integration."""
        return ChatStream(lambda: self._responses(messages), Conduct(self.name, self._translate, again=False))

    def _responses(self, messages: Sequence[Message]) -> Iterator[ChatResponse]:
        from llama_index.core.base.llms.types import ChatMessage, MessageRole

        sent = [ChatMessage(role=MessageRole(m.role), content=m.text) for m in messages]
        try:
            return iter(self._llm.stream_chat(sent))
        except NotImplementedError:  # some integrations do not stream
            return iter([self._llm.chat(sent)])

    def _translate(self, error: Exception) -> ModelError:
        said = str(error).replace(self._key, "(the key)") if self._key else str(error)
        return ModelUnavailable(f"{self.name} failed: {type(error).__name__}: {shorten(said)}")


def from_llm(llm: LLM, *, count_tokens: Callable[[str], int] = estimate_tokens) -> LanguageModel:
    """Make a language model of any LlamaIndex LLM.

    `count_tokens` counts a text's tokens; by default a token is estimated for four bytes. Give the model's own
    tokenizer for exact budgets.
    """
    return LlamaIndexModel(llm, count_tokens)
