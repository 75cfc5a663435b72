"""The model writer: a language model writes from the evidence, and every sentence is checked before it is believed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rag.answer.evidence import Evidence
from rag.answer.evidence_prompt import EvidenceBlock, key_sentences, make_block
from rag.errors import ModelRefused
from rag.llm import prompts
from rag.llm.citation_marks import MarkParser
from rag.llm.clean_stream import ModelText
from rag.llm.language_model import LanguageModel, Message, prompt_room
from rag.results.answers import (
    REFUSAL,
    Answer,
    AnswerEvent,
    AnswerSentence,
    Citation,
    TextChunk,
    counted,
    number_citations,
)
from rag.results.spans import Quote
from rag.store.article_cache import ArticleCache
from rag.text.language import detect_language
from rag.text.word_similarity import Embed
from rag.tracing import SILENT, Span
from rag.verify.check import Claim, Verdict
from rag.verify.checkers import Checker
from rag.verify.corroboration import Citer, cite_together
from rag.verify.sentence_pair import compare_sentences
from rag.verify.trust import TooLittleHolds, is_believed, look, look_again

WORD = re.compile(r"\w+")
SENTENCES = 6
"""Sentences of an answer that the model is asked for at most."""
MOST_SENTENCES = 12
"""Sentences of an answer that are read; what comes after them is left out."""
REPEATS = 2
"""Sentences said again after which a model is stopped: small ones go round in circles."""
PLACES = 3
"""Sentences of articles that one sentence of an answer is said to rest on at most."""


@dataclass(frozen=True, slots=True)
class Task:
    """A question to answer: as it was put, as it is searched for, and its weighed evidence, best passage first."""

    question: str
    asked: str
    evidence: Sequence[Evidence]
    idf: Callable[[str], float]
    files: Sequence[str] | None = None


@dataclass(slots=True)
class _Written:
    """The checked sentences so far, each with its claim, the checker's verdict on it, and the verdict as shown.

    And whether the model has refused, how many sentences it has said again, whether it wrote more than is read, and
    whether it went round in circles.
    """

    sentences: list[AnswerSentence] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    shown: list[Verdict] = field(default_factory=list)
    refused: bool = False
    repeats: int = 0
    more: bool = False
    circling: bool = False

    @property
    def enough(self) -> bool:
        """Whether nothing more need be read."""
        return len(self.sentences) >= MOST_SENTENCES or self.repeats >= REPEATS

    def repeated(self, sentence: str) -> bool:
        """Whether a sentence has been said before."""
        words = WORD.findall(sentence.casefold())
        return any(WORD.findall(s.text.casefold()) == words for s in self.sentences)

    def add(self, sentence: AnswerSentence, claim: Claim, verdict: Verdict, shown: Verdict) -> AnswerSentence:
        """Add a sentence; returns it with its citations numbered."""
        self.claims.append(claim)
        self.verdicts.append(verdict)
        self.shown.append(shown)
        self.sentences.append(sentence)
        self.sentences[:] = number_citations(self.sentences)
        return self.sentences[-1]


class ModelWriter:
    """Has a language model answer questions. Threads may share it."""

    def __init__(
        self,
        model: LanguageModel,
        article_cache: ArticleCache,
        citer: Citer,
        checker: Checker,
        embed: Embed,
        span: Span = SILENT,
    ) -> None:
        self._model = model
        self._cache = article_cache
        self._citer = citer
        self._checker = checker
        self._embed = embed
        self._span = span

    def write(self, task: Task) -> Iterator[AnswerEvent]:
        """Answer as events: text as it comes, each sentence once checked, the whole answer last.

        Raises ModelError if the model fails, TooLittleHolds if what it wrote is not to be believed. A refusal has no
        nearest passages yet.
        """
        evidence = [s.place for s in key_sentences(task.evidence)]
        block = self._block(task)
        if not block.sentences:
            yield Answer(task.question, False, asked=task.asked, writer=self._model.name)
            return
        self._span.note({"readacross.evidence": len(block.sentences), "readacross.left_out": block.left_out})
        text = ModelText(MarkParser({s.key for s in block.sentences}))
        written = _Written()
        stream = self._model.stream(_prompt(block, task))
        try:
            for piece in stream:
                shown = text.feed(piece)
                if text.unsaid:
                    written = _Written()
                yield from [TextChunk(shown)] if shown else []
                yield from self._checked(text, written, evidence, task)
                written.circling = text.circling
                if written.enough or written.circling:
                    written.more = len(written.sentences) >= MOST_SENTENCES
                    break
            else:
                shown = text.close()
                yield from [TextChunk(shown)] if shown else []
                yield from self._checked(text, written, evidence, task)
        finally:
            stream.close()
        notes = self._review(written, task)
        yield self._answer(task, written, text.marks.unknown, block, notes)

    def _block(self, task: Task) -> EvidenceBlock:
        frame = sum(self._model.count_tokens([m.text for m in _prompt(EvidenceBlock("", "", (), 0), task)]))
        budget = prompt_room(self._model.context_window) - frame
        sentences = key_sentences(task.evidence)
        block = make_block(sentences, self._cache, budget, self._model.count_tokens)
        if sentences and not block.sentences:
            raise ModelRefused(
                "{model} takes {tokens} tokens, and no evidence fits into them. Choose a model that takes more.",
                model=self._model.name,
                tokens=f"{self._model.context_window:,}",
            )
        return block

    def _checked(
        self, text: ModelText, written: _Written, evidence: Sequence[Quote], task: Task
    ) -> Iterator[AnswerSentence]:
        """Check the sentences that have ended."""
        while text.sentences:
            sentence = text.sentences.pop(0)
            if is_refusal(sentence):
                written.refused = True
            elif written.repeated(sentence):
                written.repeats += 1
            elif len(written.sentences) < MOST_SENTENCES:
                before = written.sentences[-1].text if written.sentences else ""
                claim = Claim(sentence, tuple(evidence), before)
                verdict = self._traced_check(claim, task)
                last = written.shown[-1] if written.shown else None
                shown = look(claim, verdict, last, self._embed, task.idf)
                yield written.add(self._judged(claim, shown, task), claim, verdict, shown)
            else:
                written.more = True

    def _traced_check(self, claim: Claim, task: Task) -> Verdict:
        with self._span.child("readacross.check") as span:
            verdict = self._checker.check(claim, task.idf)
            span.note({"readacross.support": verdict.support, "readacross.score": verdict.score})
            span.quote({"readacross.sentence": claim.sentence})
        return verdict

    def _review(self, written: _Written, task: Task) -> tuple[str, ...]:
        """Have the checker look at the whole answer; returns its remarks."""
        review = self._checker.review(written.claims, written.verdicts)
        verdicts = look_again(written.claims, review.verdicts, self._embed, task.idf)
        for i, (claim, verdict) in enumerate(zip(written.claims, verdicts, strict=True)):
            if verdict != written.shown[i]:
                written.sentences[i] = self._judged(claim, verdict, task)
        written.sentences[:] = number_citations(written.sentences)
        return review.notes

    def _judged(self, claim: Claim, verdict: Verdict, task: Task) -> AnswerSentence:
        sentence, found = claim.sentence, verdict.support != "not found"
        citations = self._cite(sentence, verdict, claim.evidence, task) if found else ()
        return AnswerSentence(sentence, verdict.support, verdict.score, citations, verdict.faults)

    def _cite(self, sentence: str, verdict: Verdict, evidence: Sequence[Quote], task: Task) -> tuple[Citation, ...]:
        places = [evidence[i] for i in self._rests_on(sentence, verdict, evidence, task)]
        if verdict.support == "partly":  # what says the same as the evidence need not say what the sentence does
            return tuple(c for place in places for c in cite_together([place]))
        groups = self._citer.cite(places, task.idf, task.files)
        unique = {(c.file, c.start, c.end): c for group in groups for c in group}
        return tuple(unique.values())

    def _rests_on(self, sentence: str, verdict: Verdict, evidence: Sequence[Quote], task: Task) -> Sequence[int]:
        """The numbers of the evidence sentences that a sentence rests on, the best first."""
        named: tuple[int, ...] = verdict.evidence
        if named:
            return named[:PLACES]
        scores = [compare_sentences(sentence, p.text, self._embed, task.idf).first for p in evidence]
        return [max(range(len(scores)), key=scores.__getitem__)]

    def _answer(
        self, task: Task, written: _Written, unknown: int, block: EvidenceBlock, remarks: tuple[str, ...]
    ) -> Answer:
        sentences = tuple(written.sentences)
        name, believed = self._model.name, is_believed([s.support for s in sentences])
        if written.refused and not believed:
            return Answer(task.question, False, asked=task.asked, writer=name, notes=_notes(block, _Written(), 0))
        if not sentences:
            raise TooLittleHolds(f"{name} wrote no sentence.")
        if not believed and _is_foreign(sentences, block):
            raise TooLittleHolds(
                f"{name} wrote in another language than the articles, and such a text cannot be checked against them."
            )
        if not believed:
            raise TooLittleHolds(
                f"{name} wrote {counted(len(sentences), 'sentence')}, but the articles hold less than half of that."
            )
        answer = Answer(task.question, True, sentences, asked=task.asked, writer=name)
        notes = (*_notes(block, written, unknown), *remarks)
        return replace(answer, sources=self._citer.sources(answer.citations), notes=notes)


def is_refusal(sentence: str) -> bool:
    """Whether a sentence is the refusal that the prompt asks for."""
    return WORD.findall(sentence.casefold()) == WORD.findall(REFUSAL.casefold())


def _prompt(block: EvidenceBlock, task: Task) -> list[Message]:
    return [
        Message("system", prompts.ANSWER.format(fence=block.fence, sentences=SENTENCES, refusal=REFUSAL)),
        Message("user", prompts.QUESTION.format(fence=block.fence, evidence=block.text, question=task.asked)),
    ]


def _is_foreign(sentences: Sequence[AnswerSentence], block: EvidenceBlock) -> bool:
    """Whether sentences are in another language than all articles of the evidence."""
    texts: dict[str, list[str]] = {}
    for s in block.sentences:
        texts.setdefault(s.place.file, []).append(s.place.text)
    known = {detect_language(" ".join(parts)) for parts in texts.values()} - {""}
    own = detect_language(" ".join(s.text for s in sentences))
    return bool(own and known) and own not in known


def _notes(block: EvidenceBlock, written: _Written, unknown: int) -> tuple[str, ...]:
    notes = []
    if written.more:
        notes.append(f"The model wrote more than {MOST_SENTENCES} sentences; what came after them is left out.")
    if written.repeats:
        notes.append(f"Left out, as the model had said it before: {counted(written.repeats, 'sentence')}.")
    if written.circling:
        notes.append("The model began to go round in circles, and was stopped.")
    if unknown:
        notes.append(f"{counted(unknown, 'citation mark')} of the model named no sentence of the articles.")
    if block.left_out:
        total = block.left_out + len(block.sentences)
        notes.append(f"{block.left_out} of {total} evidence sentences did not fit into the model's window.")
    return tuple(notes)
