"""Who does what in a sentence, and who says what: read from the order of the words alone, without a grammar.

It is meant to be silent rather than wrong: where the words around a verb are not of a shape that is known, there is
no doer, and nothing rests on it. English only.
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
LONGEST = 12
"""Words of the longest doer."""
AUXILIARIES = frozenset(
    "is are was were be been being am has have had having will would can could may might should shall must do does did "
    "gets got getting".split()
)
BEING = frozenset("is are was were be been being am get gets got getting".split())
PRONOUNS = frozenset("he she they it we i you".split())
RELATIVE = frozenset("who which that".split())
DETERMINERS = frozenset("the a an this that these those his her their its our my your some many several two".split())
LINKS = frozenset("of and the a an".split())
"""Small words that a doer may hold inside, ..."""
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
class Doing:
    """A verb of a sentence, with numbers of words (tokens): who does it, who or what suffers it.

    `doer` is empty if it is not clear who does it; `pronoun` is the word that stands for the doer, or "". For a verb of
    saying, `content` are the words that are said.
    """

    verb: int
    doer: tuple[int, ...]
    sufferer: tuple[int, ...] = ()
    pronoun: str = ""
    saying: bool = False
    content: tuple[int, ...] = ()


@text_cache(maxsize=8_192)
def doings_of(text: str) -> tuple[Doing, ...]:
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

    def read(self) -> Iterator[Doing]:
        found: list[Doing] = []
        for i, token in enumerate(self._tokens):
            doing = self._according(i) if self._words[i] == "according" else None
            if doing is None and self._is_verb(i, token):
                doing = self._doing(i)
            if doing is not None:
                found.append(self._shared(doing, found))
        for doing in found:
            yield self._with_content(doing, found) if doing.saying else doing

    def _is_verb(self, i: int, token: Token) -> bool:
        back = self._back(i)
        modal = back + 1 < i and self._words[back + 1] in MODALS and token.kind == "plain"
        return (modal and not self._adverb(i)) or (is_verb(token) and not self._is_noun(i))

    def _shared(self, doing: Doing, found: list[Doing]) -> Doing:
        """A verb that stands without a doer of its own has that of a verb before: "visited Kyiv and said"."""
        if self._words[doing.verb].endswith("ing") and self._words[doing.verb] != "according":
            last = next((d for d in reversed(found) if d.saying), found[0] if found else None)
        elif doing.doer or doing.pronoun or not found or not self._joined(doing.verb, found[-1].verb):
            return doing
        else:
            last = found[-1]
        doer, pronoun = (last.doer, last.pronoun) if last else ((), "")
        return Doing(doing.verb, doer, doing.sufferer, pronoun, doing.saying)

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
        """Whether a verb shares the doer of an earlier one: "visited Kyiv and said"."""
        before = self._back(i)
        return before > verb and self._words[before] in ("and", "but") and i - verb <= LONGEST

    def _back(self, i: int) -> int:
        """The number of the word before a verb, its auxiliaries and its adverbs."""
        i -= 1
        while i >= 0 and (self._words[i] in AUXILIARIES or self._adverb(i)):
            i -= 1
        return i

    def _adverb(self, i: int) -> bool:
        return self._words[i] in ADVERBS or (self._words[i].endswith("ly") and self._tokens[i].text[0].islower())

    def _according(self, i: int) -> Doing | None:
        if not self._next_is(i, "to"):
            return None
        return Doing(i, self._after(i + 2), saying=True)

    def _doing(self, i: int) -> Doing:
        saying = self._words[i] in SAYING
        passive = self._passive(i)
        before, pronoun = self._before(i)
        if passive:
            by = next((j for j in range(i + 1, min(i + 5, len(self._words))) if self._words[j] == "by"), 0)
            return Doing(i, self._after(by + 1) if by else (), before, saying=saying and bool(by))
        if not before and not pronoun and saying and not self._words[i].endswith("ing") and self._words[i] != "told":
            return Doing(i, self._after(i + 1), saying=True)  # “…,” said Rutte
        return Doing(i, before, self._after(i + 1), pronoun, saying)

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
        """Walk left over the words of a doer; if commas stand around the last of them, over the name before it too.

        One comma alone is not enough: in "her single, released on Friday" the single does nothing.
        """
        found: list[int] = []
        commas = int(apposed)
        for j in range(at, max(-1, at - LONGEST), -1):
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
        for j in range(start, min(start + LONGEST, len(self._tokens))):
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

    def _with_content(self, doing: Doing, found: list[Doing]) -> Doing:
        """A saying with the words that it governs: those after it, or before it where it closes the sentence."""
        own = {doing.verb, *doing.doer, *doing.sufferer}
        rest = [j for j in range(doing.verb + 1, len(self._tokens)) if j not in own and self._tokens[j].telling]
        others = [min(d.verb, *d.doer) if d.doer else d.verb for d in found if d.saying and d.verb > doing.verb]
        others = [j for j in others if j > doing.verb]
        trailing = self._trails(doing)
        if trailing:
            first = max(
                (d.verb + 1 for d in found if d.saying and d.verb < doing.verb and not self._trails(d)), default=0
            )
            content = tuple(j for j in range(first, doing.verb) if j not in own and self._tokens[j].telling)
        else:
            end = min(others, default=len(self._tokens))
            content = tuple(j for j in (*rest, *self._heard(doing)) if j < end)
        return Doing(doing.verb, doing.doer, doing.sufferer, doing.pronoun, True, tuple(sorted(set(content))))

    def _heard(self, doing: Doing) -> tuple[int, ...]:
        """What follows "said" at once is said, but what follows "told" is who hears it."""
        return () if self._words[doing.verb] in ("told", "tells", "tell") else doing.sufferer

    def _trails(self, doing: Doing) -> bool:
        """Whether a saying stands behind what is said."""
        if self._words[doing.verb] == "according":
            return doing.verb > 0
        inverted = bool(doing.doer) and doing.doer[0] > doing.verb
        if self._words[doing.verb].endswith("ing"):
            return False
        first = min((doing.verb - bool(doing.pronoun), *doing.doer))
        lead = self._text[: self._tokens[first].start].rstrip()
        lead = ARTICLE.sub("", lead).rstrip()
        if inverted or re.search(r"[,?!.…]\s*[\"”’']+$", lead):
            return bool(re.search(r"\w", lead))
        after = sum(t.telling for t in self._tokens[doing.verb + 1 :])
        before = sum(t.telling for t in self._tokens[:first])
        return lead.endswith(",") and not self._next_is(doing.verb, "that") and (after < 3 or before > 2 * after)
