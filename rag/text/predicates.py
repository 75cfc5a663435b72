"""Predicates: agent, verb and patient of a clause, and the speaker of a statement, from word order alone.

It prefers precision: where the words around a verb have no known pattern, there is no agent. English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.text.lexicon import entries
from rag.text.text_cache import text_cache
from rag.text.tokens import IRREGULAR, Token, tokens_of

ARTICLE = re.compile(r"\s(?:the|a|an|his|her|their|its)$", re.IGNORECASE)
POSSESSIVE = re.compile(r"['’]s?$")
LONGEST_AGENT = 12
"""Words of the longest agent."""
AUXILIARIES = frozenset(
    "is are was were be been being am has have had having will would can could may might should shall must do does did "
    "gets got getting".split()
)
BEING = frozenset("is are was were be been being am get gets got getting".split())
PRONOUNS = frozenset("he she they it we i you".split())
RELATIVE = frozenset("who which that".split())
DETERMINERS = frozenset("the a an this that these those his her their its our my your some many several two".split())
LINKS = frozenset("of and the a an".split())
"""Small words that a agent may hold inside, ..."""
PLACED = LINKS | frozenset("in at from for".split())
"""... and, before its verb, also these: "activists in London"."""
ADVERBS = frozenset("also then later again already still now never not just once even only thus soon earlier".split())
_SAY = entries("en/saying.txt")["verbs"]
_NO_VERBS = frozenset(
    """
