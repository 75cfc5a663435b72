"""Role mismatches: the claim gives a statement or an action to another speaker or agent than the evidence does.

Agents and speakers are read from word order (`rag.text.predicates`), and "he" is the last speaker or agent before it. A
mismatch is reported only between names. English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rag.text.mentions import alike, runs, text_of
from rag.text.predicates import Predicate, predicates_of
from rag.text.tokens import Token, tokens_of
from rag.verdicts import Fault, FaultKind
from rag.verify.alignment import Alignment

HELD = 0.6
"""The share of what is said in the claim that a saying of the evidence must hold, to be the same."""
NEARLY = 0.75
"""The share of that which another saying may hold less and still count beside it."""
SAME_VERB = 0.7
SAME = 0.9
AGENTS = frozenset(
    "spokesman spokeswoman spokesperson lawyer attorney wife husband brother sister son daughter father mother aide "
    "adviser advisor predecessor successor opponent rival critic critics office deputy".split()
)
"""Those who are someone's, and speak and act for themselves."""
MUTUAL = frozenset("meet marri join agre speak talk clash share trade differ fight play face".split())
"""Stems of what two do to each other."""
POSSESSIVES = ("'s", "’s", "s’", "s'")
_Outcome = tuple[Fault | None, tuple[int, int] | None]
"""What is wrong with an agent, or the span of the claim in which it is right."""
HE = frozenset(("he", "she"))


@dataclass(frozen=True, slots=True)
class Findings:
    """Faults of agents and speakers, and the spans of the claim in which agent and patient are as in the evidence."""

    faults: tuple[Fault, ...] = ()
    agreed: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around a claim, by which it is told who "he" is.

    `before` is the sentence before the claim, "" if none; `follows` are the numbers of those evidence sentences that
    directly follow the one before them in their article.
    """

    before: str = ""
    follows: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Predication:
    """How much of the claim's words an evidence sentence holds, and who says them there: () if that is not clear."""

    share: float
    speaker: tuple[Token, ...]


def compare_agents(claim: str, evidence: Sequence[str], alignment: Alignment, context: Context) -> Findings:
    """Compare the agents and speakers of a claim with those of the evidence that it is aligned with."""
    comparison = _Comparison(claim, evidence, alignment, context)
    faults: list[Fault] = []
    agreed: list[tuple[int, int]] = []
    predicates = predicates_of(claim)
    for predicate in predicates:
        if (
            any(d.saying and d.verb < predicate.verb for d in predicates)
            and predicate.saying
            and max(predicate.content, default=0) < predicate.verb
        ):
            continue  # "…, Reuters reported" of what someone else said
        fault, span = comparison.speaker(predicate) if predicate.saying else comparison.agent(predicate)
        agreed += [span] if span else []
        faults += [fault] if fault else []
    return Findings(tuple(faults), tuple(agreed))


