"""Looks for orders to a machine among the folded lines of a text: first for single words, then by whole rules."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate

from rag.reading.address_rules import ADDRESS_RULES
from rag.reading.disguises import WORD, fold, may_read_otherwise, misspelt, other_readings, words_of
from rag.reading.order_rules import CLAUSE, HEAD, RULES
from rag.reading.output_rules import OUTPUT_RULES

_SOFTLY = (
    r"please |bitte |por favor,? |s'il (?:te|vous) plait,? |per favore,? |prosze |пожалуиста,? |kindly |simply |"
    r"you (?:must|should|will|shall|can) |y |et |e |und |en |och |и |і |i |ora |jetzt |maintenant |ahora |agora |"
    r"molim(?: te| vas)?,? |va rog,? |tolong |harap |mohon |vui long |hay |xin |si us plau,? |palun |ole hyva ja |"
    r"te rog,? |παρακαλω,? |alstublieft |asseblieft |ludzu,? |prasau,? |paki |โปรด|กรุณา|จง|ขอให้|請|请|现在|現在|"
    r"你(?:必须|要|应该|必須|應該)|将|并|並|בבקשה,? |נא |אנא,? |กรณา|სთხოვთ |ju lutem,? "
)
"""Words before a verb that bids, folded."""
_WIDE = re.compile("[^\0-\u052f]")
"""Letters of scripts whose words need not be parted by blanks, or take other words before them."""
_WIDE_SCRIPT = re.compile("[\u0530-\u1cff\u2c00-\ud7ff]")
_HEAD = re.compile(HEAD, re.MULTILINE)
_KEYS = (7, 4)
"""Letters: rules are looked up by as many of a word, by fewer if it is shorter."""


@dataclass(frozen=True, slots=True, eq=False)
class _Rule:
    """Patterns of which a line must fit all; one of the words `needs` is in every line that does, and one of `also`."""

    needs: tuple[str, ...]
    also: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]

    def fits(self, form: str) -> bool:
        """Whether a folded line fits, one of whose words begins with one of `needs`."""
        for word in self.also:
            if word in form:
                return all(pattern.search(form) for pattern in self.patterns)
        return False


def order_lines(forms: Sequence[str]) -> set[int]:
    """The numbers of the folded lines that speak to a machine, in any reading."""
    text = "\n".join(forms)
    words = words_of(text)
    found = _read(forms, text, words)
    wrong = misspelt().keys() & words
    if wrong or may_read_otherwise(text):
        readings = [
            (i, other) for i, form in enumerate(forms) if i not in found for other in other_readings(form, wrong)
        ]
        others = [reading for _, reading in readings]
        joined = "\n".join(others)
        found |= {readings[n][0] for n in _read(others, joined, words_of(joined))}
    return found


def _read(forms: Sequence[str], text: str, words: set[str]) -> set[int]:
    """The numbers of the lines of a text that a rule fits; the lines hold these words."""
    starts = [0, *accumulate(len(form) + 1 for form in forms)]
    suspects: defaultdict[int, dict[_Rule, None]] = defaultdict(dict)
    for need in _present(text, words):
        at = text.find(need)
        while at >= 0:
            suspects[bisect_right(starts, at) - 1].update(_by_need()[need])
            at = text.find(need, at + 1)
    for head in _HEAD.finditer(text):
        suspects[bisect_right(starts, head.start()) - 1].update(_at_heads())
    return {i for i, rules in suspects.items() if any(rule.fits(forms[i]) for rule in rules)}


def _present(text: str, words: set[str]) -> Iterable[str]:
    """What rules need that may be in a text with these words."""
    keys = words.union(*({word[:length] for word in words} for length in _KEYS))
    yield from (need for key in _by_key().keys() & keys for need in _by_key()[key])
    yield from _signs()
    if not text.isascii() and _WIDE_SCRIPT.search(text):
        yield from _wide()


@cache
def _by_need() -> dict[str, dict[_Rule, None]]:
    found: defaultdict[str, dict[_Rule, None]] = defaultdict(dict)
    for rule in _rules():
        for need in filter(None, rule.needs):
            found[need][rule] = None
    return found


@cache
def _by_key() -> dict[str, list[str]]:
    """The needs that begin with a word, by the beginning of their longest one."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for need in _by_need():
        if WORD.match(need) and not _WIDE.search(need):
            word = max(WORD.findall(need), key=len)
            found[word[: max((n for n in _KEYS if n <= len(word)), default=None)]].append(need)
    return found


