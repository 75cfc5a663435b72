"""How sure the evidence is of what a claim says, and on whose word: plans, doubts and accusations told as facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from rag.text.lexicon import entries
from rag.text.predicates import SAYING, predicates_of
from rag.text.tokens import DENIALS, UNSURE, tokens_of
from rag.verdicts import Fault, FaultKind
from rag.verify.alignment import NOWHERE, Alignment, Reading

_INTENT = """
plan want hope aim intend seek expect propos threaten attempt tri vow pledg promis offer ask urg order consid like set
due readi prepar eager wish request demand beg call encourag invit advis mean meant
"""
INTENT = frozenset(_INTENT.split())
"""Stems of words before "to" and a verb that say that it is not done yet."""
REFUSING = frozenset(entries("en/denials.txt")["refusing"])
"""Stems of words before "to" and a verb that say that it is not done at all."""
_DOUBTS = """
reportedly allegedly alleged apparently possibly probably perhaps likely unlikely suspected presumably purportedly
supposedly possible potential unconfirmed rumoured rumored planned proposed
"""
DOUBTS = frozenset(_DOUBTS.split())
"""Words that leave open whether what they stand beside is so."""
DISTANT = frozenset(entries("en/saying.txt")["distant"])
"""Verbs of saying by which an article leaves what is said to the one who says it."""
TURNING = (
    UNSURE | DOUBTS | DENIALS | frozenset("if whether unless would false untrue denied denies deny denying".split())
)
TOLD = frozenset(SAYING) | frozenset(("according", "alleged", "allegedly", "reportedly", "claims", "view", "opinion"))
EMBEDDED = re.compile(
    r"(?:\b(?:den(?:y|ies|ied|ying)|refut\w+|reject\w*|dismiss\w*|disput\w+|doubt\w*|debunk\w*|contradict\w*|false\w*|untrue"
    r"|(?:not|n't) (?:true|clear|certain|sure|mean|believe|think|say)|wrong|no (?:evidence|sign|proof|indication|truth)"
    r"|nobody|no one|never said|unclear|unlikely|impossible|rumou?rs?|myth|hoax|speculation|fears?|feared)"
    r"(?:\W+(?:the|any|all|these|such|of|media|press|claims?|reports?|rumou?rs?|allegations?|suggestions?|accusations?|ideas?"
    r"|notion|believe[sd]?|thinks?|thought|expects?|expected|says?|said|knows?|to|be|is|was)){0,4}"
    r"\W+(?:that|if|whether)|\b(?:if|unless|whether|as though|suppos\w+|imagine|assuming)(?: that)?)"
    r"(?:\W+(?:the|an?|its|his|her|their|this|these))?\W*\Z",
    re.IGNORECASE,
)
"""How the words end before a clause that a sentence does not state: it denies it, doubts it, or only supposes it."""
BACK = 6
"""Words before "to" among which the word stands that says what is intended."""
WHOLE = 0.8
"""The share of a claim that must be said on one's word."""
ALSO = 0.9
"""The share of that which another sentence must hold to say it too."""


def takes_back(lead: str) -> bool:
    """Whether words before others in a sentence may take back what those say: "he denied that", "if", "allegedly"."""
    words = {token.text.lower() for token in tokens_of(lead)}
    turned = any(word.endswith("n't") for word in words) or not words.isdisjoint(TURNING)
    return turned or any(SAYING.get(word, "") in DISTANT for word in words)


def find_stances(claim: str, evidence: Sequence[str], alignment: Alignment, reading: Reading) -> tuple[Fault, ...]:
    """Find what a claim tells as done or certain, and its evidence only as meant, in doubt, or on someone's word."""
    stances = _Stances(claim, evidence, alignment, reading)
    if not alignment.telling:
        return ()
    return (*stances.embedded(), *stances.undenied(), *stances.meant(), *stances.doubted(), *stances.on_word())


