"""Pairs of reports of one event in which some facts were changed, with a fixed seed, and their unchanged like.

Two ways to come by a pair of sentences that say the same in other words. *Reworded*: a sentence of one article, with
several changes of wording at once, is put into another article of the same event. *Quote twice*: two real articles
tell the same in their own words; such sentences are found by plain shared words. In one copy of each pair one thing
is changed, in the other nothing. None of this uses what it is to measure.
"""

from __future__ import annotations

import difflib
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Literal

from rag.text.sentences import split_sentences
from tests.benchmarks.copies import common_triples
from tests.verify.falsehoods import FALSE, Article, Maker
from tests.verify.rewordings import TRUE

Way = Literal["reworded", "told twice"]
Wanted = Callable[[str], bool]
"""Whether more changes of a kind are wanted."""
KINDS: Mapping[str, tuple[str, ...]] = {
    "number": ("number",),
    "date": ("date",),
    "name": ("name", "other name"),
    "place": ("place",),
    "attribution": ("attribution",),
    "denial": ("negation",),
}
"""Each kind of change, and the makers in `tests.verify.falsehoods` that plant it."""
ORDER = ("attribution", "place", "date", "name", "number", "denial")
"""The rarest chances first, so that each kind gets its share."""
INDEPENDENT = 0.15
"""The share of word triples that two articles may have in common."""
CHANGES = 3
"""Planted sentences of an article, and as many that were only reworded."""
LEAST, MOST = 0.34, 0.8
"""The share of words that two sentences have in common that real articles tell in other words (Jaccard)."""
SAYING = r"said|says|told reporters|added|announced|argued|claimed|stated"


