"""Ways to say a sentence truly in other words, in fewer, or with the next one."""

from __future__ import annotations

import random
import re

from tests.verify.falsehoods import FULL_NAME, LEADS, SMALL_WORDS, TELLING, Article, Maker, sub_once, swap_words
from tests.verify.word_pairs import SHORT_MONTHS, SMALL, SYNONYMS

SPELLINGS = (
    (r"\bU\.S\.", "US"), (r"\bU\.N\.", "UN"), (r"\bU\.K\.", "UK"), (r"\bUS\b", "U.S."), (r"\bUK\b", "U.K."),
    (r"\bKyiv\b", "Kiev"), (r"\bZelenskyy?\b", "Zelenskiy"), (r"\bMohamm[ae]d\b", "Muhammad"),
    (r"\bQaddafi\b", "Gaddafi"),
    (r"\bAl-Qaeda\b|\bal-Qaeda\b", "al-Qaida"), (r"\bZawahiri\b", "Zawahri"), (r"\bMuslim\b", "Moslem"),
    (r"\bcolor", "colour"), (r"\blabor", "labour"), (r"\bcenter", "centre"), (r"\bdefense\b", "defence"),
    (r"\bprogram\b", "programme"), (r"([a-z]{3,})ization\b", r"\1isation"), (r"([a-z]{4,})ize\b", r"\1ise"),
    (r"([a-z]{4,})ized\b", r"\1ised"), (r"\bMr\. ", "Mr "), (r"\bDr\. ", "Dr "), (r"\bHezbollah\b", "Hizbullah"),
    (r"\btravel(ed|ing)\b", r"travell\1"), (r"\b([A-Z][a-z]{3,})s' ", r"\1s’ "), (r"'s\b", "’s"),
)  # fmt: skip


def numerals(article: Article, at: int, rng: random.Random) -> str:
    """Write a number or a date in another form."""
    sentence = article.sentences[at]
    ways = [
        (rf"\b({'|'.join(SMALL)})\b(?! of)", lambda m: str(SMALL.index(m.group()) + 2)),
        (r"(?<![\w.,$-])([2-9])(?= [a-z])", lambda m: SMALL[int(m.group()) - 2]),
        (r"\b(\d+),000,000\b", lambda m: f"{m.group(1)} million"),
        (r"\b(\d+)(?:\.(\d))? million\b", lambda m: f"{m.group(1)},{m.group(2) or 0}00,000"),
        (r"(?<=\d) ?per ?cent\b", lambda m: "%"),
        (r"(?<=\d)%", lambda m: " percent"),
        (rf"\b(?:{'|'.join(SHORT_MONTHS)})(?= \d)", lambda m: SHORT_MONTHS[m.group()]),
        (r"\b(\d{1,3}),(\d{3})\b", lambda m: m.group(1) + m.group(2)),
    ]
    for pattern, new in rng.sample(ways, len(ways)):
        if re.search(pattern, sentence):
            return re.sub(pattern, new, sentence, count=1)
    return ""


def compress(article: Article, at: int, rng: random.Random) -> str:
    """Leave out a parenthesis, a relative clause, or what follows the main clause."""
    sentence = article.sentences[at]
    if re.search(r"\b(?:if|unless|not|no|only)\b|[\"“”]", sentence):
        return ""
    ways = (
        (r" \([^()]+\)", ""),
        (r", (?:which|who|whose|where) [^,]+,", ""),
        (r", (?:which|who|whose|where|while|after|when|as|including) [^,]+\.$", "."),
        (r"^(?:On|In|At|During|After|As|While|Since) [^,]{3,60}, ([a-zA-Z])", lambda m: m.group(1).upper()),
        (r", [a-z]+ing [^,]+\.$", "."),
        (r", the [^,]+,(?= (?:is|was|said|has|had|will))", ""),
    )
    for pattern, new in rng.sample(ways, len(ways)):
        shorter = re.sub(pattern, new, sentence, count=1)
        if shorter != sentence and len(shorter) >= 35:
            return shorter
    return ""


