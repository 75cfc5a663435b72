"""From a question to an answer: retrieve, pick the sentences that answer, cite every file that says the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from rag.index.catalogue import Catalogue
from rag.index.terms import terms
from rag.models.ports import Embedder
from rag.search.retriever import Retriever
from rag.types import Answer, AnswerEvent, AnswerSentence, Citation, Source, TextChunk, number_citations

Span = tuple[str, int, int]


class Answerer:
    def __init__(self, retriever: Retriever, catalogue: Catalogue, embedder: Embedder) -> None:
        self._retriever = retriever
        self._catalogue = catalogue
        self._embedder = embedder

    def answer(self, question: str, *, asked: str = "", files: Sequence[str] | None = None, told: frozenset[Span] = frozenset()) -> Answer:
        asked = asked or question
        query = self._retriever.query(asked)
        found = self._retriever.retrieve(query, files)[:20]
        rows = []
        for r in found:
            a = self._catalogue.article(r.stored.file)
            ss = self._catalogue.sentences(r.stored.file)
            for s in ss[r.stored.passage.first : r.stored.passage.last]:
                if s.kind == "text" and (a.file, s.start, s.end) not in told:
                    rows.append((a, s, a.text[s.start : s.end]))
        total = sum(w.idf for w in query.words) or 1
        cov = np.array([sum(w.idf for w in query.words if w.terms & set(terms(t3))) / total for _, _, t3 in rows])
        vec = self._embedder.embed_passages([t for _, _, t in rows])
        score = cov + vec @ query.vector
        best = np.argsort(-score)[:3]
        if not rows or cov[best[0]] < 0.2:
            return Answer(question, False, nearest=tuple(self._retriever.search(asked, 3, files)), asked=asked)
        sentences = []
        used = set()
        for i in best:
            if i in used or score[i] < 0.6 * score[best[0]]:
                continue
            same = [j for j in range(len(rows)) if vec[j] @ vec[i] > 0.75]
            used.update(same)
            cites = {}
            for j in sorted(same, key=lambda j: -(vec[j] @ vec[i])):
                a, s, t = rows[j]
                cites.setdefault(a.file, Citation(0, a.file, s.start, s.end, t))
            cs = tuple(Citation(0, c.file, c.start, c.end, c.quote, tuple(f for f in cites if f != c.file)) for c in cites.values())
            sentences.append(AnswerSentence(rows[i][2], "supported", 1.0, cs))
        numbered = number_citations(sentences)
        answer = Answer(question, True, numbered, (), (), asked)
        sources = []
        for f in dict.fromkeys(c.file for c in answer.citations):
            a = self._catalogue.article(f)
            sources.append(Source(f, a.title, a.publisher, a.published, a.address, tuple(c.number for c in answer.citations if c.file == f)))
        return Answer(question, True, numbered, tuple(sources), (), asked)

    def stream(self, question: str, *, asked: str = "", told: frozenset[Span] = frozenset()) -> Iterator[AnswerEvent]:
        answer = self.answer(question, asked=asked, told=told)
        for s in answer.sentences:
            yield TextChunk(s.text + " ")
            yield s
        yield answer
