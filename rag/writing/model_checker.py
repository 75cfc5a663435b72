"""The checker that asks a language model: once, for all sentences of a text, with the evidence of each.

The model's word can only take away. It answers with one of three words for each sentence and with nothing else, so that
an article which talks it into "supported" wins nothing that the rules had not found already.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.errors import ModelError
from rag.grounding.check import Verdict
from rag.grounding.checkers import Review, RuleChecker, lowered
from rag.grounding.claims import Claim, Idf
from rag.models.language import LanguageModel, Message
from rag.types import Fault, Support
from rag.writing import prompts
from rag.writing.evidence_block import fence_of, fenced
from rag.writing.prompt_budget import ESTIMATE
from rag.writing.thoughts import Thoughts

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
