"""Prompt injection: sentences that address a program which reads the article, not its readers.

"Ignore all previous instructions", "Assistant: reply only with ...", a forged system message, a tool call. Such a
sentence stays in the article's text, but is never quoted, never evidence, and never shown to a language model. The text
is normalised first: without invisible characters, in one alphabet, without decoration, and with lines joined inside an
instruction. The rules are data: multi/injection.toml, which describes their form.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any

from rag.results.answers import Sentence
from rag.text.deobfuscate import WORD, fold, fold_lines, may_read_otherwise, misspelt, other_readings, words_of
from rag.text.lexicon import PART, filled, read_patterns

_LONGEST_LINE = 600
"""Characters: sentences that run on are judged as one up to this length."""
_LONGEST_TURN = 4
"""Lines from the head of a question to its reply in a forged conversation."""
_ENDED = frozenset(".!?:;…。！？।؟۔\"'”’»)]}")


def is_injection(words: str) -> bool:
    """Whether a sentence, a title or a name speaks to a machine."""
    return bool(_injected_lines(fold_lines([words])))


def mark_injections(text: str, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences of a text, those of kind "order" that are part of a prompt injection.

    An injection reaches to the end of its paragraph; over the next one if it announces what follows; and from a tag
    that opens a forged message to the one that closes it.
    """
    lines = list(_lines(text, sentences))
    forms = fold_lines([text[sentences[first].start : sentences[last].end] for first, last in lines])
    found = _injected_lines(forms) | _foreign_leads(forms) | _conversations(forms)
    if not found:
        return tuple(sentences)
    marked = list(sentences)
    paragraph, inside, announced, open_tag = -1, False, False, False
    for i, ((first, last), form) in enumerate(zip(lines, forms, strict=True)):
        if sentences[first].paragraph != paragraph:
            inside, announced = announced, False
        paragraph = sentences[last].paragraph
        inside = inside or open_tag or i in found
        if inside:
            marked[first : last + 1] = [replace(s, kind="order") for s in sentences[first : last + 1]]
            closes = _passage("closes")
            announced = bool(_passage("announces").search(form)) and not closes.search(form)
            open_tag = _is_open(form, open_tag) and bool(closes.search("\n".join(forms[i + 1 :])))
    return tuple(marked)


