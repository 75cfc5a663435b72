"""What a model says around an answer is no part of it; what it says of the world is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import REFUSAL
from rag.llm.answer_framing import without_boilerplate

PLAIN = "Rutte promised that Ukraine would join."


@pytest.mark.parametrize(
    "lead",
    [
        *("Answer: ", "Final answer: ", "Explanation: ", "Sources: ", "Source: ", "Antwort: ", "Respuesta: ", "答案："),
        *("Here is the answer: ", "Here's what the articles say: ", "Summary of the articles: "),
        *("According to the articles, ", "According to the provided articles, ", "Based on the articles provided, "),
        *("Based on the evidence, ", "Based solely on the provided documents, ", "As stated in the text, "),
        *("According to article 2, ", "According to the two articles: ", "In the articles, ", "According to, "),
        *("The articles say that ", "The article states that ", "The provided passages indicate that "),
        *(
            "Article 1 reports that ",
            "Both articles mention that ",
            "Answer: Based on the articles, the articles say that ",
        ),
        *("Laut den Artikeln ", "Den Artikeln zufolge ", "Die Artikel besagen, dass ", "Auf Grundlage der Quellen "),
        *("Selon les articles, ", "D'après les articles fournis, ", "Les articles disent que "),
        *("Según los artículos, ", "De acuerdo con las fuentes proporcionadas, ", "Los artículos dicen que "),
        *("Secondo gli articoli, ", "In base agli articoli forniti, ", "Gli articoli dicono che "),
        *("Segundo os artigos, ", "De acordo com os textos, ", "Com base nos artigos, ", "Os artigos dizem que "),
        *("Volgens de artikelen ", "Op basis van de bronnen, ", "De artikelen melden dat "),
    ],
)
def test_labels_and_frames_are_no_part_of_a_sentence(lead):
    assert without_boilerplate(lead + PLAIN) == PLAIN
    assert without_boilerplate(lead + "two of them left.") == "Two of them left."


def test_a_frame_at_the_end_is_none_either():
    assert without_boilerplate("He left, according to the articles.") == "He left."
    assert without_boilerplate("He left as reported in the provided sources") == "He left"


@pytest.mark.parametrize(
    "sentence",
    [
        *("According to Reuters, he left.", "The minister says that he left.", "Sources say that he left."),
        *(
            "The articles do not say that he left.",
            "The articles say nothing of that.",
            "In the document, he was named.",
        ),
        *("According to sources, he left.", "The sources said that he left.", "According to the report, he left."),
        *("Documents show that he left.", "In March, he left.", "The articles of the treaty say that he left."),
        *("He was charged based on the evidence.", "He said: “I left.”", "Ukraine: the war goes on.", REFUSAL),
        *("He answered questions.", "They need help.", "More help is needed.", "Rutte is Dutch.", "He came.", "No."),
        *(
            "We will stand with you as long as it takes.",
            "“I hope this helps you,” he said.",
            "I was there when it fell.",
        ),
        *(
            "The articles name three cities.",
            "I cannot answer this question.",
            "I hope this helps Ukraine win 3 battles.",
        ),
        *(
            "他离开了。",
            "Das Buch liegt hier, sagte sie.",
            "Sie helfen der Ukraine weiter.",
            "Il a besoin de renforts.",
        ),
    ],
)
def test_what_names_someone_or_denies_or_tells_stays(sentence):
    assert without_boilerplate(sentence) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        *(
            "Here is the answer:",
            "Here is what the articles say:",
            "Rutte said two things:",
            "Answer",
            "Sources",
            "NATO",
        ),
        *("Here is a brief summary of the articles.", "Let me know if you need more!", "I hope this helps.", "Sure!"),
        *(
            "Feel free to ask further questions.",
            "Would you like me to elaborate on any of these points?",
            "Of course!",
        ),
        *("Please let me know if you have any other questions.", "If you'd like more details, just ask.", "---", ""),
        *(
            "Ich hoffe, das hilft Ihnen weiter!",
            "Espero que esto te ayude.",
            "J'espère que cela vous aide.",
            "Thank you.",
        ),
    ],
)
def test_what_states_nothing_is_left_out(sentence):
    assert without_boilerplate(sentence) == ""


@given(st.text(max_size=80))
def test_nothing_is_added(text):
    stated = without_boilerplate(text)
    assert text.casefold().endswith(stated.casefold()) or len(stated) < len(text)
