"""Dates, languages, and what the lines of a plain text say about it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ingest.dates import iso_date
from rag.ingest.files import read_file
from rag.ingest.metadata import facts_of_lines
from rag.text.language import detect_language, language_code

TEXTS = json.loads(Path(__file__).with_name("samples.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("stated", "iso"),
    [
        ("2024-10-03", "2024-10-03"),
        ("2024-10-03T10:15:00+02:00", "2024-10-03T10:15:00+02:00"),
        ("2024-10-03T10:15:00.123Z", "2024-10-03T10:15:00Z"),
        ("2024-10-03 10:15", "2024-10-03T10:15:00"),
        ("20241003T101500Z", "2024-10-03T10:15:00Z"),
        ("Thu, 03 Oct 2024 10:15:00 GMT", "2024-10-03T10:15:00Z"),
        ("3 October 2024", "2024-10-03"),
        ("October 3rd, 2024", "2024-10-03"),
        ("Oct. 3, 2024 at 10:15", "2024-10-03"),
        ("3. Oktober 2024", "2024-10-03"),
        ("3 octobre 2024", "2024-10-03"),
        ("3 de octubre de 2024", "2024-10-03"),
        ("3 октября 2024 г.", "2024-10-03"),
        ("3 жовтня 2024", "2024-10-03"),
        ("3. října 2024", "2024-10-03"),
        ("3 października 2024", "2024-10-03"),
        ("3. oktobra 2024.", "2024-10-03"),
        ("2024年10月3日", "2024-10-03"),
        ("3.10.2024.", "2024-10-03"),
        ("25/10/2024", "2024-10-25"),
        ("10/25/2024", "2024-10-25"),
        ("1727950500", "2024-10-03T10:15:00Z"),
        ("03/10/2024", ""),
        ("31 February 2024", ""),
        ("listopada 2024", ""),
        ("yesterday", ""),
        ("2024", ""),
        ("", ""),
    ],
)
def test_dates_are_read_and_doubtful_ones_left_open(stated, iso):
    assert iso_date(stated) == iso


def test_a_date_to_come_is_no_publication_date():
    assert iso_date((datetime.now(UTC) + timedelta(days=5)).date().isoformat()) == ""


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2024, 1, 1)))
def test_iso_dates_stay_as_they_are(moment):
    stated = moment.replace(microsecond=0).isoformat()
    assert iso_date(stated) == stated
    assert iso_date(iso_date(stated)) == stated


@given(st.text(max_size=60))
def test_any_text_gives_a_date_or_nothing(text):
    found = iso_date(text)
    assert found == "" or datetime.fromisoformat(found)


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_languages_are_detected(language):
    kin = {"sr": {"sr", "hr", "bs"}, "hr": {"sr", "hr", "bs"}, "sr-cyrl": {"sr"}}
    assert detect_language(TEXTS[language]) in kin.get(language, {language})


@pytest.mark.parametrize("text", ["", "12345 67890", "Mark Rutte", "qwxz vbnm", "\ud800"])
def test_a_doubtful_language_is_left_open(text):
    assert detect_language(text.encode("utf-8", "replace").decode()) == ""


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("en-GB", "en"),
        ("EN", "en"),
        ("pt_BR", "pt"),
        ("German", "de"),
        ("srp", "sr"),
        ("iw", "he"),
        ("zh-Hant", "zh"),
        ("x", ""),
    ],
)
def test_stated_languages_become_codes(stated, code):
    assert language_code(stated) == code


BODY = "\nThe council of the town voted on Tuesday to close the old bridge.\nNobody was hurt.\n"


@pytest.mark.parametrize(
    "headline",
    [
        "Bridge closes for a month",
        "Is the bridge safe?",
        "‘Nobody was hurt’",
        "Breaking: bridge closes",
        "旧桥将关闭一个月",
    ],
)
def test_a_headline_is_the_title_and_stays_in_the_text(headline):
    text = headline + BODY
    facts = facts_of_lines(text)
    assert facts.title == headline
    assert facts.text == text


@pytest.mark.parametrize(
    "first",
    [
        "The bridge is closed.",
        "Bonus video:",
        "By Anna Hill",
        "Photo: the bridge by night",
        "October 3, 2024",
        "and then it closed",
        "Share Tweet Email",
    ],
)
def test_other_first_lines_are_no_headlines(first):
    assert facts_of_lines(first + BODY).title == ""


@pytest.mark.parametrize(
    ("line", "publisher"), [("The Linden Courier, 22 July 2013", "The Linden Courier"), ("Monday, July 22, 2013", "")]
)
def test_a_line_below_the_headline_names_publisher_and_date_but_a_weekday_is_no_publisher(line, publisher):
    facts = facts_of_lines(f"Bridge closes for a month\n{line}{BODY}")
    assert (facts.publisher, facts.published) == (publisher, "2013-07-22")


def test_a_lone_line_is_no_headline():
    assert facts_of_lines("Bridge closes for a month").title == ""


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("Published: October 3, 2024", "2024-10-03"),
        ("Posted on 3 October 2024 at 10:15", "2024-10-03"),
        ("Thursday, October 3, 2024", "2024-10-03"),
        ("3. Oktober 2024", "2024-10-03"),
        ("The bridge was built on October 3, 1824, in a hurry.", ""),
    ],
)
def test_dates_of_publication_are_read_from_lines_of_their_own(line, published):
    assert facts_of_lines(f"Bridge closes for a month\n{line}{BODY}").published == published
    assert facts_of_lines(f"Bridge closes for a month{BODY}{line}").published in (published, "")


@pytest.mark.parametrize(
    "line", ["Updated: October 3, 2024", "Updated Thu 3 October 2024", "Aktualisiert am 3.10.2024"]
)
def test_the_day_of_the_last_change_is_taken_where_no_other_is_stated(line):
    assert facts_of_lines(f"Bridge closes for a month\n{line}{BODY}").published == "2024-10-03"
    assert facts_of_lines(f"Bridge closes for a month\n{line}\nOctober 1, 2024{BODY}").published == "2024-10-01"


def test_a_dateline_names_the_agency():
    text = "LEEDS, Oct 3 (Reuters) - The council voted on Tuesday to close the old bridge.\nNobody was hurt.\n"
    assert facts_of_lines(text).publisher == "Reuters"


def test_stated_pairs_at_the_head_are_facts():
    text = "Title: Bridge closes\nSource: The Daily Bridge\nDate: 2024-10-03\nURL: https://bridge.example/1\n" + BODY
    facts = facts_of_lines(text)
    assert (facts.title, facts.publisher) == ("Bridge closes", "The Daily Bridge")
    assert (facts.published, facts.address) == ("2024-10-03", "https://bridge.example/1")


@given(st.text(max_size=300))
def test_any_text_has_facts_or_none(text):
    assert facts_of_lines(text).text == text


@pytest.mark.parametrize(
    ("stated", "author"),
    [
        ("Heidi Blake", "Heidi Blake"),
        ("By Bobby Smith", "Bobby Smith"),
        ("Luigi Di Maio", "Luigi Di Maio"),
        ("By Ursula von der Leyen", "Ursula von der Leyen"),
        ("Von Anna Weber", "Anna Weber"),
    ],
)
def test_only_the_word_before_the_names_is_left_out_of_a_byline(tmp_path: Path, stated: str, author: str) -> None:
    page = tmp_path / "page.html"
    text = "The bridge of Harwick fell into the river on Monday. Nobody was hurt, the mayor said. " * 6
    page.write_text(f'<html><head><meta name="author" content="{stated}"></head><body><p>{text}</p></body></html>')
    assert read_file(page, page.name, max_bytes=1_000_000).articles[0].author == author
