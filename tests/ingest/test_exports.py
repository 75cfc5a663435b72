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
