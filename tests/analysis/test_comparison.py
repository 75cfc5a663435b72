"""Reports of one story side by side: what they share, what one tells alone, and on what they disagree."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from rag import Comparison, Library
from rag.analysis.comparison import compare_book
from rag.analysis.facts import make_fact_book
from rag.analysis.read_articles import ReadArticle
from rag.errors import LibraryError, NothingToRead
from rag.results.comparisons import Disagreement
from rag.text.word_similarity import Embed
from tests.analysis.reports import FERRY, MINE
from tests.benchmarks.planted import make_pairs

Maker = Callable[..., ReadArticle]
DAYS = {"coast": "2024-11-05", "capital": "2024-11-05", "shipping": "2024-11-07"}


@pytest.fixture
def compared(article: Maker, embed: Embed) -> Callable[..., Comparison]:
    def make(texts: Mapping[str, Sequence[str]], days: Mapping[str, str] = DAYS) -> Comparison:
        articles = [article(file, own, published=days.get(file, "")) for file, own in texts.items()]
        return compare_book(make_fact_book(articles, embed), embed)

    return make


def changed(old: str, new: str, file: str = "capital") -> dict[str, tuple[str, ...]]:
    return {**FERRY, file: tuple(s.replace(old, new) for s in FERRY[file])}


def only(found: Sequence[Disagreement]) -> Disagreement:
    (one,) = found
    return one


def test_reports_that_agree_have_no_disagreement(compared: Callable[..., Comparison]) -> None:
    comparison = compared(FERRY)
    assert comparison.by == "report"
    assert [r.file for r in comparison.reports] == ["capital", "coast", "shipping"]
    assert comparison.disagreed == comparison.changed == ()


def test_a_row_has_a_cell_for_each_report(compared: Callable[..., Comparison]) -> None:
    comparison = compared(FERRY)
    files = [r.file for r in comparison.reports]
    for row in (*comparison.agreed, *comparison.some, *comparison.one):
        assert [cell.quote.file for cell in row.cells if cell] == [
            file for file, cell in zip(files, row.cells, strict=True) if cell
        ]
    sinking = next(r for r in comparison.agreed if "84" in r.quotes[0].text)
    assert sinking.reports == 3
    crew = next(r for r in comparison.some if any("warnings" in t.text for t in r.quotes))
    assert {t.file for t in crew.quotes} == {"coast", "capital"}
    assert any("savings bank" in r.quotes[0].text for r in comparison.one)


@pytest.mark.parametrize(
    ("old", "new", "kind", "words"),
    [
        ("Ivo Maras", "Pavle Kostic", "attribution", {"Ivo Maras", "Pavle Kostic"}),
        ("hospital in Split", "hospital in Zadar", "place", {"Split", "Zadar"}),
        ("1974", "1971", "date", {"1974", "1971"}),
        ("rescued 61", "rescued 47", "number", {"61", "47"}),
    ],
)
def test_what_reports_give_otherwise_is_named_with_its_words(
    old: str, new: str, kind: str, words: set[str], compared: Callable[..., Comparison]
) -> None:
    found = only(compared(changed(old, new)).disagreed)
    assert found.kind == kind
    assert {side.words for side in found.sides} == words
    for statement in (s for side in found.sides for s in side.statements):
        start = statement.words.start - statement.quote.start
        assert statement.quote.text[start : start + len(statement.words.text)] == statement.words.text


def test_every_report_that_gives_a_version_stands_on_its_side(compared: Callable[..., Comparison]) -> None:
    found = only(compared(changed("61 people", "58 people", "shipping")).disagreed)
    sides = {side.words: {s.quote.file for s in side.statements} for side in found.sides}
    assert sides == {"61": {"coast", "capital"}, "58": {"shipping"}}


def test_a_newer_count_is_an_update_and_one_of_the_same_day_a_conflict(compared: Callable[..., Comparison]) -> None:
    texts = changed("61 people", "58 people", "shipping")
    update = only(compared(texts).disagreed)
    assert update.nature == "update"
    assert [side.words for side in update.sides] == ["61", "58"]
    assert only(compared(texts, DAYS | {"shipping": "2024-11-05"}).disagreed).nature == "conflict"
    assert only(compared(texts, {}).disagreed).nature == "conflict"
    rounded, other = (compared(changed("61 people", n, "shipping"), {}).disagreed for n in ("60 people", "100 people"))
    assert [only(found).nature for found in (rounded, other)] == ["rounding", "conflict"]
    later = {"coast": "2024-11-05T08:00:00", "capital": "2024-11-05T09:30:00", "shipping": "2024-11-05T18:00:00"}
    assert only(compared(texts, later).disagreed).nature == "update"


def test_names_that_both_reports_know_are_details_and_no_dispute(compared: Callable[..., Comparison]) -> None:
    first = "Relatives of the dead want to meet Ana Peric in Split this week."
    second = "This week relatives of the dead hope that Marko Vidic will meet them."
    texts = {"coast": (*FERRY["coast"], first), "capital": (*FERRY["capital"], second)}
    assert {side.words for side in only(compared(texts).disagreed).sides} == {"Ana Peric", "Marko Vidic"}
    both = {**texts, "coast": (*texts["coast"], "Marko Vidic came to the quay in the morning.")}
    assert compared(both).disagreed == ()


def test_what_is_disputed_is_neither_agreed_nor_told_by_one(compared: Callable[..., Comparison]) -> None:
    comparison = compared(changed("Ivo Maras", "Pavle Kostic"))
    rows = (*comparison.agreed, *comparison.some, *comparison.one)
    assert not any("Maras" in t.text or "Kostic" in t.text for r in rows for t in r.quotes)


def test_a_focus_leaves_only_what_bears_on_it(article: Maker, embed: Embed) -> None:
    texts = {**changed("84", "92"), "coast": (*FERRY["coast"], "The harbour chapel holds a service on Sunday.")}
    book = make_fact_book([article(file, own) for file, own in texts.items()], embed)
    whole, focused = compare_book(book, embed), compare_book(book, embed, focus="the service in the chapel")
    assert any("84" in d.versions for d in whole.disagreed)
    assert focused.document().title == "Comparison: the service in the chapel"
    assert focused.disagreed == ()
    assert any("chapel" in row.quotes[0].text for row in focused.one)
    assert len(focused.one) < len(whole.one)


def test_a_number_changed_in_a_copy_is_no_disagreement_of_reports(compared: Callable[..., Comparison]) -> None:
    copy = tuple(s.replace("61", "16").replace("pulled", "brought") for s in FERRY["coast"][:6])
    comparison = compared({**FERRY, "copy": copy})
    assert "copy" not in [r.file for r in comparison.reports]
    assert "copy" in next(r.files for r in comparison.reports if r.file == "coast")
    assert {s.words for s in only(comparison.changed).sides} == {"61", "16"}


def test_an_article_alone_has_nothing_to_be_compared_with(compared: Callable[..., Comparison]) -> None:
    comparison = compared({"coast": FERRY["coast"]})
    assert comparison.agreed == comparison.some == comparison.disagreed == ()
    assert "nothing to compare" in str(comparison)


def test_the_seeds_are_one_report_compared_article_by_article(library: Library) -> None:
    comparison = library.compare()
    assert comparison.by == "article"
    assert len(comparison.agreed) >= 14
    assert ("delaying", "postponing") in {(w.first.text, w.second.text) for r in comparison.agreed for w in r.wording}
    assert comparison.disagreed == comparison.changed == ()
    assert {row.quotes[0].file for row in comparison.one} == {comparison.reports[0].file}
    quotes = [t for r in (*comparison.agreed, *comparison.one) for t in r.quotes]
    words = [t for r in comparison.agreed for w in r.wording for t in (w.first, w.second)]
    assert all(library.article(t.file).text[t.start : t.end] == t.text for t in (*quotes, *words))
    shown = str(comparison)
    assert "2 articles, one report and its copies" in shown
    assert "other words: “delaying” / “postponing”" in shown


def test_a_comparison_is_exported_with_its_quotes(library: Library) -> None:
    comparison = library.compare(story=library.articles()[1].file)
    document = comparison.document()
    assert {q.file for q in document.quotations} == {f.file for f in document.files}
    assert all(library.article(q.file).text[q.start : q.end] == q.quote for q in document.quotations)
    assert library.recheck(comparison.html()).quotes
    assert replace(comparison, sources=()).as_dict()["by"] == "article"


def test_a_file_that_is_not_there_is_named(library: Library) -> None:
    with pytest.raises(LibraryError, match=r"nowhere\.txt"):
        library.compare(story="nowhere.txt")
    with pytest.raises(NothingToRead):
        library.compare(files=["nowhere.txt"])


def test_planted_changes_are_found_and_rewordings_are_not(compared: Callable[..., Comparison]) -> None:
    texts = {name: {file: "\n".join(own) for file, own in e.items()} for name, e in (("ferry", FERRY), ("mine", MINE))}
    made = found = true = false = 0
    for seed in range(8):
        for pair in make_pairs(texts, 20, seed):
            comparison = compared({"a": pair.first.split("\n"), "b": pair.second.split("\n")}, {})
            every = (*comparison.disagreed, *comparison.changed)
            places = [{s.quote.text for side in d.sides for s in side.statements} for d in every]
            for p in pair.planted:
                hit = any({p.here, p.there} <= own for own in places)
                made, found = made + bool(p.kind), found + bool(p.kind and hit)
                true, false = true + (not p.kind), false + (not p.kind and hit)
    assert made >= 60
    assert true >= 40
    assert found >= 0.8 * made
    assert false <= 0.1 * true
