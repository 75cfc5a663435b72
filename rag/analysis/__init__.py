"""From many articles to what they have in common.

articles -> near duplicates (`near_duplicates`) and stories (`stories`) -> facts (`facts`)
facts -> summary (`summary`), comparison (`comparison`), timeline (`timeline`), what is new (`novelty`)
articles -> the persons that they name (`names`), those that bear on a subject (`article_list`)

Other rooms take:

- `article_list`: `list_articles`
- `comparison`: `compare`
- `fact_cache`: `FactShelf`
- `features`: `read_articles`
- `names`: `find_names`
- `novelty`: `find_news`
- `summary`: `summarise`
- `summary_writer`: `SummaryWriter`
- `timeline`: `Span`, `make_timeline`
"""
