"""Our retrieval and our answers as LlamaIndex components, for people who already have a pipeline."""

from __future__ import annotations

from collections.abc import Callable

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag.search.nodes import hit_node
from rag.types import Answer, Citation, Hit


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
        told = answer.supported
        scores = {c.number: s.score for s in told.sentences for c in s.citations}
        nodes = [_cited(c, scores[c.number]) for c in told.citations]
        return Response(response=answer.text, source_nodes=nodes, metadata={"answer": answer})

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return self._query(query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def _cited(citation: Citation, score: float) -> NodeWithScore:
    return hit_node(Hit(citation.file, citation.start, citation.end, citation.quote, score))
