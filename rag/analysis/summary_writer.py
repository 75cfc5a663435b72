"""A summary by a language model: written from the facts, and every sentence checked before it is accepted.

The prompt lists facts under keys, in batches that fit the model's window. If all fit, they are summarised in one call;
else each batch is first written as one sentence a fact (map), and the sentences that pass the check are then combined
(reduce). Sentences are checked against the articles' own sentences, and their citations are looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.analysis.facts import FactBook
from rag.analysis.read_articles import ReadArticle
from rag.answer.evidence_prompt import LONGEST_NAME
from rag.embed.wordllama import load_wordllama
from rag.errors import ModelError, ModelRefused
from rag.llm import prompts
from rag.llm.batch import Call, KeptReplies, ManyCalls, Reply
from rag.llm.citation_marks import key_of
from rag.llm.language_model import ANSWER_SHARE, ESTIMATE, SPARE, LanguageModel, Message
from rag.llm.prompts import fence_of, fenced
from rag.progress import Progress
from rag.results.answers import counted, shorten
from rag.results.findings import Finding
from rag.results.spans import Quote
from rag.results.summaries import Point
from rag.text.injection import is_injection
from rag.verify.check import Claim, Verdict
from rag.verify.checkers import Checker
from rag.verify.trust import TooLittleHolds, is_believed, look_again

TELLINGS = 3
"""Sentences of a fact that a model is given, each of another article."""
LONGEST_TELLING = 600
"""Characters of a sentence that a model is given."""
POINT_TOKENS = 70
"""Tokens of a written point, with its keys, mostly less."""
COUNT = re.compile(r"\W*[\d,]+ reports?\W*")
"""The count of reports at the head of a entry."""
MOST_POINTS = 24
"""Points that are asked for at once."""


@dataclass(frozen=True, slots=True)
class PromptEntry:
    """A fact in a prompt: its text under a key, and the quotes that a sentence on it is checked against.

    `places` pairs each place with its fact's number in the book.
    """

    key: str
    text: str
    places: tuple[tuple[int, Quote], ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries that a model is given at once, and the number of points that it is asked for."""

    entries: tuple[PromptEntry, ...]
    points: int
    every: bool = False
    """Whether each entry is to have its point."""


def entries_of(book: FactBook, facts: Mapping[int, Finding]) -> tuple[PromptEntry, ...]:
    """Facts, by number, as entries, in the order given: of each the best tellings, with publisher and date."""
    articles = {a.file: a for a in book.articles}
    keys: set[str] = set()
    made = []
    for number, fact in facts.items():
        unique = {" ".join(t.text.split()): t for t in reversed(fact.quotes)}
        quotes = [t for t in fact.quotes if unique[" ".join(t.text.split())] is t][:TELLINGS]
        key = key_of(quotes[0].file, quotes[0].text, keys)
        keys.add(key)
        lines = [f"- {_head(articles[t.file])}{fenced(shorten(t.text, LONGEST_TELLING))}" for t in quotes]
        head = f"[{key}] {counted(fact.reports, 'report')}"
        made.append(PromptEntry(key, "\n".join([head, *lines]), tuple((number, t) for t in quotes)))
    return tuple(made)


def is_count(sentence: str) -> bool:
    """Whether a sentence is but the count of reports of a entry, copied: it tells nothing."""
    return COUNT.fullmatch(sentence) is not None


def _head(article: ReadArticle) -> str:
    names = (n for n in (article.publisher, article.published[:10]) if n and not is_injection(n))
    head = ", ".join(shorten(fenced(name), LONGEST_NAME) for name in names)
    return f"{head}: " if head else ""


def rewritten(entries: Sequence[PromptEntry], text: str) -> PromptEntry:
    """Several entries as the one that a sentence tells."""
    first = entries[0]
    return PromptEntry(first.key, f"[{first.key}]\n- {fenced(text)}", tuple(p for m in entries for p in m.places))


def in_one_batch(entries: Sequence[PromptEntry], points: int, model: LanguageModel, focus: str) -> Batch | None:
    """All entries in one batch for so many points, if they fit into the model's window."""
    fitting, _ = _fill(entries, len(entries), model, focus)
    fits = len(fitting) == 1 and len(fitting[0]) == len(entries) and points <= points_at_once(model)
    return Batch(tuple(entries), points) if fits else None


def in_batches(entries: Sequence[PromptEntry], model: LanguageModel, focus: str) -> tuple[list[Batch], int]:
    """Batches in which every entry gets its point, and how many entries are too long for the model's window."""
    groups, left_out = _fill(entries, points_at_once(model), model, focus)
    return [Batch(group, len(group), every=True) for group in groups], left_out


