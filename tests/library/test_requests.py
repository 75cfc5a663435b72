"""A request that is typed like a question is served as its room would, as an answer with citations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Answer, Comparison, Library, News, QuestionError, Settings, Stories, Summary, Timeline
from rag.results.listings import ArticleList, Names
from rag.testing import ScriptedModel

BRIDGE = (
    "The port authority closed the Linden harbour bridge on Tuesday after inspectors found a crack 40 centimetres "
    "long in its main girder. About 18,000 cars cross the bridge each day. Engineer Marta Kowal said repairs would "
    "take six weeks. Buses will run through the old tunnel until then."
)
ARTICLES = {
    "bridge_1.txt": ("Harbour bridge closed after crack found", "The Linden Courier", "2024-03-06", BRIDGE),
    "bridge_2.txt": ("Harbour bridge closed after crack found", "Evening Star", "2024-03-06", BRIDGE),
    "bridge_3.txt": (
        "Linden bridge shut", "Oldham Post", "2024-03-07",
        "The Linden harbour bridge was closed on Tuesday when inspectors discovered a crack in its girder. "
        "Repairs will take eight weeks, said engineer Marta Kowal. Ferry operator Paul Nyberg offered more boats.",
    ),
    "strike_1.txt": (
        "Bakers strike ends with pay deal", "Oldham Post", "2024-03-02",
        "Bakery workers in Oldham ended a nine-day strike on Friday after accepting a pay rise of 6.5 percent. "
        "The union's secretary, Deepak Rao, called the deal a fair result.",
    ),
    "strike_2.txt": (
        "Oldham bakers back at work", "Tarvo Times", "2024-03-02",
        "The bakers of Oldham went back to work after a strike of nine days. They accepted a pay rise of 6.5 percent "
        "on Friday. Union secretary Deepak Rao spoke of a fair result.",
    ),
}  # fmt: skip


@pytest.fixture
def newsroom(folder: Path, settings: Settings) -> Iterator[Library]:
    """Two stories, one of them with a copy."""
    write(folder)
    with Library(folder, settings=settings) as library:
        library.sync()
        yield library


def write(folder: Path) -> None:
    for name, (title, publisher, day, text) in ARTICLES.items():
        (folder / name).write_text(f"{title}\nSource: {publisher}\nDate: {day}\n\n{text}\n", encoding="utf-8")


def check(library: Library, answer: Answer) -> None:
    assert answer.found
    assert answer.citations
    for c in answer.citations:
        assert library.article(c.file).text[c.start : c.end] == c.quote
    assert {s.file for s in answer.sources} == {c.file for c in answer.citations}
    assert sorted(n for s in answer.sources for n in s.numbers) == [c.number for c in answer.citations]
    for form in ("markdown", "html", "json"):
        assert library.recheck(answer.export(form)).holds  # type: ignore[arg-type]
    assert answer.as_dict()["intent"] == answer.intent


@pytest.mark.parametrize(
    ("line", "intent", "kind"),
    [
        ("Summarise the articles", "summary", Summary),
        ("What is the story about?", "summary", Summary),
        ("Compare the reports on the Linden bridge", "compare", Comparison),
        ("Timeline of the bridge closure please", "timeline", Timeline),
        ("Which articles are copies of each other?", "stories", Stories),
        ("What's new?", "new", News),
        ("Which articles are about the bridge?", "articles", ArticleList),
        ("Who are the people in this story?", "people", Names),
    ],
)
def test_a_request_is_served(newsroom: Library, line: str, intent: str, kind: type) -> None:
    answer = newsroom.ask(line)
    assert answer.intent == intent
    assert isinstance(answer.result, kind)
    check(newsroom, answer)


def test_a_summary_of_a_folder_covers_its_stories(newsroom: Library) -> None:
    files = {c.file.split("_")[0] for c in newsroom.ask("Summarise everything in four points").citations}
    assert files == {"bridge", "strike"}


def test_a_subject_narrows_a_request_to_its_story(newsroom: Library) -> None:
    for line in ("Summarise the bakers' strike", "Compare the reports on the bakers' strike"):
        assert {c.file for c in newsroom.ask(line).citations} <= {"strike_1.txt", "strike_2.txt"}


def test_a_comparison_without_a_subject_takes_the_largest_story_and_says_so(newsroom: Library) -> None:
    answer = newsroom.ask("Where do they disagree?")
    assert {c.file.split("_")[0] for c in answer.citations} == {"bridge"}
    assert "largest" in str(answer)


def test_publishers_that_are_named_narrow_a_request(newsroom: Library) -> None:
    assert {c.file for c in newsroom.ask("Summarise the Oldham Post articles").citations} <= {
        "bridge_3.txt", "strike_1.txt",
    }  # fmt: skip
    assert [c.file for c in newsroom.ask("What does the Tarvo Times report?").citations] == ["strike_2.txt"]


def test_articles_on_a_subject_are_counted_and_listed(newsroom: Library) -> None:
    answer = newsroom.ask("How many articles are about the strike?")
    assert {c.file for c in answer.citations} == {"strike_1.txt", "strike_2.txt"}
    assert "2 articles" in str(answer)


def test_people_are_listed_with_the_number_of_their_articles(newsroom: Library) -> None:
    names = {n.name: len(n.files) for n in newsroom.names().names}
    assert names["Marta Kowal"] == 3
    assert names["Deepak Rao"] == 2
    answer = newsroom.ask("Who are the people in these articles?")
    assert isinstance(answer.result, Names)
    assert {n.kind for n in answer.result.names} == {"person"}
    with pytest.raises(QuestionError, match="choose person, organisation, place"):
        newsroom.names("thing")  # type: ignore[arg-type]


def test_a_conversation_serves_requests_and_goes_on(newsroom: Library) -> None:
    talk = newsroom.chat()
    first = talk.ask("Summarise the Linden bridge story in two points")
    more = talk.ask("Tell me more")
    assert isinstance(more.result, Summary)
    assert not {s.text for s in first.sentences} & {s.text for s in more.sentences}
    assert talk.ask("Who is Marta Kowal?").intent == "answer"
    assert newsroom.recheck(talk.export("json")).holds


def test_a_request_is_served_also_where_a_model_answers(folder: Path, settings: Settings) -> None:
    write(folder)
    with Library(folder, settings=settings, llm=ScriptedModel("No idea.")) as library:
        library.sync()
        answer = library.ask("Summarise everything")
        assert isinstance(answer.result, Summary)
        check(library, answer)


def test_a_refusal_says_that_the_question_is_in_another_language(newsroom: Library) -> None:
    answer = newsroom.ask("Warum hat der Bundeskanzler gestern das Krankenhaus in München nicht besucht?")
    assert not answer.found
    assert "German" in str(answer)


@pytest.mark.filterwarnings("error")
def test_articles_without_a_whole_sentence_can_be_compared_on_a_subject(folder: Path) -> None:
    (folder / "a.txt").write_text("战争。", "utf-8")
    with Library(folder, settings=Settings()) as library:
        library.sync()
        assert library.compare(focus="Kyiv").one == ()
