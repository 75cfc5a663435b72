"""From a question to an answer: retrieve, quote, cite every file that says the same, check each sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rag.grounding.candidates import gather
from rag.grounding.check import check_sentence
from rag.grounding.matching import Embed
from rag.grounding.question import read_question
from rag.grounding.rarity import rarity
from rag.grounding.same import same_facts
from rag.grounding.witnesses import Place, find_witnesses
from rag.index.store import Store
from rag.models.ports import Embedder
from rag.models.static import load_wordllama
from rag.search.retriever import Retriever, spread, to_hit
from rag.types import Answer, AnswerEvent, AnswerSentence, Citation, Source, TextChunk, number_citations
from rag.writing.frames import subject
from rag.writing.quoting import quote

NEAREST_SHOWN = 3
"""Passages shown with a refusal."""


class Answerer:
    """Answers questions with the articles' own sentences. Threads may share it."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder
        self._retriever = Retriever(store, embedder)
        self._embed: Embed = load_wordllama().embed_passages

    @property
    def retriever(self) -> Retriever:
        """What finds the passages."""
        return self._retriever

    def answer(
        self,
        question: str,
        *,
        asked: str = "",
        files: Sequence[str] | None = None,
        told: frozenset[tuple[str, int, int]] = frozenset(),
    ) -> Answer:
        """Answer a question, or refuse.

        `asked` is what is searched for, if that differs from the question; `files` are the articles to look at;
        sentences at the places (file, start, end) in `told` are not told again.
        """
        asked = asked or question
        wanted = subject(asked)
        found = self._retriever.retrieve(self._retriever.query(wanted), files)
        idf = self._rarity()
        ready = read_question(wanted, idf, self._store.shelf.languages())
        quotation = quote(ready, gather(self._store.shelf, found, told=told), self._embed)
        if not quotation.quotes:
            shelved = ((self._store.shelf.get(r.stored.file), r) for r in spread(found, NEAREST_SHOWN))
            return Answer(question, False, nearest=tuple(to_hit(s.article, r) for s, r in shelved if s), asked=asked)
        places = [Place(q.file, q.sentence.start, q.sentence.end, q.sentence.text) for q in quotation.quotes]
        places = self._one_for_each_fact(places, idf)
        witnesses = find_witnesses(places, self._store, self._embedder, self._embed, idf, files)
        sentences = number_citations([self._sentence(p, w) for p, w in zip(places, witnesses, strict=True)])
        answer = Answer(question, True, sentences, asked=asked)
        return Answer(question, True, sentences, self._sources(answer.citations), asked=asked)

    def stream(
        self, question: str, *, asked: str = "", told: frozenset[tuple[str, int, int]] = frozenset()
    ) -> Iterator[AnswerEvent]:
        """Answer as events: for each sentence its text, then itself checked; the whole answer last."""
        answer = self.answer(question, asked=asked, told=told)
        for sentence in answer.sentences:
            yield TextChunk(f"{sentence.text} ")
            yield sentence
        yield answer

    def _rarity(self) -> Callable[[str], float]:
        passages = self._store.catalogue.count("passages")
        known: dict[str, float] = {}

        def weigh(stem: str) -> float:
            if stem not in known:
                known[stem] = rarity(stem, self._store.keywords.document_frequency([stem])[stem], passages)
            return known[stem]

        return weigh

    def _one_for_each_fact(self, places: Sequence[Place], idf: Callable[[str], float]) -> list[Place]:
        kept: list[Place] = []
        for place in places:
            if not any(same_facts(place.text, [k.text for k in kept], self._embed, idf)):
                kept.append(place)
        return kept

    def _sentence(self, place: Place, witnesses: Sequence[Place]) -> AnswerSentence:
        verdict = check_sentence(place.text, [place.text], self._embed)
        everywhere = (place, *witnesses)
        files = [p.file for p in everywhere]
        citations = tuple(
            Citation(0, p.file, p.start, p.end, p.text, tuple(f for f in files if f != p.file)) for p in everywhere
        )
        return AnswerSentence(" ".join(place.text.split()), verdict.support, verdict.score, citations)

    def _sources(self, citations: Sequence[Citation]) -> tuple[Source, ...]:
        sources = []
        for file in dict.fromkeys(c.file for c in citations):
            shelved = self._store.shelf.get(file)
            if shelved is not None:
                a = shelved.article
                numbers = tuple(c.number for c in citations if c.file == file)
                sources.append(Source(file, a.title, a.publisher, a.published, a.address, numbers))
        return tuple(sources)
