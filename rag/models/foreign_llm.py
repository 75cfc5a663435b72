"""Any LlamaIndex language model as one of ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.errors import ModelError, ModelUnavailable
from rag.models.chat_stream import ChatStream, Conduct
from rag.models.foreign import estimate_tokens
from rag.models.language import LanguageModel, Message
from rag.models.openai_tokens import openai_tokenizer
from rag.models.server_words import plain, said_by

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatResponse
    from llama_index.core.llms import LLM


class LlamaIndexModel:
    """A LlamaIndex LLM as one of our language models; as many threads may use it as its maker allows."""

    def __init__(self, llm: LLM) -> None:
        self.name = llm.metadata.model_name or type(llm).__name__
        self.context_window = llm.metadata.context_window
        self._llm = llm
        self._key = str(getattr(llm, "api_key", None) or "")
        self._count = openai_tokenizer(self.name) or estimate_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text with OpenAI's tokenizer for its models, else estimate them."""
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
        said = plain(said_by(getattr(error, "body", None)) or str(error), self._key)
        return ModelUnavailable(
            f"{self.name} failed: {said or f'{type(error).__name__}.'} Look after it, or try again."
        )


def from_llm(llm: LLM) -> LanguageModel:
    """Make a language model of any LlamaIndex LLM. Raises TypeError for anything else."""
    from llama_index.core.llms import LLM

    if not isinstance(llm, LLM):
        raise TypeError(
            f"llm is no language model but a {type(llm).__name__}: give a LlamaIndex LLM, or name a model in "
            "READACROSS_MODEL."
        )
    return LlamaIndexModel(llm)
