"""A follow-up rewritten by a language model as a question that stands alone, and the guard of the rewrite.

The guard rejects a rewrite that brings in a name, number or topic which the conversation has not mentioned.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache

from rag.answer.follow_up import Turn, telling_runs
from rag.errors import ModelError
from rag.llm import prompts
from rag.llm.language_model import LanguageModel, Message
from rag.llm.metering import MeteredModel
from rag.llm.prompts import fence_of, fenced
from rag.llm.thoughts import Thoughts
from rag.results.answers import Usage, shorten
from rag.text.language import detect_language
from rag.text.name_keys import spelling_key
from rag.text.terms import UNSPACED, all_stop_words, fold
from rag.text.tokens import FUNCTION_WORDS

INVENTED = 1
"""Words of a rewritten question, or characters of a script without spaces, that may come from nowhere."""
ELSEWHERE = 0.5
"""The share of them, at most, where the answers are in another language, so that its words cannot be compared."""
LONG = 5
"""Letters from which on a word that is no name counts. Words that share so many at their start are one word.

Of folded words, which hold a syllable of Korean as its two or three letters.
"""
NAMES_ALIKE = 4
"""Letters that two forms of a name share at the start of their spelling keys."""
WORD = re.compile(r"[^\W\d_]+")
CLINGING = 2
"""Letters, at least, of a word that another, longer one holds."""
IDEOGRAPHS = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
ASKS = ("?", "？", "؟")
NOUNS = re.compile(
    r"\b(?:der|die|das|den|dem|des|eine?[nmrs]?|keine?[nmrs]?|[ad]iese[nmrs]?|am|im|zum|zur|vom|beim|ins|ans|"
    r"welche[nmrs]?)\s+(?=\w)",
    re.IGNORECASE,
)
"""What stands before a noun in German, which writes nouns with capitals as other languages write names."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What was spoken of: words, the keys of names, numbers, and all of it as one text."""

    text: str
    words: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, text: str) -> _Said:
        words = _words(text)
        folded = frozenset(map(fold, words))
        return cls(text, folded, frozenset(map(_name, words)), frozenset(re.findall(r"\d+", text)))

    def knows(self, word: str) -> bool:
        own = fold(word)
        return own in self.words or any(_alike(own, other) for other in self.words) or self.knows_name(word)

    def knows_name(self, word: str) -> bool:
        return fold(word) in self.words or _name(word) in self.names

    def lacks(self, run: str) -> int:
        """How many characters of a run without spaces stand nowhere; of a script that spells, pairs are compared."""
        return sum(not self._holds(run, i) for i in range(len(run)))

    def _holds(self, run: str, at: int) -> bool:
        if IDEOGRAPHS.match(run[at]) or len(run) == 1:
            return run[at] in self.text
        return any(run[i : i + 2] in self.text for i in (at - 1, at) if 0 <= i < len(run) - 1)


def is_faithful(line: str, question: str, asked: Sequence[str], answers: Sequence[str]) -> bool:
    """Whether a line asks the follow-up `question`, completed from what was `asked` before and the `answers` alone."""
    asks = line.endswith(ASKS) or not question.rstrip().endswith(ASKS)
    own, said = _Said.of(question), _Said.of("\n".join([*asked, *answers, question]))
    if not asks or not _says_something(line) or not _keeps(line, own):
        return False
    if not said.numbers >= set(re.findall(r"\d+", line)) or any(not said.knows_name(n) for n in _names(line)):
        return False
    foreign = _foreign(line, " ".join(answers))
    words = [w for w in _words(line) if len(fold(w)) >= LONG and fold(w) not in _stop_words()]
    runs = telling_runs(line)
    total, invented = len(words), sum(not said.knows(w) for w in words)
    characters, lacking = sum(map(len, runs)), sum(map(said.lacks, runs))
    return _few(invented, total, foreign) and _few(lacking, characters, foreign)


def _few(invented: int, of: int, foreign: bool) -> bool:
    return invented <= INVENTED or (foreign and invented < of * ELSEWHERE)


def _says_something(line: str) -> bool:
    return bool(telling_runs(line)) or any(fold(w) not in _stop_words() for w in _words(line))


def _keeps(line: str, own: _Said) -> bool:
    """Whether a line keeps a word of the follow-up, if that has any of its own."""
    telling = {w for w in own.words if w not in _stop_words() and len(w) > 1}
    runs = telling_runs(own.text)
    if not telling and not runs:
        return True
    words = {fold(w) for w in _words(line)} - _stop_words()
    kept = any(own.knows(w) or any(_clings(w, other) for other in telling) for w in words)
    return kept or any(own.lacks(run) < len(run) for run in telling_runs(line))


