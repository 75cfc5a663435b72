"""What each rule on whole articles is worth: those of `single_source` and of `trust`, switched off one at a time.

Told are the shares that the check supports, and of these that are believed of a model: of people's answers and of the
points of SummHay; of sentences put together falsely from one article or from three, beside the evidence of all three;
and of true rewordings beside three articles.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from rag.embed.wordllama import load_wordllama
from rag.results.spans import Quote
from rag.verify import alignment, check, checkers, single_source, trust
from rag.verify.check import Claim, Idf, Verdict
from rag.verify.checkers import RuleChecker
from tests.benchmarks.good_writers import claims_of_people, points_of_summaries
from tests.verify.falsehoods import Article, Maker, conflation, patchwork, subject
from tests.verify.perturb import articles
from tests.verify.rewordings import compress, merge, synonyms

EACH = 100
"""Sentences of each generated kind."""
Text = tuple[list[Claim], Idf | None]
"""The claims of a text in order, and what weighs their words."""


def _same(_claim: Claim, verdict: Verdict, *_: object) -> Verdict:
    return verdict


SWITCHES: dict[str, Sequence[tuple[object, str, Any]]] = {
    "": (),
    "single source": ((checkers, "in_one_article", _same),),
    "two parts of two articles": ((single_source, "_in_two_parts", lambda *_: False),),
    "checked by one article alone": (
        (single_source, "_alone", lambda _, article, *__: Verdict("supported", 0.9, article.numbers)),
    ),
    "words said twice": (
        (single_source.EvidenceBeside, "_said_before", lambda self: (np.zeros(len(self.alignment.claim)),) * 2),
    ),
    "trust": ((trust, "look", _same),),
    "trust: one place": ((trust, "WORDED", 0.0),),
    "trust: neighbours": ((trust, "KEPT", 0.0),),
    "trust: sure": ((trust, "SURE", 0.0),),
    "trust: reasons": ((trust, "REASONS", ()),),
    "trust: refers back": ((trust, "refers_back", lambda *_: False),),
    "trust: astray": ((trust, "_astray", lambda *_: False),),
}
"""What switches a rule off."""


def texts(root: Path) -> dict[str, list[Text]]:
    """All texts by their kind."""
    found: dict[str, list[Text]] = {"people": [(own, None) for own in claims_of_people(root / "answering")]}
    found["points"] = _points(root)
    makers: dict[str, Maker] = {"patchwork": patchwork, "conflation": conflation, "subject": subject}
    for name, maker in makers.items():
        found[f"{name}, one"] = [([c], None) for c in made(root, maker, together=False)]
        found[f"{name}, three"] = [([c], None) for c in made(root, maker, together=True)]
    found["true"] = [([c], None) for m in (merge, compress, synonyms) for c in made(root, m, together=False)]
    return found


def _points(root: Path) -> list[Text]:
    found: list[Text] = []

    def keep(claims: Sequence[Claim], verdicts: Sequence[Verdict], *_: object) -> Sequence[Verdict]:
        found.append((list(claims), None))
        return verdicts

    with patch("tests.benchmarks.good_writers.look_again", keep):
        points_of_summaries(root / "summhay")
    return found


def made(root: Path, maker: Maker, *, together: bool) -> list[Claim]:
    """Sentences that are made of an article, or of its like ones `together`, with all of them as evidence."""
    rng, every, found = random.Random(getattr(maker, "__name__", "")), articles(root, "test"), []
    order = list(range(len(every) - 2))
    rng.shuffle(order)
    for i in order:
        own = every[i : i + 3]
        if len(found) == EACH or own[0].key.split("/")[0] != own[2].key.split("/")[0]:
            continue
        at = rng.randrange(len(own[0].sentences))
        text = own[0].sentences[at]
        others = [s for article in own[1:] for s in article.sentences[:20]]
        rng.shuffle(others)
        mixed = Article(own[0].key, (text, *others), " ".join((text, *others)))
        sentence = maker(mixed, 0, rng) if together else maker(own[0], at, rng)
        if 40 <= len(text) <= 300 and sentence not in ("", text):
            found.append(Claim(sentence, tuple(quote for article in own for quote in _quotes(article))))
    return found


def _quotes(article: Article) -> list[Quote]:
    starts = accumulate((len(s) + 1 for s in article.sentences), initial=0)
    return [Quote(article.key, at, at + len(s), s) for at, s in zip(starts, article.sentences, strict=False)]


def measure(root: Path) -> dict[str, dict[str, Any]]:
    """For each rule the shares without it, "supported / believed"."""
    every, memory = texts(root), Memory()
    rows = {}
    for name, switches in SWITCHES.items():
        with ExitStack() as stack:
            for module in (checkers, single_source):
                stack.enter_context(patch.object(module, "check_sentence", memory.check))
            stack.enter_context(patch.object(single_source, "align", memory.align))
            for owner, attribute, instead in switches:
                stack.enter_context(patch.object(owner, attribute, instead))
            rows[name or "full"] = {kind: _shares(own) for kind, own in every.items()}
    return rows


class Memory:
    """The verdicts and alignments of sentences, which no rule on whole articles changes."""

    def __init__(self) -> None:
        self._kept: dict[object, Any] = {}

    def check(self, sentence: str, evidence: Sequence[str], embed: Any, idf: Idf | None, context: Any) -> Verdict:
        key = (sentence, tuple(evidence), idf, context)
        return self._get(key, partial(check.check_sentence, sentence, evidence, embed, idf, context))

    def align(self, sentence: str, evidence: Sequence[str], embed: Any, idf: Idf | None) -> Any:
        return self._get((sentence, tuple(evidence), idf), partial(alignment.align, sentence, evidence, embed, idf))

    def _get(self, key: object, make: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


def _shares(own: Sequence[Text]) -> str:
    embed = load_wordllama().embed_passages
    checker = RuleChecker(embed)
    supported, believed = [], []
    for claims, idf in own:
        verdicts = [checker.check(claim, idf) for claim in claims]
        supported += [v.support == "supported" for v in verdicts]
        believed += [v.support == "supported" for v in trust.look_again(claims, verdicts, embed, idf)]
    return f"{np.mean(supported):.3f} / {np.mean(believed):.3f}"
