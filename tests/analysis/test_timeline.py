"""Events: told at a time that the text gives, merged where tellings and times agree, never dated by publication."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag import Event, QuestionError, Timeline
from rag.analysis.facts import make_fact_book
from rag.analysis.read_articles import ReadArticle
from rag.analysis.timeline import ANY_TIME, Span, event_time, timeline_of
from rag.text.word_similarity import Embed

Maker = Callable[..., ReadArticle]
BRIDGE = "The bridge over the Sava in Zagreb was closed on Monday after cracks were found in a pillar."
BRIDGE_YESTERDAY = "The bridge over the Sava in Zagreb was closed yesterday after cracks were found in a pillar."
BRIDGE_MARCH = "The bridge over the Sava in Zagreb was closed in March after cracks were found in a pillar."
BRIDGE_THURSDAY = BRIDGE.replace("Monday", "Thursday")
TRAMS = "Trams will go over the Liberty Bridge until the repairs are finished in spring."
OLD = "The engineer Ana Kovač had warned the town council of the cracks in 2019."
PLAIN = "A fisherman heard a loud bang under the arches in the night before the cracks were seen."
OWN = (
    "Divers of the fire brigade look at the foundations from a boat.",
    "The mayor asks commuters to walk or to take their bicycles.",
    "Shopkeepers on the northern bank complain that nobody comes any more.",
    "A professor of civil engineering calls the news no surprise to him.",
)
MONDAY, TUESDAY, WEDNESDAY = "2024-03-04", "2024-03-05", "2024-03-06"


def make_timeline(
    embed: Embed, *articles: ReadArticle, focus: str = "", span: Span = ANY_TIME, points: int = 20
) -> Timeline:
    return timeline_of(make_fact_book(articles, embed), embed, focus=focus, span=span, points=points)


def days(events: tuple[Event, ...]) -> list[str]:
    return [e.label for e in events]


def test_reports_of_different_days_tell_one_event(article: Maker, embed: Embed) -> None:
    timeline = make_timeline(
        embed,
        article("a", (BRIDGE, OLD, *OWN[:2]), WEDNESDAY),
        article("b", (TRAMS, BRIDGE_YESTERDAY, *OWN[2:]), TUESDAY),
    )
    assert days(timeline.events) == ["about 2024-03 to 2024-05", MONDAY]
    (event,) = (e for e in timeline.events if e.label == MONDAY)
    assert (event.files, event.reports) == (("a", "b"), 2)
    assert timeline.unresolved == ()


def test_the_words_of_a_time_are_those_of_the_best_telling(article: Maker, embed: Embed) -> None:
    texts = {"a": (TRAMS, BRIDGE), "b": (PLAIN, BRIDGE_YESTERDAY)}
    timeline = make_timeline(embed, *(article(f, t, TUESDAY) for f, t in texts.items()))
    for event in timeline.events:
        text = " ".join(texts[event.quotes[0].file])
        assert text[event.when.start : event.when.end] == event.when.text
        assert event.quotes[0].start <= event.when.start < event.when.end <= event.quotes[0].end
        assert event.published == TUESDAY


def test_a_coarse_time_agrees_with_the_day_in_it_and_other_days_do_not(article: Maker, embed: Embed) -> None:
    a, b = article("a", (BRIDGE,), WEDNESDAY), article("b", (BRIDGE_MARCH, PLAIN), "2024-04-20")
    (event,) = make_timeline(embed, a, b).events
    assert (event.label, event.files) == (MONDAY, ("a", "b"))
    two = make_timeline(embed, a, article("c", (BRIDGE_THURSDAY, PLAIN), "2024-03-08")).events
    assert days(two) == [MONDAY, "2024-03-07"]
    assert [e.reports for e in two] == [1, 1]


def test_copies_are_one_voice(article: Maker, embed: Embed) -> None:
    whole = (BRIDGE, TRAMS, OLD, PLAIN)
    timeline = make_timeline(embed, article("a", whole, TUESDAY), article("b", whole, TUESDAY))
    assert {e.reports for e in timeline.events} == {1}
    assert all(len(e.quotes) == 2 for e in timeline.events)


def test_without_a_publication_date_a_time_stays_unresolved_and_is_kept(article: Maker, embed: Embed) -> None:
    timeline = make_timeline(embed, article("a", (BRIDGE, OLD, PLAIN)))
    assert (timeline.events, timeline.left_out) == ((), 1)
    assert [e.text for e in timeline.unresolved] == [BRIDGE]
    assert timeline.unresolved[0].label == ""
    assert timeline.undated == ("a",)
    assert "When this was, the articles do not say" in str(timeline)


def test_the_publication_date_dates_nothing_that_gives_no_time(article: Maker, embed: Embed) -> None:
    timeline = make_timeline(embed, article("a", (PLAIN, "The mayor praised the firemen of the town."), TUESDAY))
    assert timeline.events == timeline.unresolved == ()


def test_points_limit_the_events_and_the_rest_is_counted(article: Maker, embed: Embed) -> None:
    timeline = make_timeline(
        embed, article("a", (BRIDGE, OLD, TRAMS), TUESDAY), article("b", (PLAIN, BRIDGE), TUESDAY), points=1
    )
    assert [e.text for e in timeline.events] == [BRIDGE]
    assert timeline.left_out == 2
    assert "2 less told left out" in str(timeline)


def test_a_span_limits_the_time_of_the_events(article: Maker, embed: Embed) -> None:
    own = article("a", (BRIDGE, OLD, TRAMS), TUESDAY)
    assert days(make_timeline(embed, own, span=Span(until="2019-06-30")).events) == ["2019"]
    assert MONDAY in days(make_timeline(embed, own, span=Span(MONDAY, MONDAY)).events)
    assert "2019" not in days(make_timeline(embed, own, span=Span("2020-01-01")).events)


@pytest.mark.parametrize("day", ["yesterday", "2024-02-30", "2024", "2024-2-3"])
def test_a_wrong_day_is_refused(day: str) -> None:
    with pytest.raises(QuestionError, match="YYYY-MM-DD"):
        Span(until=day)


def test_articles_in_other_languages_are_named(article: Maker, embed: Embed) -> None:
    german = ReadArticle(
        "d", "", "", TUESDAY, "de", article("d", ("Die Firma will 2025 nach Bonn umziehen.",)).sentences, ()
    )
    timeline = make_timeline(embed, article("a", (OLD,), TUESDAY), german)
    assert days(timeline.events) == ["2019"]
    assert timeline.other_languages == ("d",)
    assert "not in English" in str(timeline)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The envoy said on Monday that the treaty was signed in 2019.", "2019"),
        ("The mayor, who took office on Tuesday, was arrested on Friday.", "Friday"),
        ("In 2014, on 5 May, the town was flooded.", "5 May"),
        ("Register today and save money!", None),
        ("The mill today is a museum of flour.", None),
        ("Sales rose by a tenth from the previous year.", None),
        ("The firm has recently moved to Ghent.", None),
    ],
)
def test_the_time_of_the_event_is_chosen_among_all_times(sentence: str, words: str | None) -> None:
    when = event_time(sentence, "2024-10-05")
    assert (when and when.text) == words


@pytest.mark.parametrize(
    ("words", "figures"),
    [
        ("between October 1 and 28, 2024", "2024-10-01 to 2024-10-28"),
        ("in October 2024", "2024-10"),
        ("in February 2024", "2024-02"),
        ("from September to October 2024", "2024-09 to 2024-10"),
        ("in the 1990s", "1990s"),
        ("on October 1, 2024", "2024-10-01"),
    ],
)
def test_a_time_in_figures_is_as_long_as_the_one_in_words(words: str, figures: str) -> None:
    when = event_time(f"The old bridge over the river Sava was rebuilt {words}.", "")
    assert when is not None
    assert when.label == figures


def test_tellings_of_one_happening_are_one_entry_with_the_best_date(article: Maker, embed: Embed) -> None:
    undated = "Cracks in a pillar closed the bridge over the Sava in Zagreb on Monday, the council said."
    timeline = make_timeline(embed, article("a", (undated, *OWN[:2])), article("b", (BRIDGE, *OWN[2:]), TUESDAY))
    (event,) = timeline.events
    assert (event.label, event.files, timeline.unresolved) == (MONDAY, ("a", "b"), ())


def test_a_date_beside_a_word_that_stands_for_one_gives_the_time() -> None:
    when = event_time("The cable was cut near Suez this morning, 16 August, the operator said.", "2011-08-18")
    assert when is not None
    assert (when.text, when.first) == ("16 August", "2011-08-16")
