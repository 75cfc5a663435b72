"""Subject mismatches: a clause of the claim that the evidence says of another subject.

"The market has won three prizes", where the brewery has won them: all words are there, and near each other; only the
subject is another. Subjects are read from word order; a clause of the evidence whose subject is a pronoun counts as the
claim's own if the sentence right before names its subject. A mismatch is sure only between names, as "the president",
"it" or "the company" may be the one whom the other sentence names. English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Literal

import numpy as np

from rag.text.fragments import LEADING
from rag.text.mentions import alike, runs
from rag.text.predicates import ADVERBS, AUXILIARIES, BEING, RELATIVE, SAYING, is_verb
from rag.text.tokens import Token, tokens_of
from rag.verdicts import Fault
from rag.verify.alignment import Alignment, Values

CLAUSE_BREAK = re.compile(r"(?:[,;]\s*)?\b(?:and|but)\s+|[,;]\s+", re.IGNORECASE)
"""What may stand before a second clause. One with "who" or "which" is about the noun before it."""
END = re.compile(r"[,;]\s*(?:and|but)\s|;", re.IGNORECASE)
"""What ends a clause, beside the next."""
BREAK = re.compile(r"[^\s'’.&-]")
"""What stands between two words that are not of one subject."""
CLAUSE = 3
"""Telling words of a clause at least, those not counted that only turn it: not, may, before."""
SAID = 0.7
"""What a word must be matched by to be said."""
SAID_BY_SOURCE = 0.8
"""The share of a clause's weight that a sentence must say to be its source."""
CLOSE = 0.05
"""What another sentence may say less, and be a source too."""
PRONOUNS = frozenset("this that these those his her its their such both he she they it we i you there".split())
"""How a subject begins that is one named before."""
LINKS = frozenset(
    "that which who whom whose while when where as if because since although though but and or than".split()
)
"""Words at which a subject that stands behind them begins."""
_PLACING = """
in on at by for from with without within after before during until under over between among despite to about through
across following into near off onto against along around behind beyond inside outside per toward towards upon via like
unlike
"""
PLACING = frozenset(_PLACING.split())
"""How words begin that are no subject."""
LEADS = frozenset("however also yet so then now meanwhile moreover furthermore additionally instead today".split())
"""Words that begin a sentence before its subject."""
PARTICIPLE = re.compile(r"..(?:ed|ing)$")
Kind = Literal["named", "the", "other", "pronoun", "unclear"]
DISTINCT = frozenset(map(frozenset, [["named"], ["other"], ["the", "other"]]))
"""How two subjects are called that have no word in common and surely are two, ..."""
JOINED = DISTINCT | frozenset(
    map(frozenset, [["the"], ["named", "other"], ["unclear", "named"], ["unclear", "the"], ["unclear", "other"]])
)
"""... and if a clause is joined to another, of which the evidence does have the claim's subject."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject: its words, as numbers of the words of its sentence, how it is called, and its text."""

    words: tuple[int, ...]
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A clause of a claim, the span [start, end), and the subject of which the evidence says it.

    It is `sure` unless it may be the same one, called otherwise.
    """

    start: int
    end: int
    subject: str
    sure: bool

    @property
    def fault(self) -> Fault:
        """What is wrong with the clause."""
        return Fault("roles", self.start, self.end, f"the evidence says this of “{self.subject}”", self.subject)


@dataclass(frozen=True, slots=True)
class Subjects:
    """The clauses that the evidence says of another subject, and how many it says of one that may be the claim's."""

    exchanged: tuple[Exchanged, ...] = ()
    own: int = 0


def compare_subjects(claim: str, evidence: Sequence[str], alignment: Alignment, follows: frozenset[int]) -> Subjects:
    """Compare the subject of a claim with those of which its evidence says the same.

    `follows` are the numbers of those evidence sentences that directly follow the one before them in their article.
    """
    comparison = _SubjectComparison(claim, evidence, alignment, follows)
    found = [comparison.compare(first, last) for first, last in comparison.clauses()]
    exchanged = tuple(f for f in found if isinstance(f, Exchanged))
    return Subjects(exchanged, sum(f is True for f in found))


