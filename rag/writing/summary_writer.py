"""A summary by a language model: written from the facts, and every sentence checked before it is believed.

Facts that fit into the model's window are written up at once. More of them are first written up in batches, one
sentence each (map), and the sentences that hold are then put together (reduce). Whatever the model writes is checked
against the sentences of the articles themselves, and its citations are looked up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.errors import ModelError, ModelRefused
from rag.grounding.check import Verdict
from rag.grounding.checkers import Checker
from rag.grounding.claims import Claim
from rag.grounding.doubts import look_again
from rag.grounding.witnesses import Place
from rag.models.language import LanguageModel
from rag.models.static import load_wordllama
from rag.progress import Watch
from rag.stories.facts import FactBook
from rag.stories.types import Fact, Point, Told
from rag.types import counted
from rag.writing.kept_replies import KeptReplies, Reply
from rag.writing.many_calls import Call, ManyCalls
from rag.writing.matters import (
    Batch,
    Matter,
    in_batches,
    in_one_batch,
    in_shares,
    is_count,
    matters_of,
    prompt_of,
    rewritten,
)
from rag.writing.survival import TooLittleHolds, is_believed

FACTS = 3
"""Facts that one sentence tells at most."""


@dataclass(frozen=True, slots=True)
class SummaryTask:
    """What to sum up: facts of a book by their numbers, in a sensible order, in at most so many points."""

    book: FactBook
    facts: Mapping[int, Fact]
    points: int
    focus: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """The points of a model that hold, with the facts that each tells, and remarks for the reader."""

    points: tuple[tuple[Point, frozenset[int]], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence that a model wrote, the verdict on it, and the places that it rests on, the best first.

    `claim` has what it was checked by, which is the places of its batch, in the order of the articles.
    """

    claim: Claim
    verdict: Verdict
    places: tuple[tuple[int, Told], ...]

    @property
    def text(self) -> str:
        return self.claim.sentence

    @property
    def facts(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(number for number, _ in self.places))[:FACTS]


@dataclass(slots=True)
class _Tally:
    """What is told to the reader afterwards."""

    written: int = 0
    lost: int = 0
    unknown: int = 0
    too_long: int = 0
    failure: str = ""
    remarks: tuple[str, ...] = ()