@dataclass(frozen=True, slots=True)
class Planted:
    """A sentence of the first report and its like in the second. `kind` is "" if nothing was changed."""

    way: Way
    kind: str
    here: str
    there: str
    unchanged: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reports of one event, and what was planted in the second."""

    key: str
    first: str
    second: str
    planted: tuple[Planted, ...]


@cache
def sentences_of(text: str) -> tuple[str, ...]:
    return tuple(text[s.start : s.end] for s in split_sentences(text, "en") if s.kind == "text")


def make_pairs(documents: Mapping[str, Mapping[str, str]], each: int, seed: int = 5) -> list[Pair]:
    """Story pairs with at least `each` changes of every kind where the articles give as many.

    `documents` are texts by name, by event.
    """
    rng = random.Random(seed)
    couples = [(event, a, b) for event, own in sorted(documents.items()) for a, b in _couples(own, rng)]
    rng.shuffle(couples)
    made: Counter[tuple[Way, str]] = Counter()
    found: list[Pair] = []
    for event, a, b in couples:
        texts = documents[event]
        for way, make in (("told twice", _told_twice), ("reworded", _reworded)):
            planted = make(texts[a], texts[b], rng, lambda kind, way=way: made[way, kind] < each)
            if planted:
                made.update((way, p.kind) for p in planted if p.kind)
                found.append(Pair(f"{event} {a} {b} {way}", texts[a], _second(texts[b], planted, way, rng), planted))
                if way == "told twice":
                    found.append(Pair(f"{event} {a} {b} unchanged", texts[a], texts[b], _unchanged(planted)))
    return found


def _couples(own: Mapping[str, str], rng: random.Random) -> Iterator[tuple[str, str]]:
    """Each article with three others of its event that share hardly any word sequences with it."""
    names = sorted(own)
    rng.shuffle(names)
    partners: Counter[str] = Counter()
    for a, b in combinations(names, 2):
        x, y = sentences_of(own[a]), sentences_of(own[b])
        if partners[a] < 3 and partners[b] < 3 and min(len(x), len(y)) >= 6 and _independent(x, y):
            partners.update((a, b))
            yield a, b


def _independent(x: Sequence[str], y: Sequence[str]) -> bool:
    return max(len(x), len(y)) <= 60 and common_triples(list(x), list(y)) <= INDEPENDENT


def _usable(sentence: str) -> bool:
    return 40 <= len(sentence) <= 300 and "\n" not in sentence and sentence[0].isupper() and sentence.endswith(".")


def _plant(sentence: str, kind: str, context: str, rng: random.Random) -> str:
    """The sentence with one thing changed, "" if there is nothing to change."""
    article = Article("", (sentence,), context)
    for maker in rng.sample(KINDS[kind], len(KINDS[kind])):
        changed = FALSE[maker](article, 0, rng)
        if changed and changed != sentence and _is_of_kind(sentence, changed, kind, context):
            return changed
    return ""


def _is_of_kind(sentence: str, changed: str, kind: str, context: str) -> bool:
    """Whether the change is what it is called, and makes sense.

    A year is no number. Who is only called by a role, as in "Police said", may be the one who is named. A name of a
    person or a place is changed as a whole, for another name, and not where its initials follow.
    """
    if kind == "number":
        return years(sentence) == years(changed)
    if kind == "attribution":
        spoke = not re.search(
            rf"\b(?:is|was|were|be|been) (?:{SAYING}) {re.escape(removed(changed, sentence)[0])}", changed
        )
        return spoke and any(re.search(rf"[a-z,] {re.escape(w)}\b", context) for w in removed(sentence, changed))
    if kind in ("name", "place"):
        new = removed(changed, sentence)
        whole = not re.search(rf"[A-Z]\w+ {new[0]}|{new[-1]}(?:['’]s)? [A-Z(]", changed) if new else False
        return whole and not any(re.search(rf"\b{re.escape(w.lower())}\b", context) for w in new)
    return True


def _reworded(first: str, second: str, rng: random.Random, wanted: Wanted) -> tuple[Planted, ...]:
    """Sentences of the first article in other words, some of them changed in one thing."""
    usable = [s for s in sentences_of(first) if _usable(s)]
    rng.shuffle(usable)
    most = min(CHANGES, max(1, min(len(usable), len(sentences_of(second))) // 6))
    changed: list[Planted] = []
    controls: list[Planted] = []
    for sentence in usable:
        other = reword(sentence, first, rng)
        if not other:
            continue
        planted = next(
            (p for kind in ORDER if wanted(kind) and (p := _change(sentence, other, kind, first, rng))), None
        )
        if planted and len(changed) < most:
            changed.append(planted)
        elif len(controls) < most:
            controls.append(Planted("reworded", "", sentence, other, other))
    return (*changed, *controls[: len(changed)])


def _change(here: str, there: str, kind: str, context: str, rng: random.Random) -> Planted | None:
    changed = _plant(there, kind, context, rng)
    return Planted("reworded", kind, here, changed, there) if changed else None


def reword(sentence: str, context: str, rng: random.Random) -> str:
    """The sentence with several changes of wording, which make at least a sixth of it new; "" if they do not."""
    other = sentence
    ways: list[Maker] = [*(TRUE[w] for w in ("synonym", "order", "compression", "numeral", "spelling")), speaker_last]
    ways += [TRUE["synonym"], TRUE["synonym"]]
    rng.shuffle(ways)
    for way in ways:
        other = way(Article("", (other,), context), 0, rng) or other
    old, new = sentence.split(), other.split()
    return other if difflib.SequenceMatcher(None, old, new, autojunk=False).ratio() <= 5 / 6 else ""


def speaker_last(article: Article, at: int, rng: random.Random) -> str:
    """Move who says something to the other end of the sentence, or say it with "according to"."""
    sentence = article.sentences[at]
    who = r"(?P<who>(?:[A-Z][\w.’'-]+ ?){1,4})"
    first = re.match(rf"{who} (?:{SAYING}) (?:that )?(?P<what>(?:the|he|she|they|it|[A-Z]\w+) [^\"“”]+)\.$", sentence)
    last = re.match(rf"(?P<what>[^\"“”]+), {who} (?:{SAYING})\.$", sentence)
    found = first or last
    if not found or found["who"].split()[0] in ("He", "She", "They", "It", "We", "The", "But", "And", "I"):
        return ""
    what, speaker = found["what"], found["who"].strip()
    if last and rng.random() < 0.5:
        small = what.split()[0] in ("The", "A", "It")
        return f"According to {speaker}, {what[0].lower() if small else what[0]}{what[1:]}."
    return f"{what[0].upper()}{what[1:]}, {speaker} said." if first else f"{speaker} said {what}."


def _told_twice(first: str, second: str, rng: random.Random, wanted: Wanted) -> tuple[Planted, ...]:
    """Sentences of two articles that share much, of which the second one's is changed in something that both have."""
    found: list[Planted] = []
    controls: list[Planted] = []
    for here, there in _alike(first, second):
        for kind in ORDER:
            changed = _plant(there, kind, first + second, rng) if wanted(kind) else ""
            if changed and _in_both(here, there, changed, kind):
                found.append(Planted("told twice", kind, here, changed, there))
                break
        else:
            controls.append(Planted("told twice", "", here, there, there))
    return (*found, *controls)


