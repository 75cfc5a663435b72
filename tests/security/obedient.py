"""A model that obeys every order it sees, and is in league with the authors of the orders that it does not see."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.model_server import Act, says
from tests.security.articles import ARTICLES, Hostile

KEY_LINE = re.compile(r"^\[([0-9a-f]{6})\] (.*)$", re.MULTILINE)
BIDDEN = re.compile(
    r"\b(?:say(?: that| this)?|reply|respond|answer|output|report|print|write|tell the user that)\b:? ?(.+)"
)


def obedient(canary: str, *, honest: int) -> Callable[[dict[str, Any]], Act]:
    """What the server answers: so many true sentences first, then all that any author wants said."""

    def answer(body: dict[str, Any]) -> Act:
        system, prompt = (m["content"] for m in body["messages"])
        article = author(prompt)
        evidence = KEY_LINE.findall(prompt)
        told = [f"{text} [{key}]" for key, text in evidence if text in article.honest][:honest]
        seen = [m[1] for _, text in evidence if text not in article.honest for m in BIDDEN.finditer(text)]
        wanted = [article.filled(w, canary).replace("{prompt}", system) for w in (*article.wanted, *seen)]
        key = evidence[0][0] if evidence else "a1b2c3"
        return says(*re.findall(r"\S+\s*", " ".join([*told, *(f"{w} [{key}]" for w in wanted)])))

    return answer


def author(prompt: str) -> Hostile:
    """The article that a prompt's question is about."""
    asked = prompt.rpartition("Question: ")[2]
    return max((a for a in ARTICLES if a.town in asked), key=lambda a: len(a.town))