def _begins_with_verb(words: Sequence[Token]) -> bool:
    """Whether the first of some words, but for adverbs, is a verb that is known for one."""
    at = next((t for t in words if not _is_adverb(t)), words[0])
    return at.text.lower() in LEADING or is_verb(at)


def _is_adverb(token: Token) -> bool:
    return token.text.lower() in ADVERBS or (token.text.endswith("ly") and token.kind in ("plain", "function"))


def _is_auxiliary(token: Token) -> bool:
    return token.text.lower() in AUXILIARIES


def _is_small(token: Token) -> bool:
    """Whether a word may stand between a subject and what is said of it."""
    return token.text.lower() not in PRONOUNS and (token.kind in ("function", "turning") or _is_auxiliary(token))


def _first_verb(words: Sequence[Token]) -> int:
    return next((i for i, t in enumerate(words) if _is_auxiliary(t) or is_verb(t)), 0)


class _SubjectComparison:
    def __init__(self, claim: str, evidence: Sequence[str], alignment: Alignment, follows: frozenset[int]) -> None:
        self._claim = claim
        self._follows = follows
        self._evidence = evidence
        self._a = alignment
        self._names = {t.key for t in alignment.pool if t.kind == "name"}
        self._plain = {t.key for t in alignment.pool if t.kind == "plain"}
        self._verb = _first_verb(alignment.claim)
        self._own = self._subject(claim, alignment.claim, self._verb)

    def clauses(self) -> Iterator[tuple[int, int]]:
        """The runs [first, last) of the claim's words that say something of its subject; each begins with a verb.

        What someone named says is none: `roles` compares who says it.
        """
        words = self._a.claim
        if self._own.kind == "pronoun" or words[0].text.lower() in LINKS:
            return
        breaks = {self._before(clause_break.end()) for clause_break in CLAUSE_BREAK.finditer(self._claim)}
        starts = {i for i in breaks if self._verb < i < len(words) and _begins_with_verb(words[i:])} | {self._verb}
        ends = {self._before(end.start()) for end in END.finditer(self._claim)}
        for first, last in pairwise(sorted({*starts, *(e for e in ends if e > self._verb), len(words)})):
            saying = first == self._verb and self._own.kind == "named" and words[first].text.lower() in SAYING
            if (
                first in starts
                and not saying
                and sum(t.telling and t.kind != "turning" for t in words[first:last]) >= CLAUSE
            ):
                yield first, last

    def _before(self, place: int) -> int:
        return sum(token.start < place for token in self._a.claim)

    def compare(self, first: int, last: int) -> Exchanged | bool:
        """The clause, if each sentence that says it has another subject; else whether one may have the claim's."""
        subjects = [self._subject_of(n, first, last) for n in self._sources(first, last)]
        others = [subject for subject in subjects if isinstance(subject, Subject)]
        if not others or len(others) < len(subjects):
            return True in subjects
        certain = DISTINCT if first == self._verb else JOINED
        sure = all(frozenset((self._own.kind, other.kind)) in certain for other in others)
        return Exchanged(self._a.claim[first].start, self._a.claim[last - 1].end, others[0].text, sure)

    def _sources(self, first: int, last: int) -> list[int]:
        """The numbers of the evidence sentences that say a clause."""
        a, weights = self._a, self._a.weights[first:last]
        if not weights.any():
            return []
        shares = {
            int(n): float((a.matches[first:last, a.sentence == n].max(axis=1) >= SAID) @ weights / weights.sum())
            for n in np.unique(a.sentence)
        }
        best = max(shares.values())
        return [n for n, share in shares.items() if share >= max(SAID_BY_SOURCE, best - CLOSE)]

    def _subject_of(self, number: int, first: int, last: int) -> Subject | bool:
        """The subject of which a sentence says a clause; True if it may be the claim's, False if that is not clear."""
        sentence, a = self._evidence[number], self._a
        words, columns = tokens_of(sentence), np.flatnonzero(a.sentence == number)
        matched = a.matches[first:last, columns] >= SAID
        telling = [i for i in range(first, last) if a.weights[i] and matched[i - first].any()]
        at = int(np.flatnonzero(matched[telling[0] - first])[0])
        start = at
        while start and _is_small(words[start - 1]):
            start -= 1
        if first == self._verb and not self._told_alike(telling[0], words, start, at):
            return False
        subject = self._subject(sentence, words, start)
        if subject.kind == "unclear" and any(t.text.lower() in ("and", "but") for t in words[start:at]):
            subject = self._subject(sentence, words, _first_verb(words))
        outside = [i for i in range(len(a.claim)) if not first <= i < last]
        if self._may_be_own(words[:start], a.matches[np.ix_(np.array(outside, np.intp), columns[:start])]):
            return True
        if subject.kind == "pronoun":
            return number in self._follows and self._named_in(tokens_of(self._evidence[number - 1]))
        return False if subject.kind == "unclear" else subject

    def _may_be_own(self, words: Sequence[Token], matches: Values) -> bool:
        """Whether words before a clause name what the claim speaks of; `matches` of the rest of the claim with them."""
        telling = [j for j, token in enumerate(words) if token.telling]
        if (matches[:, telling] >= SAID).any() or self._named_in([words[j] for j in telling]):
            return True
        mine = {self._a.claim[i].key for i in self._own.words}
        theirs = {words[j].key for j in telling}
        return any(
            not mine.isdisjoint(keys) and not theirs.isdisjoint(keys)
            for text in self._evidence
            for keys in ({t.key for t in run} for run in runs(text))
        )

    def _named_in(self, words: Sequence[Token]) -> bool:
        return any(alike(self._a.claim[i], word) for i in self._own.words for word in words)

    def _told_alike(self, i: int, words: Sequence[Token], start: int, at: int) -> bool:
        """Whether a word of the claim and its like in a sentence belong to verbs, both active or both passive."""
        verb = is_verb(words[at]) or any(_is_auxiliary(t) for t in words[start:at])
        return verb and self._passive(self._a.claim, i) == self._passive(words, at)

    @staticmethod
    def _passive(words: Sequence[Token], i: int) -> bool:
        i -= 1
        while i >= 0 and _is_adverb(words[i]):
            i -= 1
        return i >= 0 and words[i].text.lower() in BEING

    def _subject(self, text: str, words: Sequence[Token], end: int) -> Subject:
        """The subject of a verb: the words before it, back to a comma, a verb, or a word that joins clauses."""
        while end and (words[end - 1].text.lower() in AUXILIARIES | RELATIVE or _is_adverb(words[end - 1])):
            end -= 1
        start = end
        while start:
            token = words[start - 1]
            gap = text[token.end : words[start].start] if start < end else ""
            if BREAK.search(gap) or token.text.lower() in LINKS or token.text.lower() in AUXILIARIES or is_verb(token):
                break
            start -= 1
        own = tuple(j for j in range(start, end) if words[j].telling)
        return Subject(own, self._kind(words[start:end]), text[words[start].start : words[end - 1].end] if own else "")

    def _kind(self, words: Sequence[Token]) -> Kind:
        opening = words[0].text.lower() if words else ""
        noun = list(takewhile(lambda t: t.text.lower() not in PLACING and t.text.lower() != "of", words))
        if opening in PRONOUNS:
            return "pronoun"
        if not any(t.telling for t in noun) or opening in LEADS:
            return "unclear"
        head = noun[-1]
        if self._is_name(head):
            return "named"
        if head.kind not in ("plain", "opening") or PARTICIPLE.search(opening):
            return "unclear"
        return "the" if opening == "the" else "other"

    def _is_name(self, token: Token) -> bool:
        if token.kind == "opening":
            return token.key in self._names or token.key not in self._plain
        return token.kind == "name"
