"""Components for those who already have a pipeline of another framework.

Other rooms take:
- `llamaindex`: `LibraryQueryEngine`, `LibraryRetriever`, `from_llama_index`, `from_llm`
"""
