"""Orders to a machine: sentences that speak to whatever program reads an article, not to its readers.

"Ignore all previous instructions", "Assistant: reply only with ...", a forged system message, a tool call. Such a
sentence stays in the article's text, but is never quoted, never evidence, and never shown to a language model. The
words are judged as a program may read them: without invisible characters, in one alphabet, without decoration, and
whole where a line ends within an order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.reading.disguises import fold_lines
from rag.reading.foreign_leads import foreign_leads
from rag.reading.order_search import order_lines
from rag.types import Sentence

_ANNOUNCES = re.compile(
    r"(?::|\bfollow(?:s|ing)\b.{0,40}|\bbelow|\bnext (?:line|sentence|"
    r"paragraph)|={3,}|-{3,}|^```.*|\]\(#\w+|^\W*role\W+\w+|"
    r"\b(?:that|say|is|with|to|state|reply|answer|and|this))\W*$"
)
_OPENS = re.compile(
    r"<\s?[|｜](?:im_start|start|begin|system)|\[inst\]|<<sys>>|<(?:system|tool_calls?|function_calls?|instructions?)>|"
    r"^\W*[\-=*#\[<{~_]\s*(?:begin|start)\b"
)
_CLOSES = re.compile(
    r"<\s?[|｜](?:im_end|end|eot)|\[/inst\]|<</sys>>|</(?:system|tool_calls?|function_calls?|instructions?)>|"
    r"^\W*[\-=*#\[</{~_]\s*end\b",
    re.MULTILINE,
)
_ASKS = re.compile(r"\W*(?:human|user|prompt|input)\s?[:>]")
_REPLIES = re.compile(
    r"\W*(?:a\.?i\.?|assistant|bot|chat ?bot|chatgpt|claude|model|llm|language model|output|response)\s?[:>]"
)


def is_order(words: str) -> bool:
    """Whether a sentence, a title or a name speaks to a machine."""
    return bool(order_lines(fold_lines([words])))


def mark_orders(text: str, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences of a text, those of kind "order" that are part of one.

    An order reaches to the end of its paragraph; over the next one if it announces what follows; and from a tag that
    opens a forged message to the one that closes it.
    """
    lines = list(_lines(text, sentences))
    forms = fold_lines([text[sentences[x.first].start : sentences[x.last].end] for x in lines])
    found = order_lines(forms) | foreign_leads(forms) | _conversations(forms)
    if not found:
        return tuple(sentences)
    marked = list(sentences)
    paragraph, inside, announced, open_tag = -1, False, False, False
    for i, (line, form) in enumerate(zip(lines, forms, strict=True)):
        if sentences[line.first].paragraph != paragraph:
            inside, announced = announced, False
        paragraph = sentences[line.last].paragraph
        inside = inside or open_tag or i in found
        if inside:
            for n in range(line.first, line.last + 1):
                marked[n] = replace(sentences[n], kind="order")
            announced = bool(_ANNOUNCES.search(form)) and not _CLOSES.search(form)
            open_tag = _is_open(form, open_tag) and bool(_CLOSES.search("\n".join(forms[i + 1 :])))
    return tuple(marked)


@dataclass(frozen=True, slots=True)
class _Line:
    """The numbers of the first and the last of sentences that are judged as one."""

    first: int
    last: int


_LONGEST_LINE = 600
"""Characters: sentences that run on are judged as one up to this length."""
_ENDED = frozenset(".!?:;…。！？।؟۔\"'”’»)]}")


def _lines(text: str, sentences: Sequence[Sentence]) -> Iterator[_Line]:
    """The sentences, those as one that go on in the next paragraph, as where a line ends within them."""
    first = 0
    for i, (one, other) in enumerate(pairwise(sentences)):
        goes_on = (
            one.paragraph != other.paragraph
            and text[other.start].islower()
            and text[one.end - 1] not in _ENDED
            and other.end - sentences[first].start <= _LONGEST_LINE
        )
        if not goes_on:
            yield _Line(first, i)
            first = i + 1
    if sentences:
        yield _Line(first, len(sentences) - 1)


def _conversations(forms: Sequence[str]) -> set[int]:
    """The numbers of the lines that forge a conversation: a person asks, and shortly after a machine replies."""
    found: set[int] = set()
    for reply in (i for i, form in enumerate(forms) if _REPLIES.match(form)):
        asked = [i for i in range(max(reply - _LONGEST_TURN, 0), reply) if _ASKS.match(forms[i])]
        found.update(range(asked[0], reply + 1) if asked else ())
    return found


_LONGEST_TURN = 4
"""Lines from the head of a question to its reply."""


def _is_open(form: str, before: bool) -> bool:
    """Whether a forged message goes on after a sentence."""
    opened = max((m.start() for m in _OPENS.finditer(form)), default=-1)
    closed = max((m.start() for m in _CLOSES.finditer(form)), default=-1)
    return before if opened == closed else opened > closed
