"""Where articles are kept, and the indexes that derive from them.

article -> one transaction (`writes`) -> catalogue (`catalogue`, the truth), in SQLite (`sqlite_file`) or PostgreSQL
catalogue -> keyword index (`keyword_index`), vector index (`vector_index`, `chroma`): derived, rebuilt when missing
up to 20,000 passages are scanned exactly; ties of all rankings are cut by file and place, never by row id
`store` opens, checks and repairs all of them; what is damaged is told, remembered, and put aside at the next opening
(`damage`), and each article is proved by the digest that was kept with it (`article_digest`)
what was asked, and the answers as they were, are kept beside the catalogue (`conversations`), in a file of their own
(`conversation_file`) or in PostgreSQL (`conversation_schema`)
all in which the two differ is behind the ports `database`, `keyword_tables` and `conversation_place`, but for what
PostgreSQL alone has: a queue by which files are given to workers (`job_queue`)

Other rooms take:

- `article_cache`: `ArticleCache`, `CachedArticle`
- `article_digest`: `PREPARATION`, `article_digest`
- `bin`: `Bin`
- `catalogue`: `ArticleName`, `ArticleState`, `Catalogue`, `FileState`, `StoredPassage`
- `chroma`: `Row`, `Writer`
- `conversation_schema`: `ConversationSchema`
- `conversations`: `Conversations`
- `disk_errors`: `explained`, `is_full`
- `job_queue`: `Job`, `JobQueue`, `State`
- `kept_findings`: `KeptFindings`
- `kept_stories`: `KeptStories`, `KeptStory`
- `nodes`: `hit_node`, `to_row`
- `own_files`: `BIN`, `CATALOGUE`, `CONVERSATIONS`, `STORE`, `WRITTEN`, `refuse_links`, `store_of`
- `postgres`: `PostgresSchema`, `database_of`
- `schema`: `fault_in`
- `sqlite_file`: `SqliteFile`
- `store`: `Store`
- `writes`: `Arrivals`, `SplitArticle`, `embed_articles`, `end_sync`, `next_sync`, `put_article`, `read_arrivals`,
  `remove_article`, `split_article`
"""
