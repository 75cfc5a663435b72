"""Boilerplate: words around an article that say nothing of its subject, such as share bars, sign-ups, "Bonus video:".

What is marked here stays in the text but is never quoted, so the rules err on the side of news. The phrases lie in
boilerplate.txt beside this file.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from rag.text.span import Span

LONGEST_LABELLED = 200
"""Characters; a longer line after "Read more:" and the like is taken for news."""

_MARKS = r"[\s*_#>|•·:.…!\-–—=\[\](){}»«→▶►]*"
_DATE = (
    r"(?:\d{1,4}[\s./-]*(?:\d{1,2}|[^\W\d]{3,12}\.?,?)[\s./-]*\d{1,4}|[^\W\d]{3,12}\.?\s\d{1,2},?\s\d{4})"
    r"[\s,|·-]*(?:(?:at\s)?\d{1,2}[:.]\d{2}.{0,20})?"
)
_NETWORK = (
    r"(?:(?:our )?(?:facebook|twitter|x|instagram|youtube|tiktok|telegram|linkedin|whatsapp|bluesky|threads|mastodon"
    r"|snapchat|pinterest|reddit|google news|apple news|spotify|social media|viber|vk|weibo|wechat)(?: page"
    r"| channel)?\.?)"
)
_LINES = (
    rf"(?:first |last )?(?:published|updated|posted|modified|created)(?: on| at)?\s*:?\s*{_DATE}",
    r"(?-i:(?:By|BY)(?:\s+(?:[A-Z][\w'.-]*,?|and|de|van|von|al|bin|of|for|the|\||,|-))+)",
    r"(?:source|bron|izvor|источник|quelle|fonte|fuente|źródło|zdroj)\s*:\s*.{2,40}",
    r"\(?(?:photo|image|picture|video|file)s?(?: by| credit| courtesy(?: of)?)\b.{0,120}",
    r".{2,60}/\s?(?:getty(?: images)?|reuters|afp|ap(?: photo)?|epa(?:-efe)?|shutterstock|anadolu|tass|xinhua|fonet"
    r"|beta|tanjug)\)?",
    r"\d+\s*(?:min(?:ute)?s?\.?|minuti|мин\.?)\s*(?:read|čitanja|чтения|de lecture|de lectura)",
    r"\d+\s*(?:comments?|shares?|likes?|views?|kommentare|commentaires|comentarios|komentara?)",
    r"(?:copyright\s+(?:©|\(c\)|\d{4}|by)|©|\(c\)).{0,200}",
    r".{0,80}\ball rights reserved\b.{0,60}",
    r".{0,60}\bcontributed to this (?:report|story|article)\.?",
    r"(?:reporting|additional reporting|writing|editing) by .{3,120}",
    rf"(?:you can |please )?(?:also )?(?:follow|like|find|join|subscribe to"
    rf"|watch) .{{1,60}}? on {_NETWORK}(?:(?:,? and | or |, | & ){_NETWORK}){{0,8}}",
    r"(?:this|the) (?:article|story|report|post|piece|text|interview) (?:has been|was|is) (?:first |originally "
    r"|lightly |slightly )*"
    r"(?:adapted|edited|republished|reprinted|syndicated|translated|shortened|abridged|published|updated|amended|corrected|produced)\b.{0,140}",
    r"(?:have you (?:got )?|do you have |got )(?:a|an|any|more) (?:news )?(?:story|stories|tip|tips|information"
    r"|question|comment|photo|picture|video|view)s?\b"
    r"[^?]{0,80}\?(?:\s(?:write|e-?mail|send|call|contact|tell|message|text|get in touch|let us|share|whatsapp"
    r"|reach)\b.{0,120})?",
    r"(?:please )?(?:write|e-?mail|send (?:it|them|your \w+)|get in touch|contact|message|reach) (?:to )?(?:us"
    r"|the newsroom|our newsroom"
    r"|the editors?|our editors?)\b.{0,80}",
)
_SITE = r"(?:www\.)?[\w-]+\.(?:com|org|net|info|tv|app|shop|store|io|co\.\w\w)\b"
_PROMOTION = re.compile(
    r"""\W*(?:(?:so|plus|also|and|but|in\ other\ news|for\ a\ limited\ time(?:\ only)?|hurry),?\s+)*
    (?:visit|shop|subscribe|sign\ up|order|buy|click|check\ out|discover|explore|don't\ miss|upgrade|get|grab|enjoy
    |experience|looking\ for|are\ you\ looking|if\ you're\ looking|stay\ tuned\ to|stay\ informed\ with|download|join
    |follow|call|hurry|limited[-\ ]time|act\ now|save|use|book|register|try|start\ your|advertise
    |available\ now\ at|need\ an?|want\ to|treat\ yourself|unlock|make\ sure\ you|be\ sure\ to
    |remember\ to|take\ advantage|learn\ more
    |find\ out\ more|donate|contact\ us|whether\ you're|introducing|transform)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_ADDRESSED = re.compile(
    rf"\b(?:your|our|website|promo code)\b|\b{_SITE}|%\s(?:off|discount)|\bdon't miss\b|\b(?:today|now)\W*\Z",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(?:visit|check out|subscrib(?:e|ing) to|sign(?:ing)? up (?:to|for)|don't miss|download|explore|join) our\b"
    r"|(?:\A\W*|[–—:;!]\s?)(?:order|book|shop|visit|register|call|donate|sign up|subscribe)"
    r" (?:now|today|here|(?-i:us))\b"
    r"|\b(?:sign up|subscribe) (?:now|today)\b|\bword from our sponsors?\b"
    rf"|\b(?:visit|stay tuned to|check out|more at|available (?:now )?(?:at|on)) {_SITE}",
    re.IGNORECASE,
)
_TEASER = re.compile(
    r"\W*(?:looking for|searching for|tired of|in need of|need an?|want to|are you (?:looking|tired|ready)|hungry)\b"
    r".*\?\W*",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"""["“”«»„]|\b(?:said|says|told|according\ to|was|were|had|has|reported|announced)\b""", re.VERBOSE
)
_LABELLED_AD = (
    r"(?:(?:paid|sponsored|unrelated|noteworthy|pop-up|banner|native|start of|begin|end of)\s)*"
    r"(?:advert(?:isement|iser|ising|orial)?s?(?:'s)?|ads?|sponsored|promo(?:tion)?|special offer"
    r"|unrelated)"
    r"(?:\s(?:alert|section|space|spotlight|special|text|break|content|message|post|here|and|unrelated"
    r"|by(?:\s[A-Z]\w+){1,4}))*"
)
_AD_LABEL = re.compile(rf"[\s*_\[(>-]*{_LABELLED_AD}\W{{0,3}}(?:[:\]]|\*\*)\W", re.IGNORECASE)
_AD_SPANS = re.compile(
    rf"\[[\s*]*{_LABELLED_AD}\s?:[^\[\]]{{0,1000}}\]\W{{0,3}}(?=\s|\Z)|(\*{{2,3}})[\s\[(]*{_LABELLED_AD}[^*]{{0,1000}}\1(?:\s?:)?",
    re.IGNORECASE,
)
_AD_EDGE = re.compile(r"\*{3}\s?(end\s(?:of\s)?)?(?:start\sof\s|begin\s)?advertisements?\s?\*{3}", re.IGNORECASE)
_LONGEST_AD = 1500
"""Characters between the marks of begin and end."""


def is_boilerplate(sentence: str, *, alone: bool) -> bool:
    """Whether a sentence is boilerplate, in doubt not; `alone` says that it is a paragraph of its own."""
    plain = sentence.replace("’", "'")
    if not any(c.isalnum() for c in plain):
        return True
    if alone and len(plain) <= LONGEST_LABELLED and _lines().fullmatch(plain):
        return True
    return bool(_openings().match(plain) or _AD_LABEL.match(plain)) or _promotes(plain)


def advertisement_spans(words: str) -> list[Span]:
    """Give the stretches of a paragraph that it marks itself as advertisements, by brackets, stars or an end mark."""
    if "*" not in words and "[" not in words:
        return []
    spans = [Span(m.start(), m.end()) for m in _AD_SPANS.finditer(words)]
    begin = -1
    for edge in _AD_EDGE.finditer(words):
        if edge.group(1) and begin >= 0 and edge.end() - begin <= _LONGEST_AD:
            spans.append(Span(begin, edge.end()))
        begin = -1 if edge.group(1) else edge.start()
    return _without_inner(spans)


def _without_inner(spans: list[Span]) -> list[Span]:
    """The spans in order, each that lies within another left out, each that overlaps one cut."""
    apart: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        start = max(span.start, apart[-1].end if apart else 0)
        if start < span.end:
            apart.append(Span(start, span.end))
    return apart


def _promotes(plain: str) -> bool:
    """Whether the sentence calls on the reader to buy or to join, which news does not."""
    if len(plain) > LONGEST_LABELLED or _TELLING.search(plain):
        return False
    if _PROMOTION.match(plain) and _ADDRESSED.search(plain):
        return True
    return bool(_OURS.search(plain) or _TEASER.fullmatch(plain))


@cache
def _lines() -> re.Pattern[str]:
    phrases = _phrases()
    share = _any(phrases["share"])
    patterns = (
        rf"{_MARKS}{_any(phrases['whole'])}{_MARKS}",
        rf"{_MARKS}{_any(phrases['label'])}(?:\s*[:|→»].*|{_MARKS})",
        rf"{_MARKS}{share}(?:[\s,/|·•()\d]+{share})+{_MARKS}",
        *_LINES,
    )
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE | re.DOTALL)


@cache
def _openings() -> re.Pattern[str]:
    return re.compile(rf"[\s*_>#]*(?:{_any(_phrases()['opening'])}|copyright \d{{4}})(?!\w)", re.IGNORECASE)


def _any(phrases: tuple[str, ...]) -> str:
    longest_first = sorted(phrases, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(p) for p in longest_first) + ")"


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    text = files(__package__).joinpath("multi", "boilerplate.txt").read_text("utf-8")
    sections = re.findall(r"^\[(\w+)\]\n(.*?)(?=^\[\w+\]$|\Z)", text, re.MULTILINE | re.DOTALL)
    return {name: tuple(line for line in body.splitlines() if line) for name, body in sections}