hundred indeed need speed seed feed weed breed exceed united dead death died dying child children men women led
embed bleed kindred naked sacred wicked beloved left lie
""".split()
)
_PAST = frozenset(form for form in IRREGULAR if form not in _NO_VERBS | AUXILIARIES)
MODALS = frozenset("will would may might could can should must shall did does do to".split())


def _forms(plain: str) -> Iterator[str]:
    stem = plain.removesuffix("e")
    yield from (f"{plain}s", f"{stem}ed", f"{stem}ing")
    if plain.endswith("y"):
        yield from (f"{plain[:-1]}ies", f"{plain[:-1]}ied")
    yield from (form for form, of in IRREGULAR.items() if of == plain)
    if plain == "admit":
        yield from ("admitted", "admitting")


SAYING = {form: plain for plain in _SAY for form in (*_forms(plain), plain)}
"""Every form of a verb of saying, and the verb."""
_BARE = frozenset(_SAY)


@dataclass(frozen=True, slots=True)
class Predicate:
    """A verb of a sentence with its agent and its patient, each as numbers of tokens.

    `agent` is empty if it is not clear; `pronoun` is the word that stands for the agent, or "". For a verb of saying,
    `content` are the words that are said.
    """

    verb: int
    agent: tuple[int, ...]
    patient: tuple[int, ...] = ()
    pronoun: str = ""
    saying: bool = False
    content: tuple[int, ...] = ()


@text_cache(maxsize=8_192)
def predicates_of(text: str) -> tuple[Predicate, ...]:
    """The verbs of a sentence whose form is known for one, in order."""
    return tuple(_Reader(text).read())


def is_verb(token: Token) -> bool:
    """Whether a word is a verb in the past, a participle, or a verb of saying."""
    word = token.text.lower()
    if not token.text[0].islower() or word in _NO_VERBS or word in AUXILIARIES:
        return False
    return word in _PAST or word in SAYING or (len(word) > 3 and word.endswith("ed"))


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens_of(text)
        self._words = [t.text.lower() for t in self._tokens]

    def read(self) -> Iterator[Predicate]:
        found: list[Predicate] = []
        for i, token in enumerate(self._tokens):
            predicate = self._according(i) if self._words[i] == "according" else None
            if predicate is None and self._is_verb(i, token):
                predicate = self._doing(i)
            if predicate is not None:
                found.append(self._shared(predicate, found))
        for predicate in found:
            yield self._with_content(predicate, found) if predicate.saying else predicate

    def _is_verb(self, i: int, token: Token) -> bool:
        back = self._back(i)
        modal = back + 1 < i and self._words[back + 1] in MODALS and token.kind == "plain"
        return (modal and not self._adverb(i)) or (is_verb(token) and not self._is_noun(i))

    def _shared(self, predicate: Predicate, found: list[Predicate]) -> Predicate:
        """A verb that stands without a agent of its own has that of a verb before: "visited Kyiv and said"."""
        if self._words[predicate.verb].endswith("ing") and self._words[predicate.verb] != "according":
            last = next((d for d in reversed(found) if d.saying), found[0] if found else None)
        elif predicate.agent or predicate.pronoun or not found or not self._joined(predicate.verb, found[-1].verb):
            return predicate
        else:
            last = found[-1]
        agent, pronoun = (last.agent, last.pronoun) if last else ((), "")
        return Predicate(predicate.verb, agent, predicate.patient, pronoun, predicate.saying)

    def _is_noun(self, i: int) -> bool:
        """Whether a form that could be a verb follows an article or begins what is no clause."""
        word = self._words[i]
        if word in _BARE and word not in _PAST and not self._next_is(i, "that"):
            return True
        return i > 0 and (self._words[i - 1] in DETERMINERS - {"that"} or bool(POSSESSIVE.search(self._words[i - 1])))

    def _next_is(self, i: int, word: str) -> bool:
        return i + 1 < len(self._words) and self._words[i + 1] == word

    def _gap(self, i: int) -> str:
        """What stands between a word and the next."""
        return self._text[self._tokens[i].end : self._tokens[i + 1].start] if i + 1 < len(self._tokens) else ""

    def _joined(self, i: int, verb: int) -> bool:
        """Whether a verb shares the agent of an earlier one: "visited Kyiv and said"."""
        before = self._back(i)
        return before > verb and self._words[before] in ("and", "but") and i - verb <= LONGEST_AGENT

    def _back(self, i: int) -> int:
        """The number of the word before a verb, its auxiliaries and its adverbs."""
        i -= 1
        while i >= 0 and (self._words[i] in AUXILIARIES or self._adverb(i)):
            i -= 1
        return i

    def _adverb(self, i: int) -> bool:
        return self._words[i] in ADVERBS or (self._words[i].endswith("ly") and self._tokens[i].text[0].islower())

    def _according(self, i: int) -> Predicate | None:
        if not self._next_is(i, "to"):
            return None
        return Predicate(i, self._after(i + 2), saying=True)

    def _doing(self, i: int) -> Predicate:
        saying = self._words[i] in SAYING
        passive = self._passive(i)
        before, pronoun = self._before(i)
        if passive:
            by = next((j for j in range(i + 1, min(i + 5, len(self._words))) if self._words[j] == "by"), 0)
            return Predicate(i, self._after(by + 1) if by else (), before, saying=saying and bool(by))
        if not before and not pronoun and saying and not self._words[i].endswith("ing") and self._words[i] != "told":
            return Predicate(i, self._after(i + 1), saying=True)  # “…,” said Rutte
        return Predicate(i, before, self._after(i + 1), pronoun, saying)

    def _passive(self, i: int) -> bool:
        j = i - 1
        while j >= 0 and self._adverb(j):
            j -= 1
        return j >= 0 and self._words[j] in BEING and not self._words[i].endswith("ing")

    def _before(self, i: int) -> tuple[tuple[int, ...], str]:
        """The words before a verb that say who does it, or the pronoun that stands for them."""
        at = self._back(i)
        if at < 0:
            return (), ""
        gap = self._gap(at)
        if self._words[at] in RELATIVE and not re.search(r"\S", gap):
            at -= 1
            if at < 0:
                return (), ""
            gap = self._gap(at).replace(",", "")
        if re.search(r"[^\s,]", gap):
            return (), ""
        if self._words[at] in PRONOUNS:
            return ((), self._words[at]) if not gap.strip() else ((), "")
        return self._collect(at, apposed="," in gap), ""

    def _collect(self, at: int, *, apposed: bool) -> tuple[int, ...]:
        """Walk left over the words of a agent; if commas stand around the last of them, over the name before it too.

        One comma alone is not enough: in "her single, released on Friday" the single does nothing.
        """
        found: list[int] = []
        commas = int(apposed)
        for j in range(at, max(-1, at - LONGEST_AGENT), -1):
            token = self._tokens[j]
            gap = self._gap(j) if found else ""
            if re.search(r"[^\s,]", gap) or ("," in gap and commas != 1):
                break
            commas += "," in gap
            if is_verb(token):
                if apposed or not found:
                    return ()
                break
            if token.kind in ("function", "turning"):
                if not found or (self._words[j] not in PLACED and not apposed):
                    break
                continue
            found.append(j)
        return () if commas == 1 else tuple(sorted(found))

    def _after(self, start: int) -> tuple[int, ...]:
        """The words of a noun and what belongs to it, from a place on."""
        found: list[int] = []
        for j in range(start, min(start + LONGEST_AGENT, len(self._tokens))):
            token = self._tokens[j]
            gap = self._gap(j - 1).strip() if j > start else ""
            if gap and not (gap == "," and found and self._apposed(j, found[-1])):
                break
            if is_verb(token) and found:
                break
            if token.kind in ("function", "turning"):
                if self._words[j] in LINKS or (not found and self._words[j] in DETERMINERS):
                    continue
                break
            found.append(j)
        return tuple(found)

    def _apposed(self, j: int, last: int) -> bool:
        """Whether a name follows what it is the name of: "her deputy, Olav Brekke"."""
        return self._tokens[j].kind == "name" and self._tokens[last].kind == "plain"

    def _with_content(self, predicate: Predicate, found: list[Predicate]) -> Predicate:
        """A saying with the words that it governs: those after it, or before it where it closes the sentence."""
        own = {predicate.verb, *predicate.agent, *predicate.patient}
        rest = [j for j in range(predicate.verb + 1, len(self._tokens)) if j not in own and self._tokens[j].telling]
        others = [min(d.verb, *d.agent) if d.agent else d.verb for d in found if d.saying and d.verb > predicate.verb]
        others = [j for j in others if j > predicate.verb]
        trailing = self._trails(predicate)
        if trailing:
            first = max(
                (d.verb + 1 for d in found if d.saying and d.verb < predicate.verb and not self._trails(d)), default=0
            )
            content = tuple(j for j in range(first, predicate.verb) if j not in own and self._tokens[j].telling)
        else:
            end = min(others, default=len(self._tokens))
            content = tuple(j for j in (*rest, *self._heard(predicate)) if j < end)
        return Predicate(
            predicate.verb, predicate.agent, predicate.patient, predicate.pronoun, True, tuple(sorted(set(content)))
        )

    def _heard(self, predicate: Predicate) -> tuple[int, ...]:
        """What follows "said" at once is said, but what follows "told" is who hears it."""
        return () if self._words[predicate.verb] in ("told", "tells", "tell") else predicate.patient

    def _trails(self, predicate: Predicate) -> bool:
        """Whether a saying stands behind what is said."""
        if self._words[predicate.verb] == "according":
            return predicate.verb > 0
        inverted = bool(predicate.agent) and predicate.agent[0] > predicate.verb
        if self._words[predicate.verb].endswith("ing"):
            return False
        first = min((predicate.verb - bool(predicate.pronoun), *predicate.agent))
        lead = self._text[: self._tokens[first].start].rstrip()
        lead = ARTICLE.sub("", lead).rstrip()
        if inverted or re.search(r"[,?!.…]\s*[\"”’']+$", lead):
            return bool(re.search(r"\w", lead))
        after = sum(t.telling for t in self._tokens[predicate.verb + 1 :])
        before = sum(t.telling for t in self._tokens[:first])
        return lead.endswith(",") and not self._next_is(predicate.verb, "that") and (after < 3 or before > 2 * after)
