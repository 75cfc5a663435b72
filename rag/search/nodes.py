"""Hits as LlamaIndex nodes."""

from __future__ import annotations

from llama_index.core.schema import NodeRelationship, NodeWithScore, RelatedNodeInfo, TextNode

from rag.types import Hit


def hit_node(hit: Hit) -> NodeWithScore:
    """A hit as a node with exact `start_char_idx` and `end_char_idx` into its article's text."""
    metadata = {"file": hit.file, "title": hit.title, "publisher": hit.publisher, "published": hit.published}
    node = TextNode(
        text=hit.text,
        start_char_idx=hit.start,
        end_char_idx=hit.end,
        metadata=metadata,
        excluded_embed_metadata_keys=["file"],
        excluded_llm_metadata_keys=["file"],
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=hit.file)},
    )
    return NodeWithScore(node=node, score=hit.score)
