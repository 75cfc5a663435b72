"""What models think, and the signs of their turns, are no part of what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.llm.thoughts import Thoughts


def said(text: str, size: int = 0) -> str:
    thoughts, told = Thoughts(), ""
    for i in range(0, len(text), size or len(text) or 1):
        piece = thoughts.feed(text[i : i + (size or len(text))])
        told = piece if thoughts.unsaid else told + piece
    return told + thoughts.close()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<think>Hm.</think>He left.", "He left."),
        ("<THINK>Hm.</THINK>He left.", "He left."),
        ("<thinking>Hm.</thinking>He left.", "He left."),
        ("<reasoning>Hm.</reasoning>He left.", "He left."),
        ("<think>Hm.</think>He left. <think>And?</think>She stayed.", "He left. She stayed."),
        ("He left. <think>And", "He left. "),
        ("Hm. Did he?</think>He left.", "He left."),
        ("<think>Hm.</think>Well.</think>He left.", "He left."),
        ("<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>He left.<|return|>",
         "He left."),
        ("<|channel|>final<|message|>He left.", "He left."),
        ("<|im_start|>assistant\nHe left.<|im_end|>", "He left."),
        ("He left.</s>", "He left."),
        ("He left.<|eot_id|>", "He left."),
        ("He left.<end_of_turn>\n", "He left.\n"),
        ("<answer>He left.</answer>", "He left."),
        ("<｜end▁of▁sentence｜>He left.", "He left."),
        ("5 < 6, a <b>, <5, <|, <thin, <thinker> and </x> <", "5 < 6, a <b>, <5, <|, <thin, <thinker> and </x> <"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [0, 1, 3])
def test_thoughts_are_left_out(text, told, size):
    assert said(text, size) == told


PIECES = [
    "<think>",
    "</think>",
    "<|channel|>",
    "analysis",
    "final",
    "<|message|>",
    "<|end|>",
    "</s>",
    "<",
    ">",
    "|",
    "a",
    " ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join), st.integers(1, 9))
def test_any_cutting_gives_the_same(text, size):
    assert said(text, size) == said(text)


@given(st.text(st.characters(exclude_characters="<")))
def test_other_text_stays(text):
    assert said(text) == text
