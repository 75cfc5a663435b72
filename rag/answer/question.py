"""A question prepared for scoring evidence: its content words with their weights, and its expected answer type.

The expected answer type (person, place, time, number, ...) comes from rules over English wording. A question in another
language has the type "other", which every sentence meets halfway. Queries that only name a subject ("Tell me about the
jets", "What do the articles say about the jets?") are reduced to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.text.idf import LEAST_WEIGHT
from rag.text.language import detect_language
from rag.text.tokens import Word, words_of
from rag.text.word_similarity import QuestionWord

Kind = Literal["when", "number", "where", "who", "why", "how", "what", "other"]

ANY_CASE = re.IGNORECASE
ASKED: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "when",
        re.compile(
            r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|time|century|season|decade)\b|\bhow long ago\b",
            ANY_CASE,
        ),
    ),
    (
        "number",
        re.compile(
            r"\bhow (?:many|much|old|tall|far|big|large|high|long|often|deep|wide|fast|heavy)\b"
            r"|\b(?:what|which) (?:(?:is|was|are|were) (?:the )?)?(?:\w+ )?"
            r"(?:number|population|percent(?:age)?|price|cost|age|score|amount|size|height|length|rate|salary|budget)\b"
            r"|\bpopulation of\b",
            ANY_CASE,
        ),
    ),
    (
        "where",
        re.compile(
            r"\bwhere\b|\b(?:what|which) (?:country|city|state|place|part|location|town|continent|region|county|island"
            r"|province|river|countries|cities|states)\b",
            ANY_CASE,
        ),
    ),
    (
        "who",
        re.compile(
            r"\bwho(?:m|se|'s)?\b|\b(?:what|which) (?:person|president|player|actor|actress|team|character|king|queen"
            r"|singer|artist|company|band|group|minister|author|explorer|leader)\b"
            r"|\bname of the (?:person|man|woman|actor|singer)\b",
            ANY_CASE,
        ),
    ),
    ("why", re.compile(r"\bwhy\b|\bcauses?\b|\breasons?\b|\bwhat (?:led|caused|made)\b", ANY_CASE)),
    ("how", re.compile(r"\bhow\b", ANY_CASE)),
    ("what", re.compile(r"^\W*(?:what|which)\b|\bmean(?:s|ing|t)?\b|\bdefin", ANY_CASE)),
)  # fmt: skip
"""The first pattern that a question holds decides."""

NUMBER = (
    r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?"
    r"|millions?|billions?|dozens?|half|several)"
)
TIMES = r"seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur\w+|episodes?|seasons?|nights?"
LENGTHS = r"inch\w*|feet|foot|ft|met(?:er|re)s?|m|cm|mm|km|kilomet\w+|miles?|mph|yards?"
AREAS = r"acres?|hectares?|square|sq|pounds?|lbs?|kg|kilo\w*|tons?|tonnes?|light"


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of number: how a question asks for it, and what shows it in a sentence."""

    asked: re.Pattern[str]
    shown: re.Pattern[str]


MEASURES = (
    Measure(
        re.compile(r"\bhow old\b|\bage\b", ANY_CASE),
        re.compile(
            r"\b\d{1,3}\s?-\s?years?\s?-\s?olds?\b|\b\d{1,3} years old\b|\b(?:aged?|age of|at age) (?:of )?\d{1,3}\b"
            r"|,\s?\d{1,3}\s?,|\bat \d\d\b|\bturn\w* \d+\b",
            ANY_CASE,
        ),
    ),
    Measure(
        re.compile(r"\bpercent(?:age)?\b|\bper cent\b|\bproportion\b|\bwhat share\b", ANY_CASE),
        re.compile(r"%|\bper\s?cent\b|\bpercentage\b|\bhalf\b|\bthirds?\b|\bquarters?\b", ANY_CASE),
    ),
    Measure(
        re.compile(
            r"\b(?:how much|what).*\b(?:costs?|price|pay|paid|pays|worth|salary|budget|earn\w*|money|offer\w*|spend"
            r"|spent|dividend|fine|charge\w*|gross\w*)\b",
            ANY_CASE,
        ),
        re.compile(r"[$€£¥]|\b(?:dollars?|euros?|pounds?|cents?|USD|yen|rupees?)\b", ANY_CASE),
    ),
    Measure(
        re.compile(r"\bhow (?:long|often|fast|soon)\b", ANY_CASE),
        re.compile(
            rf"\b{NUMBER}[\s-]+(?:\w+[\s-]+)?(?:{TIMES}|{LENGTHS}|times)\b"
            r"|\b(?:daily|weekly|monthly|yearly|annual\w*|every|once|twice)\b",
            ANY_CASE,
        ),
    ),
    Measure(
        re.compile(
            r"\bhow (?:tall|deep|high|far|wide|big|large|heavy)\b|\b(?:height|length|depth|area|size) of\b", ANY_CASE
        ),
        re.compile(rf"\b{NUMBER}[\s-]+(?:\w+[\s-]+)?(?:{LENGTHS}|{AREAS})\b", ANY_CASE),
    ),
    Measure(
        re.compile(r"\btemperature\b", ANY_CASE), re.compile(r"°|\bdegrees\b|\bcelsius\b|\bfahrenheit\b", ANY_CASE)
    ),
    Measure(
        re.compile(r"\bpopulation\b", ANY_CASE),
        re.compile(r"\b\d{1,3}(?:[ ,]\d{3})+\b|\b(?:million|billion|thousand)\b", ANY_CASE),
    ),
    Measure(re.compile(r"\bhow much\b", ANY_CASE), re.compile(rf"\b{NUMBER}\b|[$€£%]", ANY_CASE)),
)

