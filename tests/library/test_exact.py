"""Citations are exact: text[start:end] == quote, for every citation of every answer, over any text."""

from __future__ import annotations

import gzip
import json
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rag import Answer, Library, Settings

PIECES = [
    *[
        "Rutte",
        "Kyiv",
        "the alliance",
        "said",
        "“Security matters,”",
        "on Thursday",
        "3.5 million",
        "Zelenskyy’s",
        "战争。",
    ],
    *[
        "e\u0301t\u00e9",
        "\u00a0",
        "\r\n",
        "\n\n",
        ". ",
        "! ",
        "? ",
        "(",
        ")",
        "U.S. ",
        "Dr. ",
        "Война",
        "не",
        "кончилась. ",
    ],
    *["🙂", "\u200b", "\ufeff", "Bonus video:", "* ", "1. "],
]
NEWS = st.lists(st.sampled_from(PIECES), min_size=5, max_size=80).map(" ".join)


def assert_exact(library: Library, answer: Answer) -> int:
    for s in answer.sentences:
        assert s.citations
        for c in s.citations:
            assert library.article(c.file).text[c.start : c.end] == c.quote
            assert c.quote.strip() == c.quote != ""
    for hit in answer.nearest:
        assert library.article(hit.file).text[hit.start : hit.end] == hit.text
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert {n for s in answer.sources for n in s.numbers} == {c.number for c in answer.citations}
    return len(answer.citations)


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(NEWS | st.text(max_size=400), min_size=1, max_size=3), st.data())
def test_any_text_is_cited_exactly(texts: list[str], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as place:
        for n, text in enumerate(texts):
            (Path(place) / f"{n}.txt").write_bytes(text.encode("utf-8", "ignore"))
        with Library(place, settings=Settings()) as library:
            library.sync()
            words = [w for a in library.articles() for w in re.findall(r"\w+", a.text)]
            if not words:
                return
            question = " ".join(data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=6)))
            assert_exact(library, library.ask(question))
            for hit in library.search(question):
                assert library.article(hit.file).text[hit.start : hit.end] == hit.text


def test_seeds_are_kept_as_they_are(library: Library) -> None:
    for article in library.articles():
        assert article.text == (library.folder / article.file).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["answering", "events", "summhay"])
def test_every_benchmark_article_is_kept_whole_and_cited_exactly(name: str, benchmarks: Path, folder: Path) -> None:
    with gzip.open(benchmarks / name / "documents.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    dump = [{"id": r["doc_id"], "title": r.get("title", ""), "text": r["text"]} for r in records]
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, dump)), encoding="utf-8")
    few = Settings(passages_read=2)  # what is cited is the same text, however many passages are read for it
    with Library(folder, settings=few) as library:
        library.sync()
        cited = 0
        for number, record in enumerate(records):
            article = library.article(f"news.jsonl#{record['doc_id']}")
            if not re.search(r"<\w", record["text"]):  # markup in a record is read as markup
                assert article.text == record["text"]
            sentences = library.sentences(article.file)
            if number % 3 == 0:
                middle = sentences[len(sentences) // 2]
                cited += assert_exact(library, library.ask(article.text[middle.start : middle.end][:200]))
        assert cited > len(records) / 6
