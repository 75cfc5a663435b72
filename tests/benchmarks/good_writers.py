"""What the check costs a good writer: the share of true sentences that a language model is believed.

They are what people wrote as answers from one article (CLAP-NQ), and the points that SummHay's articles were made from,
as if a model had summed them up.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rag import Library, Settings
from rag.embed.wordllama import load_wordllama
from rag.results.spans import Quote
from rag.testing import ScriptedModel
from rag.text.sentences import split_sentences
from rag.text.word_similarity import Embed
from rag.verify.check import Claim, Idf, Verdict
from rag.verify.checkers import RuleChecker
from rag.verify.trust import look_again
from tests.benchmarks.common import read_lines, write_lines
from tests.benchmarks.summhay import asked


@dataclass(slots=True)
class Believed:
    """How many sentences there are, how many the check supports, and how many of these are believed of a model."""

    sentences: int = 0
    supported: int = 0
    believed: int = 0

    def judge(
        self, claims: Sequence[Claim], verdicts: Sequence[Verdict], embed: Embed, idf: Idf | None = None
    ) -> tuple[Verdict, ...]:
        """Count a text; returns the verdicts on it as one of a model."""
        looked = look_again(claims, verdicts, embed, idf)
        self.sentences += len(claims)
        self.supported += sum(v.support == "supported" for v in verdicts)
        self.believed += sum(v.support == "supported" for v in looked)
        return looked

    def result(self) -> dict[str, Any]:
        return {
            "sentences": self.sentences,
            "supported by the check": round(self.supported / self.sentences, 3),
            "believed": round(self.believed / self.sentences, 3),
        }


def answers_of_people(data: Path) -> Believed:
    """The answering set's own answers, each against its article."""
    embed = load_wordllama().embed_passages
    checker, believed = RuleChecker(embed), Believed()
    for claims in claims_of_people(data):
        believed.judge(claims, [checker.check(c) for c in claims], embed)
    return believed


def claims_of_people(data: Path) -> Iterator[list[Claim]]:
    """The sentences of each answer, with all sentences of its article as their evidence."""
    texts = {d["doc_id"]: d["text"] for d in read_lines(data / "documents.jsonl.gz")}
    for question in read_lines(data / "questions.jsonl.gz"):
        name = question["doc_id"]
        evidence = tuple(
            Quote(name, s.start, s.end, texts[name][s.start : s.end]) for s in split_sentences(texts[name])
        )
        for answer in (question.get("answers") or ())[:1]:
            said = ["", *(answer[s.start : s.end] for s in split_sentences(answer))]
            yield [Claim(sentence, evidence, before) for before, sentence in pairwise(said)]


def points_of_summaries(data: Path) -> Believed:
    """SummHay's own points, as the reply of a model that is asked for a summary with each query's focus."""
    documents, queries = read_lines(data / "documents.jsonl.gz"), read_lines(data / "queries.jsonl")
    believed = Believed()
    with patch("rag.analysis.summary_writer.look_again", believed.judge):
        for topic in dict.fromkeys(d["topic"] for d in documents):
            own = [q for q in queries if q["topic"] == topic]
            model = ScriptedModel(
                *("\n".join(f"- {i['insight']}" for i in q["insights"]) for q in own), context_window=10**6
            )
            with tempfile.TemporaryDirectory() as folder:
                records = [{"id": d["doc_id"], "text": d["text"]} for d in documents if d["topic"] == topic]
                write_lines(Path(folder) / "documents.jsonl", records)
                with Library(folder, settings=Settings(), llm=model) as library:
                    library.sync()
                    for query in own:
                        library.summarise(asked(query), points=len(query["insights"]))
    return believed
