"""From a question to an answer: retrieve, write, cite every file that says the same, check each sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from rag.answer.evidence import MOST_PASSAGES, Candidate, Evidence, gather, score_candidates
from rag.answer.follow_up import Turn, stand_alone
from rag.answer.model_writer import ModelWriter, Task
from rag.answer.question import Question, last_of, parts_of, read_question, subject
from rag.answer.quoting import Extent, Quotation, QuotedSentence, extent_of, quote_evidence
from rag.answer.reader import BETWEEN, Reader, load_reader
from rag.answer.referents import named_in
from rag.embed.port import Embedder
from rag.embed.wordllama import load_wordllama
from rag.errors import ModelError
from rag.llm.language_model import LanguageModel
from rag.llm.metering import MeteredModel
from rag.results.answers import Answer, AnswerEvent, AnswerSentence, Citation, Prices, TextChunk, number_citations
from rag.results.spans import Quote
from rag.retrieval.retriever import Retrieved, Retriever, retrieval_events, spread
from rag.store.article_cache import CachedArticle
from rag.store.store import Store
from rag.text.anaphora import needs_antecedent
from rag.text.idf import rarity
from rag.text.time.expressions import dates_by_publication
from rag.text.word_similarity import Embed
from rag.tracing import Span, Tracing, token_facts
from rag.verify.check import check_sentence
from rag.verify.checkers import CheckerMaker, checker_maker
from rag.verify.corroboration import Citer
from rag.verify.sentence_pair import find_same
from rag.verify.trust import TooLittleHolds

PASSAGES = 12
"""Passages that a language model is given at most, spread over articles."""
FAR = 0.1
"""A passage is not given to it whose probability of holding the answer is below this share of the best one's, ..."""
FEW = 4
"""... unless it is one of the first few."""
LOOKED_BACK = 3
"""Sentences before one that cannot be read alone in which what it refers to is looked for."""
QUOTED = "The articles' own sentences are quoted instead."
NOTHING_QUOTED = "No sentence of the articles could be quoted instead."


@dataclass(frozen=True, slots=True)
class _Work:
    """A question made ready: what is searched for, the passages found, the articles to look at, what was told."""

    question: str
    asked: str
    ready: Question
    found: Sequence[Retrieved]
    idf: Callable[[str], float]
    files: Sequence[str] | None
    shown: frozenset[tuple[str, int, int]]
    span: Span


