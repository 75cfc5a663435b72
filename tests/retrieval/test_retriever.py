"""Search: meaning and words together, names under all spellings, filters, and no article crowding out the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Library, NothingToRead, Settings
from rag.results.answers import Passage
from rag.retrieval.filters import Filter
from rag.retrieval.retriever import Retrieved, spread
from rag.store.catalogue import ArticleName, StoredPassage

RECORDS = [
    {"id": "1", "title": "Kiev talks", "publisher": "Reuters", "date": "2024-10-03",
     "text": "President Volodymyr Zelensky received the new secretary general in the capital. They spoke of jets."},
    {"id": "2", "title": "Zoo opens", "publisher": "Beta", "date": "2024-10-05",
     "text": "The zoo of Gradec opened its new aquarium on Saturday. Families queued for hours to see the sharks."},
    {"id": "3", "title": "Harvest", "publisher": "Reuters", "date": "2023-08-01",
     "text": "Farmers in the north expect a poor wheat harvest after the drought. Prices of flour may rise."},
    {"id": "4", "title": "", "publisher": "", "date": "",
     "text": "Muammar Gaddafi ruled Libya for four decades. Rebels captured him in Sirte."},
]  # fmt: skip


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("news")
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, RECORDS)), encoding="utf-8")
    with Library(folder, settings=Settings()) as library:
        library.sync()
        yield library


def best(library: Library, query: str, **conditions: object) -> str:
    return library.search(query, k=1, **conditions)[0].file.removeprefix("news.jsonl#")


@pytest.mark.parametrize(
    ("query", "record"),
    [
        ("Zelenskyy", "1"),
        ("zelenski", "1"),
        ("What happened in Kyiv?", "1"),
        ("Qaddafi", "4"),
        ("kadafi", "4"),
        ("fish tanks", "2"),
        ("crop failure", "3"),
        ("Reuters October 2024", "1"),
    ],
)
def test_words_meanings_spellings_and_facts_find(news: Library, query: str, record: str) -> None:
    assert best(news, query) == record


def test_filters_narrow_the_search(news: Library) -> None:
    assert best(news, "news of the day", publishers=["reuters"], until="2023-12-31") == "3"
    assert best(news, "wheat", since="2024-10-04") == "2"
    assert best(news, "sharks", files=["*#1"]) == "1"
    assert {h.file for h in news.search("the", files=["news.jsonl"], k=9)} == {a.file for a in news.articles()}
    with pytest.raises(NothingToRead):
        news.search("wheat", since="2025-01-01")


def test_an_article_without_a_date_meets_no_condition_on_dates() -> None:
    name = ArticleName("a.txt", "a.txt", "", "")
    assert Filter().admits(name)
    assert not Filter(since="2020-01-01").admits(name)
    assert not Filter(until="2030-01-01").admits(name)


def test_a_reader_without_the_lock_finds_the_same(news: Library) -> None:
    with Library(news.folder, settings=Settings()) as reader:
        assert not reader.writable
        for query in ("Zelenskyy", "fish tanks", "harvest", "Reuters"):
            assert reader.search(query) == news.search(query)
        assert reader.ask("Who captured Gaddafi?") == news.ask("Who captured Gaddafi?")


def test_no_article_crowds_out_the_others() -> None:
    def found(file: str, score: float) -> Retrieved:
        return Retrieved(StoredPassage(0, "", 0, file, Passage(0, 1, 0, 1)), score)

    crowd = [found("long", 3.0 - n / 100) for n in range(10)] + [found("other", 2.5), found("last", 0.0)]
    assert [r.stored.file for r in spread(crowd, 3)][:2] == ["long", "long"]
    assert "other" in [r.stored.file for r in spread(crowd, 4)]


def test_chroma_finds_what_an_exact_scan_finds(news: Library, benchmarks: Path, folder: Path) -> None:
    import gzip

    with gzip.open(benchmarks / "answering" / "documents.jsonl.gz", "rt", encoding="utf-8") as lines:
        (folder / "many.jsonl").write_text(lines.read(), encoding="utf-8")
    with Library(folder, settings=Settings()) as library:
        library.sync()
        vectors = library._embedder.embed_passages([a.text[:200] for a in library.articles()[::5]])
        chroma = library._store.index.vectors.search(vectors, 50)
        exact = library._store._exact.search(vectors, 50)
    shares = [len({h.id for h in c} & {h.id for h in e}) / 50 for c, e in zip(chroma, exact, strict=True)]
    assert sum(shares) / len(shares) >= 0.99
