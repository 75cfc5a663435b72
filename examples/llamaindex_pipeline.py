"""A LlamaIndex pipeline over our retriever, with its answers checked.

python examples/llamaindex_pipeline.py FOLDER "QUESTION"
"""

import sys
from typing import Any

from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata
from llama_index.core.query_engine import RetrieverQueryEngine

from rag import Library


class StandIn(CustomLLM):
    """Put your own language model in its place. This one says something that is true, and something that is not."""

    @property
    def metadata(self) -> LLMMetadata:
        """What LlamaIndex asks a model about itself."""
        return LLMMetadata(model_name="stand-in")

    def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
        """The same words whatever the prompt."""
        return CompletionResponse(text="Rutte approved the transfer of Dutch F-16 fighter jets. He promised 200 tanks.")

    def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponseGen:
        """The same at once."""
        yield self.complete(prompt)


def main(folder: str, question: str) -> None:
    with Library(folder) as library:
        library.sync()
        retriever = library.as_retriever(k=4)
        for found in retriever.retrieve(question):
            print(f"{found.node.ref_doc_id} {found.node.start_char_idx}-{found.node.end_char_idx}")

        engine = RetrieverQueryEngine.from_args(retriever, llm=StandIn())
        response = library.as_checked_engine(engine).query(question)
        print("The model says:", response)
        print("Of that the articles support:", response.supported)
        print(response.draft)


if __name__ == "__main__":
    main(*sys.argv[1:])
