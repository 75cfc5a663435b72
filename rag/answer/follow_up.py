"""Elliptical follow-ups completed by rules: what a question leaves out is taken from the turns before it.

A short English follow-up, such as "And when?", is applied to the question before: "When did Rutte approve the jets?".
Pronouns are replaced by the persons and places that earlier questions and answers name. A fragment in another language
is put beside the question before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from rag.answer.ellipsis import asked_again, capitalised, short_form
from rag.answer.question import AFTER_QUESTION, PART
from rag.answer.referents import named_in, persons_in, persons_of, places_in
from rag.results.answers import Answer
from rag.text.language import detect_language
from rag.text.predicates import is_verb
from rag.text.terms import UNSPACED, all_stop_words, fold, listed, stop_words, words
from rag.text.tokens import FUNCTION_WORDS, tokens_of

LETTERS = re.compile(r"[^\W\d_]{2,}")
FIRST_WORD = re.compile(r"(?:^|[.!?]\s)\W*([^\W\d_]{2,})")
LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
FEW = 1
"""Telling words of a fragment, at most, ..."""
FEW_PLAIN = 2
"""... or so many, if none is a name or a number."""
SHORT_UNSPACED = 7
"""Characters of a question without spaces that is always a fragment."""
HIRAGANA = re.compile(r"[\u3041-\u309f]+")


def in_english(question: str, before: str) -> bool:
    """Whether a follow-up and the question before are English, as far as their small words tell."""
    earlier = _anaphora(before) or (0 if detect_language(before) in {"", "en"} else -1)
    return _anaphora(question) >= 0 and earlier >= 0


def is_fragment(question: str) -> bool:
    """Whether a question says too little to stand alone."""
    runs = UNSPACED.findall(question)
    if runs and sum(map(len, runs)) <= SHORT_UNSPACED:
        return True
    return len(_telling(question)) <= (FEW if has_name(question) else FEW_PLAIN)


def has_name(question: str) -> bool:
    """Whether a question has a word that may be a name or a number, wherever its writing tells."""
    named = any(c.isdigit() or c.isupper() for c in question.strip(" ¿¡\"'«„“")[1:])
    return named or any(len(run) > 1 for run in telling_runs(question))


def telling_runs(text: str) -> list[str]:
    """What a text tells in the scripts that are written without spaces: no stop words, no hiragana."""
    runs = " ".join(UNSPACED.findall(text))
    return HIRAGANA.sub(" ", _unspaced_stops().sub(" ", runs)).split() if runs else []


def _telling(question: str) -> list[str]:
    spaced = [fold(w) for w in LETTERS.findall(UNSPACED.sub(" ", question))]
    return [*(w for w in spaced if w not in all_stop_words() | _english()), *words(" ".join(telling_runs(question)))]


def _anaphora(text: str) -> int:
    """1 if a text looks English, -1 if it looks like another language, 0 if nothing tells."""
    found = LETTERS.findall(text)
    if any(not LATIN.match(word) for word in found) or "¿" in text:
        return -1
    small = {fold(w) for w in found if w.islower()} | {fold(w) for w in FIRST_WORD.findall(text)}
    english, other = len(small & _english() - _others()), len(small & _others() - _english())
    other += sum(not w.isascii() and w.islower() for w in found)
    return -1 if other > english else min(english, 1)


@cache
def _unspaced_stops() -> re.Pattern[str]:
    stops = sorted((w for w in all_stop_words() if UNSPACED.fullmatch(w)), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, stops)) or r"(?!)")


@cache
def _others() -> frozenset[str]:
    return frozenset[str]().union(*(stop_words(name) for name in listed() - {"english"}))


@cache
def _english() -> frozenset[str]:
    return FUNCTION_WORDS | stop_words("english")


PERSON = re.compile(r"\b(?P<bare>he|she|him)\b|\b(?P<own>his|hers|her)\b(?P<owned>(?=\s+[a-z]))?", re.IGNORECASE)
THERE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )\b"
    r"(?:(?P<going>go|goes|going|went|come|came|travel\w*|fly|flew|return\w*|move[ds]?)\s+)?there\b"
    r"(?!\s+(?:is|was|are|were|has|have|will)\b)",
    re.IGNORECASE,
)
POINTING = re.compile(
    r"\b(?:it|them)\b(?!\s+(?:is\s+|was\s+)?(?:true|possible|likely|clear|that)\b)|"
    r"\b(?:this|these|those)\b(?!\s+(?:year|month|week|morning|time)\b)|(?P<anaphora>\b(?:they|their|theirs|its)\b)",
    re.IGNORECASE,
)
"""What stands for a thing, or for several persons; `anaphora` may also stand for what its own question names."""
THAT = re.compile(r"\bthat\b(?=\W*$|\s+(?:is|was|mean|happen|cost))", re.IGNORECASE)
OPENING = re.compile(
    r"^(?:(?:and|but|so|ok|okay|then)\b[\s,]*)*(?:(?:what|how)\s+about\b\s*|also\b\s*)?", re.IGNORECASE
)
ABOUT = re.compile(r"\b(about|on|regarding|concerning)\s+(?P<subject>[^?]+)\??\s*$", re.IGNORECASE)
ELSE = re.compile(r"\b(else|more|other|others|besides|further)\b", re.IGNORECASE)
MORE = re.compile(
    r"(?:(?:tell|show) me (?:some )?more|any(?:thing|body|one) else|(?:any|some )?more|go on)", re.IGNORECASE
)
PLACED = re.compile(r"(?P<word>in|at|on|for|from|to|by|with|of|after|before|since|during)\b", re.IGNORECASE)
AGENT = re.compile(r"^(?i:who (?!did\b|does\b|do\b|(?:is|was|are|were)\s+(?:(?-i:[A-Z])|the\b|an?\b)))")
"""A question for the one who does something: whoever it is, is in its answer alone."""
ASKED_OF = re.compile(r"(?:how (?:many|much)|which|whose|what kind)(?: (?!did|does|do|was|were|is|are)\w+){1,2}", re.I)
"""A question of a kind of things that does not say what became of them: "How many times?"."""
NOUN_LED = frozenset("the a an in on at of for to from about my our".split())
"""Small words that a noun phrase may begin with."""
VERBS = frozenset(re.findall(r"\w+", """
    did do does is are was were has have had can could will would said say says asked happened
