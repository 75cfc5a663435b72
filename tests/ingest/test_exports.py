"""Files with many articles: each becomes one, with its facts, and the words of the export are no text."""

import pytest

from rag.ingest.exports import split_export
from rag.ingest.files import read_file

ONE = "The council voted on Tuesday to close the old bridge for a month. Nobody was hurt."
TWO = "A bakery in Leeds ended its strike after a pay rise of six percent, the union said."

NUMBERED = """
                               1 of 2 DOCUMENTS

                            The Daily Bridge

                            October 3, 2024 Thursday
                               First Edition

Bridge closes
for a month

BYLINE: Anna Hill

SECTION: NEWS; Pg. 3

LENGTH: 16 words

{one}

LOAD-DATE: October 4, 2024

LANGUAGE: ENGLISH

           Copyright 2024 The Daily Bridge
                   All Rights Reserved

                               2 of 2 DOCUMENTS

                            Leeds Post

                            October 4, 2024 Friday

Strike ends

LENGTH: 16 words

{two}

LOAD-DATE: October 5, 2024
"""
ENDED = """Documents (2)
1. Bridge closes for a month
Client/Matter: -None-
Search Terms: bridge
Bridge closes for a month
The Daily Bridge
October 3, 2024 Thursday
Copyright 2024 The Daily Bridge All Rights Reserved
Section: NEWS
Length: 16 words
Byline: Anna Hill
Body
{one}
Classification
Language: ENGLISH
Load-Date: October 4, 2024
End of Document
Strike ends
Leeds Post
October 4, 2024 Friday
Copyright 2024 Leeds Post All Rights Reserved
Length: 16 words
Body
{two}
Load-Date: October 5, 2024
End of Document
"""
FACTIVA = """Bridge closes for a month
By Anna Hill
541 words
3 October 2024
10:15 GMT
The Daily Bridge
DBRI
12
English
(c) 2024 The Daily Bridge

{one}

Document DBRI000020241003ek3500000

Strike ends
60 words
4 October 2024
Leeds Post
LEPO
English
(c) 2024 Leeds Post

{two}

Document LEPO000020241004ek3500001
"""
CODED = """HD Bridge closes for a month
BY By Anna Hill
WC 541 words
PD 3 October 2024
SN The Daily Bridge
LA English
CY (c) 2024 The Daily Bridge
LP {one}
AN Document DBRI000020241003ek3500000
HD Strike ends
PD 4 October 2024
SN Leeds Post
TD {two}
AN Document LEPO000020241004ek3500001
"""
PROQUEST = """Document 1 of 2

Bridge closes for a month

Author: Anna Hill

Full text: {one}

Publication title: The Daily Bridge

Publication date: Oct 3, 2024

Document 2 of 2

Strike ends

Full text: {two}

Publication title: Leeds Post

Publication date: Oct 4, 2024
"""
DIGEST = (
    "Bridge closes for a month\nThe Daily Bridge, 3 October 2024\n\n{one}\n\n==========\n\n"
    "Strike ends\nLeeds Post, 4 October 2024\n\n{two}\n"
)


@pytest.mark.parametrize("export", [NUMBERED, ENDED, FACTIVA, CODED, PROQUEST, DIGEST])
def test_each_article_has_its_facts(export):
    first, second = split_export(export.format(one=ONE, two=TWO))
    assert (first.title, first.publisher) == ("Bridge closes for a month", "The Daily Bridge")
    assert (second.title, second.publisher) == ("Strike ends", "Leeds Post")
    assert (first.published, second.published) == ("2024-10-03", "2024-10-04")
    assert first.text.endswith(ONE)
    assert second.text.endswith(TWO)


@pytest.mark.parametrize("export", [NUMBERED, ENDED, FACTIVA, CODED, PROQUEST])
def test_the_words_of_the_export_are_no_text_and_the_byline_is(export):
    first, second = split_export(export.format(one=ONE, two=TWO))
    assert first.text == f"By Anna Hill\n{ONE}"
    assert second.text == TWO


