"""A follow-up turned into a question that stands alone, by rules: what it leaves out is taken from the turn before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.types import Answer

PERSON = re.compile(r"\b(he|she|him|they|them)\b", re.IGNORECASE)
POSSESSIVE = re.compile(r"\b(his|her|hers|their|theirs|its)\b(?=\s+\w)", re.IGNORECASE)
THING = re.compile(r"\b(it|this|that|these|those|there)\b(?!\s+(?:is|was|are|were)\s+(?:a|an|any|no)\b)", re.IGNORECASE)
OPENING = re.compile(
    r"^(?:(?:and|but|so|ok|okay|then)\b[\s,]*)*(?:(?:what|how)\s+about\b\s*|also\b\s*)?", re.IGNORECASE
)
BARE = re.compile(r"(?:why|how|when|where|who)(?: (?:exactly|so|not))?\s*\?*", re.IGNORECASE)
ASKING = re.compile(r"^(?:why|how|when|where|who|what)\b", re.IGNORECASE)
ABOUT = re.compile(r"\b(about|on|regarding|concerning)\s+(?P<subject>[^?]+)\??\s*$", re.IGNORECASE)
ELSE = re.compile(r"\b(else|more|other|others|besides|further)\b", re.IGNORECASE)
PLACED = re.compile(r"(?P<word>in|at|on|for|from|to|by|with|of|after|before|since|during)\b", re.IGNORECASE)
NAME = re.compile(r"(?<![\w.])[^\W\d_]*[A-ZÀ-ÞА-ЯΑ-Ω][\w’'-]*(?:\s+[A-ZÀ-ÞА-ЯΑ-Ω][\w’'-]*)*")
QUESTION_WORDS = frozenset(re.findall(r"\w+", """
    what who whom whose which when where why how did do does is are was were has have had can could will would should
    may might shall and but so then also in on at the a an of for to from tell list give name describe i
"""))  # fmt: skip
VERBS = frozenset(re.findall(r"\w+", """
    did do does is are was were has have had can could will would said say says asked happened
"""))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation, and its answer."""

    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class StandAlone:
    """The question to search for. `fresh` asks for what the conversation has not yet told.

    `otherwise` is what to search for if that finds nothing: the subject that a fragment names, alone.
    """

    question: str
    fresh: bool = False
    otherwise: str = ""


def stand_alone(question: str, turns: Sequence[Turn]) -> StandAlone:
    """The question with its gaps filled from the turns before; unchanged if it has none."""
    question = question.strip()
    if not turns:
        return StandAlone(question)
    fresh = bool(ELSE.search(question))
    before = turns[-1].answer.asked or turns[-1].question
    rest = OPENING.sub("", question)
    if BARE.fullmatch(rest) and ASKING.match(before):
        return StandAlone(ASKING.sub(rest.split()[0].strip("?").capitalize(), before), fresh)
    if _is_fragment(question, rest):
        return StandAlone(_graft(rest, before), fresh, f"What about {rest.strip(' ?.!,')}?")
    return StandAlone(_resolve(question, rest, before, turns), fresh)


def _is_fragment(question: str, rest: str) -> bool:
    """Whether nothing but a noun phrase is left once "and", "what about" and their kind are taken away."""
    words = re.findall(r"\w+", rest.casefold())
    asks = bool(words) and (
        words[0] in QUESTION_WORDS - {"the", "a", "an", "in", "on", "at", "of", "for", "to", "from"}
    )
    return bool(words) and not asks and not VERBS & set(words) and (rest != question or len(words) <= 3)


def _graft(fragment: str, before: str) -> str:
    """The question before with the fragment in the place of what it corresponds to; else a question of its own."""
    fragment = fragment.strip(" ?.!,")
    placed = PLACED.match(fragment)
    if placed:
        same = re.search(rf"\b{placed['word']}\s+[^\W\d_]*[A-Z0-9][\w’'-]*(?:\s+[A-Z][\w’'-]*)*", before)
        if same:
            return f"{before[: same.start()]}{fragment}{before[same.end() :]}"
        return f"{before.rstrip(' ?.!')} {fragment}?"
    about = ABOUT.search(before)
    if about:
        return f"{before[: about.start('subject')]}{fragment}?"
    names = names_in(before)
    if names and names_in(f"x {fragment}") == [fragment]:
        return before.replace(names[0], fragment, 1)
    return f"What about {fragment}?"


def _resolve(question: str, rest: str, before: str, turns: Sequence[Turn]) -> str:
    if names_in(rest) and not THING.search(rest):
        return question
    subject = _subject(turns)
    if subject and (PERSON.search(rest) or POSSESSIVE.search(rest)):
        named = PERSON.sub(subject, rest, count=1)
        if named == rest:
            named = POSSESSIVE.sub(f"{subject}'s", rest, count=1)
        return named[:1].upper() + named[1:]
    if THING.search(rest) or len(_content(rest)) <= 1:
        return f"{rest.rstrip(' ?.!')} ({before.rstrip(' ?.!')})?"
    return question


def _content(text: str) -> list[str]:
    return [w for w in re.findall(r"\w+", text.casefold()) if w not in QUESTION_WORDS and not ELSE.fullmatch(w)]


def _subject(turns: Sequence[Turn]) -> str:
    """The name that the conversation is about: the latest question's first, else the commonest of its answer."""
    for turn in reversed(turns):
        asked = turn.answer.asked or turn.question
        told = turn.answer.supported.sentences
        said = " ".join(s.text for s in told)
        names = names_in(asked) or [w for w in re.findall(r"\w+", asked) if f" {w.capitalize()}" in said and len(w) > 2]
        if names:
            return names[0]
        counts = Counter(name for s in told for name in names_in(s.text))
        if counts:
            return counts.most_common(1)[0][0]
    return ""


def names_in(text: str) -> list[str]:
    """Capitalised runs of a text in order, without question words at its start."""
    found = []
    for match in NAME.finditer(text):
        words = match.group().split()
        while words and words[0].casefold() in QUESTION_WORDS:
            words.pop(0)
        name = re.sub(r"['’]s$", "", " ".join(words))
        if name:
            found.append(name)
    return found
