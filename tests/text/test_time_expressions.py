"""Expressions of time: a table of sentences, resolved, vague and impossible ones; and what must hold for any text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.time.anchor import tense_at
from rag.text.time.expressions import find_dates

DATA = Path(__file__).parent / "data"
LEADING = re.compile(r"^(?:(?:on|in|at|over|the|within|by|before|after|about|around)\s+)+", re.IGNORECASE)
Meaning = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Case:
    published: str
    sentence: str
    meanings: tuple[Meaning, ...]


def read_cases(path: Path) -> Iterator[Case]:
    """The notation is explained at the head of date_expressions.txt."""
    published = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            published = line[1:].strip()
        elif line and not line.startswith("#"):
            marked, *columns = (part.strip() for part in line.split("|"))
            words = re.findall(r"\[(.*?)\]", marked)
            yield Case(published, re.sub(r"[\[\]]", "", marked), tuple(meanings(words, columns)))


def meanings(words: list[str], columns: list[str]) -> Iterator[Meaning]:
    if columns == ["unresolved"]:
        yield (core(words[0]), "", "", "", "unresolved")
    elif columns != ["nothing"]:
        rows = zip(words, *(column.split("&") for column in columns), strict=True)
        for word, days, precision, certainty in rows:
            first, _, last = days.strip().partition("..")
            yield (core(word), first, last or first, precision.strip(), certainty.strip())


def core(words: str) -> str:
    return LEADING.sub("", words)


CASES = [case for path in sorted(DATA.glob("date_expressions*.txt")) for case in read_cases(path)]


def test_the_table_is_long_and_has_cases_of_every_kind() -> None:
    assert len(CASES) >= 150
    kinds = {m[4] for c in CASES for m in c.meanings}
    assert kinds == {"exact", "approximate", "unresolved"}
    assert any(not c.meanings for c in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.published}: {c.sentence}")
def test_an_expression_stands_for_its_days(case: Case) -> None:
    found = find_dates(case.sentence, case.published)
    assert all(case.sentence[e.start : e.end] == e.text for e in found)
    assert tuple((core(e.text), e.first, e.last, e.precision, e.certainty) for e in found) == case.meanings


@pytest.mark.parametrize(
    ("sentence", "tense"),
    [
        ("The mayor, who will retire soon, resigned on X.", "past"),
        ("The mayor resigned and will leave on X.", "future"),
        ("On X the envoy will land in Oslo.", "future"),
        ("The man charged with theft is to appear in court on X.", "future"),
        ("The hearing was adjourned until X.", "future"),
        ("They could have been warned on X.", "past"),
        ("Theresa May told the house on X.", "past"),
        ("A quiet day, X.", ""),
        ("The bill, to be voted on X, was opposed.", "future"),
        ("Measures to be voted on X sparked riots.", "future"),
        ("The man, who was found to be dead on X, was 40.", "past"),
        ("Officials promised repairs by X.", "future"),
        ("He was ordered to report to prison by X.", "future"),
        ("The fire was put out by X.", "past"),
    ],
)
def test_the_nearest_verb_gives_the_tense(sentence: str, tense: str) -> None:
    start = sentence.index("X")
    assert tense_at(sentence, start, start + 1) == tense


@pytest.mark.parametrize(
    ("sentence", "tense"),
    [("The union called a strike for Friday.", "future"), ("Two men were charged for Friday's attack.", "past")],
)
def test_what_is_called_for_a_day_of_the_week_is_to_come(sentence: str, tense: str) -> None:
    start = sentence.index("Friday")
    assert tense_at(sentence, start, start + len("Friday")) == tense


WORDS = (
    "on in the last next this Monday Friday May March 5 31 31st February 2014 2024 1990s '90s , - ( ) to and between "
    "from by until ago later earlier week weeks months year two a few 99 999999 end of early mid spring winter will "
    "met said recent days"
).split()
DAYS = st.dates(date(1600, 1, 1), date(2200, 12, 31)).map(date.isoformat)


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join), DAYS | st.just(""))
def test_any_text_gives_ordered_exact_spans_and_real_days(text: str, published: str) -> None:
    found = find_dates(text, published)
    ends = [0]
    for e in found:
        assert text[e.start : e.end] == e.text
        assert e.start >= ends[-1]
        ends.append(e.end)
        if e.certainty == "unresolved":
            assert (e.first, e.last, e.precision) == ("", "", "")
        else:
            assert date.fromisoformat(e.first) <= date.fromisoformat(e.last)


@pytest.mark.parametrize(
    "words", ["February", "in 2014 and", "on Monday and", " ", "the", "early", "to", "3-7 May 2023,"]
)
@pytest.mark.timeout(20)
def test_endless_sentences_are_read_in_linear_time(words: str) -> None:
    assert len(find_dates(f"{words} " * 4_000, "2024-10-03")) <= 4_000


def test_a_day_of_the_next_two_weeks_is_not_one_of_last_year() -> None:
    (found,) = find_dates("The judge ordered him held without bail pending his next hearing April 19.", "2007-04-12")
    assert found.first == "2007-04-19"


def test_without_a_publication_date_only_full_dates_are_resolved() -> None:
    sentence = "In May 2014 they met; on Friday, two weeks ago and last summer they met again."
    assert [bool(e.first) for e in find_dates(sentence)] == [True, False, False, False]


@pytest.mark.parametrize("published", ["9999-12-31", "0001-01-01"])
def test_days_outside_the_calendar_stay_unresolved(published: str) -> None:
    found = find_dates("He left yesterday and comes back tomorrow.", published)
    assert sorted(d.certainty for d in found) == ["exact", "unresolved"]
