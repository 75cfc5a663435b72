"""The words of a sentence as the writers compare them: folded, irregular forms undone, stemmed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rag.index.names import spelling_key
from rag.index.terms import WORD, fold, stemmer
from rag.reading.text_cache import text_cache

_IRREGULAR = """
be:is,are,was,were,been,being become:became begin:began,begun break:broke,broken bring:brought build:built buy:bought
catch:caught child:children choose:chose,chosen come:came die:died,dead,death,dying draw:drew,drawn drive:drove,driven
eat:ate,eaten fall:fell,fallen feel:felt fight:fought find:found fly:flew,flown forget:forgot,forgotten
get:got,gotten give:gave,given go:went,gone grow:grew,grown hear:heard hide:hid,hidden hold:held keep:kept
know:knew,known lead:led leave:left lend:lent lie:lay,lain lose:lost make:made man:men mean:meant meet:met pay:paid
rise:rose,risen run:ran say:said,says see:saw,seen seek:sought sell:sold send:sent shoot:shot show:shown sing:sang,sung
sink:sank,sunk sit:sat speak:spoke,spoken spend:spent stand:stood steal:stole,stolen strike:struck,stricken
swear:swore,sworn swim:swam,swum take:took,taken teach:taught tear:tore,torn tell:told think:thought
throw:threw,thrown understand:understood wake:woke wear:wore,worn win:won withdraw:withdrew,withdrawn woman:women
write:wrote,written
"""
IRREGULAR = {form: plain for plain, forms in (e.split(":") for e in _IRREGULAR.split()) for form in forms.split(",")}
"""English forms that a stemmer leaves apart, and the word that they are forms of."""

_FUNCTION_WORDS = """
a about again all also am an and any are as at be because been being between both but by can cannot cant come comes
came could did didnt do does doesnt doing done dont down each few for from further get gets got goes go had has have
having he her hers here him his how i if in into is isnt it its just may me might more most must my no nor not of
off on once only onto or other our out over own same shall she should so some such than that the their theirs them
then there these they this those through to too until up us very was wasnt we were what whats when where whether
which while who whom whos whose why will with would you your
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Folded English words that say nothing about the subject of a question."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text. `text` is as written, `plain` folded with irregular forms undone, `stem` stems that."""

    text: str
    plain: str
    stem: str
    telling: bool
    capital: bool
    """Whether it is written with a capital or a digit, as names are."""
    spelling: str
    """The key that all spellings share if the word is a name."""


@lru_cache(maxsize=65_536)
def _word(text: str, language: str) -> Word:
    folded = fold(text)
    plain = IRREGULAR.get(folded, folded) if language == "en" else folded
    telling = folded not in FUNCTION_WORDS
    return Word(text, plain, stemmer(language)(plain), telling, not text[0].islower(), spelling_key(text))


@text_cache(maxsize=8_192)
def words_of(text: str, language: str = "en") -> tuple[Word, ...]:
    """The words of a text in order. `language` is an ISO 639-1 code."""
    return tuple(word for found in WORD.findall(text) if (word := _word(found, language)).plain)
