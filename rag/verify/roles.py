"""Role mismatches: the claim gives a statement or an action to another speaker or subject than the evidence does.

"The market has won three prizes", where the brewery has won them: all words are there, and near each other; only the
subject is another. Subjects are read from word order (`rag.text.predicates`), and a pronoun is the last speaker or
subject before it. A mismatch is reported only between names, as "the president", "it" or "the company" may be the one
whom the other sentence names. English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Literal

import numpy as np

from rag.text.fragments import LEADING
from rag.text.mentions import alike, runs, text_of
from rag.text.predicates import ADVERBS, AUXILIARIES, BEING, RELATIVE, SAYING, Predicate, is_verb, predicates_of
from rag.text.tokens import Token, tokens_of
from rag.verdicts import Fault, FaultKind
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

        What someone named says is none: `agents` compares who says it.
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
Finding = tuple[Fault | None, tuple[int, int] | None]
"""What is wrong with a agent, or the span of the claim in which it is right."""
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

    def speaker(self, predicate: Predicate) -> Finding:
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

    def agent(self, predicate: Predicate) -> Finding:
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
