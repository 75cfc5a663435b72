"""From a query to passages: vectors and keywords, fused, filtered, spread over articles.

Other rooms take:

- `filters`: `Filter`, `select`
- `retriever`: `Retrieved`, `Retriever`, `retrieval_events`, `spread`, `to_hit`
"""
