"""Ways to make a sentence false in one place."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.verify.word_pairs import CLAUSES, DAYS, MONTHS, OPPOSITES, PEOPLE, PLACES, ROLES, UNITS


@dataclass(frozen=True)
class Article:
    key: str
    sentences: tuple[str, ...]
    text: str


Maker = Callable[[Article, int, random.Random], str]
"""Makes another sentence of an article's sentence with that number; "" if it cannot."""

NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*\b")
FULL_NAME = re.compile(r"\b[A-Z][a-z]{2,} [A-Z][a-z]{2,}\b")
AUXILIARIES = r"is|are|was|were|will|would|has|have|had|could|should|did|can"
CERTAIN = (
    (r"\b(?:may|might|could) (?=have\b)", ""),
    (r"\b(?:may|might|could) (?=be\b)", "will "),
    (r"\b(?:may|might|could) (?=[a-z]+\b)", "will "),
    (r"\b(?:is|are) (?:expected|likely|believed|thought) to\b", "will"),
    (r"\b(?:was|were) (?:believed|thought|said|reported) to (?:be|have been)\b", "was"),
    (r"\b(?:allegedly|reportedly|possibly|probably|perhaps|apparently) ", ""),
    (r"\balleged ", ""),
)
BOUNDS = (
    (r"\bmore than\b", "less than"), (r"\bless than\b", "more than"), (r"\bat least\b", "at most"),
    (r"\bbefore\b", "after"), (r"\bafter\b", "before"), (r"\bover (?=\d)", "under "), (r"\bunder (?=\d)", "over "),
    (r"\bearlier\b", "later"), (r"\blater\b", "earlier"), (r"\bnearly\b", "more than"), (r"\ball\b", "some"),
    (r"\bmost\b", "few"), (r"\bmany\b", "few"), (r"\bevery\b", "no"), (r"\balways\b", "rarely"),
    (r"\boften\b", "never"), (r"\bboth\b", "neither of"), (r"(?<!not )\bonly\b", "not only"),
)  # fmt: skip


def swap_words(table: dict[str, str]) -> Maker:
    pattern = re.compile(rf"\b(?:{'|'.join(table)})\b")

    def make(article: Article, number: int, rng: random.Random) -> str:
        sentence = article.sentences[number]
        found = list(pattern.finditer(sentence))
        if not found:
            return ""
        m = rng.choice(found)
        return _put(sentence, m.start(), m.end(), table[m.group()])

    return make


def sub_once(rules: tuple[tuple[str, str], ...]) -> Maker:
    def make(article: Article, number: int, rng: random.Random) -> str:
        sentence = article.sentences[number]
        for pattern, new in rng.sample(rules, len(rules)):
            if re.search(pattern, sentence):
                return re.sub(pattern, new, sentence, count=1)
        return ""

    return make


def _put(sentence: str, start: int, end: int, new: str) -> str:
    return sentence[:start] + new + sentence[end:]


