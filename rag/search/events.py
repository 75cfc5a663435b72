"""LlamaIndex's instrumentation events for our own retrieval, for programs that listen to them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rag.types import Hit


@contextmanager
def retrieval_events(query: str) -> Iterator[list[Hit]]:
    """Tell LlamaIndex's dispatcher that a retrieval starts, and ends with the hits that are put into the list.

    Nothing happens unless LlamaIndex is in use already. The events stay in this process.
    """
    told: list[Hit] = []
    if "llama_index.core.instrumentation" not in sys.modules:
        yield told
        return
    from llama_index.core.instrumentation.events.retrieval import RetrievalEndEvent, RetrievalStartEvent
    from llama_index_instrumentation import get_dispatcher

    from rag.search.nodes import hit_node

    dispatcher = get_dispatcher(__name__)
    dispatcher.event(RetrievalStartEvent(str_or_query_bundle=query))
    yield told
    dispatcher.event(RetrievalEndEvent(str_or_query_bundle=query, nodes=[hit_node(hit) for hit in told]))