class _Comparison:
    def __init__(self, claim: str, evidence: Sequence[str], alignment: Alignment, context: Context) -> None:
        self._claim = claim
        self._evidence = evidence
        self._a = alignment
        self._context = context
        numbers, starts = np.unique(alignment.sentence, return_index=True)
        self._first = dict(zip(numbers.tolist(), starts.tolist(), strict=True))
        named = [t for t in alignment.pool if t.kind == "name"]
        self._named = {t.key for t in named} | {t.spelling for t in named}
        self._known: dict[str, bool] = {}

    # -- who says it -----------------------------------------------------------------------------------------------

    def speaker(self, predicate: Predicate) -> _Outcome:
        """Whether the evidence has another one say what a saying of the claim says."""
        own = self._claims_agent(predicate)
        content = [i for i in predicate.content if self._a.weights[i] > 0]
        if not self._person(own) or not content:
            return None, None
        matching = [t for s in self._first for t in self._tellings(s, content) if t.share >= HELD]
        best = max((t.share for t in matching), default=0.0)
        close = [t for t in matching if t.share >= NEARLY * best]
        if any(self._same(own, t.speaker) for t in close if t.speaker):
            return None, self._span(predicate)
        others = [t for t in close if self._person(t.speaker)]
        if not others or any(t.share >= best for t in close if not self._person(t.speaker)):
            return None, None
        name = text_of(max(others, key=lambda t: t.share).speaker)
        return self._fault("attribution", predicate, f"the evidence has {name} say this", name), None

    def _tellings(self, sentence: int, content: list[int]) -> Iterator[_Predication]:
        """What a sentence tells of words of the claim: in each of its sayings, and in all."""
        text = self._evidence[sentence]
        words = tokens_of(text)
        predicates = [d for d in predicates_of(text) if d.saying]
        for predicate in predicates:
            yield _Predication(self._share(sentence, predicate.content, content), self._who(sentence, predicate))
        everything = tuple(range(len(words)))
        share = self._share(sentence, everything, content)
        if not predicates and text.lstrip()[:1] in '“"' and self._follows(sentence):
            yield _Predication(share, self._last_speaker(sentence - 1))
        elif not predicates:
            yield _Predication(share, ())

    def _share(self, sentence: int, words: Sequence[int], content: list[int]) -> float:
        columns = [self._first[sentence] + j for j in words]
        if not columns:
            return 0.0
        weights = self._a.weights[content]
        found = self._a.matches[np.ix_(content, columns)].max(axis=1)
        return float(found @ weights / weights.sum())

    def _who(self, sentence: int, predicate: Predicate) -> tuple[Token, ...]:
        words = tokens_of(self._evidence[sentence])
        if predicate.agent:
            return tuple(words[j] for j in predicate.agent)
        if predicate.pronoun in HE and self._follows(sentence):
            return self._last_speaker(sentence - 1)
        return ()

    def _follows(self, sentence: int) -> bool:
        return sentence in self._context.follows

    def _last_speaker(self, sentence: int, depth: int = 3) -> tuple[Token, ...]:
        """Who speaks last in a sentence, or does what it tells, or does so in the sentences before it."""
        found = self._subject(self._evidence[sentence])
        if found or not depth or not self._follows(sentence):
            return found
        return self._last_speaker(sentence - 1, depth - 1)

    def _subject(self, text: str) -> tuple[Token, ...]:
        """Who a "he" or "she" in the next sentence is likely to be: the last speaker, or who the sentence is about."""
        words = tokens_of(text)
        found: list[tuple[bool, tuple[Token, ...]]] = []
        for predicate in predicates_of(text):
            about = next(
                (who for who in (predicate.agent, predicate.patient) if who and who[0] < predicate.verb),
                predicate.agent,
            )
            person = tuple(words[j] for j in about)
            if self._person(person):
                found.append((predicate.saying, person))
        return next((who for saying, who in reversed(found) if saying), found[0][1] if found else ())

    def _claims_agent(self, predicate: Predicate) -> tuple[Token, ...]:
        if predicate.agent:
            return tuple(self._a.claim[i] for i in predicate.agent)
        if predicate.pronoun in HE and self._context.before:
            return self._subject(self._context.before)
        return ()

    # -- who does it -----------------------------------------------------------------------------------------------

    def agent(self, predicate: Predicate) -> _Outcome:
        """Whether the evidence has another do what a verb of the claim says, or the span in which it agrees."""
        own = self._claims_agent(predicate)
        if not own or self._a.claim[predicate.verb].key in MUTUAL:
            return None, None
        fault: Fault | None = None
        for sentence, other in self._like(predicate):
            who = self._who(sentence, other)
            if not who:
                continue
            if self._swapped(predicate, sentence, other):
                names = f"{text_of(who)} and {text_of(own)}"
                fault = fault or self._fault("roles", predicate, f"the evidence has {names} in each other's place", "")
            elif self._same(own, who) or self._meets(predicate.agent, sentence, other.agent):
                return None, self._span(predicate)
            elif self._person(own) and self._person(who):
                fault = fault or self._other(predicate, sentence, own, who)
            else:
                return None, None
        return fault, None

    def _other(self, predicate: Predicate, sentence: int, own: Sequence[Token], who: Sequence[Token]) -> Fault:
        """The fault of a claim that names another agent, who may have changed places with the right one."""
        here, there = self._names(own), self._names(who)
        around = tokens_of(self._evidence[sentence])
        swapped = any(alike(a, b) for a in here for b in around) and any(
            alike(a, b) for a in there for b in self._a.claim if b.kind in ("name", "opening")
        )
        if swapped:
            reason = f"the evidence has {text_of(who)} and {text_of(own)} in each other's place"
            return self._fault("roles", predicate, reason, "")
        return self._fault(
            "name", predicate, f"the evidence has {text_of(who)} where this says {text_of(own)}", text_of(who)
        )

    def _like(self, predicate: Predicate) -> list[tuple[int, Predicate]]:
        """The verbs of the evidence that say the same, in the sentences that hold most of the claim."""
        content = [i for i in self._a.telling if i not in predicate.agent]
        shares = {s: self._share(s, range(len(tokens_of(self._evidence[s]))), content) for s in self._first}
        bar = max(0.5, NEARLY * max(shares.values()))
        return [
            (s, other)
            for s, share in sorted(shares.items(), key=lambda entry: -entry[1])
            if share >= bar
            for other in predicates_of(self._evidence[s])
            if self._a.matches[predicate.verb, self._first[s] + other.verb] >= SAME_VERB
        ]

    def _swapped(self, predicate: Predicate, sentence: int, other: Predicate) -> bool:
        return (
            self._meets(predicate.agent, sentence, other.patient)
            and self._meets(predicate.patient, sentence, other.agent)
            and not self._meets(predicate.agent, sentence, other.agent)
        )

    def _meets(self, own: Sequence[int], sentence: int, there: Sequence[int]) -> bool:
        """Whether the chief word of one is among the other's."""
        if not own or not there:
            return False
        columns = [self._first[sentence] + j for j in there]
        return bool(self._a.matches[np.ix_(list(own), columns)].max() >= SAME)

    # -- names -----------------------------------------------------------------------------------------------------

    def _names(self, words: Sequence[Token]) -> list[Token]:
        """The names among the words of a agent, but not those that only say whose or which: "Ukraine’s allies"."""
        owned = any(t.text.lower() in AGENTS for t in words)
        found = [t for t in words if t.kind == "name" or (t.kind == "opening" and self._is_name(t))]
        return [t for t in found if not (owned and t.text.endswith(POSSESSIVES))]

    def _is_name(self, token: Token) -> bool:
        """Whether a word that begins a sentence is written with a capital inside a sentence of the evidence too."""
        if not self._named.isdisjoint((token.key, token.spelling)):
            return True
        if token.text not in self._known:
            inside = re.compile(rf"[a-z,] {re.escape(token.text)}\b")
            self._known[token.text] = any(inside.search(text) for text in self._evidence)
        return self._known[token.text]

    def _person(self, words: Sequence[Token]) -> bool:
        """Whether a agent is called by a name, and not as what stands beside one: "U.K. activists"."""
        names = {t.start for t in self._names(words) if not t.text.endswith(POSSESSIVES)}
        beside = {a.start for a, b in pairwise(words) if b.kind == "plain" and b.start - a.end == 1}
        return bool(names - beside)

    def _same(self, own: Sequence[Token], other: Sequence[Token]) -> bool:
        names = self._names(own)
        there = self._names(other)
        if any(alike(a, b) for a in names for b in there):
            return True
        kin = self._kin(there)
        return any(alike(a, b) for a in names for b in kin)

    def _kin(self, names: Sequence[Token]) -> list[Token]:
        """The words that stand beside a name anywhere in the evidence: titles, other names, countries."""
        keys = {t.key for t in names}
        found: list[Token] = []
        for text in self._evidence:
            if not any(t.text in text for t in names):  # most sentences need not be read for it
                continue
            for run in runs(text):
                if any(t.key in keys and t.kind in ("name", "opening") for t in run):
                    found += run
        return found

    def _fault(self, kind: FaultKind, predicate: Predicate, reason: str, instead: str) -> Fault:
        start, end = self._span(predicate)
        return Fault(kind, start, end, reason, instead)

    def _span(self, predicate: Predicate) -> tuple[int, int]:
        numbers = (
            (predicate.verb, *predicate.agent)
            if predicate.saying
            else (predicate.verb, *predicate.agent, *predicate.patient)
        )
        return self._a.claim[min(numbers)].start, self._a.claim[max(numbers)].end