class SummaryWriter:
    """Has a language model write summaries. Threads may share it."""

    def __init__(self, model: LanguageModel, checker: Checker, kept: KeptReplies) -> None:
        self._model = model
        self._checker = checker
        self._kept = kept
        self._embed = load_wordllama().embed_passages

    @property
    def name(self) -> str:
        """What readers are told of who writes."""
        return self._model.name

    def write(self, task: SummaryTask, watch: Watch) -> Written:
        """Write points, in the order of the facts that they tell. A model that fails midway leaves what it wrote.

        Raises ModelError if nothing came of it, TooLittleHolds if what it wrote is not to be believed, and Cancelled
        if the watch says so; replies that were whole by then are kept, and not asked for again.
        """
        calls, tally = ManyCalls(self._model, self._kept, watch), _Tally()
        matters = matters_of(task.book, task.facts)
        whole = in_one_batch(matters, task.points, self._model, task.focus)
        if whole is not None:
            sentences = self._round("writing", [whole], task, calls, tally)
        else:
            sentences = self._map_and_reduce(matters, task, calls, tally)
        rank = {number: place for place, number in enumerate(task.facts)}
        sentences = sorted(self._reviewed(sentences, tally), key=lambda s: min(rank[n] for n in s.facts))
        points = [(self._point(s, task), frozenset(s.facts)) for s in watch.each("looking up citations", sentences)]
        return Written(tuple(points), _notes(tally))

    def _map_and_reduce(
        self, matters: Sequence[Matter], task: SummaryTask, calls: ManyCalls, tally: _Tally
    ) -> list[_Sentence]:
        batches, tally.too_long = in_batches(matters, self._model, task.focus)
        if not batches:
            raise ModelRefused(
                f"{self.name} takes {self._model.context_window:,} tokens, and no fact fits into them. "
                "Choose a model that takes more."
            )
        drafts = self._round("writing", batches, task, calls, tally)
        by_fact = {m.places[0][0]: m for m in matters}
        again = [rewritten([by_fact[n] for n in s.facts], s.text) for s in drafts]
        if tally.failure or len(drafts) <= 1:
            return drafts
        shares = in_shares(again, task.points, self._model, task.focus)
        if not shares:  # nothing that was written fits into the window again
            return drafts
        try:
            return self._round("putting together", shares, task, calls, tally)
        except (ModelError, TooLittleHolds) as error:
            tally.failure = f"{error}"
            return drafts

    def _round(
        self, stage: str, batches: Sequence[Batch], task: SummaryTask, calls: ManyCalls, tally: _Tally
    ) -> list[_Sentence]:
        """Have batches written up, and check what comes; returns the sentences that hold, each once."""
        prompts = [tuple(prompt_of(batch, task.focus)) for batch in batches]
        keys = [frozenset(m.key for m in batch.matters) for batch in batches]
        asked = [Call(p, k, 2 * b.points + 2) for p, k, b in zip(prompts, keys, batches, strict=True)]
        replies = calls.ask(stage, asked)
        failures = [r for r in replies if isinstance(r, ModelError)]
        if len(failures) == len(replies):
            raise failures[0]
        reasons = [str(f) for f in failures] + [r.broken for r in replies if isinstance(r, Reply) and r.broken]
        tally.failure = reasons[0] if reasons else tally.failure
        unique: dict[str, _Sentence] = {}
        for batch, reply in zip(batches, replies, strict=True):
            for sentence in self._checked(batch, reply) if isinstance(reply, Reply) else ():
                unique.setdefault(sentence.text.casefold(), sentence)
        sentences = self._judged(list(unique.values()))
        if not is_believed([s.verdict.support for s in sentences]):
            for prompt in prompts:
                self._kept.forget(self.name, prompt)
            raise TooLittleHolds(_too_little(self.name, len(sentences)))
        held = [s for s in sentences if s.verdict.support != "not found"]
        tally.written += len(sentences)
        tally.lost += len(sentences) - len(held)
        tally.unknown += sum(r.unknown for r in replies if isinstance(r, Reply))
        return held

    def _checked(self, batch: Batch, reply: Reply) -> Iterator[_Sentence]:
        by_place = {(told.file, told.start): (number, told) for m in batch.matters for number, told in m.places}
        places = [by_place[key] for key in sorted(by_place)]
        evidence = _places(places)
        for text in reply.sentences:
            if text.endswith(":") or is_count(text):  # a heading, or "Here are the points:"
                continue
            claim = Claim(text, evidence, together=True)
            verdict = self._checker.check(claim)
            if not verdict.evidence and verdict.support != "not found":
                verdict = Verdict("not found", verdict.score, (), verdict.faults)
            yield _Sentence(claim, verdict, tuple(places[i] for i in verdict.evidence))

    def _judged(self, sentences: Sequence[_Sentence]) -> list[_Sentence]:
        """The sentences with what is believed of them."""
        verdicts = look_again([s.claim for s in sentences], [s.verdict for s in sentences], self._embed)
        return [replace(s, verdict=v) for s, v in zip(sentences, verdicts, strict=True)]

    def _reviewed(self, sentences: Sequence[_Sentence], tally: _Tally) -> list[_Sentence]:
        """Have the checker look at the whole summary; returns the sentences that still hold.

        What was in doubt stays so, whatever the checker says now.
        """
        claims = [Claim(s.text, _places(s.places)) for s in sentences]
        verdicts = [replace(s.verdict, evidence=tuple(range(len(s.places)))) for s in sentences]
        review = self._checker.review(claims, verdicts)
        tally.remarks = review.notes
        judged = [
            s if v.support == "supported" else replace(s, verdict=v)
            for s, v in zip(sentences, review.verdicts, strict=True)
        ]
        held = [s for s in judged if s.verdict.support != "not found"]
        if not held:
            raise TooLittleHolds(_too_little(self.name, len(sentences)))
        tally.lost += len(sentences) - len(held)
        return held

    def _point(self, sentence: _Sentence, task: SummaryTask) -> Point:
        """A sentence as a point. It cites what it rests on, and all else that tells those facts and holds of it."""
        own = [told for number, told in sentence.places if number in sentence.facts]
        others = (told for number in sentence.facts for told in task.facts[number].told if told not in own)
        told = [*own, *(t for t in others if self._tells(t, sentence.text))]
        voices = task.book.voices
        reports = len({voices[t.file] for t in told})
        score = max(task.facts[number].score for number in sentence.facts)
        verdict = sentence.verdict
        return Point(sentence.text, tuple(told), reports, score, verdict.support, verdict.score, verdict.faults)

    def _tells(self, told: Told, text: str) -> bool:
        """Whether a telling of a fact holds at least a part of what a sentence says of it."""
        return self._checker.check(Claim(text, _places([(0, told)]), together=True)).support != "not found"


def _places(told: Sequence[tuple[int, Told]]) -> tuple[Place, ...]:
    return tuple(Place(t.file, t.start, t.end, t.text) for _, t in told)


def _too_little(name: str, sentences: int) -> str:
    if not sentences:
        return f"{name} wrote no point."
    return f"{name} wrote {counted(sentences, 'sentence')}, but the articles hold too little of that."


def _notes(tally: _Tally) -> tuple[str, ...]:
    notes = []
    if tally.failure:
        notes.append(f"{tally.failure} Not all of the summary is the model's.")
    if tally.lost:
        notes.append(
            f"Left out, as the articles do not say it: {tally.lost} of {tally.written} sentences that the model wrote."
        )
    if tally.unknown:
        notes.append(f"{counted(tally.unknown, 'citation mark')} of the model named nothing that it was given.")
    if tally.too_long:
        notes.append(f"{counted(tally.too_long, 'fact')} did not fit into the model's window.")
    return (*notes, *tally.remarks)
