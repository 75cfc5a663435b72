"""What a language model is told of a conversation: its last turns, answers fenced, and to keep the language."""

from __future__ import annotations

import re

from rag import Answer, AnswerSentence
from rag.answer.follow_up import Turn
from rag.answer.rewrite import rewrite
from rag.testing import ScriptedModel


def turn(number: int) -> Turn:
    sentence = AnswerSentence(f"Answer{number} about the bridge.", "supported", 1.0)
    return Turn(f"Question{number}?", Answer(f"Question{number}?", True, (sentence,)))


def told(turns: int) -> tuple[str, str]:
    model = ScriptedModel("Why did the bridge fall?")
    rewrite("And why?", [turn(n) for n in range(turns)], model)
    system, user = model.prompts[0]
    return system.text, user.text


def test_what_came_before_stands_between_fences_and_the_question_outside():
    system, user = told(2)
    before, earlier, last = re.split(r"^=== [0-9a-f]{16} ===$", user, flags=re.MULTILINE)
    (fence,) = set(re.findall(r"=== [0-9a-f]{16} ===", user))
    assert fence in system
    assert not before.strip()
    for number in range(2):
        assert f"Question{number}" in earlier
        assert f"Answer{number}" in earlier
    assert "Question" not in last.replace("Last question", "")
    assert last.strip().endswith("And why?")


def test_only_the_last_turns_are_told():
    _, user = told(6)
    assert re.findall(r"Answer(\d)", user) == ["3", "4", "5"]


def test_a_model_is_told_to_keep_the_language():
    assert "language" in told(1)[0]