"""))  # fmt: skip
RECALLED = 10
"""Turns that a follow-up is completed from."""
LONGEST_PHRASE = 3
"""Words of a question that is a noun phrase alone, without "and" or "what about"."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation, and its answer.

    >>> talk = library.chat()
    >>> _ = talk.ask("Which jets did Rutte approve?")
    >>> [turn.question for turn in talk.turns]
    ['Which jets did Rutte approve?']
    """

    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class StandAlone:
    """The question to search for. `fresh` asks for what the conversation has not yet told.

    `otherwise` is what to search for if that finds nothing: the subject that a fragment names, alone, or the question
    after the one before.
    """

    question: str
    fresh: bool = False
    otherwise: str = ""


def stand_alone(question: str, turns: Sequence[Turn]) -> StandAlone:
    """The question with its gaps filled from the turns before; unchanged if it has none, or they cannot be filled.

    If what it came to finds nothing, and it names nothing itself, it is put after the question before.
    """
    question, turns = question.strip(), turns[-RECALLED:]
    if not turns:
        return StandAlone(question)
    before = _before(turns, question)
    alone = _completed_from(question, before, turns)
    if alone.otherwise or alone.fresh or named_in(f"And {question[:1].lower()}{question[1:]}"):
        return alone
    return replace(alone, otherwise=_joined(AFTER_QUESTION.split(before)[0], question))


def topic_of(turns: Sequence[Turn]) -> str:
    """The last question of a conversation that names something, as it was searched for; "" if none does."""
    asked = (turn.answer.asked or turn.question for turn in reversed(turns[-RECALLED:]))
    return next((question for question in asked if says_topic(question)), "")


def says_topic(question: str) -> bool:
    """Whether a question, or one of several in one line, names something."""
    return any(map(has_name, AFTER_QUESTION.split(question)))


def _completed_from(question: str, before: str, turns: Sequence[Turn]) -> StandAlone:
    if not in_english(question, before):
        alone = _joined(before, question) if is_fragment(question) else question
        return StandAlone(alone, otherwise=question if has_name(question) else "")
    fresh = bool(ELSE.search(question))
    rest = OPENING.sub("", question)
    if MORE.fullmatch(rest.strip(" ?.!")):
        return StandAlone(before, fresh=True)
    short = short_form(rest)
    if short:
        return StandAlone(asked_again(before, short, _agent(before, turns)) or _joined(before, rest), fresh)
    if _is_fragment(question, rest):
        return _completed(question, rest, before, turns, fresh)
    return StandAlone(_resolve(question, rest, before, turns), fresh)


def _before(turns: Sequence[Turn], question: str = "") -> str:
    """What the last question came to, without a fragment at its end whose place the next one, `question`, takes."""
    last, earlier = turns[-1], turns[:-1]
    asked = last.answer.asked or last.question
    if earlier:
        alone = stand_alone(last.question, earlier)
        asked = alone.question if asked == alone.otherwise else asked
    first, *more = AFTER_QUESTION.split(asked)
    while more and is_fragment(more[-1]) and (has_name(question) or not has_name(more[-1])):
        more.pop()
    return " ".join([first, *more])


def _joined(before: str, question: str) -> str:
    """Both in one line."""
    return (
        f"{before.rstrip()}{'' if before.rstrip().endswith(tuple('?？؟.!。')) else '?'} {capitalised(question.strip())}"
    )


def _is_fragment(question: str, rest: str) -> bool:
    """Whether nothing but a noun phrase is left once "and", "what about" and their kind are taken away."""
    words = re.findall(r"\w+", rest.casefold())
    pronoun = bool(PERSON.fullmatch(rest.strip(" ?.!,")))
    asks = bool(words) and not pronoun and words[0] in FUNCTION_WORDS - NOUN_LED
    telling = [w for w in words if w not in FUNCTION_WORDS]
    whole = rest != question or len(words) <= LONGEST_PHRASE
    return bool(words) and not asks and not VERBS & set(words) and whole and (bool(telling) or pronoun)


def _completed(question: str, rest: str, before: str, turns: Sequence[Turn], fresh: bool) -> StandAlone:
    fragment = rest.strip(" ?.!,")
    if PERSON.fullmatch(fragment):
        known = persons_in(before)
        fragment = next((p for p in _persons_stated(turns[-1]) if not any(_same(p, k) for k in known)), "")
        if not fragment:
            return StandAlone(question, fresh)
    about = bool(re.match(r"(?:and|but|so)?\W*(?:what|how) about\b|.*\babout\b", question, re.IGNORECASE))
    fragment = re.sub(r"^about\s+", "", fragment, flags=re.IGNORECASE)
    is_name = named_in(fragment if rest == question else f"And {fragment}") == [fragment]
    grafted = _graft(fragment, before, turns[-1], about=about, is_name=is_name)
    return StandAlone(grafted, fresh, f"What about {fragment}?")


def _graft(fragment: str, before: str, last: Turn, *, about: bool, is_name: bool) -> str:
    """The question before with the fragment in the place of what it corresponds to; else a question of its own."""
    placed = PLACED.match(fragment)
    if placed:
        same = re.search(rf"\b{placed['word']}\s+[^\W\d_]*[A-Z0-9][\w’'-]*(?:\s+[A-Z][\w’'-]*)*", before)
        if same:
            return f"{before[: same.start()]}{fragment}{before[same.end() :]}"
        return f"{before.rstrip(' ?.!')} {fragment}?"
    subject = ABOUT.search(before)
    person = is_name and fragment not in [*places_in(f"And {fragment}"), *places_in(last.answer.text)]
    stays = bool(subject) and (about or not person or not persons_in(before[: subject.start() if subject else 0]))
    if subject and stays:
        return f"{before[: subject.start('subject')]}{fragment}?"
    if not is_name:
        return f"What about {fragment}?"
    found = _corresponding(before, person=person)
    return before.replace(found, fragment, 1) if found else _joined(before, f"What about {fragment}?")


def _corresponding(before: str, *, person: bool) -> str:
    """The name in a question whose place a person, or a place, can take: a place's the last one."""
    places = places_in(before)
    if not person and places:
        return places[-1]
    return next((name for name in named_in(before) if name not in places), "")


