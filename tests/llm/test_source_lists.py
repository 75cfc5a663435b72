"""Lists of sources are taken out of an answer, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.llm.streams import shown


@pytest.mark.parametrize(
    "tail",
    [
        *(
            f"{head}:\n- ¶ One title\n- ¶ Another"
            for head in ("Sources", "Quellen", "Fuentes", "来源", "Notes", "Keys")
        ),
        *(
            f"{head}:\n¶ A title.\n¶ Another."
            for head in ("Evidence", "Reference", "Cited sources", "Source(s)", "Källor")
        ),
        *("Sources: ¶, ¶", "**Sources:** ¶ ¶", "## References\n- ¶\n- ¶", "Sources\n\n1. One title\n2. Another"),
        *("1. ¶ One title\n2. ¶ Another", "¶ One title\n¶ Another", "3. Sources:\n¶", "Sources：Reuters ¶, BBC ¶."),
    ],
)
def test_a_list_at_the_end_is_taken_out_whole(tail):
    assert shown(f"He came. ¶\n\n{tail}") == "He came.\n\n"
    assert shown(f"He came. ¶\n\n{tail}\n\nShe left.").split() == ["He", "came.", "She", "left."]


@pytest.mark.parametrize(
    "text",
    [
        "Sources: Rutte said again that Ukraine would one day be a member ¶.",
        "Source: a diplomat told Reuters that he left.",
        "Citations: he has 3. He left.",
        "Source\n\nHe left.",
        "Sources say that he came.\nSources close to him agree: he did.",
        "Evidence:\n- ¶ He left.\n- ¶ She stayed.",
        "He said two things:\n- ¶ He left\n- ¶ She stayed",
        "He left.\n¶ She stayed.\n1. ¶ It rained.",
        "He left.\n1990 was warm.\n12 men came",
        "Note that he left.\n-----\n\n* a point",
        "",
    ],
)
def test_prose_is_no_list(text):
    assert re.findall(r"\w+", shown(text)) == re.findall(r"\w+", text)


PIECES = ["Sources", ":", "\n", "¶", " ", "- ", "1. ", "Title", "He left.", "**", "# ", "Notes", "x" * 50]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.integers(1, 9))
def test_any_cutting_gives_the_same(text, size):
    assert shown(text, size) == shown(text)


@given(st.text())
def test_nothing_is_taken_where_no_mark_and_no_point_is(text):
    text = "".join(c for c in text if c not in "¶*>•–-(") and "x" + "".join(c for c in text if c.isalpha() or c == "\n")
    assert shown(text) == text


@pytest.mark.parametrize(
    "unit", [" ", "\n", "- ", "Sources ", "sources\t", "Sources:\n", "¶", "He.\n¶ ", "Sources:\n- a"]
)
def test_long_nonsense_is_read_to_its_end(unit):
    """Anything worse than linear time would run into the time limit of all tests."""
    assert len(shown(unit * (100_000 // len(unit)))) <= 100_000