@cache
def _signs() -> tuple[str, ...]:
    return tuple(need for need in _by_need() if not WORD.match(need) and not _WIDE.search(need))


@cache
def _wide() -> tuple[str, ...]:
    return tuple(filter(_WIDE.search, _by_need()))


@cache
def _at_heads() -> dict[_Rule, None]:
    """The rules to try where a line begins like one that they may fit."""
    return {rule: None for rule in _rules() if "" in rule.needs}


@cache
def _rules() -> tuple[_Rule, ...]:
    """The rules in English, and one for each language of orders.txt."""
    text = files(__package__).joinpath("orders.txt").read_text("utf-8")
    parts = re.split(r"^\[\w+\]$", text, flags=re.MULTILINE)[1:]
    languages = [rule for part in parts for rule in _language(dict(re.findall(r"^(\w+): (.+)$", part, re.MULTILINE)))]
    return (*map(_english, (*RULES, *OUTPUT_RULES, *ADDRESS_RULES)), *languages)


def _english(rule: tuple[str, ...]) -> _Rule:
    needs, *also, pattern = rule
    return _Rule(
        ("",) if needs == "^" else tuple(needs.split("|")), tuple("|".join(also).split("|")), (re.compile(pattern),)
    )


def _language(table: dict[str, str]) -> Iterator[_Rule]:
    """How one language bids a machine to forget its instructions, and how it speaks to one."""
    lists = {name: tuple(map(fold, table[name].split(", "))) for name in table if name != "order"}
    begun = "" if "order" in table else rf"{CLAUSE}(?:{_SOFTLY})?"
    patterns = [*(_any(lists[name]) for name in ("what", "which", "say") if name in lists), begun + _any(lists["do"])]
    yield _Rule(_stems(lists["what"]), _stems(lists["which"]), tuple(map(re.compile, patterns)))
    if "everything" in lists:
        forgotten = re.compile(begun + _any(lists["do"]) + r",? " + _everything(lists["everything"]) + r"[^:]{0,60}:")
        yield _Rule(_stems(_first_words(lists["everything"])), (":",), (forgotten,))
    if "you" in lists:
        spoken_to = re.compile(rf"{_any(lists['you'])},?\W?(?:\w+ ){{0,3}}?{_any(lists['machine'])}")
        yield _Rule(_stems(lists["machine"]), _stems(lists["you"]), (spoken_to,))


def _everything(phrases: Sequence[str]) -> str:
    """One of the phrases, also with a comma after its first word."""
    return "(?:" + "|".join(re.escape(phrase).replace(r"\ ", ",? ", 1) for phrase in phrases) + r")\b"


def _first_words(phrases: Sequence[str]) -> list[str]:
    return [phrase.split()[0] for phrase in phrases]


def _stems(words: Iterable[str]) -> tuple[str, ...]:
    """The words without their endings, and none that begins with another."""
    stems = [word.rstrip("*") for word in words]
    return tuple(w for w in stems if not any(other != w and w.startswith(other) for other in stems))


def _any(words: Sequence[str]) -> str:
    """One of the words, whole where their script parts words by blanks."""
    return "(?:" + "|".join(map(_word, sorted(words, key=len, reverse=True))) + ")"


def _word(word: str) -> str:
    stem = re.escape(word.rstrip("*"))
    if _WIDE.search(word):
        return stem
    return rf"(?<!\w){stem}" if word.endswith("*") else rf"(?<!\w){stem}(?!\w)"