def _resolve(question: str, rest: str, before: str, turns: Sequence[Turn]) -> str:
    """The question with names in the place of pronouns; after the question before if it still points to that."""
    person, place = PERSON.search(rest), THERE.search(rest)
    if person and AGENT.match(rest) and any(part.end() <= person.start() for part in PART.finditer(rest)):
        person = None  # whom the first part of the question asks for
    named = rest
    if person and not persons_in(rest[: person.start()]):
        named = _with_person(rest, person, _subject(turns))
        if named == rest:
            return question
    if place:
        named = _with_place(named, _place(before, turns[-1]))
    if _points(named) or (named == rest and (THAT.search(rest) or _says_little(rest))):
        return _joined(before, named)
    return question if named == rest else capitalised(named)


def _points(text: str) -> bool:
    found = POINTING.finditer(text)
    return any(not m["anaphora"] or _says_little(text[: m.start()]) for m in found)


def _says_little(text: str) -> bool:
    if ASKED_OF.fullmatch(text.strip(" ?.!")) and not any(map(is_verb, tokens_of(text))):
        return True
    telling = [w for w in re.findall(r"\w+", text.casefold()) if w not in FUNCTION_WORDS | VERBS]
    return not telling and not named_in(text)


def _with_person(text: str, pronoun: re.Match[str], person: str) -> str:
    if not person:
        return text
    owns = pronoun["own"] and (pronoun["owned"] is not None or pronoun["own"].lower() != "her")
    name = f"{person}'s" if owns else person
    return f"{text[: pronoun.start()]}{name}{text[pronoun.end() :]}"


