"""A question prepared for scoring evidence: its content words with their weights, and the questions that it holds.

Queries that only name a subject ("Tell me about the jets", "What do the articles say about the jets?") are reduced to
it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.text.idf import LEAST_WEIGHT
from rag.text.language import detect_language
from rag.text.tokens import Word, words_of
from rag.text.word_similarity import QuestionWord

SOURCES = (
    r"(?:articles?|files?|sources?|documents?|reports?|texts?|stories|papers?|newspapers?|accounts?|outlets?"
    r"|publications?|media)"
)
FRAME = re.compile(
    rf"""^\W*(?:please\s+)?(?:(?:can|could|would)\s+you\s+)?(?:please\s+)?(?:
      (?:tell|show|give|inform)\s+(?:me|us)\s+(?:(?:more|something|anything|everything|all|details|what\s+you\s+know)\s+)?
        (?:about|on|of)
    | what\s+(?:do|does|did)\s+(?:(?:the|these|those|my|all)\s+)*{SOURCES[:-1]}|library|folder)\s+
        (?:say|tell|write|report|mention|know)(?:\s+(?:me|us))?(?:\s+(?:about|on|of|regarding|concerning))?
    | what\s+(?:is|was|has\s+been)\s+(?:said|written|reported|known|told)\s+(?:about|on|of)
    | what\s+(?:do|does)\s+(?:you|we|they|one)\s+know\s+(?:about|of|on)
    | (?:what|how)\s+about
    | (?:summari[sz]e|describe|explain|discuss)
    | (?:(?:any|some|more)\s+)?(?:information|details|news|facts)\s+(?:about|on|of)
    )\s+(?=\S)""",
    re.VERBOSE | re.IGNORECASE,
)
ALL_SOURCES = rf"(?:(?:all|both|any|the|these|those|my|different|various|two|three|several|of)\s+)*{SOURCES}"
ACROSS = re.compile(
    rf"""^\W*(?:
      (?:do|does|did)\s+{ALL_SOURCES}\s+(?:all\s+)?(?:
          (?:agree|differ|disagree|conflict|contradict\s+(?:each\s+other|one\s+another))
            (?:\s+(?:on|about|over|as\s+to|in|that)(?:\s+whether)?)?
        | (?:give|name|count|report|mention|quote|state|tell|put|use|cite|say)(?:\s+that)?
            (?:\s+(?:us\s+)?(?:the\s+same|different|another|other))?)
    | (?:which|what)\s+(?:of\s+)?{ALL_SOURCES}
        (?!\s+(?:do|does|did|is|are|was|were|has|have|had|will|would|can|could|should|may|might|\w+ed)\b)
        (?:\s+(?:says?|tells?|reports?|speaks?\s+of|mentions?|claims?|writes?)(?:\s+that)?)?
    )\s+(?=\S)
    | ,?\s+(?:according\s+to\s+|in\s+(?=all|both|different|various)){ALL_SOURCES}(?=\W*$)
    | \s+(?:the\s+same|different)\s+(?:in|across|among)\s+{ALL_SOURCES}(?=\W*$)""",
    re.VERBOSE | re.IGNORECASE,
)
"""What a question about the sources says beside what it asks: "Do the reports agree on" how many died."""


def subject(question: str) -> str:
    """The question without its frame, so that "tell" and "articles" are not looked for in the articles."""
    return ACROSS.sub("", FRAME.sub("", question, count=1), count=1)


def asks_across(question: str) -> bool:
    """Whether an English question asks what each of several sources says."""
    return ACROSS.search(question) is not None


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and its telling words without repeats.

    `in_context` is the question as it was put, with what was said before it, "" if nothing was.
    """

    text: str
    words: tuple[QuestionWord, ...]
    in_context: str = ""


def read_question(text: str, idf: Callable[[str], float], languages: Sequence[str] = ("en",)) -> Question:
    """Make a question ready. `idf` weighs a stem, from about 0 to 1 as `rarity` does; `languages` are ISO 639-1.

    A question of nothing but function words is taken with all of them.
    """
    asked_in = detect_language(text)  # short questions are often taken for another language than the articles'
    spoken = tuple(sorted(languages, key=lambda code: (code != asked_in, code != "en"))) or ("en",)
    everything = words_of(text, spoken[0])
    capitals = {w.stem for w in everything[1:] if w.capital}
    kept: dict[str, Word] = {}
    for word in [w for w in everything if w.telling] or everything:
        kept.setdefault(word.stem, word)
    words = []
    for stem, word in kept.items():
        stems = frozenset(w.stem for language in spoken for w in words_of(word.text, language))
        weight = max(LEAST_WEIGHT, min((idf(s) for s in stems), default=LEAST_WEIGHT))
        words.append(QuestionWord(word, stems, weight, stem in capitals or word.text[0].isdigit()))
    return Question(text, tuple(words))


AFTER_QUESTION = re.compile(r"(?<=[?？؟])\s+")
"""Where one question of a line ends and the next begins."""
PART = re.compile(
    r"(?<=\?)\s+(?=\w)|,?\s+and\s+(?=(?:what|when|where|who|whom|whose|which|why|how)\b(?:\W+\w+){3})",
    re.IGNORECASE,
)
"""Where a question in two parts may be cut: both parts are questions of their own."""
FEWEST_WORDS = 3
MOST_PARTS = 4
LISTING = re.compile(
    r"^\W*(?:list|name|enumerate)\b|\b(?:which|what)(?: \w+)? \w+s\b.*\b(?:are|were|did|do|have|has|had)\b"
    r"|\bwho (?:all|else|are|were)\b|\ball (?:the|of)\b",
    re.IGNORECASE,
)


def parts_of(question: str) -> list[str]:
    """The questions that an English question holds: "When did it begin, and who stopped it at the end?" holds two."""
    parts = PART.split(question)
    whole = not 1 < len(parts) <= MOST_PARTS or any(len(part.split()) < FEWEST_WORDS for part in parts)
    return [question] if whole else [f"{part.rstrip('?!. ')}?" for part in parts]


def last_of(question: Question) -> Question:
    """The last of several questions: the words of those before it count, but it alone asks."""
    return replace(question, text=AFTER_QUESTION.split(question.text)[-1])


def asks_for_list(question: str) -> bool:
    """Whether an English question wants several things, so that more sentences answer it."""
    return LISTING.search(question) is not None
