"""Names as HTML: how many articles have each, in which spellings, and what else there is of it."""

from __future__ import annotations

import pytest

from rag import Answer, Library, Names
from rag.results.listings import Name
from rag.results.spans import Quote
from tests.ui.reader import HOSTILE, only_ours
from ui.html import UNSHOWABLE
from ui.result_html import result_view, served_body


def test_each_name_tells_its_articles_and_leads_to_them_and_to_a_summary(library: Library) -> None:
    names = library.names()
    shown = only_ours(result_view(names, "names-1", narrows=True))
    assert len(shown.all("h4")) == len(names.names) > 2
    first = names.names[0]
    articles = f"{len(first.files)} articles"
    assert shown.all("h4")[0].text.startswith(f"{first.name} {articles}")
    show = next(b for b in shown.all("button") if b.facts.get("data-named") == first.name)
    assert (show.text, show.facts["aria-label"]) == (f"Show {articles}", f"Show {articles} with {first.name}")
    said = next(b for b in shown.all("button") if b.facts.get("data-focus") == first.name)
    assert (said.text, said.facts["data-room"]) == (f"What is said of {first.name}?", "summary")


def test_in_the_chat_names_lead_to_their_room(library: Library) -> None:
    answer = library.ask("Who is named in the articles?")
    assert isinstance(answer.result, Names)
    buttons = only_ours(served_body(Answer("", True, intent="people"), answer.result, 1)).all("button")
    assert not any("data-named" in b.facts for b in buttons)
    assert (buttons[-1].text, buttons[-1].facts["data-room"]) == ("Open in Names", "names")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_are_shown_literally(hostile: str) -> None:
    quotes = tuple(Quote(f"{hostile}{n}", 0, len(hostile), hostile) for n in range(400))
    name = Name(hostile, (hostile,), tuple(q.file for q in quotes), quotes)
    html = result_view(Names((name,), 3), "names-1", narrows=True)
    assert len(html) < 20_000
    assert only_ours(html).all("button")[-1].text == f"What is said of {UNSHOWABLE.sub(chr(0xFFFD), hostile)}?"
