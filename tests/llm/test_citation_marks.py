"""Marks are taken out of what models really write, however the stream is cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.llm.citation_marks import KEY, MARK, PAIRS, MarkParser, key_of

A, B, C = "a1b2c3", "0f9e8d", "12345f"
KNOWN = {A, B, C}


def take_marks(text: str) -> tuple[str, int]:
    """A whole text with "¶" for each mark, and how many keys in them are nobody's."""
    parser = MarkParser(KNOWN)
    marked = parser.feed(text) + parser.close()
    return marked.replace(MARK, "¶"), parser.unknown


@pytest.mark.parametrize(
    "mark",
    [
        *(f"[{A}]", f"[{A}, {B}]", f"[{A}; {B} and {C}]", f"【{A}】", f"【{A}†L1-L2】", f"({A})", f"(see {A})"),
        *(f"[Source: {A.upper()}]", f"[^{A}]", f"[`{B}`]", f"[{A}, Reuters]", f"[Source: {A}, A title]"),
        *(f"[{A}: the pledge]", f"[Quelle: {A}]", f"［{A}］", f"〔{A}〕", f"{{{A}}}", f"^{A}", f"^[{A}]", A),
        *(f"[{A}-{B}]", f"[{A}](http://x.y/z)", f"[{A}](#ref1)", f"\\[{A}\\]", f"([{A}])", f"[[{A}], [{B}]]"),
        *(f"([{A}], [{B}])", f"[{A}", f"({A}, Reuters)"),
    ],
)
def test_the_shapes_that_models_write(mark):
    assert take_marks(f"He came {mark}.") == ("He came ¶.", 0)
    assert take_marks(f"He came {mark}") == ("He came ¶", 0)


@pytest.mark.parametrize(
    ("mark", "keys"),
    [
        *((f"[{key}]", 1) for key in ("deadb0", "9e81a", "9e81a22", "deadb", "facade", "999999", "1", "S1", "ref12")),
        *(("[1, 2]", 2), ("【3】", 1), ("[abc123, 999]", 2), (f"[{A}, deadb0]", 1), ("(deadb0)", 1), ("[[1]]", 1)),
        *(("[Article 1]", 1), ("[Article 1, Article 2]", 2), ("[Source 3]", 1), ("[004_10b93e29ba91228a.txt]", 1)),
    ],
)
def test_what_looks_like_a_mark_and_is_nobodys_is_dropped_and_counted(mark, keys):
    assert take_marks(f"He came {mark}.") == ("He came ¶.", keys)
    assert take_marks(f"He came. {mark}\nShe left.") == ("He came. ¶\nShe left.", keys)


@pytest.mark.parametrize("bracket", ["[facade]", "[added]", "[G20]", "[Article 5]"])
def test_words_that_an_editor_put_into_a_sentence_stay(bracket):
    text = f"The {bracket} held."
    assert take_marks(text) == (text, 0)


@pytest.mark.parametrize(
    "bracket",
    [
        *("[sic]", "(2b)", "[applause]", "(F-16)", "[the president]", "(2024)", "(3)", "[2024]", "[1990s]", "[the G7]"),
        *("[10 million]", "(facade)", "[]", "()", "{x}", "[He]", "[5th]", "(see below)", "[1,500]", f"x{A}", f"{A}x"),
    ],
)
def test_what_stands_in_brackets_in_prose_stays(bracket):
    for text in (f"The deal {bracket} held.", f"He came {bracket}.", f"He came. {bracket} She left."):
        assert take_marks(text) == (text, 0)


def test_a_parenthesis_loses_its_key_alone():
    assert take_marks(f"He came (as he had said, {A}).") == ("He came (as he had said, ¶).", 0)


@pytest.mark.parametrize(
    "text",
    [
        "Plain prose (with brackets) and [the jets] – [sic].",
        "Sources say that he came.\nSources close to him agree: he did.",
        "  It begins with blanks, and ends with them. \n",
        "It cost (200000) or (dead) in (2024).",
        "A facade (decade) and [facade] fell.",
        "A [never closed bracket.\nAnd ((another.",
        "-----\n# A heading\n\n* a point",
        "",
    ],
)
def test_text_without_marks_passes_unchanged(text):
    assert take_marks(text) == (text, 0)


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
        "[facade]",
        "S1",
        "^",
        "\\",
        "{",
        "(http://x.y)",
        ". ",
        "He came",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join)


@given(TEXTS, st.lists(st.integers(0, 200)))
@example(f"He came [{A}](http://x.y) [S1] ^{B}.", [3, 9, 12, 17, 18, 21, 33])
def test_any_chunking_gives_the_same(text, cuts):
    edges = [0, *sorted(min(c, len(text)) for c in cuts), len(text)]
    parser = MarkParser(KNOWN)
    streamed = "".join(parser.feed(text[a:b]) for a, b in itertools.pairwise(edges)) + parser.close()
    assert (streamed.replace(MARK, "¶"), parser.unknown) == take_marks(text)


@given(st.text(st.characters(exclude_characters="".join(PAIRS))))
def test_prose_is_never_changed(text):
    assert take_marks(text)[0] == text


def test_words_are_given_at_once():
    parser = MarkParser(KNOWN)
    assert parser.feed("Rutte came") == "Rutte came"
    assert parser.feed(" and dea") == " and "
    assert parser.feed("lt") == "dealt"


@pytest.mark.parametrize("unit", ["[", "(", "[(", " ", "\n", "[a1b2c3", "[a1b2c3]", "[G7] ", "{[", "^", "a1b2c3"])
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
