"""From many articles to what they have in common.

articles -> near duplicates (`near_duplicates`) and stories (`stories`) -> facts (`facts`, `salience`)
facts -> summary (`summary`), comparison (`comparison`), timeline (`happenings`, `timeline`), what is new (`novelty`)
the best of what is found, none repeating another (`selection`)
articles -> the persons that they name (`names`), those that bear on a subject (`article_list`)

Other rooms take:

- `article_list`: `list_articles`
- `comparison`: `compare`
- `fact_cache`: `FactCache`
- `features`: `read_articles`
- `names`: `find_names`
- `novelty`: `find_news`
- `summary`: `summarise`
- `summary_writer`: `SummaryWriter`
- `timeline`: `Span`, `make_timeline`
"""