def test_articles_of_one_file_have_different_names(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(ENDED.format(one=ONE, two=TWO))
    assert [a.file for a in read_file(path, "a.txt", max_bytes=10_000).articles] == ["a.txt#1", "a.txt#2"]


@pytest.mark.parametrize(
    "text",
    [
        f"Bridge closes\n\n{ONE}\n\n* * *\n\n{TWO}",
        f"Bridge closes\n\n{ONE}\n\n-----\n\nIt will open again.\n",
        f"{ONE}\n\n==========\n\n{TWO}",
        f"Section: one\nLength: two\n\n{ONE}",
    ],
)
def test_breaks_within_one_article_do_not_part_it(tmp_path, text):
    path = tmp_path / "a.txt"
    path.write_text(text)
    (article,) = read_file(path, "a.txt", max_bytes=10_000).articles
    assert article.text == text


# -- shapes of real exports that once went wrong ---------------------------------------------------------------------


def facts(tmp_path, name, content):
    (tmp_path / name).write_text(content, "utf-8")
    read = read_file(tmp_path / name, name, max_bytes=1_000_000)
    return [(a.title, a.publisher, a.published, a.author) for a in read.articles], [a.text for a in read.articles]


EXPECTED = [
    ("Bridge closes after a crack is found", "The Daily Bridge", "2024-10-03", "Anna Hill"),
    ("Bakers end their strike in the north", "Leeds Post", "2024-10-04", "Tom Reed"),
]


def test_the_page_numbers_of_an_export_are_no_titles(tmp_path):
    pages = "".join(
        f"Page {n} of 2\n{title}\n{paper}\nOctober {day}, 2024\n\nSection: NEWS\nLength: 20 words\nByline: {author}\n"
        f"Body\n\n{text}\n\nPage {n} of 2\n{title}\n\n{text}\n\nLoad-Date: October 9, 2024\n\nEnd of Document\n\n"
        for n, (title, paper, day, author, text) in enumerate(
            [(*EXPECTED[0][:2], 3, "Anna Hill", ONE), (*EXPECTED[1][:2], 4, "Tom Reed", TWO)], 1
        )
    )
    found, texts = facts(tmp_path, "a.txt", pages)
    assert found == EXPECTED
    assert "Page" not in "".join(texts)
    assert texts[0].count("Bridge closes") == 0


def test_a_by_line_before_the_number_of_words_is_no_title(tmp_path):
    text = "".join(
        f"News\n{title}\n{by}\n210 words\n{day} October 2024\n{paper}\nDAYBR\nEnglish\n(c) 2024 {paper}\n\n{body}\n\n"
        f"Document DAYBR000202410{day}ek3500001\n\n"
        for title, by, day, paper, body in [
            (EXPECTED[0][0], "By Anna Hill", "03", "The Daily Bridge", ONE),
            (EXPECTED[1][0], "Tom Reed", "04", "Leeds Post", TWO),
        ]
    )
    assert facts(tmp_path, "a.txt", text)[0] == EXPECTED


def test_codes_in_a_table_with_hard_blanks_are_read(tmp_path):
    rows = [
        ("SE", "News"),
        ("HD", EXPECTED[0][0]),
        ("BY", "By Anna Hill"),
        ("WC", "20 words"),
        ("PD", "3 October 2024"),
    ]
    rows += [("SN", "The Daily Bridge"), ("SC", "DAYBR"), ("LA", "English"), ("LP", f"<p>{ONE}</p>"), ("TD", TWO)]
    table = "".join(f"<tr><td><b>{code}</b>&nbsp;</td><td>{value}</td></tr>" for code, value in rows)
    found, texts = facts(tmp_path, "a.html", f"<html><body><table>{table}</table></body></html>")
    assert found == EXPECTED[:1]
    assert texts == [f"By Anna Hill\n{ONE}\n{TWO}"]


def test_the_fields_after_an_article_are_no_text(tmp_path):
    one = (
        f"Document 1 of 2\n\n{EXPECTED[0][0]}\n\nAuthor: Hill, Anna\n\nFull text:\n\n{ONE}\n\nSubject: Bridges;\n\n"
        f"Location: Leeds\n\nTitle: {EXPECTED[0][0]}\n\nPublication title: The Daily Bridge; Leeds\n\nPages: 3\n\n"
        "Publication date: Oct 3, 2024\n\nPublisher: B Ltd\n\nDatabase: News\n\n"
    )
    found, texts = facts(tmp_path, "a.txt", one + one.replace("1 of", "2 of"))
    assert found[0] == (*EXPECTED[0][:3], "Hill, Anna")
    assert texts[0] == f"By Hill, Anna\n{ONE}"


@pytest.mark.parametrize(
    "text",
    [
        f"Title: First bridge\nSource: Leeds Post\n\n{ONE}\n\nTitle: Second bridge\nSource: Leeds Post\n\n{TWO}",
        f"Article 1: First bridge\nSource: Leeds Post\n\n{ONE}\n\n"
        f"Article 2: Second bridge\nSource: Leeds Post\n\n{TWO}",
        f"# First bridge\nSource: Leeds Post\n\n{ONE}\n\n***\n\n# Second bridge\nSource: Leeds Post\n\n{TWO}",
    ],
)
def test_a_digest_is_parted_by_its_labels(tmp_path, text):
    found, texts = facts(tmp_path, "a.txt", text)
    assert [f[:2] for f in found] == [("First bridge", "Leeds Post"), ("Second bridge", "Leeds Post")]
    assert TWO not in texts[0]


def test_a_law_is_one_text():
    assert not split_export("\n\n".join(f"Article {n}\n\n{ONE} {TWO}" for n in range(1, 9)))


def test_a_text_that_names_articles_is_no_digest():
    assert not split_export(f"Article 5: {ONE}\n\n{TWO}\n\nArticle 7: {ONE}\n\n{TWO}")
    assert not split_export(f"{ONE}\n{TWO}\n{ONE} {TWO}\n\nTitle: one\n\n{ONE}\n\nTitle: two\n\n{TWO}")
