"""Runs of capitalised words, which hold the names of a text, with the small words that may join them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.text.terms import all_stop_words, fold

TOKEN = re.compile(r"[^\W\d_](?:[\w'’.&/-]*\w)?|\d+|[^\w\s]")
JOINING = frozenset(
    "of the and & for de da del della di van von der den al bin ibn la le dos du des el y und et".split()
)
"""Small words within a name, and between two names."""
JOINED = 2
"""Such words that follow each other: "of the"."""
LONGEST_RUN = 10
"""Words, the joining ones included."""
ABBREVIATED = 4
"""Letters of a word, at most, after which a full stop ends no run: "Sgt. Amy Poe"."""
_OPENERS = re.compile(r"(?:^|[.?!:;–—]\s+|\s[-–]+\s+)[\s\"“”‘'«»„(\[*•]*$|(?<!\w)[\"“‘«„(\['’]+$")
_ABBREVIATION = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_COMPOUND = re.compile(r"[-–][^\W\d_A-Z]{3,}$")
"""The end of a word that only begins with a name, and parts two runs: "NATO-sceptic", "Kyiv-based"."""
_BEFORE = 6
"""Characters before a word that tell whether it opens a sentence."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words, numbers and marks of a text, each with where it starts."""

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]

    def end(self, i: int) -> int:
        """Where a word ends, its possessive ending left out, and the last full stop of "U.S." with it."""
        word = bare(self.words[i])
        end = self.starts[i] + len(word)
        return end + (_ABBREVIATION.fullmatch(word) is not None and self.text.startswith(".", end))


@dataclass(frozen=True, slots=True)
class Run:
    """The numbers of the words of a run in their sentence; the first and the last have a capital.

    `opens` is whether the first may have its capital from standing at the head of a sentence or quotation.
    """

    numbers: tuple[int, ...]
    opens: bool


def split(text: str) -> Sentence:
    """Split a text into words, numbers and marks."""
    found = list(TOKEN.finditer(text))
    return Sentence(text, tuple(m.group() for m in found), tuple(m.start() for m in found))


def bare(word: str) -> str:
    """A word without a possessive ending."""
    return word[:-2] if word.endswith(("'s", "’s")) else word


def runs_in(sentence: Sentence) -> Iterator[Run]:
    """The runs of a sentence in order; a small word that opens it belongs to none."""
    own: list[int] = []
    waiting: list[int] = []
    for i, word in enumerate(sentence.words):
        if not (word[0].isalpha() or word == "&"):
            continue
        joined = bool(own) and _follows(sentence, (waiting or own)[-1], i)
        named = word[0].isupper() and not _COMPOUND.search(word)
        if joined and not named and word in JOINING and len(waiting) < JOINED:
            waiting.append(i)
        elif not named or not joined or len(own) + len(waiting) >= LONGEST_RUN:
            yield from _made(sentence, own)
            own, waiting = [i] if named else [], []
        else:
            own += [*waiting, i]
            waiting = []
    yield from _made(sentence, own)


def _made(sentence: Sentence, own: Sequence[int]) -> Iterator[Run]:
    """The run, without small words at its head."""
    words, opens = sentence.words, False
    if own:
        start = sentence.starts[own[0]]
        opens = bool(_OPENERS.search(sentence.text[max(0, start - _BEFORE) : start]))
        if opens and _is_small(words[own[0]]):
            own, opens = own[1:], False
    while own and not words[own[0]][0].isupper():
        own = own[1:]
    if own:
        yield Run(tuple(own), opens)


def _is_small(word: str) -> bool:
    return fold(word) in all_stop_words() and not (word.isupper() and len(word) > 1)


def _follows(sentence: Sentence, before: int, word: int) -> bool:
    """Whether a word goes on with the run that the word before it ends."""
    between = sentence.text[sentence.starts[before] + len(sentence.words[before]) : sentence.starts[word]]
    return between == " " or (between == ". " and len(sentence.words[before]) <= ABBREVIATED)
