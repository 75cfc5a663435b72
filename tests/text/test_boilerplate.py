"""Boilerplate is set apart, and news never is."""

import pytest

from rag.text.boilerplate import advertisement_spans, is_boilerplate
from rag.text.sentences import split_sentences

LINES = [
    "Bonus video:",
    "Bonus video: The mayor on the bridge",
    "Read more: Bridge to stay closed",
    "READ ALSO | What we know",
    "Advertisement",
    "ADVERTISEMENT: Looking for a new coat?",
    "Share Tweet Email",
    "Facebook Twitter WhatsApp Telegram",
    "Share on Facebook",
    "Follow us on Instagram",
    "Sign up for our newsletter and never miss a story.",
    "Subscribe to our newsletter",
    "This website uses cookies to improve your experience.",
    "© 2024 The Daily Bridge",
    "Copyright 2024 The Daily Bridge. All rights reserved.",
    "All rights reserved.",
    "(Photo by Anna Hill/Getty Images)",
    "Photo: Anna Hill",
    "Image: Reuters",
    "Anna Hill/AFP",
    "By Anna Hill and Mark Stone",
    "By ANNA HILL",
    "Published: October 3, 2024",
    "Updated at 3 October 2024, 10:15",
    "3 min read",
    "12 comments",
    "Source: Reuters",
    "(Reporting by Anna Hill; editing by Mark Stone)",
    "The Associated Press contributed to this report.",
    "Our Standards: The Thomson Reuters Trust Principles.",
    "Click here to read the whole story",
    "Skip to content",
    "***",
    "Lesen Sie auch: Die Brücke bleibt zu",
    "Anzeige",
    "Lire aussi : le pont reste fermé",
    "Lea también: el puente",
    "Leggi anche: il ponte",
    "Читайте также: мост закрыт",
    "Підписуйтесь на наш канал",
    "Pročitajte još: Most je zatvoren",
    "Pratite nas na Fejsbuku",
    "Sva prava zadržana.",
    "Czytaj także: Most zamknięty",
    "Lees ook: De brug blijft dicht",
    "Visit www.coats.example.com for the best deals today!",
    "Don’t miss out!",
    "Use code WINTER to save 20% off your order.",
]

NEWS = [
    "The video shows the bridge shortly before it fell.",
    "Visit to Kyiv",
    "Call for US troops to leave the town",
    "Join us in this, the mayor told the council.",
    "Order in the town was restored today.",
    "Photographs of the bridge were shown.",
    "By then the bridge was closed.",
    "By Tuesday 40 people had left their homes.",
    "Sources close to the mayor doubt it.",
    "Cookies sold at the fair raised 300 pounds.",
    "Advertisement revenue fell by 3 percent.",
    "“Subscribe now,” the sign said.",
    "Facebook and Twitter removed the posts.",
    "Share prices fell on Tuesday.",
    "Shares of the firm rose.",
    "Related costs will be paid by the state.",
    "Watch towers stood along the river.",
    "Follow-up talks begin on Monday.",
    "Get well wishes reached the mayor from all over the country.",
    "Discover magazine reported on the bridge first.",
    "Rutte will visit here on Monday.",
    "The council will visit U.S. troops.",
    "Copyright law was changed by the council.",
    "Comments by the mayor angered many.",
    "Save the Children sent doctors to the town.",
    "Sign language was used.",
    "Email traffic broke down.",
    "Live music was played.",
    "Donate blood, doctors urged on Monday.",
    "Trending downward, prices fell.",
]


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_boilerplate_is_recognised(line):
    text = f"The bridge is closed.\n{line}\nNobody was hurt."
    kinds = {text[s.start : s.end]: s.kind for s in split_sentences(text)}
    assert kinds.pop("The bridge is closed.") == kinds.pop("Nobody was hurt.") == "text"
    assert set(kinds.values()) == {"boilerplate"}


@pytest.mark.parametrize("line", NEWS)
def test_news_is_not_taken_for_boilerplate(line):
    assert not is_boilerplate(line, alone=True)
    assert not is_boilerplate(line, alone=False)


def test_an_advertisement_between_marks_is_set_apart_whole_and_what_follows_is_not():
    text = (
        "Prices rose. ***ADVERTISEMENT*** Warm coats for winter. They last for years. ***END OF ADVERTISEMENT*** Wages "
        "did not. [Advertisement: A coat keeps warm. It lasts.] The bank waits. **Ad** Rates stay."
    )
    kept = [text[s.start : s.end] for s in split_sentences(text) if s.kind == "text"]
    assert kept == ["Prices rose.", "Wages did not.", "The bank waits.", "Rates stay."]


def test_a_mark_without_an_end_swallows_nothing():
    spans = advertisement_spans("***ADVERTISEMENT*** " + "Text. " * 600)
    assert [(s.start, s.end) for s in spans] == [(0, 19)]