def number(article: Article, at: int, rng: random.Random) -> str:
    sentence = article.sentences[at]
    found = list(re.finditer(r"(?<![\w.,-])\d+(?:,\d{3})*(?![\w.,]\d|\w|-)", sentence))
    if not found:
        return ""
    m = rng.choice(found)
    old = int(m.group().replace(",", ""))
    if 1900 <= old <= 2030 and "," not in m.group():
        new = str(old + rng.choice((-3, -2, -1, 1, 2, 4)))
    else:
        step = max(1, old // rng.choice((3, 5, 8)))
        new = f"{max(1, old + rng.choice((-1, 1, 2)) * step):{',' if ',' in m.group() else ''}}"
    return "" if new in article.text else _put(sentence, m.start(), m.end(), new)


def name(article: Article, at: int, rng: random.Random) -> str:
    """Put a stranger's name."""
    sentence = article.sentences[at]
    found = FULL_NAME.findall(sentence)
    if not found:
        return ""
    return sentence.replace(rng.choice(found), rng.choice(PEOPLE))


def other_name(article: Article, at: int, rng: random.Random) -> str:
    """Put another full name of the same article."""
    sentence = article.sentences[at]
    here = FULL_NAME.findall(sentence)
    others = [
        n for n in FULL_NAME.findall(article.text) if n not in sentence and not set(n.split()) & set(sentence.split())
    ]
    return sentence.replace(rng.choice(here), rng.choice(others)) if here and others else ""


def date(article: Article, at: int, rng: random.Random) -> str:
    sentence = article.sentences[at]
    found = list(re.finditer(rf"\b(?:{'|'.join(DAYS + MONTHS)}|(?:19|20)\d\d)\b", sentence))
    if not found:
        return ""
    m = rng.choice(found)
    old = m.group()
    if old.isdigit():
        new = str(int(old) + rng.choice((-5, -2, -1, 1, 3)))
    else:
        new = rng.choice([x for x in (DAYS if old in DAYS else MONTHS) if x != old])
    return _put(sentence, m.start(), m.end(), new)


def place(article: Article, at: int, rng: random.Random) -> str:
    sentence = article.sentences[at]
    found = list(re.finditer(rf"\b(?:{'|'.join(PLACES)})\b", sentence))
    others = [p for p in PLACES if p not in article.text]
    if not found or not others:
        return ""
    m = rng.choice(found)
    return _put(sentence, m.start(), m.end(), rng.choice(others))


def negation(article: Article, at: int, rng: random.Random) -> str:
    sentence = article.sentences[at]
    denied = re.search(r" not\b(?! only)|n['’]t\b", sentence)
    if denied:
        return _put(sentence, denied.start(), denied.end(), "")
    if re.search(r"\b(?:no|never|none|nor|neither|without)\b", sentence):
        return ""
    found = re.search(rf"\b(?:{AUXILIARIES})\b(?= [a-z])", sentence)
    return _put(sentence, found.end(), found.end(), " not") if found else ""


def attribution(article: Article, at: int, rng: random.Random) -> str:
    """Give what was said to another person, of the article if it names one."""
    sentence = article.sentences[at]
    saying = r"said|says|told|added|according to|announced|argued|claimed"
    found = re.search(rf"(?:(?:{saying}) )((?:[A-Z][a-z]+ ?)+)\b|\b((?:[A-Z][a-z]+ )+)(?:{saying})\b", sentence)
    if not found:
        return ""
    group = 1 if found.group(1) else 2
    old = found.group(group).strip()
    if old in ("He", "She", "They", "It", "We", "The", "But", "And") or len(old) < 4:
        return ""
    others = [n for n in FULL_NAME.findall(article.text) if not set(n.split()) & set(sentence.split())]
    new = rng.choice(others or PEOPLE)
    start = found.start(group)
    return _put(sentence, start, start + len(old), new)


def roles(article: Article, at: int, rng: random.Random) -> str:
    """Let two names change places around a verb."""
    sentence = article.sentences[at]
    verb = r"(?:[a-z]+ed|beat|met|told|sued|won|shot|led|hit|took|gave|bought|sold|saw|married|asked)"
    predicate = rf"(?:has |had |have |will )?{verb}(?: [a-z]+){{0,3}} "
    found = re.match(
        rf"((?:[A-Z][a-z]+ ){{1,3}})({predicate})([A-Z][a-z]+(?: [A-Z][a-z]+){{0,2}})\b",
        sentence,
    )
    if not found or found.group(1).split()[0] in ("The", "He", "She", "They", "It", "In", "On", "As", "But", "This"):
        return ""
    first, middle, second = found.groups()
    return f"{second} {middle}{first.strip()}{sentence[found.end() :]}" if first.strip() != second else ""


def clause(article: Article, at: int, rng: random.Random) -> str:
    sentence = article.sentences[at].rstrip()
    return f"{sentence[:-1]}, {rng.choice(CLAUSES)}." if sentence.endswith(".") else ""


_VERB = (
    r"(?:(?:has|had|have|will|would|is|was|are|were|can|could) [a-z]+|[a-z]{3,}ed|won|took|gave|became|began|made|held"
    r"|found|met|saw|went|grew|fell|rose|ran|sold|bought|wrote|built|lost|paid|sent|kept|brought)"
)
TELLING = re.compile(rf"((?:(?:The|A|An) )?(?:[\w'’.-]+ ){{1,5}}?)({_VERB} [^,;:\"“”]*(?:,[^;:\"“”]*)?)\.")
"""A plain sentence: its subject, and what it says of it."""
_LEADS = """
He She They It We I You This That These Those There His Her Its Their But And In On At When As If While After Before
Since For With By Although However What Who Also Such Some Many Most Both Each Other Another Here To From One Despite
During Through Under Initially Currently
"""
LEADS = frozenset(_LEADS.split())
SMALL_WORDS = frozenset("The A An the of and a".split())


def conflation(article: Article, at: int, rng: random.Random) -> str:
    """Say of a sentence's subject what the article says of another one, which the sentence does not name."""
    sentence = article.sentences[at]
    found = TELLING.fullmatch(sentence)
    if not found or sentence.split()[0] in LEADS:
        return ""
    beginnings = {_beginning(word) for word in sentence.split()}
    for other in rng.sample(article.sentences, len(article.sentences)):
        told = TELLING.fullmatch(other)
        if not told or other.split()[0] in LEADS or not 4 <= len(told[2].split()) <= 25:
            continue
        its = _subject(told[1])
        if its and beginnings.isdisjoint(its):
            return f"{sentence[:-1]} and {told[2]}."
    return ""


def subject(article: Article, at: int, rng: random.Random) -> str:
    """Say of another subject of the article what a sentence says of its own."""
    sentence = article.sentences[at]
    found = TELLING.fullmatch(sentence)
    own = _subject(found[1]) if found else frozenset()
    if not found or not own or sentence.split()[0] in LEADS:
        return ""
    for other in rng.sample(article.sentences, len(article.sentences)):
        told = TELLING.fullmatch(other)
        its = _subject(told[1]) if told else frozenset()
        words = {_beginning(word) for word in sentence.split()}
        if not told or not its or other.split()[0] in LEADS or not words.isdisjoint(its):
            continue
        if own.isdisjoint(_beginning(word) for word in other.split()) and _number(found[2]) == _number(told[2]):
            return f"{told[1]}{found[2]}."
    return ""


JOINT = re.compile(r"(?<=[a-z]) (?=(?:in|of|for|to|by|with|from|at|on|as|into|that|which|because|while|and|after)\b)")


def patchwork(article: Article, at: int, rng: random.Random) -> str:
    """Put a sentence together from pieces of three, as models do that only half read."""
    first = JOINT.split(article.sentences[at])
    if at + 1 >= len(article.sentences) or len(first) < 2 or re.search(r"[\"“”:;\n]", article.sentences[at]):
        return ""
    near = [s for s in article.sentences[max(0, at - 4) : at + 5] if s != article.sentences[at]]
    pieces = [p.rstrip(" .") for s in near for p in JOINT.split(s)[1:] if not re.search(r"[\"“”:;,()]", p)]
    pieces = [p for p in pieces if 3 <= len(p.split()) <= 8]
    if len(pieces) < 2:
        return ""
    made = f"{first[0].rstrip(' ,')} {' '.join(rng.sample(pieces, 2))}."
    return made if 8 <= len(made.split()) <= 30 else ""


def _subject(words: str) -> frozenset[str]:
    return frozenset(_beginning(word) for word in words.split() if word not in SMALL_WORDS)


def _number(predicate: str) -> str:
    """Singular, plural, or "" if the verb has the same form for both."""
    verb = predicate.split()[0]
    return "one" if verb in ("is", "was", "has") else "many" if verb in ("are", "were", "have") else ""


def _beginning(word: str) -> str:
    return re.sub(r"\W", "", word.lower())[:5]


FALSE: dict[str, Maker] = {
    "number": number,
    "name": name,
    "other name": other_name,
    "date": date,
    "place": place,
    "unit": swap_words(UNITS),
    "negation": negation,
    "attribution": attribution,
    "certainty": sub_once(CERTAIN),
    "roles": roles,
    "clause": clause,
    "opposite": swap_words(OPPOSITES),
    "kind": swap_words(ROLES),
    "bound": sub_once(BOUNDS),
    "conflation": conflation,
    "subject": subject,
}
"""Each kind of fault, and what makes it."""
