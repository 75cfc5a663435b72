"""Checkers: rules; rules with an entailment model; rules with a language model. READACROSS_CHECKER chooses one.

In each the rules decide first, and a conflict that they are sure of, such as another number, is final. A language model
is asked once for all sentences of a text, with the evidence of each, and can only lower a verdict: it answers with one
of three words for each sentence, so that an article which talks it into "supported" wins nothing that the rules had not
found already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rag.embed.port import EntailmentModel
from rag.embed.wordllama import load_wordllama
from rag.errors import ModelError, SettingsError
from rag.llm import prompts
from rag.llm.language_model import ESTIMATE, LanguageModel, Message
from rag.llm.prompts import fence_of, fenced
from rag.llm.thoughts import Thoughts
from rag.models import make_entailment_model
from rag.text.fragments import is_fragment
from rag.text.word_similarity import Embed
from rag.verdicts import Fault, FaultKind, Support
from rag.verify.check import Claim, Idf, Verdict, check_sentence
from rag.verify.features import check_model
from rag.verify.single_source import in_one_article

HARD: frozenset[FaultKind] = frozenset(
    ("number", "date", "name", "attribution", "denial", "certainty", "bound", "opposite", "roles")
)
"""Faults for which no model's word makes a sentence supported."""
PREMISES = 3
"""Evidence sentences that an entailment model reads, each alone and then all together."""
ENTAILED = 0.5
"""The probability from which a sentence follows from its evidence."""


@dataclass(frozen=True, slots=True)
class Review:
    """The last word on the sentences of a text, in their order, and remarks for the reader."""

    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()


class Checker(Protocol):
    """Judges whether evidence holds what a sentence says. Threads may share it."""

    def check(self, claim: Claim, idf: Idf | None = None) -> Verdict:
        """Judge a sentence at once, as a text is written. `idf` gives the weight of a stem, as `rag.text.idf` does."""

    def review(self, claims: Sequence[Claim], verdicts: Sequence[Verdict]) -> Review:
        """Look at all sentences of a text once more, once it is whole. Raises no ModelError: it notes one."""


class RuleChecker:
    """The embedded default: alignment, rules, and the numbers fitted on them."""

    def __init__(self, embed: Embed) -> None:
        self._embed = embed

    def check(self, claim: Claim, idf: Idf | None = None) -> Verdict:
        """Judge a sentence as `check_sentence` does; it is supported only if one article holds it."""
        if is_fragment(claim.sentence):
            reason = "this is no whole sentence, so there is nothing to check"
            return Verdict("not found", 0.0, (), (Fault("not found", 0, len(claim.sentence), reason),))
        texts = [p.text for p in claim.evidence]
        verdict = check_sentence(claim.sentence, texts, self._embed, idf, claim.context)
        if verdict.support != "supported" or verdict.score == 1.0:
            return verdict
        return in_one_article(claim, verdict, self._embed, idf)

    def review(self, claims: Sequence[Claim], verdicts: Sequence[Verdict]) -> Review:
        """Change nothing."""
        del claims
        return Review(tuple(verdicts))


class EntailmentChecker:
    """The rules, and a model that tells whether one text follows from another.

    What the model does not find to follow is at most partly supported. What it does find to follow is supported, even
    if the rules miss words of it, unless they read a hard fault. Words taken over as they are stay supported.
    """

    def __init__(self, rules: RuleChecker, model: EntailmentModel) -> None:
        self._rules = rules
        self._model = model

    def check(self, claim: Claim, idf: Idf | None = None) -> Verdict:
        """Judge a sentence. Raises ModelError if the model fails."""
        verdict = self._rules.check(claim, idf)
        if verdict.score == 1.0 or not verdict.evidence:
            return verdict
        texts = [claim.evidence[i].text for i in verdict.evidence[:PREMISES]]
        together = " ".join(claim.evidence[i].text for i in sorted(verdict.evidence[:PREMISES]))
        premises = list(dict.fromkeys([*texts, together]))
        judged = self._model.entail([(premise, claim.sentence) for premise in premises])
        best = max(judged, key=lambda j: j.entailment)
        return _combine(claim.sentence, verdict, best.entailment, denied=best.contradiction > best.neutral)

    def review(self, claims: Sequence[Claim], verdicts: Sequence[Verdict]) -> Review:
        """Change nothing."""
        return self._rules.review(claims, verdicts)


def _combine(sentence: str, verdict: Verdict, entailed: float, *, denied: bool) -> Verdict:
    bar = check_model().threshold
    score = (verdict.score + entailed) / 2
    if entailed >= ENTAILED:
        soft = verdict.support == "partly" and all(f.kind not in HARD for f in verdict.faults)
        if verdict.support == "supported" or soft:
            return Verdict("supported", max(score, bar), verdict.evidence)
        return verdict
    if verdict.support != "supported":
        return replace(verdict, score=min(verdict.score, score))
    reason = "the evidence contradicts this" if denied else "this does not follow from the evidence"
    return lowered(sentence, verdict, min(score, bar / 2), reason)


def lowered(sentence: str, verdict: Verdict, score: float, reason: str) -> Verdict:
    """The verdict made "partly", for a reason that concerns the whole sentence."""
    fault = Fault("other", 0, len(sentence), reason)
    return Verdict("partly", score, verdict.evidence, (*verdict.faults, fault))