def merge(article: Article, at: int, rng: random.Random) -> str:
    """Say two adjacent sentences in one."""
    if at + 1 >= len(article.sentences):
        return ""
    first, second = article.sentences[at], article.sentences[at + 1]
    if not (first.endswith(".") and 30 <= len(second) <= 200 and second[0].isupper()) or re.search(
        r"[\"“”\n]", first + second
    ):
        return ""
    start = second.split()[0]
    lower = start in (
        "The",
        "He",
        "She",
        "They",
        "It",
        "A",
        "An",
        "In",
        "On",
        "This",
        "His",
        "Her",
        "There",
        "After",
        "At",
    )
    return f"{first[:-1]}, and {second[0].lower() if lower else second[0]}{second[1:]}"


def join(article: Article, at: int, rng: random.Random) -> str:
    """Say of a person in one sentence what the next says of him or her."""
    if at + 1 >= len(article.sentences):
        return ""
    first = TELLING.fullmatch(article.sentences[at])
    second = re.fullmatch(r"(?:He|She) ((?:has|had|is|was|will|[a-z]{3,}ed)\b [^;:\"“”]+)\.", article.sentences[at + 1])
    if not first or not second or not re.search(rf"[a-z,] {re.escape(first[1])}", article.text):
        return ""
    return "" if FULL_NAME.search(first[2]) else f"{article.sentences[at][:-1]} and {second[1]}."


def name_again(article: Article, at: int, rng: random.Random) -> str:
    """Call a person by name whom a sentence calls "he" or "she", and only the one before it by name."""
    sentence = article.sentences[at]
    before = article.sentences[at - 1] if at else ""
    found = re.match(r"(?:[A-Z][a-z]+ ){1,3}", before)
    if not found or not re.match(r"(?:He|She) [a-z]", sentence) or re.search(r"[\"“”\n]", before + sentence):
        return ""
    own = found[0].strip()
    others = [n for n in FULL_NAME.findall(before[len(own) :]) if not set(n.split()) & set(own.split())]
    person = re.search(rf"\b{re.escape(own)}\b", article.text.replace(before, "")) or len(own.split()) > 1
    if own.split()[0] in LEADS | SMALL_WORDS or others or not person or re.search(r"\b(?:he|she|his|her)\b", before):
        return ""
    return own + sentence[sentence.index(" ") :]


def front(article: Article, at: int, rng: random.Random) -> str:
    """Move the time or place from the front to the end."""
    found = re.match(
        r"((?:On|In|During|At|Since) [^,]{3,40}), ((?:the|he|she|they|it|a|[A-Z])[^,;:]*)\.$", article.sentences[at]
    )
    if not found:
        return ""
    when, rest = found.groups()
    return f"{rest[0].upper()}{rest[1:]} {when[0].lower()}{when[1:]}."


def punctuation(article: Article, at: int, rng: random.Random) -> str:
    """Other quotation marks and dashes."""
    sentence = article.sentences[at]
    if not re.search(r"[\"“”'’—–]", sentence):
        return ""
    curly = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "—": "-", "–": "-"})
    plain = sentence.translate(curly)
    return plain if plain != sentence else sentence.replace("'", "’").replace('"', "''").replace("—", " - ")


def synonyms(article: Article, at: int, rng: random.Random) -> str:
    made = swap_words(SYNONYMS)(article, at, rng)
    return made.replace("_", " ")


TRUE: dict[str, Maker] = {
    "synonym": synonyms,
    "spelling": sub_once(SPELLINGS),
    "numeral": numerals,
    "compression": compress,
    "merge": merge,
    "join": join,
    "name again": name_again,
    "order": front,
    "punctuation": punctuation,
}
"""Each kind of true rewording, and what makes it."""