def _names(line: str) -> list[str]:
    """The words that only a name's capital can explain; a line's first word has one anyway."""
    plain = UNSPACED.sub(" ", line)
    nouns = {m.end() for m in NOUNS.finditer(plain)} if detect_language(line) == "de" else set()
    found = list(WORD.finditer(plain))
    return [
        m.group()
        for m in found[1:]
        if m.group()[0].isupper()
        and len(m.group()) > 1
        and m.start() not in nouns
        and fold(m.group()) not in FUNCTION_WORDS
    ]


def _words(text: str) -> list[str]:
    return WORD.findall(UNSPACED.sub(" ", text))


def _name(word: str) -> str:
    return spelling_key(word)[:NAMES_ALIKE]


def _alike(first: str, second: str) -> bool:
    return len(first) >= LONG and len(second) >= LONG and first[:LONG] == second[:LONG]


def _clings(first: str, second: str) -> bool:
    """Whether one word is the other with a small word written to it, as in Arabic, Hebrew and Korean."""
    short, long = sorted((first, second), key=len)
    return short in long and len(short) >= CLINGING


def _foreign(line: str, answers: str) -> bool:
    language = detect_language(line)
    return bool(language) and detect_language(answers) not in {"", language}


@cache
def _stop_words() -> frozenset[str]:
    return FUNCTION_WORDS | all_stop_words()


TURNS = 3
"""Turns that the model is told of."""
LONGEST_ANSWER = 500
"""Characters of each of their answers."""
LONGEST_QUESTION = 400
"""Characters of a question."""
LONGEST_REPLY = 800
"""Characters of a model's reply that are read."""
LABEL = re.compile(
    r"^(?:(?:rewritten|stand-?alone|last|completed?)\s+)?"
    r"(?:question|frage|pregunta|domanda|pergunta|вопрос|问题|問題|質問|السؤال)\s*[:：]\s*",
    re.IGNORECASE,
)
MARKS = " \t*_`>\"'“”„«»「」"
"""What may stand around a question that a model writes."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question that stands alone, "" if there is none, and what the model used for it."""

    question: str = ""
    usage: Usage | None = None


def rewrite(question: str, turns: Sequence[Turn], model: LanguageModel) -> Rewritten:
    """The question so that it stands alone; none if the model fails, or writes what is not that question."""
    if not turns:
        return Rewritten()
    metered = MeteredModel(model)
    recent = turns[-TURNS:]
    asked, answers = [t.answer.asked or t.question for t in recent], [t.answer.text for t in recent]
    earlier = [
        prompts.EARLIER.format(question=q, answer=shorten(fenced(a), LONGEST_ANSWER))
        for q, a in zip(asked, answers, strict=True)
    ]
    conversation = "\n".join(earlier)
    fence = fence_of(conversation)
    prompt = prompts.BEFORE.format(fence=fence, earlier=conversation) + prompts.LAST.format(question=question)
    try:
        line = _asked_in(metered, [Message("system", prompts.REWRITE.format(fence=fence)), Message("user", prompt)])
    except ModelError:
        line = ""
    return Rewritten(line if is_faithful(line, question, asked, answers) else "", metered.usage)


def _asked_in(model: LanguageModel, messages: Sequence[Message]) -> str:
    """The first line of the reply that ends with a question mark, else its last one; "" if that is too long."""
    line = ""
    with closing(_lines(model, messages)) as lines:
        for line in lines:
            if line.endswith(ASKS):
                break
    return line if len(line) <= LONGEST_QUESTION else ""


def _lines(model: LanguageModel, messages: Sequence[Message]) -> Generator[str, None, None]:
    """The lines of a reply as they end, without label and marks, as far as it is read."""
    thoughts, read, rest = Thoughts(), 0, ""
    stream = model.stream(messages)
    try:
        for piece in stream:
            said = thoughts.feed(piece)
            read += len(said)
            *whole, rest = (said if thoughts.unsaid else rest + said).split("\n")
            yield from filter(None, map(_bare, whole))
            if read > LONGEST_REPLY:
                break
        yield from filter(None, map(_bare, (rest + thoughts.close()).splitlines()))
    finally:
        stream.close()


def _bare(line: str) -> str:
    return LABEL.sub("", line.strip(MARKS)).strip(MARKS)