class Answerer:
    """Answers questions with a language model, or with the articles' own sentences. Threads may share it.

    Without a `model`, and whenever it fails, the articles are quoted. `prices` are those of the model's tokens;
    `make_checker` makes what checks the model's sentences, the embedded rules by default.
    """

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        model: LanguageModel | None = None,
        prices: Prices | None = None,
        tracing: Tracing | None = None,
        *,
        make_checker: CheckerMaker | None = None,
        passages_read: int = MOST_PASSAGES,
    ) -> None:
        self._store = store
        self._retriever = Retriever(store, embedder)
        self._embed: Embed = load_wordllama().embed_passages
        self._citer = Citer(store, embedder, self._embed)
        self._reads = passages_read > 0
        self._passages_read = passages_read or MOST_PASSAGES
        self._model = model
        self._prices = prices
        self._tracing = tracing or Tracing("off")
        self._make_checker = make_checker or checker_maker("", model)

    @property
    def _reader(self) -> Reader | None:
        """Loaded when the first question is asked, so that a library opens quickly."""
        return load_reader() if self._reads else None

    @property
    def retriever(self) -> Retriever:
        """What finds the passages."""
        return self._retriever

    def stream(
        self,
        question: str,
        *,
        asked: str = "",
        topic: str = "",
        before: Sequence[str] = (),
        files: Sequence[str] | None = None,
        shown: frozenset[tuple[str, int, int]] = frozenset(),
        account: MeteredModel | None = None,
    ) -> Iterator[AnswerEvent]:
        """Answer, or refuse, as events: text as it comes, each sentence once checked, the whole answer last.

        `asked` is what is searched for, if that differs from the question, together with the words of `topic`, which
        is what the conversation is about where the question does not say so; `before` is what the reader reads
        with the question: the last one, the first sentence of its answer, and the question before that; `files` are
        the articles to look at; sentences at the places (file, start, end) in `shown` are left out.
        The answer is what counts: where a model fails in mid-stream, it holds the articles' own sentences instead.
        `account`, which `account()` makes, counts what the model uses, also if the answer is stopped.
        """
        model = account or self.account()
        used = model.usage if model else None
        with self._tracing.begin("readacross.ask") as span:
            span.quote({"readacross.question": question, "readacross.asked": asked or question})
            try:
                work = self._prepare(question, asked or question, topic, before, files, shown, span)
                for event in self._events(work, model):
                    if isinstance(event, Answer):
                        span.note(_facts(event))
                        span.quote({"readacross.answer": event.text})
                    yield event
            finally:
                span.note(token_facts(model.usage if model else None, used))

    def account(self) -> MeteredModel | None:
        """An account of what the model uses for one question, which is put now; None without a model."""
        return MeteredModel(self._model, self._prices) if self._model else None

    def _events(self, work: _Work, model: MeteredModel | None) -> Iterator[AnswerEvent]:
        if model is None or not work.found:
            answer = self._quoted(work)
            yield from _as_events(replace(answer, usage=model.usage) if model else answer)
            return
        try:
            with work.span.child("readacross.write") as span:
                span.note({"gen_ai.operation.name": "chat", "gen_ai.request.model": model.name})
                for event in self._written(model, work, span):
                    if isinstance(event, TextChunk) and event.text.strip():
                        model.came()
                    yield replace(event, usage=model.usage) if isinstance(event, Answer) else event
        except (ModelError, TooLittleHolds) as error:
            quoted = self._quoted(work)
            instead = QUOTED if quoted.found else NOTHING_QUOTED
            yield replace(quoted, notes=(f"{error} {instead}", *quoted.notes), usage=model.usage)

    def _prepare(
        self,
        question: str,
        asked: str,
        topic: str,
        before: Sequence[str],
        files: Sequence[str] | None,
        shown: frozenset[tuple[str, int, int]],
        span: Span,
    ) -> _Work:
        wanted = subject(asked)
        found = self._found(f"{wanted} {topic}".strip(), files, span)
        found = self._naming(named_in(topic), found) or found
        idf = self._rarity()
        ready = self._ready(wanted) if asked == question else last_of(self._ready(wanted))
        if before:
            ready = replace(ready, in_context=BETWEEN.join([question, *before]))
        return _Work(question, asked, ready, found, idf, files, shown, span)

    def _naming(self, names: Sequence[str], found: Sequence[Retrieved]) -> list[Retrieved]:
        """The passages of articles that hold one of the names."""
        cached = {r.stored.file: self._store.article_cache.get(r.stored.file) for r in found}
        holding = {file for file, c in cached.items() if c and any(name in c.article.text for name in names)}
        return [r for r in found if r.stored.file in holding]

    def _ready(self, question: str) -> Question:
        """A question made ready; how rare its words are is taken from general English, the same in every library."""
        return read_question(question, lambda stem: rarity(stem, 0, 0), self._store.article_cache.languages())

    def _found(self, wanted: str, files: Sequence[str] | None, span: Span) -> list[Retrieved]:
        with span.child("readacross.retrieve") as part:
            if not part.on:
                return self._retriever.retrieve(self._retriever.query(wanted), files)
            with retrieval_events(wanted) as hits:
                found = self._retriever.retrieve(self._retriever.query(wanted), files)
                hits.extend(self._retriever.hits(spread(found, PASSAGES)))
            articles = len({r.stored.file for r in found})
            part.note({"readacross.passages": len(found), "readacross.articles": articles})
            return found

    def _written(self, model: MeteredModel, work: _Work, span: Span) -> Iterator[AnswerEvent]:
        writer = ModelWriter(
            model, self._store.article_cache, self._citer, self._make_checker(model), self._embed, span
        )
        passages = spread(work.found, PASSAGES)
        candidates = gather(self._store.article_cache, passages, most=PASSAGES, shown=work.shown)
        weighed = _to_the_point(self._score(work.ready, candidates))
        for event in writer.write(Task(work.question, work.asked, weighed, work.idf, work.files)):
            yield self._against_refusal(event, work) if isinstance(event, Answer) and not event.found else event

    def _against_refusal(self, refusal: Answer, work: _Work) -> Answer:
        """A model's word that the articles do not say it is not believed where they can be quoted."""
        quoted = self._quoted(work)
        if not quoted.found:
            return replace(refusal, nearest=quoted.nearest)
        return replace(quoted, notes=(f"{refusal.writer} found no answer. {QUOTED}", *refusal.notes))

    def _quoted(self, work: _Work) -> Answer:
        quotation = self._quotation(work)
        if not quotation.quotes:
            return Answer(work.question, False, nearest=self._citer.nearest(work.found), asked=work.asked)
        places = [Quote(q.file, q.sentence.start, q.sentence.end, q.sentence.text) for q in quotation.quotes]
        quoted = dict(zip(places, quotation.quotes, strict=True))
        places = self._one_for_each_fact(places, work.idf)
        groups = self._citer.cite(places, work.idf, work.files, [quoted[p].short for p in places])
        sentences = number_citations([self._sentence(quoted[p], p, c) for p, c in zip(places, groups, strict=True)])
        answer = Answer(work.question, True, sentences, asked=work.asked)
        return replace(answer, sources=self._citer.sources(answer.citations))

    def _quotation(self, work: _Work) -> Quotation:
        """The quotes for a question; for one in several parts those for each part, and the others as further ones."""
        candidates = gather(self._store.article_cache, work.found, most=self._passages_read, shown=work.shown)
        extent = extent_of(work.asked)
        whole = quote_evidence(self._score(work.ready, candidates), extent=extent)
        parts = parts_of(work.ready.text)
        if len(parts) == 1:
            return whole
        told = self._quotes_for_parts(parts, candidates, extent)
        if not told:
            return whole
        quotes = {(q.file, q.sentence.start): q for q in told}
        for quote in whole.quotes:
            quotes.setdefault(
                (quote.file, quote.sentence.start), replace(quote, further=quote.further or extent.beside > 0)
            )
        return replace(whole, quotes=tuple(quotes.values()))

    def _quotes_for_parts(
        self, parts: Sequence[str], candidates: Sequence[Candidate], extent: Extent
    ) -> list[QuotedSentence]:
        """The best quote for each part that is answered, each part completed from those before it.

        "And how old was he?" is asked of whom the first part's quote names, and of its article first.
        """
        turns: list[Turn] = []
        told: list[QuotedSentence] = []
        for part in parts:
            alone = stand_alone(part, turns).question
            ready = self._ready(alone) if alone == part else last_of(self._ready(alone))
            evidence = self._score(ready, candidates)
            own = [e for e in evidence if e.candidate.file in {q.file for q in told}]
            quotes = quote_evidence(own, extent=extent).quotes or quote_evidence(evidence, extent=extent).quotes
            told += quotes[:1]
            sentences = tuple(
                AnswerSentence(q.sentence.text, "supported", q.probability, short=q.short) for q in quotes[:1]
            )
            turns.append(Turn(part, Answer(part, bool(quotes), sentences, asked=alone)))
        return told

    def _score(self, question: Question, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        return score_candidates(question, candidates, self._embed, self._reader)

    def _rarity(self) -> Callable[[str], float]:
        passages = self._store.catalogue.count("passages")
        known: dict[str, float] = {}

        def weigh(stem: str) -> float:
            if stem not in known:
                known[stem] = rarity(stem, self._store.keywords.document_frequency([stem])[stem], passages)
            return known[stem]

        return weigh

    def _one_for_each_fact(self, places: Sequence[Quote], idf: Callable[[str], float]) -> list[Quote]:
        kept: list[Quote] = []
        for place in places:
            cached = self._store.article_cache.get(place.file)
            language = cached.article.language if cached else ""
            if not any(find_same(place.text, [k.text for k in kept], self._embed, idf, language)):
                kept.append(place)
        return kept

    def _sentence(self, quoted: QuotedSentence, place: Quote, citations: tuple[Citation, ...]) -> AnswerSentence:
        verdict = check_sentence(place.text, [place.text], self._embed)
        text = " ".join(place.text.split())
        short = " ".join(quoted.short.split())
        told = AnswerSentence(text, verdict.support, verdict.score, citations, further=quoted.further, short=short)
        cached = self._store.article_cache.get(place.file)
        if cached is None:
            return told
        article = cached.article
        leans = article.language in ("", "en") and needs_antecedent(place.text)
        dates = dates_by_publication(text, article.published, article.language)
        return replace(told, dates=dates, after=_antecedent(cached, place) if leans else "")


def _facts(answer: Answer) -> dict[str, str | int | float | bool]:
    """What a span tells of an answer: names and counts, by OpenTelemetry's names where it has them."""
    return {
        "readacross.found": answer.found,
        "readacross.writer": answer.writer,
        "readacross.sentences": len(answer.sentences),
        "readacross.citations": len(answer.citations),
        "readacross.articles": len(answer.sources),
    }


def _to_the_point(weighed: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The passages that may hold the answer: among others a bad model finds words for any sentence."""
    ranked = sorted((e.probability for e in weighed), reverse=True)
    bar = min([FAR * ranked[0], *ranked[FEW - 1 : FEW]]) if ranked else 0.0
    return tuple(e for e in weighed if e.probability >= bar)


def _antecedent(cached: CachedArticle, place: Quote) -> str:
    """The nearest sentence before an English one that cannot be read alone, by which it can."""
    told = place.text
    earlier = reversed([s for s in cached.sentences if s.end <= place.start and s.kind == "text"])
    for sentence in islice(earlier, LOOKED_BACK):
        if not needs_antecedent(told):
            break
        told = cached.text(sentence)
    return " ".join(told.split()) if told != place.text else ""


def _as_events(answer: Answer) -> Iterator[AnswerEvent]:
    for sentence in answer.sentences:
        yield TextChunk(f"{sentence.text} ")
        yield sentence
    yield answer