def in_shares(entries: Sequence[PromptEntry], points: int, model: LanguageModel, focus: str) -> list[Batch]:
    """Batches that share the points among them."""
    most = max(1, points_at_once(model) * len(entries) // max(1, points))
    groups, _ = _fill(entries, most, model, focus)
    total = sum(map(len, groups))
    ends = [0]
    for group in groups:
        ends.append(ends[-1] + len(group))
    shares = [points * b // total - points * a // total for a, b in pairwise(ends)]
    return [Batch(group, share) for group, share in zip(groups, shares, strict=True) if share]


def points_at_once(model: LanguageModel) -> int:
    """How many points the model is asked for at once: as many as its window has room for."""
    return max(1, min(MOST_POINTS, int(model.context_window * ESTIMATE * ANSWER_SHARE) // POINT_TOKENS))


def _fill(
    entries: Sequence[PromptEntry], most: int, model: LanguageModel, focus: str
) -> tuple[list[tuple[PromptEntry, ...]], int]:
    """Groups of at most `most` entries, in order, each fitting into the window, and how many entries fit nowhere."""
    frame = sum(model.count_tokens([m.text for m in prompt_of(Batch((), most), focus)]))
    answer = POINT_TOKENS * min(most, points_at_once(model))
    budget = int(model.context_window * ESTIMATE) - frame - answer - SPARE
    groups: list[list[PromptEntry]] = []
    left = left_out = 0
    for entry, cost in zip(entries, model.count_tokens([f"{m.text}\n\n" for m in entries]), strict=True):
        if cost > budget:
            left_out += 1
        elif groups and cost <= left and len(groups[-1]) < most:
            groups[-1].append(entry)
            left -= cost
        else:
            groups.append([entry])
            left = budget - cost
    return [tuple(g) for g in groups], left_out


def prompt_of(batch: Batch, focus: str) -> list[Message]:
    """What the model is asked."""
    text = "\n\n".join(m.text for m in batch.entries)
    fence = fence_of(text)
    points = prompts.EVERY_ENTRY if batch.every else prompts.AT_MOST.format(points=batch.points)
    asked = prompts.FOCUS.format(focus=focus) if focus.strip() else ""
    return [
        Message("system", prompts.SUMMARY.format(fence=fence, points=points)),
        Message("user", prompts.ENTRIES.format(fence=fence, entries=text, focus=asked)),
    ]


FACTS = 3
"""Facts that one sentence tells at most."""


@dataclass(frozen=True, slots=True)
class SummaryTask:
    """What to sum up: facts of a book by their numbers, in a sensible order, in at most so many points."""

    book: FactBook
    facts: Mapping[int, Finding]
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
    places: tuple[tuple[int, Quote], ...]

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

    def write(self, task: SummaryTask, progress: Progress) -> Written:
        """Write points, in the order of the facts that they tell. A model that fails midway leaves what it wrote.

        Raises ModelError if nothing came of it, TooLittleHolds if what it wrote is not to be believed, and Cancelled
        if the progress says so; replies that were whole by then are kept, and not asked for again.
        """
        calls, tally = ManyCalls(self._model, self._kept, progress), _Tally()
        entries = entries_of(task.book, task.facts)
        whole = in_one_batch(entries, task.points, self._model, task.focus)
        if whole is not None:
            sentences = self._round("writing", [whole], task, calls, tally)
        else:
            sentences = self._map_and_reduce(entries, task, calls, tally)
        rank = {number: place for place, number in enumerate(task.facts)}
        sentences = sorted(self._reviewed(sentences, tally), key=lambda s: min(rank[n] for n in s.facts))
        points = [(self._point(s, task), frozenset(s.facts)) for s in progress.each("looking up citations", sentences)]
        return Written(tuple(points), _notes(tally))

    def _map_and_reduce(
        self, entries: Sequence[PromptEntry], task: SummaryTask, calls: ManyCalls, tally: _Tally
    ) -> list[_Sentence]:
        batches, tally.too_long = in_batches(entries, self._model, task.focus)
        if not batches:
            raise ModelRefused(
                "{name} takes {tokens} tokens, and no fact fits into them. Choose a model that takes more.",
                name=self.name,
                tokens=f"{self._model.context_window:,}",
            )
        drafts = self._round("writing", batches, task, calls, tally)
        by_fact = {m.places[0][0]: m for m in entries}
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
        keys = [frozenset(m.key for m in batch.entries) for batch in batches]
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
        by_place = {(quote.file, quote.start): (number, quote) for m in batch.entries for number, quote in m.places}
        places = [by_place[key] for key in sorted(by_place)]
        evidence = _places(places)
        for text in reply.sentences:
            if text.endswith(":") or is_count(text):  # a heading, or "Here are the points:"
                continue
            claim = Claim(text, evidence)
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
        own = [quote for number, quote in sentence.places if number in sentence.facts]
        others = (quote for number in sentence.facts for quote in task.facts[number].quotes if quote not in own)
        quotes = [*own, *(t for t in others if self._tells(t, sentence.text))]
        originals = task.book.originals
        reports = len({originals[t.file] for t in quotes})
        score = max(task.facts[number].score for number in sentence.facts)
        verdict = sentence.verdict
        return Point(sentence.text, tuple(quotes), reports, score, verdict.support, verdict.score, verdict.faults)

    def _tells(self, quote: Quote, text: str) -> bool:
        """Whether a telling of a fact holds at least a part of what a sentence says of it."""
        return self._checker.check(Claim(text, _places([(0, quote)]))).support != "not found"


def _places(quotes: Sequence[tuple[int, Quote]]) -> tuple[Quote, ...]:
    return tuple(Quote(t.file, t.start, t.end, t.text) for _, t in quotes)


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
