"""Where a mark stood, no debris is left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.llm.streams import shown


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("He came ¶. She left.", "He came. She left."),
        ("He came. ¶ She left.", "He came. She left."),
        ("He came.¶She left.", "He came. She left."),
        ("He came ¶¶ .", "He came."),
        ("He came ¶, ¶ and ¶.", "He came."),
        ("He came ¶, ¶, and left.", "He came, and left."),
        ("He came ¶ and left.", "He came and left."),
        ("He came ¶ – and left.", "He came – and left."),
        ("He came. ¶; ¶ She left.", "He came. She left."),
        ("¶ He came.\n¶ She left.", "He came.\nShe left."),
        ("¶: He came. ¶: She left.", "He came. She left."),
        ("- He came. ¶\n- She left. ¶", "He came.\nShe left."),
        ("(¶ he came)", "(he came)"),
        ('He left. ¶ "Yes," he said.', 'He left. "Yes," he said.'),
        ("He left. ¶ 'Yes,' he said.", "He left. 'Yes,' he said."),
        ('"He left ¶" is said.', '"He left" is said.'),
        ("He said ¶: “I left.”", "He said: “I left.”"),
        ("„Er ging ¶“, heißt es.", "„Er ging“, heißt es."),
        ("He left. ¶ “Yes.”", "He left. “Yes.”"),
        ("«Se fue ¶» dijo.", "«Se fue» dijo."),
        ("他走了¶。", "他走了。"),
        ("他走了 ¶，她", "他走了，她"),
        ("他走¶了", "他走了"),
        ("「走了¶」", "「走了」"),
        ("هل رحل ¶؟ نعم ¶، رحل", "هل رحل؟ نعم، رحل"),
        ("वह गया ¶।", "वह गया।"),
        ("그는 ¶ 갔다", "그는 갔다"),
        ("¶a¶ ¶ an ¶", "a an"),
    ],
)
@pytest.mark.parametrize("size", [0, 1])
def test_prose_is_closed_where_a_mark_stood(text, prose, size):
    assert shown(text, size) == prose


@given(st.text(st.sampled_from('ab. ,;:\n¶"“”„»()了。and-'), max_size=60), st.integers(1, 9))
def test_any_cutting_gives_the_same_and_no_word_is_lost(text, size):
    assert shown(text, size) == shown(text)
    line = text.replace("\n", " ")
    assert [c for c in shown(line) if c.isalnum()] == [c for c in line if c.isalnum()] or "and" in line
