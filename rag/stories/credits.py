"""By which words an article names the source of its report: "Reuters reported", "according to AFP", "(AP)"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.reading.text_cache import text_cache
from rag.stories.types import Told

AGENCIES = (
    "Reuters", "Associated Press", "AP", "Agence France-Presse", "AFP", "dpa", "TASS", "RIA Novosti", "Interfax",
    "Xinhua", "Bloomberg", "UPI", "United Press International", "ANSA", "EFE", "Kyodo", "PTI", "Press Trust of India",
    "Anadolu", "Ukrinform", "Interfax-Ukraine", "PA Media", "Press Association", "Tanjug", "Beta", "FoNet", "HINA",
    "PAP", "CTK", "MTI", "BTA", "Agerpres", "Yonhap", "Canadian Press", "Australian Associated Press", "AAP",
)  # fmt: skip
"""Names of news agencies as articles print them."""
_NAMED = r"(?:[A-Z][\w.&’'-]*)(?: (?:of|the|and|[A-Z][\w.&’'-]*)){0,4}"
_TELLS = (
    "reports?|reported|reminds?|reminded|recalls?|recalled|writes?|wrote|notes?|noted|states?|stated|adds?|added|"
    "informs?|informed|says|said|reveals?|revealed|carries|carried|quotes?|quoted"
)
_PLACES = "(?:newspaper|news agency|agency|website|portal|daily|magazine)"
CREDIT = re.compile(
    rf",? ?\b(?:as |the )?(?P<a>{_NAMED})(?: {_PLACES})? (?:has |have |also )?(?:{_TELLS})\b(?= ?[.,;:)\]]|$)"
    rf"|,? ?\b(?i:according to|citing|quoting|reported by|as reported by|source:) (?:the )?(?:{_PLACES} )?"
    rf"(?P<b>{_NAMED})"
    rf"|\b(?P<c>{_NAMED})(?: {_PLACES})? (?:reports|reported|writes|reminds|recalls)\b",
)
DATELINE = re.compile(rf"\((?P<agency>{'|'.join(map(re.escape, AGENCIES))})\)|^(?P<own>Reuters|AP|AFP|dpa) [-–—]")


@dataclass(frozen=True, slots=True)
class Credit:
    """Who is credited, and the crediting words in their place."""

    name: str
    told: Told


@text_cache(maxsize=4096)
def find_credits(sentences: tuple[Told, ...]) -> tuple[Credit, ...]:
    """Find crediting words in sentences, in order."""
    found: list[Credit] = []
    for sentence in sentences:
        for match in CREDIT.finditer(sentence.text):
            name = next(group for group in match.groups() if group)
            words = match.group().strip(" ,")
            start = sentence.start + match.start() + match.group().index(words)
            found.append(Credit(name, Told(sentence.file, start, start + len(words), words)))
    return tuple(found)


def is_agency(name: str) -> bool:
    """Whether this is the name of a news agency."""
    return name.removeprefix("the ").removeprefix("The ") in AGENCIES


def named_in_dateline(text: str) -> str:
    """The agency that an article's first 200 characters give as their source: "KYIV (Reuters) -"; "" if none."""
    match = DATELINE.search(text[:200])
    return (match["agency"] or match["own"]) if match else ""