class _Stances:
    def __init__(self, claim: str, evidence: Sequence[str], alignment: Alignment, reading: Reading) -> None:
        self._claim = claim
        self._evidence = evidence
        self._a = alignment
        self._reading = reading
        numbers, starts = np.unique(alignment.sentence, return_index=True)
        self._first = dict(zip(numbers.tolist(), starts.tolist(), strict=True))
        self._words = [t.text.lower() for t in alignment.claim]
        self._hedged = not (UNSURE | DOUBTS).isdisjoint(self._words)
        self._meant = not (INTENT | REFUSING).isdisjoint(t.key for t in alignment.claim)

    def embedded(self) -> Iterator[Fault]:
        """A claim that the evidence has only inside "denied that", "if", "it is not true that"."""
        best = self._best()
        if self._share(best) < WHOLE or any(self._share(s) >= WHOLE for s in self._first if s != best):
            return
        text, words = self._evidence[best], tokens_of(self._evidence[best])
        first = self._first[best]
        rows = self._a.telling
        held = [(int(self._a.where[i]) - first, i) for i in rows if self._a.sentence[self._a.where[i]] == best]
        if not held:
            return
        at, row = min(held)
        while at and row and words[at - 1].key == self._a.claim[row - 1].key:
            at, row = at - 1, row - 1
        lead = text[: words[at].start]
        found = EMBEDDED.search(lead)
        if found and EMBEDDED.search(self._claim[: self._a.claim[rows[0]].start]) is None:
            start, end = self._a.claim[0].start, self._a.claim[-1].end
            reason = f"the article does not state this: it has it after “{' '.join(found[0].split())}”"
            yield Fault("certainty", start, end, reason, " ".join(found[0].split()))

    def undenied(self) -> Iterator[Fault]:
        """A "not" of the evidence, between two words that stand side by side in the claim."""
        if any(t.key in DENIALS for t in self._a.claim):
            return
        partners = {int(j): i for i, j in enumerate(self._reading.partner) if j != NOWHERE}
        for i, j in self._reading.dropped:
            word = self._a.pool[j]
            if word.key == "not" and partners.get(j - 1) == i and partners.get(j + 1) in (i + 1, i + 2):
                token = self._a.claim[i]
                reason = f"the evidence has “{word.text}” after “{token.text}”"
                yield Fault("denial", token.start, token.end, reason, word.text)

    def meant(self) -> Iterator[Fault]:
        """Verbs that the evidence has after "plans to" and the like, and the claim without."""
        if self._hedged or self._meant:
            return
        for i, j in enumerate(self._reading.partner.tolist()):
            if j == NOWHERE or self._a.claim[i].kind != "plain" or self._a.matches[i, j] < 0.7:
                continue
            at = self._meaning(j)
            if at is not None and "to" not in self._words[max(0, i - 2) : i]:
                token, word = self._a.claim[i], self._a.pool[at]
                kind: FaultKind = "denial" if word.key in REFUSING else "certainty"
                reason = f"the evidence has “{word.text} to” before “{self._a.pool[j].text}”"
                yield Fault(kind, token.start, token.end, reason, word.text)

    def _meaning(self, j: int) -> int | None:
        """The pool word that says that the verb `j` is only meant, or None."""
        pool, home = self._a.pool, self._a.sentence[j]
        if j == 0 or pool[j - 1].text.lower() != "to" or self._a.sentence[j - 1] != home:
            return None
        text = self._evidence[int(home)]
        for at in range(j - 2, max(-1, j - 2 - BACK), -1):
            if self._a.sentence[at] != home or text[pool[at].end : pool[at + 1].start].strip():
                return None
            if pool[at].key in INTENT | REFUSING and pool[at].telling:
                return at
        return None

    def doubted(self) -> Iterator[Fault]:
        """Words that the evidence says in doubt."""
        if self._hedged or not set(self._words).isdisjoint(TOLD):
            return
        partners = {int(j): i for i, j in enumerate(self._reading.partner) if j != NOWHERE}
        best, second = self._best(), 0.0
        for number in self._first:
            sure = not any(t.text.lower() in DOUBTS for t in tokens_of(self._evidence[number]))
            second = max(second, self._share(number)) if sure else second
        if second >= ALSO * self._share(best):
            return
        words = tokens_of(self._evidence[best])
        for at, token in enumerate(words):
            if token.text.lower() in DOUBTS:
                after = next((j for j in range(at + 1, len(words)) if words[j].telling), None)
                held = partners.get(self._first[best] + after) if after else None
                if held is not None:
                    own = self._a.claim[held]
                    yield Fault(
                        "certainty", own.start, own.end, f"the evidence says “{token.text}” of this", token.text
                    )
                    return

    def on_word(self) -> Iterator[Fault]:
        """A claim that the evidence has only as what someone claims."""
        if not (TOLD | DOUBTS).isdisjoint(self._words):
            return
        best = self._best()
        words = tokens_of(self._evidence[best])
        for predicate in predicates_of(self._evidence[best]):
            verb = SAYING.get(words[predicate.verb].text.lower(), "")
            if verb not in DISTANT or not (predicate.agent or predicate.pronoun) or not predicate.content:
                continue
            columns = [self._first[best] + j for j in predicate.content]
            weights = self._a.weights
            share = float(self._a.matches[:, columns].max(axis=1) @ weights / weights.sum())
            speakers = [self._first[best] + j for j in predicate.agent]
            named = bool(speakers) and self._a.matches[:, speakers].max() >= ALSO
            plainly = any(self._share(s) >= ALSO * share for s in self._first if s != best)
            if share >= WHOLE and not named and not plainly:
                text = self._evidence[best]
                who = (
                    text[words[predicate.agent[0]].start : words[predicate.agent[-1]].end]
                    if predicate.agent
                    else predicate.pronoun
                )
                start, end = self._a.claim[0].start, self._a.claim[-1].end
                reason = f"the article gives this as what {who} {words[predicate.verb].text}, not as a fact"
                yield Fault("attribution", start, end, reason, who)
                return

    def _best(self) -> int:
        best: int = max(self._first, key=self._share)
        return best

    def _share(self, number: int) -> float:
        start = self._first[number]
        columns = self._a.matches[:, start : start + len(tokens_of(self._evidence[number]))]
        return float(columns.max(axis=1) @ self._a.weights / self._a.weights.sum()) if columns.size else 0.0
