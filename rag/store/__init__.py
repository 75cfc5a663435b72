"""Where articles are kept, and the indexes that derive from them.

article -> one transaction (`writes`) -> SQLite catalogue (`catalogue`, the truth)
catalogue -> keyword index (`keyword_index`), vector index (`vector_index`, `chroma`): derived, rebuilt when missing
up to 20,000 passages are scanned exactly; ties of all rankings are cut by file and place, never by row id
`store` opens, checks and repairs all of them
what was asked, and the answers as they were, are kept beside the catalogue (`conversations`)

Other rooms take:

- `article_cache`: `ArticleCache`, `CachedArticle`
- `bin`: `Bin`
- `catalogue`: `ArticleName`, `ArticleState`, `Catalogue`, `FileState`, `StoredPassage`
- `chroma`: `Row`, `Writer`
- `conversations`: `Conversations`
- `disk_errors`: `explained`, `is_full`
- `nodes`: `hit_node`, `to_row`
- `own_files`: `WRITTEN`, `store_of`
- `store`: `Store`
- `writes`: `Arrivals`, `PREPARATION`, `SplitArticle`, `article_digest`, `embed_articles`, `end_sync`, `next_sync`,
  `put_article`, `read_arrivals`, `remove_article`, `split_article`
"""
