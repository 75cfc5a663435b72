from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from rag import Library
from rag.analysis.fact_cache import FactCache
from rag.analysis.facts import make_fact_book, rank_facts
from rag.analysis.query_focus import relevance_of
from rag.analysis.read_articles import ReadArticle
from rag.results.findings import Finding
from rag.text.word_similarity import Embed

Maker = Callable[..., ReadArticle]


def facts_of(library: Library, focus: str = "", files: Sequence[str] | None = None) -> list[Finding]:
    """The facts of a library, best first."""
    article_cache = FactCache(library._store)
    book = article_cache.book(files)
    scores = rank_facts(book, relevance_of(book.graph, book.members, book.tellers, focus, article_cache.embed))
    return [book.fact(i, 0.5) for i in np.argsort(-scores, kind="stable").tolist()]


def test_what_both_seeds_say_is_one_fact_told_in_two_places(library: Library) -> None:
    fighting = next(f for f in facts_of(library) if "delaying" in f.text)
    assert len(fighting.quotes) == 2
    assert any("postponing" in quote.text for quote in fighting.quotes)
    assert fighting.reports == 1, "the second seed is a copy of the first"


def test_every_place_is_exact(library: Library) -> None:
    for quote in (t for f in facts_of(library) for t in f.quotes):
        assert library.article(quote.file).text[quote.start : quote.end] == quote.text


def test_a_focus_brings_the_facts_that_bear_on_it_to_the_front(library: Library) -> None:
    assert "F-16" in facts_of(library, focus="F-16 fighter jets of the Netherlands")[0].text


def test_only_the_files_that_were_asked_for_are_read(library: Library) -> None:
    file = library.articles()[1].file
    assert {f for fact in facts_of(library, files=[file]) for f in fact.files} == {file}


def test_sentences_with_other_numbers_are_not_one_fact(article: Maker, embed: Embed) -> None:
    articles = [
        article("a", ("The earthquake in Aceh killed 24 people on Tuesday.",)),
        article("b", ("The earthquake in Aceh killed 42 people on Tuesday.",)),
        article("c", ("On Tuesday the earthquake in Aceh killed 24 people.",)),
    ]
    book = make_fact_book(articles, embed)
    assert sorted(tuple(t.tolist()) for t in book.tellers) == [(0, 2), (1,)]


def test_sentences_that_exclude_each_other_are_never_one_fact_however_many_are_like_both(
    article: Maker, embed: Embed
) -> None:
    survived = ("The driver of the bus, Erik Lund, survived.", "Erik Lund, the driver of the bus, survived.")
    articles = [article(f"a{n}", (survived[n % 2],)) for n in range(6)]
    articles.append(article("b", ("The driver of the bus, Erik Lund, died.",)))
    book = make_fact_book(articles, embed)
    assert (6,) in {tuple(t.tolist()) for t in book.tellers}


def test_the_same_of_two_companies_is_two_facts(article: Maker, embed: Embed) -> None:
    articles = [
        article("a", ("Norvik is under inquiry in Orsk.", "The company declined to comment.")),
        article("b", ("Borag lost a case on its plant in Kessel.", "The company declined to comment.")),
    ]
    book = make_fact_book(articles, embed)
    assert all(len(tellers) == 1 for tellers in book.tellers)


def test_a_foreign_denial_keeps_two_facts_apart(article: Maker, embed: Embed) -> None:
    def german(file: str, text: str) -> ReadArticle:
        return replace(article(file, (text,)), language="de")

    safe = "Die Brücke über den Fluss ist nach Angaben der Behörde sicher."
    articles = [german("a", safe), german("b", safe), german("c", safe.replace("sicher", "nicht sicher"))]
    book = make_fact_book(articles, embed)
    assert sorted(tuple(t.tolist()) for t in book.tellers) == [(0, 1), (2,)]