PLACES = 4
"""Evidence sentences that the model is given with each sentence."""
ANSWER_TOKENS = 12
"""Tokens of an answer for each sentence, at most; a longer answer is not what was asked for."""
LONGEST_LINE = 40
"""Characters of an answer for each sentence after which it is not read on."""
LINE = re.compile(r"\W*(\d{1,4})\W+(supported|partly|not found)\W*", re.IGNORECASE)
RANK: dict[Support, int] = {"not found": 0, "partly": 1, "supported": 2}
LESS = {"partly": 0.5, "not found": 0.1}
"""What is left of a sentence's score if the model finds less of it."""


class ModelChecker:
    """The rules while a text is written, and a language model once it is whole."""

    def __init__(self, rules: RuleChecker, model: LanguageModel) -> None:
        self._rules = rules
        self._model = model

    def check(self, claim: Claim, idf: Idf | None = None) -> Verdict:
        """Judge a sentence by the rules."""
        return self._rules.check(claim, idf)

    def review(self, claims: Sequence[Claim], verdicts: Sequence[Verdict]) -> Review:
        """Ask the model about every sentence that is not refused already, nor taken over word for word."""
        asked = [i for i, v in enumerate(verdicts) if v.evidence and v.support != "not found" and v.score < 1.0]
        asked = self._fitting([claims[i] for i in asked], asked, verdicts)
        if not asked:
            return Review(tuple(verdicts))
        try:
            said = self._ask([claims[i] for i in asked], [verdicts[i] for i in asked])
        except ModelError as error:
            return Review(tuple(verdicts), (f"The sentences were checked by rules alone: {error}",))
        if said is None:
            note = f"The sentences were checked by rules alone: {self._model.name} gave no verdicts that can be read."
            return Review(tuple(verdicts), (note,))
        found = list(verdicts)
        for i, support in zip(asked, said, strict=True):
            found[i] = _lower(claims[i].sentence, verdicts[i], support, self._model.name)
        return Review(tuple(found))

    def _fitting(self, claims: Sequence[Claim], numbers: Sequence[int], verdicts: Sequence[Verdict]) -> list[int]:
        """The first sentences that fit into the model's window together."""
        budget = self._model.context_window * ESTIMATE - sum(self._model.count_tokens([prompts.CHECK]))
        blocks = [_block(1, c, verdicts[i]) for c, i in zip(claims, numbers, strict=True)]
        kept = []
        for i, cost in zip(numbers, self._model.count_tokens(blocks), strict=True):
            budget -= cost + ANSWER_TOKENS
            if budget < 0:
                break
            kept.append(i)
        return kept

    def _ask(self, claims: Sequence[Claim], verdicts: Sequence[Verdict]) -> list[Support] | None:
        pairs = zip(claims, verdicts, strict=True)
        text = "\n\n".join(_block(n, claim, verdict) for n, (claim, verdict) in enumerate(pairs, start=1))
        fence = fence_of(text)
        system = prompts.CHECK.format(fence=fence, count=len(claims))
        stream = self._model.stream([Message("system", system), Message("user", f"{fence}\n{text}\n{fence}")])
        thoughts, answer = Thoughts(), ""
        try:
            for piece in stream:
                said = thoughts.feed(piece)
                answer = said if thoughts.unsaid else answer + said
                if len(answer) > LONGEST_LINE * (len(claims) + 1):
                    return None
        finally:
            stream.close()
        return read_verdicts(answer + thoughts.close(), len(claims))


def read_verdicts(answer: str, count: int) -> list[Support] | None:
    """Read "1: supported" lines, one for each of `count` sentences; None for anything else."""
    said: dict[int, Support] = {}
    for line in answer.strip().splitlines():
        if not line.strip():
            continue
        match = LINE.fullmatch(line)
        if match is None or int(match[1]) in said:
            return None
        word = match[2].lower()
        said[int(match[1])] = "supported" if word == "supported" else "partly" if word == "partly" else "not found"
    return [said[n] for n in range(1, count + 1)] if sorted(said) == list(range(1, count + 1)) else None


def _block(number: int, claim: Claim, verdict: Verdict) -> str:
    places = [fenced(claim.evidence[i].text) for i in sorted(verdict.evidence[:PLACES])]
    return "\n".join([f"Sentence {number}: {fenced(claim.sentence)}", *(f"- {place}" for place in places)])


def _lower(sentence: str, verdict: Verdict, support: Support, name: str) -> Verdict:
    if RANK[support] >= RANK[verdict.support]:
        return verdict
    score = verdict.score * LESS[support]
    if support == "partly":
        return lowered(sentence, verdict, score, f"{name} finds that the evidence holds only part of this")
    whole = Fault("not found", 0, len(sentence), f"{name} does not find this in the evidence")
    return replace(verdict, support=support, score=score, faults=(*verdict.faults, whole))


BY_MODEL = "model"

CheckerMaker = Callable[[LanguageModel | None], Checker]
"""Makes a checker for one text; the language model that is given to it keeps the account of its tokens."""


def checker_maker(spec: str, model: LanguageModel | None) -> CheckerMaker:
    """Choose what checks: for "" the rules, for "model" the language model that writes, else an entailment model.

    Raises SettingsError, which names the variable, for another value, for one that names no entailment model, and for
    "model" if there is none; and ModelUnavailable if a hub cannot be reached.
    """
    rules = RuleChecker(load_wordllama().embed_passages)
    spec = spec.strip()
    if not spec:
        return lambda _: rules
    if spec == BY_MODEL:
        if model is None:
            raise SettingsError(
                "READACROSS_CHECKER=model: no language model is set. Set READACROSS_MODEL or READACROSS_GGUF too, or "
                "leave READACROSS_CHECKER empty."
            )
        return lambda metered: ModelChecker(rules, metered or model)
    checker = EntailmentChecker(rules, make_entailment_model(spec))
    return lambda _: checker