COUNTED = re.compile(r"\b(?:how many|number of)\s+((?:[\w'’-]+\s*){1,3})", ANY_CASE)
A_NUMBER = re.compile(rf"{NUMBER}$", ANY_CASE)
YEAR = re.compile(r"\b(?:1\d\d\d|20\d\d)s?\b")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATE = re.compile(
    rf"{YEAR.pattern}|\b(?:{MONTHS}|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\b\.?|\b\d+\s?(?:BC|AD|BCE|CE)\b"
    r"|\bcentur(?:y|ies)\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:yesterday|today|tomorrow|tonight)\b"
    r"|\b(?:last|next|this) (?:week|month|year|spring|summer|autumn|winter)\b"
)
AFTER_PREPOSITION = re.compile(
    r"\b(?:in|at|from|near|to|of|on|across|around|into|outside|through|between|along|throughout)\s+(?:the\s+)?"
    r"(?:\w+\s+)?([A-Z]\w+)"
)
OF_PLACES = re.compile(
    r"\b(?:city|town|state|country|county|province|region|district|capital|river|island|located|south\w*|north\w*"
    r"|east\w*|west\w*|border\w*|coast|area|neighborhood|headquarter\w*|based|origin\w*|filmed|set)\b",
    ANY_CASE,
)
OF_REASONS = re.compile(
    r"\b(?:because|due to|since|caus\w+|reason\w*|result\w*|therefore|thus|so that|in order to|led to|owing"
    r"|consequen\w+|explain\w*|means that|to (?:prevent|protect|avoid|allow|ensure|make|reduce))\b",
    ANY_CASE,
)
OF_WAYS = re.compile(
    r"\b(?:by \w+ing|using|through|via|by means|method|process|when|allow\w*|help\w*|consist\w*|first|then|convert\w*"
    r"|produc\w*)\b",
    ANY_CASE,
)
OF_MEANINGS = re.compile(
    r"\b(?:is|are|was|were|refers? to|means?|meaning|known as|called|describes?|defined|denotes?|term|name|derived?"
    r"|derives|originat\w+)\b",
    ANY_CASE,
)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a question asks for. `shown` is set for a measured number, `counted` holds the stems of what is counted."""

    kind: Kind
    shown: re.Pattern[str] | None = None
    counted: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()


def expected_answer(question: str) -> Expected:
    """Tell from a question's wording what kind of thing answers it."""
    kind: Kind = next((kind for kind, pattern in ASKED if pattern.search(question)), "other")
    stems = frozenset(word.stem for word in words_of(question))
    if kind != "number":
        return Expected(kind, asked=stems)
    shown = next((m.shown for m in MEASURES if m.asked.search(question)), None)
    counted = COUNTED.search(question)
    named = [w for w in words_of(counted[1]) if w.telling and w.plain != "be"][:2] if counted else []
    return Expected(kind, shown, tuple(w.stem for w in named), stems)


def kind_match(expected: Expected, sentence: str) -> float:
    """From 0 to 1: how plainly a sentence holds a thing of the expected kind that the question does not name."""
    match expected.kind:
        case "when":
            dates = len(DATE.findall(sentence))
            return 1.0 if YEAR.search(sentence) or dates > 1 else 0.6 * dates
        case "number":
            return _number_match(expected, sentence)
        case "who":
            return min(1.0, len(_new_names(expected, sentence)) / 2)
        case "where":
            places = [p for p in AFTER_PREPOSITION.findall(sentence) if words_of(p)[0].stem not in expected.asked]
            return min(1.0, 0.5 * len(places) + 0.3 * bool(OF_PLACES.search(sentence)))
        case "why":
            return float(bool(OF_REASONS.search(sentence)))
        case "how":
            return float(bool(OF_WAYS.search(sentence)))
        case "what":
            return float(bool(OF_MEANINGS.search(sentence)))
    return 0.5


def _new_names(expected: Expected, sentence: str) -> list[str]:
    """Capitalised words after the first that the question does not hold."""
    words = words_of(sentence)[1:]
    return [w.text for w in words if w.text[0].isupper() and w.telling and w.stem not in expected.asked]


def _number_match(expected: Expected, sentence: str) -> float:
    if expected.shown is not None:
        return float(bool(expected.shown.search(sentence)))
    words = words_of(sentence)
    numbers = [
        i for i, w in enumerate(words)
        if A_NUMBER.match(w.text) and not YEAR.fullmatch(w.text) and w.stem not in expected.asked
    ]  # fmt: skip
    if not numbers:
        return 0.0
    if not expected.counted:
        return 0.8
    near = {w.stem for i in numbers for w in words[i + 1 : i + 5]}
    return 1.0 if near.intersection(expected.counted) else 0.35


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
    """A question, its telling words without repeats, and the kind of thing that answers it."""

    text: str
    words: tuple[QuestionWord, ...]
    expected: Expected


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
    return Question(text, tuple(words), expected_answer(text))


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
    text = AFTER_QUESTION.split(question.text)[-1]
    return replace(question, text=text, expected=expected_answer(text))


def asks_for_list(question: str) -> bool:
    """Whether an English question wants several things, so that more sentences answer it."""
    return LISTING.search(question) is not None
