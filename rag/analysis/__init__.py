"""From many articles to what they have in common.

articles -> near duplicates (`near_duplicates`) and stories (`stories`) -> facts (`facts`)
facts -> summary (`summary`), comparison (`comparison`), timeline (`timeline`), what is new (`novelty`)

Other rooms take:
- `comparison`: `compare`
- `fact_cache`: `FactShelf`
- `novelty`: `find_news`
- `summary`: `summarise`
- `summary_writer`: `SummaryWriter`
- `timeline`: `Span`, `make_timeline`
"""
