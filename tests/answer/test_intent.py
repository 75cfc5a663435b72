"""Typed lines are told to be requests or questions, in wordings that the classifier did not learn from."""

from __future__ import annotations

import pytest

from rag.answer.intent import intent_of, read_request

REQUESTS = {
    "summary": """
        I have five minutes, what do these pieces tell me?
        quick rundown of the harbour strike pls
        What is the story about?
        Summarise the articles
        Worum geht's in den Artikeln?
        Peux-tu me faire un petit résumé des articles sur la grève ?
        ¿De qué hablan estas noticias?
        О чём эти статьи?
    """,
    "compare": """
        What are the differences between the two articles?
        show me where the papers contradict one another on the death toll
        Wo widersprechen sich die Zeitungen beim Zugunglück?
        Quelles différences y a-t-il entre les deux reportages sur la grève ?
        ¿Qué diferencias hay entre los dos artículos?
        Чем отличаются эти две статьи?
        Uporedi ova dva članka
    """,
    "timeline": """
        Can you lay out what happened in the order it happened?
        give me the chronology of the hostage crisis
        Dans quel ordre les choses se sont-elles passées à Lyon ?
        Составь хронологию событий
        Hronologija događaja u Beogradu
    """,
    "stories": """
        find duplicates among these reports
        Welche Artikel sind voneinander abgeschrieben?
        ¿Hay artículos repetidos?
        Koji su članci kopije?
    """,
    "new": """
        What's new?
        What has changed since the last update?
        Gibt es etwas Neues zum Streik?
        ¿Hay novedades sobre el secuestro?
    """,
    "articles": """
        Which of the articles mention the prime minister?
        Welche Artikel handeln vom Streik?
        Quels articles parlent de la grève ?
        Какие статьи говорят о наводнении?
    """,
    "people": """
        give me a list of all persons named
        Wer kommt in den Artikeln vor?
        ¿Quiénes son los protagonistas de la historia?
        Koje se osobe pominju u člancima?
    """,
}
QUESTIONS = """
    What did the report say about the summary judgment?
    Who compared the two?
    Who wrote the summary of the report?
    When was the timeline for the project published?
    How many articles did the senator write?
    How many copies of the book were sold?
    Which people were hurt in the fire?
    What is the difference between the two engines?
    Why did the newspaper copy the story?
    Which report says the bridge was closed on Monday?
    What was the latest offer from the union?
    Tell me more
    And when?
    What happened to the ferry?
    bridge crack length
    Wer hat die Zusammenfassung geschrieben?
    Combien de personnes ont été blessées ?
    ¿Quién comparó las dos versiones?
    Сколько человек погибло?
    Колико је дуга пукотина?
    Köprü ne zaman yapıldı?
    裂缝有多长？
"""


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("intent", "line"), [(i, line) for i, text in REQUESTS.items() for line in lines(text)])
def test_requests_are_understood(intent: str, line: str) -> None:
    assert intent_of(line) == intent


@pytest.mark.parametrize("line", lines(QUESTIONS))
def test_questions_stay_questions(line: str) -> None:
    assert intent_of(line) == "answer"


@pytest.mark.parametrize(
    ("line", "focus"),
    [
        ("Summarise the articles", ""),
        ("Summarise what happened at the Lund swimming pool", "Lund swimming pool"),
        ("Timeline of the harbour strike please", "harbour strike"),
        ("Which articles are about the bridge?", "bridge"),
        ("Vergleiche die Berichte über den Brand in Lindau", "Brand in Lindau"),
        ("Résume-moi les articles sur le pont de Lindares", "pont de Lindares"),
        ("What happened when in Riga? Put it in order", "Riga"),
        ("Summarise the news on Key West", "Key West"),
    ],
)
def test_the_subject_is_what_is_left_of_a_request(line: str, focus: str) -> None:
    request = read_request(line)
    assert request.intent != "answer"
    assert request.focus == focus


def test_a_number_of_points_is_read() -> None:
    assert read_request("Summarise the bakers' strike in five points").points == 5
    assert read_request("Summarise the bakers' strike in 3 sentences").focus == "bakers' strike"


def test_days_are_read_from_a_request_for_a_timeline() -> None:
    request = read_request("timeline since Monday", "2024-03-08")
    assert (request.intent, request.focus, request.since) == ("timeline", "", "2024-03-04")


def test_a_publisher_is_asked_what_it_reports() -> None:
    assert read_request("What does the Tarvo Times report?", "", ["Tarvo Times"]).intent == "articles"
    assert read_request("What did the Tarvo Times pay for the map?", "", ["Tarvo Times"]).intent == "answer"
