"""Marks are taken out of what models really write, however the stream is cut."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.grounding.marks import KEY, Mark, MarkParser, key_of

A, B, C = "a1b2c3", "0f9e8d", "12345f"
KNOWN = {A, B, C}


def take_marks(text: str) -> tuple[str, MarkParser]:
    """The prose of a whole text, and the parser that has its marks."""
    parser = MarkParser(KNOWN)
    return parser.feed(text) + parser.close(), parser


@pytest.mark.parametrize(
    ("text", "prose", "marks"),
    [
        (f"He came [{A}]. She left.", "He came. She left.", [Mark(7, (A,))]),
        (f"He came. [{A}] She left.", "He came. She left.", [Mark(8, (A,))]),
        (f"He came.[{A}]She left.", "He came. She left.", [Mark(8, (A,))]),
        (f"He came [{A}, {B}].", "He came.", [Mark(7, (A, B))]),
        (f"He came [{A}][{B}] .", "He came.", [Mark(7, (A,)), Mark(7, (B,))]),
        (f"He came [{A}; {B} and {C}].", "He came.", [Mark(7, (A, B, C))]),
        (f"He came【{A}】.", "He came.", [Mark(7, (A,))]),
        (f"He came【{A}†L1-L2】.", "He came.", [Mark(7, (A,))]),
        (f"He came ({A}).", "He came.", [Mark(7, (A,))]),
        (f"He came (see {A}).", "He came.", [Mark(7, (A,))]),
        (f"He came [Source: {A.upper()}].", "He came.", [Mark(7, (A,))]),
        (f"He came [^{A}] [`{B}`].", "He came.", [Mark(7, (A,)), Mark(7, (B,))]),
        (f"[{A}] He came.\n[{B}] She left.", "He came.\nShe left.", [Mark(0, (A,)), Mark(9, (B,))]),
        (f"- He came. [{A}]\n- She left. [{B}]", "- He came.\n- She left.", [Mark(10, (A,)), Mark(22, (B,))]),
        (f"He came [{A}", f"He came [{A}", []),
        (f"([{A}] he came)", "( he came)", [Mark(1, (A,))]),
    ],
)
def test_the_shapes_that_models_write(text, prose, marks):
    given, parser = take_marks(text)
    assert given == prose
    assert parser.marks == marks
    assert parser.unknown == 0


@pytest.mark.parametrize("mark", ["[deadb0]", "[1]", "[1, 2]", "【3】", "[abc123, 999]"])
def test_unknown_keys_are_dropped_and_counted(mark):
    prose, parser = take_marks(f"He came {mark}.")
    assert (prose, parser.marks) == ("He came.", [])
    assert parser.unknown == len(re.findall(r"\w+", mark))


def test_a_known_key_beside_an_unknown_one_stays():
    prose, parser = take_marks(f"He came [{A}, deadb0].")
    assert (prose, parser.marks, parser.unknown) == ("He came.", [Mark(7, (A,))], 1)


@pytest.mark.parametrize(
    "tail",
    [f"Sources: [{A}], [{B}]", f"\n**Sources:**\n[{A}] A title\n[{B}] Another", f"## References\n- [{A}]\n- ({B})"],
)
def test_a_list_at_the_end_is_taken_out_whole(tail):
    prose, parser = take_marks(f"He came.\n{tail}")
    assert prose.strip() == "He came."
    assert parser.listed == [A, B]
    assert parser.marks == []


@pytest.mark.parametrize(
    "text",
    [
        "Plain prose (with brackets) and [the jets] – [sic].",
        "Sources say that he came.\nSources close to him agree: he did.",
        "  It begins with blanks, and ends with them. \n",
        "It cost (200000) or (deadb0), in (2024).",
        "A facade (decade) and [facade].",
        "A [never closed bracket.\nAnd ((another.",
        "-----\n# A heading\n\n* a point",
        "",
    ],
)
def test_text_without_marks_passes_unchanged(text):
    prose, parser = take_marks(text)
    assert prose == text
    assert (parser.marks, parser.unknown) == ([], 0)


PIECES = st.sampled_from(
    [
        A,
        B,
        "deadb0",
        "[",
        "]",
        "(",
        ")",
        "【",
        "】",
        f"[{A}]",
        f"({B})",
        ", ",
        " ",
        "\n",
        "Sources",
        ":",
        "**",
        ". ",
        "He came",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join)


@given(TEXTS, st.lists(st.integers(0, 200)))
@example(f"He came [{A}].\nSources:\n[{B}] x", [3, 9, 12, 17, 18, 21])
def test_any_chunking_gives_the_same(text, cuts):
    edges = [0, *sorted(min(c, len(text)) for c in cuts), len(text)]
    parser = MarkParser(KNOWN)
    streamed = "".join(parser.feed(text[a:b]) for a, b in itertools.pairwise(edges)) + parser.close()
    prose, whole = take_marks(text)
    assert streamed == prose
    assert (parser.marks, parser.unknown, parser.listed) == (whole.marks, whole.unknown, whole.listed)
    assert all(0 <= m.at <= len(prose) and KNOWN.issuperset(m.keys) for m in whole.marks)


@given(st.text(st.characters(exclude_characters="[(【")).filter(lambda t: not re.search("source|ref|cit", t, re.I)))
def test_prose_is_never_changed(text):
    assert take_marks(text)[0] == text


def test_words_are_given_at_once():
    parser = MarkParser(KNOWN)
    assert parser.feed("Rutte came") == "Rutte came"


@pytest.mark.parametrize("unit", ["[", "(", "[(", " ", "\n", "[a1b2c3", "[a1b2c3]", "- ", "Sources ", "sources\t"])
def test_long_nonsense_is_read_to_its_end(unit):
    """Anything worse than linear time would run into the time limit of all tests."""
    prose, _ = take_marks(unit * (200_000 // len(unit)))
    assert len(prose) <= 200_000


@given(st.text(max_size=20), st.text(max_size=50))
def test_keys_are_short_and_can_be_told_from_words_and_numbers(file, text):
    key = key_of(file, text)
    assert KEY.fullmatch(key)
    assert key == key_of(file, text)
    assert key_of(file, text, {key}) != key
