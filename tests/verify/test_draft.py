"""A pasted text against a library: verdicts, citations that are exact, faults that point into the text."""

from __future__ import annotations

import pytest

from rag import Library
from rag.results.spans import CheckedSentence
from rag.retrieval.retriever import Retriever
from rag.text.word_similarity import Embed
from rag.verify.checkers import RuleChecker
from rag.verify.draft import check_text


@pytest.fixture
def check(library: Library, embed: Embed):
    from rag.embed.wordllama import load_wordllama

    store = library._store  # the library's own door to this is not built yet
    retriever = Retriever(store, load_wordllama())

    def run(text: str) -> tuple[CheckedSentence, ...]:
        return check_text(text, retriever, store.article_cache, RuleChecker(embed)).sentences

    return run


def test_what_the_articles_say_is_supported_and_cited_exactly(library: Library, check) -> None:
    article = library.articles()[0]
    own = [article.text[s.start : s.end] for s in library.sentences(article.file) if s.kind == "text"]
    draft = "\n\n".join(own[:5])
    checked = check(draft)
    assert [c.support for c in checked] == ["supported"] * len(checked)
    for c in checked:
        assert draft[c.start : c.end] == c.text
        assert c.citations
        for citation in c.citations:
            assert library.article(citation.file).text[citation.start : citation.end] == citation.quote


def test_what_no_article_says_is_not_found(check) -> None:
    draft = "The recipe needs two eggs and a pinch of salt. Penguins slept on the runway in Auckland last Friday."
    checked = check(draft)
    assert len(checked) == 2
    assert all(c.support == "not found" for c in checked)
    assert all(draft[f.start : f.end].strip() for c in checked for f in c.faults)


def test_faults_point_into_the_pasted_text(library: Library, check) -> None:
    article = library.articles()[0]
    long = next(
        article.text[s.start : s.end]
        for s in library.sentences(article.file)
        if s.kind == "text" and s.end - s.start > 120 and article.text[s.end - 1] == "."
    )
    draft = f"{long[:-1]}, although seventeen bakers from Reykjavik objected."
    (checked,) = check(draft)
    assert checked.support == "partly"
    assert any("bakers" in draft[f.start : f.end] for f in checked.faults)


def test_a_text_without_words_has_nothing_to_check(check) -> None:
    assert check("") == ()
    assert check(" … — \n\n !") == ()