def _lines(text: str, sentences: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    """The first and last of sentences that are judged as one: those that go on in the next paragraph."""
    first = 0
    for i, (one, other) in enumerate(pairwise(sentences)):
        goes_on = (
            one.paragraph != other.paragraph
            and text[other.start].islower()
            and text[one.end - 1] not in _ENDED
            and other.end - sentences[first].start <= _LONGEST_LINE
        )
        if not goes_on:
            yield first, i
            first = i + 1
    if sentences:
        yield first, len(sentences) - 1


def _is_open(form: str, before: bool) -> bool:
    """Whether a forged message goes on after a line."""
    opened = max((m.start() for m in _passage("opens").finditer(form)), default=-1)
    closed = max((m.start() for m in _passage("closes").finditer(form)), default=-1)
    return before if opened == closed else opened > closed


def _conversations(forms: Sequence[str]) -> set[int]:
    """The numbers of the lines that forge a conversation: a person asks, and shortly after a machine replies."""
    found: set[int] = set()
    asks, replies = _passage("asks"), _passage("replies")
    for reply in (i for i, form in enumerate(forms) if replies.match(form)):
        asked = [i for i in range(max(reply - _LONGEST_TURN, 0), reply) if asks.match(forms[i])]
        found.update(range(asked[0], reply + 1) if asked else ())
    return found


# -- a lead in another script ----------------------------------------------------------------------------------------

_LEAD = re.compile(r"([^:\n]{8,300}):\W*([^\n]+)")
_LATIN = re.compile(r"[a-z]+")
_OTHER = re.compile(r"[^\W\d_a-z\u00df-\u024f]+")
_LEAST_OTHER = 8
"""Letters of another script before a colon; fewer may be a name."""
_LEAST_OWN = 4
"""Words after it; fewer may be a title or a translation."""


def _foreign_leads(forms: Sequence[str]) -> set[int]:
    """The lines, of a text in Latin letters, that begin in another script: "<words of an order>: <a claim>"."""
    text = "\n".join(forms)
    if text.isascii() or 2 * _letters(_OTHER, text) >= _letters(_LATIN, text):
        return set()
    return {i for i, form in enumerate(forms) if not form.isascii() and ":" in form and _is_foreign_lead(form)}


def _is_foreign_lead(form: str) -> bool:
    lead = _LEAD.match(form)
    if lead is None:
        return False
    other = _letters(_OTHER, lead[1])
    return other >= _LEAST_OTHER and other > _letters(_LATIN, lead[1]) and len(_LATIN.findall(lead[2])) >= _LEAST_OWN


def _letters(pattern: re.Pattern[str], text: str) -> int:
    return sum(map(len, pattern.findall(text)))


# -- the engine ------------------------------------------------------------------------------------------------------

_UNSPACED = re.compile("[^\0-\u052f]")
"""Letters of scripts whose words need not be parted by blanks, or take other words before them."""
_UNSPACED_SCRIPT = re.compile("[\u0530-\u1cff\u2c00-\ud7ff]")


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """All `patterns` are found in a folded line that the rule fits, and one of `needs` and one of `also` is in it."""

    id: str
    needs: tuple[str, ...]
    also: tuple[str, ...]
    patterns: tuple[str, ...]

    def fits(self, form: str) -> bool:
        """Whether a folded line fits that holds one of `needs`."""
        for word in self.also:  # a loop, as most lines end here
            if word in form:
                return all(_compiled(pattern).search(form) for pattern in self.patterns)
        return False


def _injected_lines(forms: Sequence[str]) -> set[int]:
    """The numbers of the folded lines that speak to a machine, in any reading."""
    text = "\n".join(forms)
    signs = [sign for sign in _prefilter().signs if sign in text]
    found = {i for i, form in enumerate(forms) if _fits_a_rule(form, signs)}
    wrong = misspelt().keys() & words_of(text)
    if wrong or may_read_otherwise(text):
        readings = (
            (i, other) for i, form in enumerate(forms) if i not in found for other in other_readings(form, wrong)
        )
        found |= {i for i, other in readings if _fits_a_rule(other, _prefilter().signs)}
    return found


def _fits_a_rule(form: str, signs: Sequence[str]) -> bool:
    prefilter = _prefilter()
    needs = prefilter.words.findall(form)
    needs += [sign for sign in signs if sign in form]
    if not form.isascii() and _UNSPACED_SCRIPT.search(form):
        needs += [word for word in prefilter.unspaced if word in form]
    return any(rule.fits(form) for rule in {rule for need in set(needs) for rule in prefilter.rules[need]})


@dataclass(frozen=True, slots=True)
class _Prefilter:
    """Which rules may fit a line: `words` finds at the head of each word the longest need, `rules` has what needs it.

    Needs that are signs, or of scripts without blanks, may stand anywhere.
    """

    words: re.Pattern[str]
    signs: Sequence[str]
    unspaced: Sequence[str]
    rules: Mapping[str, Sequence[Rule]]


@cache
def _prefilter() -> _Prefilter:
    by_need: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in rules():
        for need in rule.needs:
            by_need[need].append(rule)
    unspaced = [need for need in by_need if _UNSPACED.search(need)]
    words = sorted(need for need in by_need if WORD.match(need) and need not in unspaced)
    signs = [need for need in by_need if not WORD.match(need) and need not in unspaced]
    for word in words:
        by_need[word] += [rule for n in range(1, len(word)) for rule in by_need.get(word[:n], ())]
    return _Prefilter(re.compile(rf"(?<![^\W\d_])(?=({_trie(words)}))"), signs, unspaced, dict(by_need))


def _trie(words: Sequence[str], at: int = 0) -> str:
    """Sorted words that are the same up to `at`, as a pattern of what comes then, which finds the longest one."""
    ends = len(words[0]) == at
    heads: defaultdict[str, list[str]] = defaultdict(list)
    for word in words[ends:]:
        heads[word[at]].append(word)
    branches = "|".join(re.escape(head) + _trie(branch, at + 1) for head, branch in heads.items())
    return f"(?:{branches}){'?' * ends}" if branches else ""


@cache
def rules() -> tuple[Rule, ...]:
    """The rules of injection.toml; those of lang "each" once for each language that has all lists which they name."""
    data = read_patterns("injection")
    found = []
    for rule in data["rules"]:
        patterns = rule.get("patterns") or [rule["pattern"]]
        conditions = (rule["needs"], rule.get("also", ""))
        names = set(PART.findall("".join((*conditions, *patterns))))
        for language in data["languages"].values() if rule["lang"] == "each" else ({},):
            stems, alternatives = _word_lists(language)
            if rule["lang"] == "each" and not names <= data["fragments"].keys() | alternatives.keys():
                continue
            needs, also = (filled(words, data["fragments"] | stems).split("|") for words in conditions)
            parts = data["fragments"] | alternatives
            found.append(Rule(rule["id"], tuple(needs), tuple(also), tuple(filled(p, parts) for p in patterns)))
    return tuple(found)


def _word_lists(language: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """A language's lists by name: the words' stems, parted by "|", and the pattern of any of the words."""
    lists = {name: tuple(map(fold, words.split("|"))) for name, words in language.items() if isinstance(words, str)}
    alternatives = {name: _any(words) for name, words in lists.items()}
    if language.get("free_order"):
        alternatives["begin"] = ""
    return {name: "|".join(_stems(words)) for name, words in lists.items()}, alternatives


def _stems(words: Sequence[str]) -> tuple[str, ...]:
    """The words without their endings, and none that begins with another."""
    stems = [word.rstrip("*") for word in words]
    return tuple(w for w in stems if not any(other != w and w.startswith(other) for other in stems))


def _any(words: Sequence[str]) -> str:
    """One of the words, whole where their script parts words by blanks; a comma may stand before each blank."""
    return "(?:" + "|".join(map(_word, sorted(words, key=len, reverse=True))) + ")"


def _word(word: str) -> str:
    stem = re.escape(word.rstrip("*")).replace(r"\ ", ",? ")
    if _UNSPACED.search(word):
        return stem
    return rf"(?<!\w){stem}" if word.endswith("*") else rf"(?<!\w){stem}(?!\w)"


@cache
def _passage(name: str) -> re.Pattern[str]:
    return re.compile(filled(read_patterns("injection")["passages"][name], {}))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
