"""Our retrieval and our answers as LlamaIndex components, for people who already have a pipeline.

Any LlamaIndex language model as one of ours.

LlamaIndex embeddings as our embedders.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag.embed.port import PASSAGE_TOKENS, Embedder, Vectors, estimate_tokens, unit_vectors
from rag.errors import ModelError, ModelUnavailable
from rag.llm.chat_stream import ChatStream, Conduct
from rag.llm.language_model import LanguageModel, Message
from rag.llm.server_facts import openai_tokenizer
from rag.net.server_errors import plain, said_by
from rag.results.answers import Answer, Citation, Hit, shorten
from rag.results.drafts import CheckedDraft
from rag.store.nodes import hit_node

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding
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
            "{name} failed: {reason} Look after it, or try again.",
            name=self.name,
            reason=said or f"{type(error).__name__}.",
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


class LlamaIndexEmbedder:
    """A LlamaIndex embedding as one of our embedders; as many threads may use it as its maker allows."""

    def __init__(self, embedding: BaseEmbedding, passage_tokens: int, count: Callable[[str], int]) -> None:
        self.name = f"{type(embedding).__name__}:{embedding.model_name}"
        self.passage_tokens = passage_tokens
        self._embedding = embedding
        self._key = str(getattr(embedding, "api_key", None) or "")
        self._count = count
        self._dimension = 0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text with the function given for that."""
        return [self._count(text) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit vectors of shape (len(texts), dimension); the dimension is 0 before the first text.

        Raises ModelUnavailable when the embedding fails, whatever it raises; ModelRefused when what it returns are
        not that many vectors.
        """
        if not texts:
            return np.empty((0, self._dimension), np.float32)
        rows = self._call(lambda: self._embedding.get_text_embedding_batch(list(texts)))
        vectors = unit_vectors(rows, len(texts), self.name)
        self._dimension = vectors.shape[1]
        return vectors

    def embed_question(self, text: str) -> Vectors:
        """Embed a text as a unit vector of shape (dimension,). Raises as `embed_passages` does."""
        rows = self._call(lambda: [self._embedding.get_query_embedding(text)])
        vector: Vectors = unit_vectors(rows, 1, self.name)[0]
        return vector

    def _call(self, ask: Callable[[], list[list[float]]]) -> list[list[float]]:
        try:
            return ask()
        except ModelError:
            raise
        except Exception as error:  # every integration has its own errors
            said = str(error).replace(self._key, "(the key)") if self._key else str(error)
            ours = ModelUnavailable(
                "{name} failed: {kind}: {reason}", name=self.name, kind=type(error).__name__, reason=shorten(said)
            )
            raise ours from None  # the cause may hold what a server said of the key


def from_llama_index(
    embedding: BaseEmbedding,
    *,
    passage_tokens: int = PASSAGE_TOKENS,
    count_tokens: Callable[[str], int] = estimate_tokens,
) -> Embedder:
    """Make an embedder of any LlamaIndex embedding; its vectors are brought to length 1.

    `passage_tokens` is the size of a passage as `count_tokens` counts, which by default estimates a token for four
    bytes of text. Give the model's own tokenizer for exact sizes. Raises TypeError for what is no embedding.
    """
    from llama_index.core.base.embeddings.base import BaseEmbedding

    if not isinstance(embedding, BaseEmbedding):
        raise TypeError(
            f"embedder is no embedding but a {type(embedding).__name__}: give a LlamaIndex BaseEmbedding, or name one "
            "in READACROSS_EMBEDDER."
        )
    return LlamaIndexEmbedder(embedding, passage_tokens, count_tokens)


class LibraryRetriever(BaseRetriever):
    """Returns passages as nodes with exact `start_char_idx` and `end_char_idx` into the article's text."""

    def __init__(self, search: Callable[[str], list[Hit]]) -> None:
        self._search = search
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [hit_node(hit) for hit in self._search(query_bundle.query_str)]


class LibraryQueryEngine(BaseQueryEngine):
    """Answers with the articles' own words. Its nodes are what the text cites.

    `response.metadata["answer"]` is the `Answer`.
    """

    def __init__(self, ask: Callable[[str], Answer]) -> None:
        self._ask = ask
        super().__init__(callback_manager=None)

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._ask(query_bundle.query_str)
        supported = answer.supported
        scores = {c.number: s.score for s in supported.sentences for c in s.citations}
        nodes = [_cited(c, scores[c.number]) for c in supported.citations]
        return Response(response=answer.text, source_nodes=nodes, metadata={"answer": answer})

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return self._query(query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def _cited(citation: Citation, score: float) -> NodeWithScore:
    return hit_node(Hit(citation.file, citation.start, citation.end, citation.quote, score))


@dataclass
class CheckedResponse(Response):
    """Another engine's response, and the check of its sentences; `response` and `source_nodes` are as they came."""

    draft: CheckedDraft | None = None

    @property
    def supported(self) -> str:
        """The sentences that the articles support, as text."""
        return " ".join(s.text for s in self.draft or () if s.support == "supported")


class CheckedQueryEngine(BaseQueryEngine):
    """Asks another engine, and checks what it answers; each response is a `CheckedResponse`."""

    def __init__(self, engine: BaseQueryEngine, check: Callable[[str], CheckedDraft]) -> None:
        self._engine = engine
        self._check = check
        super().__init__(callback_manager=engine.callback_manager)

    def _query(self, query_bundle: QueryBundle) -> CheckedResponse:
        return self._checked(self._engine.query(query_bundle))

    async def _aquery(self, query_bundle: QueryBundle) -> CheckedResponse:
        response = await self._engine.aquery(query_bundle)
        return await asyncio.to_thread(self._checked, response)

    def _checked(self, response: RESPONSE_TYPE) -> CheckedResponse:
        text = str(response)
        return CheckedResponse(text, response.source_nodes, response.metadata, draft=self._check(text))

    def _get_prompt_modules(self) -> PromptMixinType:
        return {"engine": self._engine}
