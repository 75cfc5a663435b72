"""Passages as LlamaIndex nodes: TextNodes with exact character offsets into the article's text.

Hits as LlamaIndex nodes.
"""

from __future__ import annotations

import hashlib
from typing import Any

from llama_index.core.schema import NodeRelationship, NodeWithScore, RelatedNodeInfo, TextNode

from rag.results.answers import Article, Hit, Passage


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


ROW_KEYS = ("_node_content", "_node_type", "file", "publisher", "day")


def heading(article: Article) -> str:
    """The line that is indexed before each passage's own words: title, publisher, date, as far as known."""
    return ". ".join(part for part in (article.title, article.publisher, article.published) if part)


def indexed_text(article: Article, passage: Passage) -> str:
    """What is embedded for a passage: the heading, then the passage."""
    top, body = heading(article), article.text[passage.start : passage.end]
    return f"{top}\n{body}" if top else body


def passage_key(article: Article, passage: Passage, embedder: str) -> str:
    """32 hexadecimal digits made of all that a row of the vector index depends on."""
    facts = (article.file, article.language, article.address, str(passage.start))
    parts = (embedder, *facts, indexed_text(article, passage))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def published_day(article: Article) -> int:
    """The publication day as the number YYYYMMDD, by which vector stores can compare; 0 when unknown."""
    digits = article.published[:10].replace("-", "")
    return int(digits) if len(digits) == 8 and digits.isdecimal() else 0


def metadata(article: Article) -> dict[str, str | int]:
    """What every node says of its article. The keys are always the same, for Chroma merges rows key by key."""
    return {
        "file": article.file,
        "title": article.title,
        "publisher": article.publisher,
        "published": article.published,
        "day": published_day(article),
        "language": article.language,
        "address": article.address,
    }


def to_node(article: Article, passage: Passage, key: str) -> TextNode:
    """The passage as a TextNode whose id is its key."""
    values = metadata(article)
    unseen = [name for name in values if name not in {"title", "publisher", "published"}]
    return TextNode(
        id_=key,
        text=article.text[passage.start : passage.end],
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata=values,
        excluded_embed_metadata_keys=unseen,
        excluded_llm_metadata_keys=unseen,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=article.file)},
    )


def to_row(article: Article, passage: Passage, key: str) -> dict[str, Any]:
    """The passage as the metadata of a Chroma row, as `ChromaVectorStore` reads it.

    The text travels inside the node. Chroma's own document column stays empty: filling it would build a second
    full-text index, which takes longer than all other work on a row together and which nothing here reads. Outside
    the node stands only what can be filtered by, for each further key costs Chroma a row of its own.
    """
    from llama_index.core.vector_stores.utils import node_to_metadata_dict

    row = node_to_metadata_dict(to_node(article, passage, key), remove_text=False, flat_metadata=True)
    return {name: row[name] for name in ROW_KEYS}
