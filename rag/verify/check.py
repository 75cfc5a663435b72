"""The check of a sentence against its evidence: supported, partly or not found, with a score and the reasons.

The sentence is aligned with the evidence word by word (`alignment`), conflicts are named (`faults`), and a fitted model
scores both (`features`). A sentence that is copied from the evidence needs no more.

A claim is a sentence, its evidence, and the text before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.results.spans import Quote
from rag.text.quantities import in_the_same_words
from rag.text.word_similarity import Embed
from rag.verdicts import Fault, Support
from rag.verify.alignment import Alignment, Values, align, read_in_order
from rag.verify.factuality import find_stances, takes_back
from rag.verify.faults import EXACT, SAID, find_faults
from rag.verify.features import check_model, read_features
from rag.verify.foreign import find_foreign_faults, language_of
from rag.verify.roles import Context, compare_agents
from rag.verify.subject_mismatch import compare_subjects

Idf = Callable[[str], float]
CLOSE = 8
"""Characters between two sentences of an article, at most, that follow each other."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence to check, the sentences that may hold it in the order of their articles, and the one before it."""

    sentence: str
    evidence: tuple[Quote, ...]
    before: str = ""

    @property
    def context(self) -> Context:
        """What stands around the sentence and around its evidence."""
        follows = {
            number
            for number, (a, b) in enumerate(pairwise(self.evidence), start=1)
            if a.file == b.file and 0 <= b.start - a.end <= CLOSE
        }
        return Context(self.before, frozenset(follows))


HELD = 0.5
"""The share of a sentence's weight that the evidence must hold, for it to be partly supported whatever its score."""
IN_WORDS = 0.4
"""The share that it must hold in these very words for that, in two words at least: of WiCE's claims 90 % of the partly
supported ones reach it, and 56 % of the unsupported ones."""
ALONE = Context()
_MARKS = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "—": "-", "–": "-", "…": "."})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on a sentence, and its score: how probably it is supported, in [0, 1].

    `evidence` holds the numbers of the evidence sentences that it rests on, the best first; `faults` what the evidence
    does not say, with places in the sentence. A supported sentence has no faults.
    """

    support: Support
    score: float
    evidence: tuple[int, ...] = ()
    faults: tuple[Fault, ...] = ()


def check_sentence(
    sentence: str,
    evidence: Sequence[str],
    embed: Embed,
    idf: Callable[[str], float] | None = None,
    context: Context = ALONE,
) -> Verdict:
    """Judge a sentence by sentences of evidence, in the order of their articles.

    `embed` gives unit vectors of texts and must be quick: the embedded default's, with which the model was fitted.
    `idf` weighs a stem from about 0 to 1; without it stems weigh as in general English. `context` tells who "he" is.
    """
    plain = _plain(sentence)
    if not plain:
        return Verdict("not found", 0.0)
    language = language_of(sentence, evidence)
    foreign = () if language == "en" else find_foreign_faults(sentence, evidence, language)
    for number, text in enumerate(evidence):
        if _quotes(plain, text) and not foreign:
            return Verdict("supported", 1.0, (number,))
    alike = [in_the_same_words(sentence, text, rounding=False) for text in evidence]
    found = examine(sentence, alike if language == "en" else evidence, embed, idf, context)
    if found is None:
        whole = Fault("not found", 0, len(sentence), "nothing of this is found in the evidence")
        return Verdict("not found", 0.0, (), (whole,))
    score = check_model().score(found.features)
    if found.plain or foreign:
        score = min(score, check_model().threshold / 2)
    return _verdict(sentence, found.alignment, foreign or found.faults, score)


@dataclass(frozen=True, slots=True)
class Examined:
    """A claim aligned with its evidence: what is wrong with it, and the features by which it is scored.

    A `plain` fault is so surely read that no sign outweighs it.
    """

    alignment: Alignment
    faults: tuple[Fault, ...]
    plain: bool
    features: Values


def examine(
    sentence: str,
    evidence: Sequence[str],
    embed: Embed,
    idf: Callable[[str], float] | None = None,
    context: Context = ALONE,
) -> Examined | None:
    """Lay a sentence beside its evidence; None if they have no telling words in common."""
    alignment = align(sentence, evidence, embed, idf)
    if alignment is None:
        return None
    reading = read_in_order(alignment)
    agents = compare_agents(sentence, evidence, alignment, context)
    stances = find_stances(sentence, evidence, alignment, reading)
    subjects = compare_subjects(sentence, evidence, alignment, context.follows)
    others = tuple(e.fault for e in subjects.exchanged if e.sure)
    faults = find_faults(sentence, alignment, reading, (*agents.faults, *stances, *others), agents.agreed)
    features = read_features(alignment, reading, faults, agents, subjects)
    return Examined(alignment, faults, bool(agents.faults or stances or others), features)


def _verdict(sentence: str, alignment: Alignment, faults: tuple[Fault, ...], score: float) -> Verdict:
    model = check_model()
    if score >= model.threshold:
        return Verdict("supported", score, alignment.used)
    faults = faults or (_doubt(sentence, alignment),)
    if _in_words(alignment) >= IN_WORDS and (score >= model.partly or alignment.cover[-1] >= HELD):
        return Verdict("partly", score, alignment.used, faults)
    return Verdict("not found", score, alignment.used, faults)


def _in_words(alignment: Alignment) -> float:
    """The share of a claim's weight that the evidence says in the same words; 0.0 if that is a single word."""
    exact = alignment.said >= EXACT
    words = sum(bool(exact[i]) and alignment.claim[i].kind != "turning" for i in alignment.telling)
    return float(alignment.weights[exact].sum() / alignment.weights.sum()) if words > 1 else 0.0


def _doubt(sentence: str, alignment: Alignment) -> Fault:
    """The word that the evidence explains least, if nothing plainer is wrong."""
    loss = (1 - alignment.placed) * alignment.weights
    least = int(loss.argmax())
    token = alignment.claim[least]
    word = sentence[token.start : token.end]
    said = alignment.said[least] >= SAID
    reason = (
        f"the evidence has “{word}”, but puts it differently" if said else f"the evidence does not say “{word}” here"
    )
    return Fault("not found", token.start, token.end, reason)


def _plain(text: str) -> str:
    return " ".join(text.translate(_MARKS).split())


def _quotes(plain: str, text: str) -> bool:
    """Whether the evidence holds the sentence as whole words, and nothing before them that could take them back."""
    there = _plain(text)
    at = there.find(plain)
    while at >= 0 and not takes_back(there[:at]):
        before, after = there[at - 1 : at], there[at + len(plain) : at + len(plain) + 1]
        if not (re.match(r"\w", before) and re.match(r"\w", plain)) and not (
            re.match(r"\w", after) and re.match(r"\w", plain[-1])
        ):
            return True
        at = there.find(plain, at + 1)
    return False
