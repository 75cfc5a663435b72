"""Components for those who already have a pipeline of another framework.

Other rooms take:

- `llamaindex`: `CheckedQueryEngine`, `LibraryQueryEngine`, `LibraryRetriever`
- `library_models`: `choose_embedder`, `choose_language_model`
"""
