"""Where a mark stood, no debris is left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.llm.citation_marks import MARK
from rag.llm.clean_stream import Seams


def closed(text: str, size: int = 0) -> str:
    seams, marked = Seams(), text.replace("¶", MARK)
    step = size or len(marked) or 1
    return "".join(seams.feed(marked[i : i + step]) for i in range(0, len(marked), step)) + seams.close()


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
        ("- He came. ¶\n- She left. ¶", "- He came.\n- She left."),
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
    assert closed(text, size) == prose


@given(st.text(st.sampled_from('ab. ,;:\n¶"“”„»()了。and-'), max_size=60), st.integers(1, 9))
def test_any_cutting_gives_the_same_and_no_word_is_lost(text, size):
    assert closed(text, size) == closed(text)
    assert "¶" not in closed(text)
    words = [c for c in closed(text) if c.isalnum()]
    assert words == [c for c in text if c.isalnum()] or "and" in text


@given(st.text())
def test_prose_without_marks_is_never_changed(text):
    text = text.replace("¶", "")
    assert closed(text) == text
