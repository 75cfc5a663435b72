"""LLM boilerplate: sentences of a model about its answer instead of the subject.

Headings, announcements, courtesies, offers, labels, and copies of its prompt. They are neither checked nor counted nor
shown, as no article could support them. A sentence is boilerplate if it ends with a colon; or is not a whole sentence;
or all its words refer to the answer itself, its evidence, or help; or it addresses the reader, and half of its words do
so. One that names anybody or anything, counts, or denies is checked.

An opening that names a source ("According to Reuters,", "The minister says that") belongs to the statement, and so does
one that denies ("The articles do not say that"). The words are in rag/text/multi/llm_boilerplate.toml.
"""

from __future__ import annotations

import re
from functools import cache

from rag.text.fragments import is_fragment
from rag.text.lexicon import filled, read_patterns
from rag.text.terms import fold
from rag.text.tokens import FUNCTION_WORDS

_DATA = read_patterns("llm_boilerplate")


def _pattern(text: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(filled(text, _DATA["evidence"]), flags | re.VERBOSE)


def _words(name: str) -> frozenset[str]:
    return frozenset(fold(word) for words in _DATA[name].values() for word in words.split())


_FILE = _DATA["evidence"]["file"]
_COPIED = re.compile(
    rf"={{3,}}\s*[0-9a-f]{{4,64}}(?:\s*={{3,}})?|\[Article:[^\]]*\]|\s*\({_FILE}\)|\A\s*{_FILE}\s*(?::\s|\Z)"
    rf"|\A(?:[^:,]{{1,120}},\s)?\d{{4}}-\d\d-\d\d:\s|\A\s*Article:\s*(?:[^|]+\|.*|[^.!?…]*|{_FILE})\Z|\A\s*Question:.*\Z"
)
"""Fences, heads of articles, and the question, as prompts have them."""
_LEADS = tuple(_pattern(text) for text in (_DATA["label"], *(p for ps in _DATA["frames"].values() for p in ps)))
_AFTER = _pattern(_DATA["after"])
_PERSON = _pattern(_DATA["person"], re.NOFLAG)
_ANSWER = _words("answer")
_COURTESY = _words("courtesy")
_DENIALS = frozenset(word for words in _DATA["denials"].values() for word in words.split())
_OTHERS = frozenset("he she they him her them his hers their theirs who whose".split())
"""Words for those of whom something is said."""
_LITTLE = (FUNCTION_WORDS - _OTHERS) | _words("little")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")
_QUOTED = re.compile(r"[“„\"«»「『][^“”„\"«»」』]*(?:[”“\"«»」』]|\Z)")
_ENDED = re.compile(r"[.!?…。！？।؟۔][\"'”’»)\]」』）]*\Z")
_ANNOUNCED = re.compile(r"[^:：]{1,120}[:：]\s+(?=\S)")


@cache
def source_heads() -> frozenset[str]:
    """What heads a list of sources, in lower case."""
    return frozenset(head.strip() for head in _DATA["source_heads"].replace("\n", " ").split(","))


def without_boilerplate(sentence: str) -> str:
    """What a sentence states, with a capital and without what leads to it; "" if it states nothing."""
    stated = _without_leads(_COPIED.sub("", sentence).strip())
    lead = _ANNOUNCED.match(stated)
    if lead and len(stated) > lead.end() and _is_about_the_answer(lead[0]):
        stated = _capital(_without_leads(stated[lead.end() :]))
    return "" if _states_nothing(stated) else stated


def _without_leads(sentence: str) -> str:
    """The sentence without the labels and frames around it; it is "" if nothing else was said."""
    rest, cut = _AFTER.sub("", sentence), True
    while cut:
        end = max((m.end() for p in _LEADS if (m := p.match(rest))), default=0)
        rest, cut = rest[end:], bool(end)
    return rest if rest == sentence else _capital(rest)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _states_nothing(sentence: str) -> bool:
    """Whether a sentence says nothing of the world that could be so or not."""
    words = _WORD.findall(sentence)
    if not words or sentence.rstrip().endswith((":", "：")):
        return True
    if is_fragment(sentence) and (len(words) < 2 or not _ENDED.search(sentence)):
        return True
    return _is_about_the_answer(sentence)


def _is_about_the_answer(sentence: str) -> bool:
    words = _WORD.findall(sentence)
    if not words or any(w.casefold().replace("’", "'") in _DENIALS for w in words):
        return False
    telling = [w for w in words if fold(w) not in _LITTLE]
    of_it = [w for w in telling if fold(w) in _ANSWER or fold(w) in _COURTESY]
    others = set(telling) - set(of_it)
    if any(not w[0].islower() for w in others if w != words[0]):
        return False  # it names or counts something
    if not others:
        short = len(telling) == len(words) or fold(words[0]) == "of"  # "Sure!", "Of course!"
        return short or any(fold(w) in _ANSWER for w in telling) or _addresses_the_reader(sentence)
    return _addresses_the_reader(sentence) and 2 * len(of_it) >= len(telling)


def _addresses_the_reader(sentence: str) -> bool:
    return _PERSON.search(_QUOTED.sub(" ", sentence)) is not None
