"""From many articles to what they have in common.

articles -> near duplicates (`near_duplicates`) and stories (`story_detection`) -> facts (`facts`, `salience`)
the stories of the whole library are kept on disk, and grown by the articles that come (`story_index`)
so are the verdicts on pairs of sentences, by which facts are found again in a moment (`kept_verdicts`)
facts -> summary (`summary`), timeline (`happenings`, `timeline`), what is new (`novelty`)
facts -> versions of one thing (`variants`, `same_measure`, `disagreements`) -> comparison (`comparison`)
the best of what is found, none repeating another (`selection`, `repetition`)
articles -> the persons, organisations and places that they name (`name_runs`, `name_types`, `kept_mentions`, `names`)
articles -> those that bear on a subject (`article_search`)

Other rooms take:

- `article_search`: `list_articles`
- `comparison`: `compare`
- `fact_cache`: `FactCache`
- `kept_mentions`: `KeptMentions`
- `names`: `find_names`
- `novelty`: `find_news`
- `read_articles`: `read_articles`
- `summary_writer`: `SummaryWriter`
- `summary`: `summarise`
- `timeline`: `Span`, `make_timeline`
"""
