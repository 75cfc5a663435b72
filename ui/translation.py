"""The page's words in its reader's language: gettext catalogues, plurals, dates, numbers, and which language it is.

A catalogue is `locale/LANGUAGE/LC_MESSAGES/readacross.po`. It is compiled by Babel when it is first used, so that one
file holds a language, and nothing that was compiled earlier can differ from it. Words of articles are never translated.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from ui.bodies import App, Receive, Scope, Send

ENGLISH = "en"
"""The language that the code is written in: it needs no catalogue."""
LOCALES, DOMAIN = Path(__file__).parent / "locale", "readacross"
ACCEPTED = b"accept-language"
MOST_RANGES = 20
"""Languages of a browser that are looked at."""
IN_SCRIPTS = re.compile(r'\bt\(\s*"((?:[^"\\]|\\.)*)"')
"""Words that one of the page's scripts shows, as it asks for their translation."""
_language: ContextVar[str] = ContextVar("readacross_page_language", default=ENGLISH)


@cache
def languages() -> tuple[str, ...]:
    """The codes of the languages that the page has, English first."""
    return (ENGLISH, *sorted(path.parent.parent.name for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po")))


def own_name(code: str) -> str:
    """What a language calls itself, as a title: "Deutsch"."""
    name = Locale.parse(code).get_language_name(code) or code
    return name[:1].upper() + name[1:]


def page_language() -> str:
    """The language of the page that is being made, or asked from; English where there is none."""
    return _language.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What is made meanwhile is in this language; English if there is no catalogue of it."""
    token = _language.set(language if language in languages() else ENGLISH)
    try:
        yield
    finally:
        _language.reset(token)


# -- words -------------------------------------------------------------------------------------------------------------


def N_(text: str) -> str:
    """The text as it is: marks words that `tr` translates where they are shown."""
    return text


def NN_(one: str, many: str) -> tuple[str, str]:
    """The words on a number as they are, for one and for many: marks words that `counted` translates."""
    return one, many


def tr(text: str, /, **given: object) -> str:
    """The words in the page's language, with `given` values in the places of their names in braces."""
    shown = catalogue(page_language()).gettext(text) if text else ""
    return shown.format(**given) if given else shown


def counted(count: int, one: str, many: str, **given: object) -> str:
    """Words on a number, which stands in the place of {n}: "1 article", "1,204 articles"."""
    shown = catalogue(page_language()).ngettext(one, many, count)
    return shown.format(n=number(count), **given)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The translations into a language; those of English change nothing."""
    if language == ENGLISH:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, _messages(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def words_from(folder: str, language: str) -> tuple[str, ...]:
    """The words without a plural that a catalogue has from the files of a folder such as "rag/ingest/"."""
    there = (m.id for m in _messages(language) if any(file.startswith(folder) for file, _ in m.locations))
    return tuple(words for words in there if isinstance(words, str))


def _messages(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


# -- numbers and dates -------------------------------------------------------------------------------------------------


def number(value: int) -> str:
    """A whole number as it is written: 1,204 or 1.204."""
    return _number(value, page_language())


@lru_cache(maxsize=10_000)
def _number(value: int, language: str) -> str:
    return format_decimal(value, locale=language)


def day(published: str) -> str:
    """A date such as "3 Oct 2024" from an ISO 8601 date or date and time; anything else stays as it is."""
    return _day(published, page_language())


def month(year: int, number: int) -> str:
    """A month such as "Oct 2024"."""
    return format_skeleton("yMMM", date(year, number, 1), locale=page_language())


DATED = re.compile(r"\b(\d{4})-(\d\d)(-\d\d)?(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?(?![\w-])")


def dated(text: str) -> str:
    """A remark of ours with its days and months in a reader's words: "published on 3 Oct 2024"."""

    def shown(found: re.Match[str]) -> str:
        if found[3]:
            return day(found[0])
        return month(int(found[1]), int(found[2])) if 1 <= int(found[2]) <= 12 and int(found[1]) else found[0]

    return DATED.sub(shown, text)


@lru_cache(maxsize=10_000)
def _day(published: str, language: str) -> str:
    try:
        when = date.fromisoformat(published[:10])
    except ValueError:
        return published
    if language == ENGLISH:
        return format_date(when, "d MMM y", locale=ENGLISH)
    return format_skeleton("yMMMd", when, locale=language)


def language_name(code: str) -> str:
    """What the page's language calls a language; its code if that is not known."""
    return _language_name(code, page_language())


def language_code(name: str) -> str:
    """The code of a language by its English name; "" if there is none of this name."""
    return _codes().get(name, "")


@cache
def _codes() -> dict[str, str]:
    return {str(name): code for code, name in Locale.parse(ENGLISH).languages.items()}


@lru_cache(maxsize=1_000)
def _language_name(code: str, language: str) -> str:
    return str(Locale.parse(language).languages.get(code.lower().split("-")[0], code))


# -- whose language ----------------------------------------------------------------------------------------------------


def preferred(accepted: str) -> str:
    """The language of the page for a browser's Accept-Language: of those that there are, the one it likes best."""
    there = languages()
    wishes = [_wish(part) for part in accepted.split(",")[:MOST_RANGES]]
    liked = [(weight, code) for weight, code in wishes if weight > 0 and code in there]
    return max(liked, key=lambda wish: wish[0])[1] if liked else ENGLISH


def _wish(part: str) -> tuple[float, str]:
    name, _, quality = part.strip().partition(";")
    try:
        weight = float(quality.strip().removeprefix("q=")) if quality.strip() else 1.0
    except ValueError:
        weight = 0.0
    return weight, name.strip().lower().replace("_", "-").split("-")[0]


class PageLanguage:
    """ASGI middleware: requests are answered in the language that `chosen` gives, or the browser's if that is "".

    The request goes on with this language alone as the one it accepts, by which events of the page are told it.
    """

    def __init__(self, app: App, chosen: Callable[[], str]) -> None:
        self._app = app
        self._chosen = chosen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = scope["headers"]
        accepted = b",".join(value for name, value in headers if name.lower() == ACCEPTED).decode("latin-1")
        language = self._chosen() or preferred(accepted)
        others = [(name, value) for name, value in headers if name.lower() != ACCEPTED]
        with speaking(language):
            await self._app({**scope, "headers": [*others, (ACCEPTED, language.encode())]}, receive, send)
