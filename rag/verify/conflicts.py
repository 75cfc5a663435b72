"""What makes two English sentences different facts, however alike the rest is: exact rules on words, without vectors.

Each rule finds the words that decide: other numbers, other dates, a denial, opposites, other names in the same place,
exchanged roles, another subject.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.text.anaphora import OPENINGS
from rag.text.mentions import Unit, all_initials, date_parts, of_one_country, units_of
from rag.text.negation import DENYING, Negation, denied_tokens, negations_of
from rag.text.predicates import AUXILIARIES, is_verb
from rag.text.quantities import ORDINAL, Quantity, quantities_of, same_quantity
from rag.text.span import Span
from rag.text.text_cache import text_cache
from rag.text.tokens import Token, tokens_of, weight
from rag.text.word_similarity import related
from rag.text.wordnet import ALIKE, OPPOSITES, antonyms, excludes, opposite, relatives

ConflictKind = Literal["number", "date", "denial", "opposite", "name", "roles", "subject"]
NEAR = 3
"""Telling words to either side of a word in which opposites must have one in common."""
SCOPE = 5
"""Words to either side of a denied word in which the other sentence may deny it too, or say its opposite."""
ROLE = 4
"""Words to either side of a number in which the word stands that says what it counts, such as "killed"."""
LIGHT = 2.5
"""The weight of what two sentences say alike of their subjects, below which other subjects make other facts."""
OVERLAP = 0.5
"""The share of the shorter sentence's weight, apart from its name or subject, that must be in the other one too."""
MUCH = 0.85
"""The same for names: sentences on one thing often name other details of it."""
LONGEST_SUBJECT = 9
POINTING = frozenset("the both these those this that his her its their he she they it".split())
PREPOSITIONS = frozenset(
    "in on at after before during from by for with as according since despite because when while if although".split()
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """The words at `here` in the first sentence do not go together with those at `there` in the second."""

    kind: ConflictKind
    here: Span
    there: Span


def find_conflicts(first: str, second: str, before: tuple[str, str] | None = None) -> tuple[Conflict, ...]:
    """The conflicts of two English sentences, those of numbers first.

    `before` is what stands before each in its article, which tells whom "the company" means.
    """
    a, b = _read(first), _read(second)
    opposites = (c for c in _opposites(a, b) if _is_listed(a, b, c) or _overlap(a, b, c) >= OVERLAP)
    names = (c for c in _names(a, b) if _overlap(a, b, c) >= MUCH)
    subjects = (c for c in _subjects(a, b, before) if _overlap(a, b, c) >= OVERLAP)
    return (*_numbers(a, b), *_dates(a, b), *_denials(a, b), *opposites, *_roles(a, b), *names, *subjects)


@dataclass(frozen=True)
class _Sentence:
    """A sentence with what the rules compare; all numbers are those of tokens."""

    text: str
    tokens: tuple[Token, ...]
    keys: frozenset[str]
    spellings: frozenset[str]
    bare: frozenset[str]
    quantities: tuple[Quantity, ...]
    dates: tuple[Unit, ...]
    names: tuple[Unit, ...]
    denied: frozenset[int]
    negations: tuple[Negation, ...]
    polar: tuple[int, ...]

    def span(self, first: int, last: int) -> Span:
        """From the first token to the last one, which is included."""
        return Span(self.tokens[first].start, self.tokens[last].end)

    def near(self, i: int) -> frozenset[str]:
        """The keys of the telling words around a token."""
        before = [t.key for t in self.tokens[:i] if t.telling][-NEAR:]
        after = [t.key for t in self.tokens[i + 1 :] if t.telling][:NEAR]
        return frozenset((*before, *after))


@text_cache(maxsize=32_768)
def _read(text: str) -> _Sentence:
    tokens, units = tokens_of(text), units_of(text)
    dates = tuple(u for u in units if u.kind == "date")
    quantities = tuple(q for q in quantities_of(text) if not any(d.start <= q.start < d.end for d in dates))
    return _Sentence(
        text,
        tokens,
        frozenset(t.key for t in tokens),
        frozenset(t.spelling for t in tokens if t.telling),
        frozenset(map(bare, tokens)),
        quantities,
        dates,
        tuple(u for u in units if u.kind == "name"),
        denied_tokens(text),
        negations_of(text),
        tuple(i for i, t in enumerate(tokens) if t.kind != "number" and antonyms(t.key)),
    )


def _is_listed(a: _Sentence, b: _Sentence, conflict: Conflict) -> bool:
    """Whether two opposites are so in any context: those of our own list, other than WordNet's "here" and "there"."""
    x, y = (
        next(t.key for t in sentence.tokens if t.start == span.start)
        for sentence, span in ((a, conflict.here), (b, conflict.there))
    )
    return (x, y) in OPPOSITES


def _overlap(a: _Sentence, b: _Sentence, conflict: Conflict) -> float:
    own, theirs = _weights(a, conflict.here), _weights(b, conflict.there)
    shared = own.keys() & theirs.keys()
    least = min(sum(own.values()), sum(theirs.values()))
    return sum(own[key] for key in shared) / least if least else 0.0


def _weights(sentence: _Sentence, left_out: Span) -> dict[str, float]:
    """The weight of each telling word outside of a span."""
    tokens = (t for t in sentence.tokens if t.telling and not left_out.start <= t.start < left_out.end)
    return {t.key: weight(t.kind, t.key) for t in tokens}


def may_exclude(first: str, second: str) -> bool:
    """Whether two sentences have opposites at all: a quick look."""
    a, b = _read(first), _read(second)
    own, theirs = ({s.tokens[i].key for i in s.polar} for s in (a, b))
    return any(not antonyms(key).isdisjoint(theirs - a.keys) for key in own - b.keys)


def _numbers(a: _Sentence, b: _Sentence) -> Iterator[Conflict]:
    """Quantities that either sentence has alone, or the same ones of which other things are told."""
    alone = [q for q in a.quantities if not any(same_quantity(q, p) for p in b.quantities)]
    alone_there = [q for q in b.quantities if not any(same_quantity(q, p) for p in a.quantities)]
    pairs = [(q, p) for q in alone for p in alone_there if (q.dimension == ORDINAL) == (p.dimension == ORDINAL)]
    if pairs:
        q, p = next(((q, p) for q, p in pairs if q.dimension == p.dimension), pairs[0])
        yield Conflict("number", Span(q.start, q.end), Span(p.start, p.end))
    for q in a.quantities:
        same = [p for p in b.quantities if same_quantity(q, p)]
        if same and all(excludes(_role(a, q.start), _role(b, p.start)) for p in same):
            yield Conflict("number", Span(q.start, q.end), Span(same[0].start, same[0].end))


def other_roles(first: str, here: int, second: str, there: int) -> bool:
    """Whether what is told of the numbers at two places excludes each other: 9 killed, 9 injured."""
    x, y = _role(_read(first), here), _role(_read(second), there)
    return opposite(x, y) or excludes(x, y)


def _role(sentence: _Sentence, start: int) -> str:
    """The key of the word with opposites that stands nearest to the token at a place, or ""."""
    at = next((i for i, t in enumerate(sentence.tokens) if t.end > start), 0)
    close = [i for i in sentence.polar if abs(i - at) <= ROLE]
    return sentence.tokens[min(close, key=lambda i: (abs(i - at), i))].key if close else ""


def _dates(a: _Sentence, b: _Sentence) -> Iterator[Conflict]:
    parts = [date_parts(d, a.tokens) for d in a.dates]
    parts_there = [date_parts(d, b.tokens) for d in b.dates]
    alone = [i for i, own in enumerate(parts) if all(other_date(own, p) for p in parts_there)]
    alone_there = [j for j, own in enumerate(parts_there) if all(other_date(p, own) for p in parts)]
    if alone and alone_there:
        x, y = a.dates[alone[0]], b.dates[alone_there[0]]
        yield Conflict("date", Span(x.start, x.end), Span(y.start, y.end))


def other_date(first: Mapping[str, str], second: Mapping[str, str]) -> bool:
    """Whether two dates give another day, month or year; a part that one does not give may be any."""
    return any(second.get(part, value) != value for part, value in first.items())


def find_denials(first: str, second: str) -> tuple[Conflict, ...]:
    """What one of two English sentences denies and the other says; if each does so, it is one denial that was moved."""
    a, b = _read(first), _read(second)
    here, there = _denied(a, b), _turned(_denied(b, a))
    return () if here and there else (*here, *there)


def _denials(a: _Sentence, b: _Sentence) -> Iterator[Conflict]:
    """The first of what either sentence denies, and the other one says."""
    yield from (_denied(a, b) or _turned(_denied(b, a)))[:1]


def _turned(found: Sequence[Conflict]) -> list[Conflict]:
    return [Conflict(c.kind, c.there, c.here) for c in found]


def _denied(a: _Sentence, b: _Sentence) -> list[Conflict]:
    places = ((n.cue, _affirmed(a, n, b)) for n in a.negations)
    return [Conflict("denial", a.span(cue, at[0]), b.span(at[1], at[1])) for cue, at in places if at]


def _affirmed(a: _Sentence, negation: Negation, b: _Sentence) -> tuple[int, int] | None:
    """The denied word and its like in the other sentence, if that says most of what is denied without a denial."""
    likes = {i: _like(a.tokens[i], b) for i in negation.scope}
    found = {i: js for i, js in likes.items() if js}
    if not found or (2 * len(found) < len(likes) and negation.scope[0] not in found):
        return None
    if any(_contrary(a.tokens[i].key, b) for i in negation.scope):
        return None
    for js in found.values():
        if any(j in b.denied for j in js) or any(_denies_near(b, j) for j in js):
            return None
    first = min(found)
    return first, found[first][0]


def _like(token: Token, sentence: _Sentence) -> list[int]:
    """The tokens of a sentence that say what a token does."""
    known = relatives(token.key)
    return [
        j
        for j, other in enumerate(sentence.tokens)
        if other.telling
        and (
            other.key == token.key
            or other.spelling == token.spelling
            or (other.key[:1] == token.key[:1] and related(other.key, token.key))
            or known.get(other.key, 0) >= ALIKE
        )
    ]


def _contrary(key: str, sentence: _Sentence) -> bool:
    """Whether a sentence has an opposite of a word, which it does not deny."""
    return any(j not in sentence.denied and opposite(key, sentence.tokens[j].key) for j in sentence.polar)


def _denies_near(sentence: _Sentence, j: int) -> bool:
    around = sentence.tokens[max(0, j - SCOPE) : j + SCOPE]
    return any(t.key in DENYING for t in around)


def find_opposites(first: str, second: str) -> tuple[Conflict, ...]:
    """The opposites of two English sentences that are told of the same thing, but not of other numbers of things."""
    a, b = _read(first), _read(second)
    return tuple(c for c in _opposites(a, b) if _overlap(a, b, c) >= (OVERLAP if _is_listed(a, b, c) else MUCH))


def _opposites(a: _Sentence, b: _Sentence) -> Iterator[Conflict]:
    """Opposites among the same words, of which either both or none are denied."""
    for i in a.polar:
        x = a.tokens[i]
        if x.key in b.keys:
            continue
        for j in b.polar:
            y = b.tokens[j]
            if y.key in a.keys or not _contrary_words(x.key, y.key) or (i in a.denied) != (j in b.denied):
                continue
            if not a.near(i).isdisjoint(b.near(j)):
                yield Conflict("opposite", a.span(i, i), b.span(j, j))
                return


def _contrary_words(x: str, y: str) -> bool:
    """Whether two stems are opposites; employer and employee are of one family."""
    return excludes(x, y) or (opposite(x, y) and not related(x, y))


def _names(a: _Sentence, b: _Sentence) -> Iterator[Conflict]:
    """Names that the other sentence does not have, before or after the same word."""
    here = [u for u in a.names if not _has_name(b, a, u)]
    there = [u for u in b.names if not _has_name(a, b, u)]
    for x in here:
        for y in there:
            if _neighbours(a, x) & _neighbours(b, y):
                yield Conflict("name", Span(x.start, x.end), Span(y.start, y.end))
                return


def _has_name(other: _Sentence, own: _Sentence, unit: Unit) -> bool:
    """Whether a sentence has a telling word of a name of another one, in whatever spelling, or its initials."""
    tokens = own.tokens[unit.first : unit.last]
    core = [own.tokens[i] for i in unit.core]
    if any(t.spelling in other.spellings or t.key in other.keys or bare(t) in other.bare for t in core):
        return True
    if of_one_country(tokens, other.tokens):
        return True
    return bool(all_initials(tokens) & other.bare) or any(
        all_initials(other.tokens[u.first : u.last]) & {bare(t) for t in core} for u in other.names
    )


def bare(token: Token) -> str:
    """A name's word without dots and genitive: U.S., SVB's."""
    return token.text.replace(".", "").removesuffix("'s").removesuffix("’s")


def _neighbours(sentence: _Sentence, unit: Unit) -> frozenset[str]:
    """The telling words right before and after a name, each marked with its side."""
    before = [t.key for t in sentence.tokens[: unit.first] if t.telling][-1:]
    after = [t.key for t in sentence.tokens[unit.last :] if t.telling][:1]
    return frozenset((*(f"{k}<" for k in before), *(f">{k}" for k in after)))


def _roles(a: _Sentence, b: _Sentence) -> Iterator[Conflict]:
    """Two names on the other sides of one word: Iran attacks Iraq."""
    here, there = _around_word(a), _around_word(b)
    for (left, word, right), spans in here.items():
        turned = (right, word, left)
        if turned in there and turned not in here and (left, word, right) not in there:
            yield Conflict("roles", spans, there[turned])
            return


def _around_word(sentence: _Sentence) -> dict[tuple[str, str, str], Span]:
    telling = [i for i, t in enumerate(sentence.tokens) if t.telling]
    found = {}
    for i, j, k in zip(telling, telling[1:], telling[2:], strict=False):
        x, y, z = (sentence.tokens[n] for n in (i, j, k))
        if x.text[0].isupper() and z.text[0].isupper() and x.spelling != z.spelling:
            found[x.spelling, y.key, z.spelling] = sentence.span(i, k)
    return found


@dataclass(frozen=True, slots=True)
class _Subject:
    """The tokens [first, last) before the verb of a sentence.

    `pointing` says that it names nobody and takes up what was named before: "the company", "they".
    """

    first: int
    last: int
    names: tuple[Unit, ...]
    pointing: bool


def _subjects(a: _Sentence, b: _Sentence, before: tuple[str, str] | None) -> Iterator[Conflict]:
    """Other subjects of which the same is told: two companies that declined to comment are two facts."""
    x, y = _subject(a.text), _subject(b.text)
    if x is None or y is None:
        return
    conflict = Conflict("subject", a.span(x.first, x.last - 1), b.span(y.first, y.last - 1))
    shared = _shared_subject(a, x, b, y)
    if x.names and y.names:
        named = any(_has_name(b, a, u) for u in x.names) or any(_has_name(a, b, u) for u in y.names)
        if not named and not shared:
            yield conflict
        return
    if _rest(a, x, b, y) >= LIGHT:
        return
    if (x.pointing or y.pointing) and before is not None:
        here, there = _named(a, before[0] if x.pointing else ""), _named(b, before[1] if y.pointing else "")
        if here and there:
            shared = not here.isdisjoint(there)
    if not shared:
        yield conflict


def _named(sentence: _Sentence, before: str) -> frozenset[str]:
    """The spelling keys of the names in a sentence and in what stands before it."""
    own = {sentence.tokens[i].spelling for u in sentence.names for i in u.core}
    tokens = tokens_of(before) if before else ()
    return frozenset(own | {tokens[i].spelling for u in units_of(before) if u.kind == "name" for i in u.core})


def _shared_subject(a: _Sentence, x: _Subject, b: _Sentence, y: _Subject) -> bool:
    own = [t for t in a.tokens[x.first : x.last] if t.telling and t.kind != "number"]
    theirs = [t for t in b.tokens[y.first : y.last] if t.telling and t.kind != "number"]
    if {bare(t) for t in own} & {bare(t) for t in theirs}:
        return True
    if any(s.key == t.key or s.spelling == t.spelling or relatives(s.key).get(t.key) for s in own for t in theirs):
        return True
    return bool(of_one_country(own, theirs))


def _rest(a: _Sentence, x: _Subject, b: _Sentence, y: _Subject) -> float:
    """The weight of the words that both sentences have outside of their subjects."""
    own = {t.key: t for i, t in enumerate(a.tokens) if t.telling and not x.first <= i < x.last}
    theirs = {t.key for i, t in enumerate(b.tokens) if t.telling and not y.first <= i < y.last}
    return sum(weight(t.kind, key) for key, t in own.items() if key in theirs)


@text_cache(maxsize=32_768)
def _subject(text: str) -> _Subject | None:
    """The subject of a sentence; None if it is not plain where its verb begins."""
    tokens = tokens_of(text)
    first = _after_adverbial(text, tokens)
    for last in range(first, min(len(tokens), first + LONGEST_SUBJECT)):
        token = tokens[last]
        word = token.text.lower()
        if word in AUXILIARIES or word in _VERBS or is_verb(token):
            if last == first or text[tokens[first].start : token.start].count(",") % 2:
                return None
            telling = sum(t.kind in ("plain", "opening", "name") for t in tokens[first:last])
            names = tuple(u for u in units_of(text) if u.kind == "name" and first <= u.first < last)
            pointing = not names and tokens[first].text.lower() in POINTING and telling <= 1
            return _Subject(first, last, names, pointing) if telling or pointing else None
    return None


_VERBS = frozenset("died led left lied".split())


def _after_adverbial(text: str, tokens: Sequence[Token]) -> int:
    """The number of the token after an opening such as "But" or "On Monday, "."""
    if tokens and tokens[0].text.lower() in OPENINGS:
        return 1
    if tokens and tokens[0].text.lower() in PREPOSITIONS:
        comma = text.find(",")
        return next((i for i, t in enumerate(tokens) if t.start > comma), 0) if comma > 0 else 0
    return 0
