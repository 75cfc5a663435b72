"""Example questions, made from the names that the articles themselves mention.

Candidates are questions about who said something, about two names that stand in one sentence, and about single names;
the caller keeps those that the library really answers.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rag import Article

ARTICLES = 60
CHARACTERS = 4_000
"""How many articles are looked at, and how much of each."""
NEAR = 0.8
"""How much of two names must be the same for them to count as spellings of one."""
WORD = r"[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁЄІЇҐΑ-Ω][\w’'-]*\w"
NAME = re.compile(rf"(?<![\w’'-]){WORD}(?:\s{WORD}){{0,2}}(?!\w)")
SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]+)*[.!?]?")
POSSESSIVE = re.compile(r"[’']s(?:\s+|$)")
ADJECTIVE = re.compile(r"\w+(?:ian|ish|ese|ern|can)")


@dataclass(frozen=True, slots=True)
class Phrasing:
    """How questions are put in one language: verbs of saying, names to pass over, and the questions themselves."""

    saying: re.Pattern[str]
    never: frozenset[str]
    said: str
    said_about: str
    about: str


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PHRASINGS = {
    "en": Phrasing(
        re.compile(r"\b(?:said|says|told|added|stressed|warned|reiterated|reaffirmed|announced|argued)\b"),
        _words(
            "The A An I He She It We They This That These Those In On At By As But And If When While After Before For "
            "From With What Who How Why His Her Its Our Their There Here Monday Tuesday Wednesday Thursday Friday "
            "Saturday Sunday January February March April May June July August September October November December "
            "President Minister Secretary General Prime Mr Mrs Ms Dr Photo Video Read More Reuters AFP AP"
        ),
        "What did {a} say?",
        "What did {a} say about {b}?",
        "What do the articles say about {a}?",
    ),
    "de": Phrasing(
        re.compile(r"\b(?:sagte|sagt|erklärte|betonte|warnte|teilte)\b"),
        frozenset(),
        "Was sagte {a}?",
        "Was sagte {a} über {b}?",
        "Was steht in den Artikeln über {a}?",
    ),
}
"""German writes every noun with a capital: there only names beside a verb of saying are asked about."""


def candidates(articles: Sequence[Article]) -> tuple[str, ...]:
    """Questions that are likely to be answered, the likeliest first; none for languages that are not known here."""
    looked = articles[:: max(1, len(articles) // ARTICLES)][:ARTICLES]
    questions: Counter[str] = Counter()
    for code, phrasing in PHRASINGS.items():
        texts = [a.text[:CHARACTERS] for a in looked if (a.language or "en").lower().split("-")[0] == code]
        if texts:
            questions.update(_asked(texts, phrasing, every_name=code == "en"))
    return tuple(question for question, _ in questions.most_common())


def choose(
    questions: Iterable[str], answered: Callable[[str], bool], wanted: int = 3, tried: int = 24
) -> tuple[str, ...]:
    """`wanted` questions that are answered, of the first `tried`; those that share no name with another come first."""
    chosen: list[str] = []
    rest: list[str] = []
    for question in itertools.islice(questions, tried):
        alike = any(_alike(question, other) for other in chosen)
        if (alike and len(rest) >= wanted) or not answered(question):
            continue
        (rest if alike else chosen).append(question)
        if len(chosen) == wanted:
            break
    return tuple([*chosen, *rest][:wanted])


def _alike(one: str, other: str) -> bool:
    """Whether two questions share a name, be it spelt a little differently; what begins a question is no name."""
    first, second = (re.findall(WORD, question)[1:] for question in (one, other))
    return any(SequenceMatcher(None, a, b).ratio() >= NEAR for a in first for b in second)


def _asked(texts: Sequence[str], phrasing: Phrasing, *, every_name: bool) -> Counter[str]:
    said: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    named: Counter[str] = Counter()
    for text in texts:
        in_text: set[str] = set()
        for sentence in SENTENCE.findall(text):
            names = list(_names(sentence, phrasing))
            in_text.update(names)
            speaker = _speaker(sentence, names, phrasing)
            if speaker:
                said[speaker] += 1
                pairs.update((speaker, other) for other in names if not _same(speaker, other))
        named.update(in_text)
    return _weighed(phrasing, said, pairs, named if every_name else Counter(), _whole_names(named))


def _whole_names(named: Counter[str]) -> dict[str, str]:
    """For a surname the first name and surname that stand in most articles."""
    whole: dict[str, str] = {}
    for name, _ in named.most_common():
        first, _, last = name.partition(" ")
        if last and " " not in last and first[-1:].islower():
            whole.setdefault(last, name)
    return whole


def _weighed(
    phrasing: Phrasing,
    said: Counter[str],
    pairs: Counter[tuple[str, str]],
    named: Counter[str],
    whole: Mapping[str, str],
) -> Counter[str]:
    """Questions by how much is said: a pair counts most, for it asks most precisely."""
    questions: Counter[str] = Counter()
    for (speaker, other), number in pairs.items():
        asked = phrasing.said_about.format(a=whole.get(speaker, speaker), b=whole.get(other, other))
        questions[asked] += 4 * number + named[other]
    for speaker, number in said.items():
        questions[phrasing.said.format(a=whole.get(speaker, speaker))] += 2 * number
    for name, number in named.items():
        questions[phrasing.about.format(a=name)] += number
    return questions


def _names(sentence: str, phrasing: Phrasing) -> Iterator[str]:
    """Runs of capitalised words, without possessives; the first word of a sentence only before a verb of saying."""
    opening = len(sentence) - len(sentence.lstrip(" “\"'‘"))
    for match in NAME.finditer(sentence):
        rest = sentence[match.end() :].lstrip().removeprefix("also").lstrip()
        if match.start() == opening and " " not in match.group() and not phrasing.saying.match(rest):
            continue
        for part in POSSESSIVE.split(" ".join(match.group().split())):
            if part and part not in phrasing.never and not ADJECTIVE.fullmatch(part):
                yield part


def _speaker(sentence: str, names: Sequence[str], phrasing: Phrasing) -> str:
    """The name that stands right before or after a verb of saying; "" if none does."""
    for verb in phrasing.saying.finditer(sentence):
        before, after = sentence[: verb.start()].rstrip(), sentence[verb.end() :].lstrip()
        for name in names:
            if before.endswith((name, f"{name} also")) or after.startswith(name):
                return name.split()[-1]
    return ""


def _same(one: str, other: str) -> bool:
    return one in other or other in one
