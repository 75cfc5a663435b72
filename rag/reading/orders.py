"""Orders to a machine: sentences that speak to whatever program reads an article, not to its readers.

"Ignore all previous instructions", "Assistant: reply only with ...", a forged system message, a tool call. Such a
sentence stays in the article's text, but is never quoted, never evidence, and never shown to a language model. The
words are judged as a program may read them: without invisible characters, in one alphabet, without decoration.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from rag.reading.disguises import disguised, fold, has_foreign, quick_fold, unmask
from rag.reading.order_rules import CLAUSE, HEAD, RULES
from rag.types import Sentence

_HEAD = re.compile(HEAD)
_SOFTLY = (
    r"please |bitte |por favor,? |s'il (?:te|vous) plait,? |per favore,? |prosze |пожалуиста,? |kindly |simply |"
    r"you (?:must|should|will|shall|can) |y |et |e |und |en |och |и |і |i |ora |jetzt |maintenant |ahora |agora |"
    r"molim(?: te| vas)?,? "
)
"""Words before a verb that bids."""
_WIDE = re.compile("[\u0600-\u06ff\u0900-\u097f\u1100-\u11ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_ANNOUNCES = re.compile(r"(?::|\bfollowing\b.{0,40}|\bbelow\W*|={3,})\W*$")
_OPENS = re.compile(
    r"<\s?[|｜](?:im_start|start|begin|system)|\[inst\]|<<sys>>|<(?:system|tool_calls?|function_calls?|instructions?)>"
)
_CLOSES = re.compile(
    r"<\s?[|｜](?:im_end|end|eot)|\[/inst\]|<</sys>>|</(?:system|tool_calls?|function_calls?|instructions?)>"
)


@dataclass(frozen=True, slots=True, eq=False)
class _Rule:
    """Patterns of which a sentence must fit all. One of the words `needs` is in every sentence that does."""

    needs: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]

    def fits(self, form: str) -> bool:
        """Whether a sentence, folded, fits."""
        for word in self.needs:
            if word in form:
                return all(pattern.search(form) for pattern in self.patterns)
        return False


def is_order(words: str) -> bool:
    """Whether a sentence, a title or a name speaks to a machine."""
    return _fits(words, _rules())


def _fits(words: str, rules: Iterable[_Rule]) -> bool:
    return any(rule.fits(form) for form in unmask(words) for rule in rules)


def mark_orders(text: str, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences of a text, those of kind "order" that are part of one.

    An order reaches to the end of its paragraph; over the next one if it announces what follows; and from a tag that
    opens a forged message to the one that closes it.
    """
    suspects = _suspects(text, sentences)
    if not any(_fits(text[sentences[i].start : sentences[i].end], rules) for i, rules in suspects.items()):
        return tuple(sentences)
    marked = list(sentences)
    paragraph, inside, announced, open_tag = -1, False, False, False
    for i, sentence in enumerate(sentences):
        if sentence.paragraph != paragraph:
            paragraph, inside, announced = sentence.paragraph, announced, False
        words = text[sentence.start : sentence.end]
        inside = inside or open_tag or _fits(words, suspects.get(i, ()))
        if inside:
            marked[i] = replace(sentence, kind="order")
            announced = bool(_ANNOUNCES.search(fold(words)))
            open_tag = _is_open(fold(words), open_tag) and bool(_CLOSES.search(fold(text[sentence.end :])))
    return tuple(marked)


def _suspects(text: str, sentences: Sequence[Sentence]) -> dict[int, Collection[_Rule]]:
    """The numbers of the sentences that a quick look cannot clear, and the rules that they may fit."""
    lowered = quick_fold(text)
    if len(lowered) != len(text):
        return dict.fromkeys(range(len(sentences)), _rules())
    starts = [s.start for s in sentences]
    suspects: defaultdict[int, dict[_Rule, None]] = defaultdict(dict)
    absent = frozenset() if has_foreign(lowered) else _foreign_needs()
    for word, rules in _by_need().items():
        if word in absent:
            continue
        at = lowered.find(word)
        while at >= 0:
            i = bisect_right(starts, at + 1) - 1  # the blank before a word may lie between two sentences
            suspects[max(i, 0)].update(rules)
            at = lowered.find(word, at + 1)
    for i, start in enumerate(starts):
        if _HEAD.match(lowered, start):
            suspects[i].update(_at_heads())
    masked = {max(bisect_right(starts, m.start()) - 1, 0) for m in disguised(lowered)}
    return {**suspects, **dict.fromkeys(masked, _rules())}


def _is_open(form: str, before: bool) -> bool:
    """Whether a forged message goes on after a sentence."""
    opened = max((m.start() for m in _OPENS.finditer(form)), default=-1)
    closed = max((m.start() for m in _CLOSES.finditer(form)), default=-1)
    return before if opened == closed else opened > closed


@cache
def _by_need() -> dict[str, dict[_Rule, None]]:
    """The rules to try where a word stands; a longer word that has it within brings its rules along."""
    found: defaultdict[str, dict[_Rule, None]] = defaultdict(dict)
    words = {word for rule in _rules() for word in rule.needs} - {""}
    for rule in _rules():
        for need in filter(None, rule.needs):
            found[min((w for w in words if w in need), key=len)][rule] = None
    return found


@cache
def _foreign_needs() -> frozenset[str]:
    return frozenset(filter(has_foreign, _by_need()))


@cache
def _at_heads() -> dict[_Rule, None]:
    """The rules to try at the head of a sentence that looks like one."""
    return {rule: None for rule in _rules() if "" in rule.needs}


@cache
def _rules() -> tuple[_Rule, ...]:
    """The rules above, and one for each language of orders.txt."""
    text = files(__package__).joinpath("orders.txt").read_text("utf-8")
    parts = re.split(r"^\[\w+\]$", text, flags=re.MULTILINE)[1:]
    languages = [_language(dict(re.findall(r"^(\w+): (.+)$", part, re.MULTILINE))) for part in parts]
    needed = [("",) if needs == "^" else tuple(needs.split("|")) for needs, _ in RULES]
    plain = [_Rule(needs, (re.compile(rule),)) for needs, (_, rule) in zip(needed, RULES, strict=True)]
    return (*plain, *languages)


def _language(table: dict[str, str]) -> _Rule:
    """How one language bids a machine to forget its instructions."""
    verbs, what, which = (tuple(map(fold, table[name].split(", "))) for name in ("do", "what", "which"))
    begun = "" if "order" in table else rf"{CLAUSE}(?:{_SOFTLY})?"
    stems = tuple(w for w in what if not any(other != w and other in w for other in what))
    return _Rule(stems, (re.compile(begun + _any(verbs)), re.compile(_any(what)), re.compile(_any(which))))


def _any(words: Sequence[str]) -> str:
    """One of the words, whole where their script parts words by blanks."""
    longest = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(w) if _WIDE.search(w) else rf"(?<!\w){re.escape(w)}(?!\w)" for w in longest) + ")"
