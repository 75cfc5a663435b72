"""Markdown is taken out; numbers are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.llm.streams import shown


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("**One** *came* and `left`, **“he”** said.", "One came and left, “he” said."),
        ("- One.\n* Two.\n+ Three.\n• Four.\n> Five.\n>> Six.", "One.\nTwo.\nThree.\nFour.\nFive.\n>> Six."),
        ("他**走**了。", "他走了。"),
        ("## Answer\n\nHe left.", "\nHe left."),
        ("**Answer:**\nHe left.", "He left."),
        ("**Answer:** He left.", "Answer: He left."),
        ("**He left.**\nShe stayed.", "He left.\nShe stayed."),
        ("# He left.\nShe stayed.", "He left.\nShe stayed."),
        ("**He left**", "He left"),
        ("```markdown\nHe left.\n```\n", "He left.\n"),
        ("| Day | Event |\n|---|:-:|\n| Monday | He left. |\nThen.", "Monday – He left.\nThen."),
        ("=== c360fe0912ab34cd ===\nHe left.\n=== c360fe0912ab34cd ===", "He left.\n"),
        ("=== he said\nHe left.", "=== he said\nHe left."),
        ("One.\n\n---\n\nTwo.", "One.\n\n\n\nTwo."),
    ],
)
@pytest.mark.parametrize("size", [0, 1, 5])
def test_what_is_markdown_is_left_out(text, prose, size):
    assert shown(text, size) == prose


@pytest.mark.parametrize(
    "text", ["-5 degrees", ">3000 men", "3*4", "3 * 4", "+3 points\n–5 more", "#1 of all", "a - b > c # d", "5`4"]
)
def test_numbers_keep_their_signs(text):
    assert shown(text) == text


PIECES = ["*", "**", "# ", "#", "- ", "-", "> ", "|", "---", "\n", "`", "```", "x", "He left.", " ", ":", "3", "•"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.integers(1, 9))
def test_any_cutting_gives_the_same(text, size):
    assert shown(text, size) == shown(text)


@given(st.text(st.characters(exclude_characters="¶*`#>-+–•|~_=<[(【［〔{（^\\")))
def test_text_without_signs_keeps_every_character_but_blanks_at_the_beginning_of_lines(text):
    assert [c for c in shown(text) if not c.isspace()] == [c for c in text if not c.isspace()]


@pytest.mark.parametrize("unit", ["*", "- ", "# ", "| ", "**a", "`", "#\n", "|\n", "~~~"])
def test_long_nonsense_is_read_to_its_end(unit):
    """Anything worse than linear time would run into the time limit of all tests."""
    assert len(shown(unit * (200_000 // len(unit)))) <= 400_000
