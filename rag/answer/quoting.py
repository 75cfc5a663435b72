"""The quoting writer: answers with the articles' own sentences, the best first, or refuses.

A sentence is ranked by the probability that its passage contains the answer times the probability that the sentence is
part of it. To the best are added at most two of its article that score nearly as high, and the best of other articles
that answer as well; more if the question asks for a list, or for what each source says. Those that are not nearly
as good as the best are marked as further ones, which a hurried reader may pass over. If no passage reaches the fitted
threshold, the question is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer.evidence import Candidate, CandidateSentence, Evidence
from rag.answer.question import asks_across, asks_for_list
from rag.text.sentences import LIST_ITEM

THRESHOLD = 0.5
"""The probability of holding the answer that some passage must reach."""
MOST_ITEMS = 8
"""Items of a list that are quoted with the sentence that leads to them."""
CLEAR = 0.4
"""The share of the best sentence's score that another of its article must reach."""
BESIDE = 0.9
"""The share of the best sentence's score below which a sentence is a further one."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a kind of question gets.

    At most `own` sentences of the best article and `others` of other articles, one of each, whose score is at least
    the share `as_good` of the best sentence's; those below the share `beside` are further ones.
    """

    own: int
    others: int
    as_good: float
    beside: float = 0.0


BRIEF = Extent(3, 3, 0.7, BESIDE)
LIST = Extent(8, 3, 0.7)
EACH_SOURCE = Extent(3, 8, 0.5)


def extent_of(question: str) -> Extent:
    """How much an English question asks for: one thing, a list, or what each source says."""
    if asks_across(question):
        return EACH_SOURCE
    return LIST if asks_for_list(question) else BRIEF


@dataclass(frozen=True, slots=True)
class QuotedSentence:
    """A sentence of an article, and the probability that it answers.

    `further` says that it adds to the answer, or says it again, but is not nearly as good as the best; `short` are the
    words that the reader takes for the short answer, "" if it gives none here.
    """

    file: str
    sentence: CandidateSentence
    probability: float
    further: bool = False
    short: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """The sentences that answer, the best one first; none if the question is refused.

    `probability` is that of the best passage holding the answer, `nearest` the candidates from best to worst.
    """

    quotes: tuple[QuotedSentence, ...]
    probability: float
    nearest: tuple[Candidate, ...]


def quote_evidence(evidence: Sequence[Evidence], *, extent: Extent = BRIEF, threshold: float = THRESHOLD) -> Quotation:
    """Answer from evidence within `extent`, or refuse."""
    ranked = sorted(evidence, key=lambda e: -e.probability)
    nearest = tuple(e.candidate for e in ranked)
    best = ranked[0].probability if ranked else 0.0
    if not ranked or best < threshold:
        return Quotation((), best, nearest)
    quotes = _ranked_quotes(ranked)
    first = quotes[0]
    own = [q for q in quotes if q.file == first.file and q.probability >= CLEAR * first.probability][: extent.own]
    others: dict[str, QuotedSentence] = {}
    for quote in quotes:
        if quote.file != first.file and quote.probability >= extent.as_good * first.probability:
            others.setdefault(quote.file, quote)
    chosen = [first, *sorted(own[1:], key=lambda q: q.sentence.index)]
    found = [*_with_items(chosen, ranked), *list(others.values())[: extent.others]]
    marked = [replace(q, further=q.probability < extent.beside * first.probability) for q in found]
    return Quotation(tuple(sorted(marked, key=lambda q: q.further)), best, nearest)


def _ranked_quotes(evidence: Sequence[Evidence]) -> list[QuotedSentence]:
    """All sentences by the probability that they answer, each once, ties by their place."""
    quotes: dict[tuple[str, int], QuotedSentence] = {}
    for e in evidence:
        for number, (sentence, probability) in enumerate(zip(e.candidate.sentences, e.sentences, strict=True)):
            score = float(e.probability * probability)
            quote = QuotedSentence(e.candidate.file, sentence, score, short=e.short_in(number))
            known = quotes.get((quote.file, sentence.index))
            if known is None or known.probability < quote.probability:
                quotes[quote.file, sentence.index] = quote
    return sorted(quotes.values(), key=lambda q: (-q.probability, q.file, q.sentence.index))


def _with_items(quotes: Sequence[QuotedSentence], evidence: Sequence[Evidence]) -> list[QuotedSentence]:
    """Put behind the first sentence the items of the list that it leads to, as far as they are candidates."""
    first, *rest = quotes
    if LIST_ITEM.match(first.sentence.text):
        return list(quotes)
    candidates = {s.index: s for e in evidence for s in e.candidate.sentences if e.candidate.file == first.file}
    items: list[QuotedSentence] = []
    for index in range(first.sentence.index + 1, first.sentence.index + 1 + MOST_ITEMS):
        item = candidates.get(index)
        if item is None or not LIST_ITEM.match(item.text):
            break
        items.append(QuotedSentence(first.file, item, first.probability))
    taken = {item.sentence.index for item in items}
    return [first, *items, *(quote for quote in rest if quote.sentence.index not in taken)]