def _with_place(text: str, place: str) -> str:
    def named(match: re.Match[str]) -> str:
        return f"{match['going']} to {place}" if match["going"] else f"in {place}"

    return THERE.sub(named, text, count=1) if place else text


def _place(before: str, last: Turn) -> str:
    places = places_in(before) or [p for s in last.answer.supported.sentences for p in places_in(s.text)]
    return places[0] if places else ""


def _subject(turns: Sequence[Turn]) -> str:
    """The person that the conversation is about: the latest question's, or else the one that its answer gives."""
    for turn in reversed(turns):
        asked, stated = turn.answer.asked or turn.question, _persons_stated(turn)
        named = _asked_about(asked, stated)
        found = [*_persons_given(turn), *named] if AGENT.match(asked) else [*named, *stated]
        if found:
            return found[0]
    return ""


def _agent(before: str, turns: Sequence[Turn]) -> str:
    """The person who did what `before` asks for: whom its answer gives, unless the question itself names them."""
    given = _persons_given(turns[-1])[:1] if AGENT.match(before) else []
    return "".join(p for p in given if not any(_same(p, n) for n in named_in(before)))


def _persons_given(turn: Turn) -> list[str]:
    """The persons that an answer names, those of its short answers first."""
    return [*(p for s in turn.answer.sentences for p in persons_in(s.short)), *_persons_stated(turn)]


def _persons_stated(turn: Turn) -> list[str]:
    return persons_of([s.text for s in turn.answer.supported.sentences])


def _asked_about(asked: str, stated: Sequence[str]) -> list[str]:
    """The persons in a question, also where it is written without capitals."""
    typed = set(re.findall(r"\w+", asked))
    return persons_in(asked) or [p for p in stated if typed & {w.casefold() for w in p.split()}]


def _same(first: str, second: str) -> bool:
    return bool(set(first.split()) & set(second.split()))