def _unchanged(planted: Sequence[Planted]) -> tuple[Planted, ...]:
    return tuple(Planted(p.way, "", p.here, p.unchanged, p.unchanged) for p in planted if p.kind)


def _alike(first: str, second: str) -> Iterator[tuple[str, str]]:
    """Pairs of sentences that tell the same by their plain words, each sentence once."""
    pairs: list[tuple[float, str, str]] = []
    for a in filter(_usable, sentences_of(first)):
        for b in filter(_usable, sentences_of(second)):
            x, y = plain_words(a), plain_words(b)
            share = len(x & y) / len(x | y)
            if LEAST <= share <= MOST and len(x & y) >= 5 and numbers(a) == numbers(b):
                pairs.append((share, a, b))
    used: set[str] = set()
    for _, a, b in sorted(pairs, reverse=True):
        if a not in used and b not in used:
            used |= {a, b}
            yield a, b


@cache
def plain_words(sentence: str) -> frozenset[str]:
    return frozenset(w.lower() for w in re.findall(r"[^\W\d_]{4,}|\d+", sentence))


def years(sentence: str) -> list[str]:
    return re.findall(r"\b[12]\d\d\d\b", sentence)


def numbers(sentence: str) -> Counter[str]:
    return Counter(re.findall(r"\d+(?:[.,]\d+)*", sentence))


def removed(old: str, new: str) -> list[str]:
    """The words of one text that another does not have in their place."""
    before, after = old.split(), new.split()
    return [
        re.sub(r"['’]s$", "", w.strip(".,;:()\"“”'’"))
        for tag, a, b, _, _ in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if tag in ("replace", "delete")
        for w in before[a:b]
    ]


def _in_both(here: str, there: str, changed: str, kind: str) -> bool:
    """Whether what was changed in a sentence stands in its like too."""
    if kind == "denial":
        denied = re.search(r"\bnot (?:\w{1,3} )*(\w{4,})", changed)
        free = not re.search(r"\b(?:not|no|never|none|without)\b|n['’]t\b", here + there)
        return free and bool(denied and re.search(rf"\b{denied[1][:5]}", here))
    words = removed(there, changed)
    return bool(words) and all(w in here for w in words)


def _second(text: str, planted: Sequence[Planted], way: Way, rng: random.Random) -> str:
    """The second report: its own sentences with the planted ones in the place of theirs, or between them."""
    sentences = list(sentences_of(text))
    for p in planted:
        if way == "told twice":
            sentences[sentences.index(p.unchanged)] = p.there
        else:
            sentences.insert(rng.randrange(1, len(sentences) + 1), p.there)
    return "\n".join(sentences)


def by_event(records: Sequence[Mapping[str, str]], event: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for record in records:
        found[record[event]][record["doc_id"]] = record["text"]
    return dict(found)
