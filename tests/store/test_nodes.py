"""What is in Chroma can be read by stock LlamaIndex, with exact offsets."""

from __future__ import annotations

from llama_index.core.vector_stores import VectorStoreQuery
from llama_index.vector_stores.chroma import ChromaVectorStore

from rag import Library


def test_stock_chroma_vector_store_reads_our_rows(library: Library) -> None:
    collection = library._store.index.vectors._collection
    vector = library._embedder.embed_question("fighter jets for Ukraine").tolist()
    result = ChromaVectorStore(chroma_collection=collection).query(
        VectorStoreQuery(query_embedding=vector, similarity_top_k=4)
    )
    assert result.nodes
    for node in result.nodes:
        article = library.article(node.metadata["file"])
        assert node.get_content() == article.text[node.start_char_idx : node.end_char_idx]
        assert node.ref_doc_id == article.file


def test_retriever_and_query_engine_for_llamaindex(library: Library) -> None:
    nodes = library.as_retriever(k=3).retrieve("What did Rutte say about membership?")
    assert nodes
    for scored in nodes:
        text = library.article(scored.node.metadata["file"]).text
        assert scored.node.get_content() == text[scored.node.start_char_idx : scored.node.end_char_idx]
    response = library.as_query_engine().query("What did Rutte say about membership?")
    answer = response.metadata["answer"]
    assert str(response) == answer.text
    assert [n.node.get_content() for n in response.source_nodes] == [c.quote for c in answer.citations]
