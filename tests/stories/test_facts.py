from collections.abc import Callable

from rag import Library
from rag.grounding.matching import Embed
from rag.models.static import load_wordllama
from rag.stories.facts import collect_facts, make_fact_book
from rag.stories.texts import ReadArticle

Maker = Callable[..., ReadArticle]


def test_what_both_seeds_say_is_one_fact_told_in_two_places(library: Library) -> None:
    facts = collect_facts(library._store, load_wordllama())
    fighting = next(f for f in facts if "delaying" in f.text)
    assert len(fighting.told) == 2
    assert any("postponing" in told.text for told in fighting.told)
    assert fighting.reports == 1, "the second seed is a copy of the first"


def test_every_place_is_exact(library: Library) -> None:
    for told in (t for f in collect_facts(library._store, load_wordllama()) for t in f.told):
        assert library.article(told.file).text[told.start : told.end] == told.text


def test_a_focus_brings_the_facts_that_bear_on_it_to_the_front(library: Library) -> None:
    facts = collect_facts(library._store, load_wordllama(), focus="F-16 fighter jets of the Netherlands")
    assert "F-16" in facts[0].text


def test_only_the_files_that_were_asked_for_are_read(library: Library) -> None:
    file = library.articles()[1].file
    assert {f for fact in collect_facts(library._store, load_wordllama(), files=[file]) for f in fact.files} == {file}


def test_sentences_with_other_numbers_are_not_one_fact(article: Maker, embed: Embed) -> None:
    articles = [
        article("a", ("The earthquake in Aceh killed 24 people on Tuesday.",)),
        article("b", ("The earthquake in Aceh killed 42 people on Tuesday.",)),
        article("c", ("On Tuesday the earthquake in Aceh killed 24 people.",)),
    ]
    book = make_fact_book(articles, embed)
    assert sorted(tuple(t.tolist()) for t in book.tellers) == [(0, 2), (1,)]
