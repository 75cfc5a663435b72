"""Escaping: all text from articles, models, files and readers passes here on its way into the page's HTML.

Dates and languages in a reader's words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "bs": "Bosnian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak",
    "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def day(published: str) -> str:
    """A date such as "3 Oct 2024" from an ISO 8601 date or date and time; anything else stays as it is."""
    try:
        when = date.fromisoformat(published[:10])
    except ValueError:
        return published
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


DATED = re.compile(r"\b(\d{4})-(\d\d)(-\d\d)?(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?(?![\w-])")


def dated(text: str) -> str:
    """A remark of ours with its days and months in a reader's words: "published on 3 Oct 2024"."""

    def shown(found: re.Match[str]) -> str:
        if found[3]:
            return day(found[0])
        month = int(found[2])
        return f"{MONTHS[month - 1]} {found[1]}" if 1 <= month <= 12 else found[0]

    return DATED.sub(shown, text)


def language(code: str) -> str:
    """The English name of a language; its code if the name is not known here."""
    return LANGUAGES.get(code.lower().split("-")[0], code)


def counted(number: int, thing: str) -> str:
    """A number and its noun: "1 article", "1,204 articles"."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters, halves of surrogate pairs and non-characters, which a browser drops, changes or refuses; and the
two marks that turn letters round, by which words are read that do not stand there."""


def escape(text: str) -> str:
    """The text as HTML that shows it literally, in an element or in a quoted attribute.

    Every unshowable character becomes one U+FFFD, so that positions in what is shown are positions in the text.
    """
    return html.escape(UNSHOWABLE.sub("\ufffd", text), quote=True).replace("`", "&#96;")


def attributes(values: Mapping[str, str]) -> str:
    """HTML attributes, escaped, each after a space; those that are "" are left out."""
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items() if value)


def own(text: str) -> str:
    """Text from outside inside an element of its own, whose writing direction cannot reach the words around it."""
    return f"<bdi>{escape(text)}</bdi>"
