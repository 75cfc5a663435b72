"""Publication dates, from the many ways of writing them to ISO 8601."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.resources import files

_FIRST_YEAR = 1600
_LONGEST = 300
"""Characters in which a date is looked for."""

_ISO = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)(Z|[+-]\d{4})?)?\Z")
_DAY_FIRST = re.compile(r"(?<!\d)(\d\d?)(?!\d)([^\d\n]{2,40}?)(\d{4})(?!\d)")
_MONTH_FIRST = re.compile(
    r"(?<!\S)((?:[^\s\d]{1,20}\s)?[^\s\d]{2,20})\s+(\d\d?)(?:st|nd|rd|th)?[,.]?\s+(?:of\s+|de\s+)?(\d{4})(?!\d)"
)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([^\d\n]{3,40}?)(\d\d?)(?![\d:])")
_LATVIAN = re.compile(r"(?<!\d)(\d{4})\. gada (\d\d?)\. (\w+)")
_NUMBERED_MONTH = re.compile(r"(?<!\d)(\d\d?) tháng (\d\d?),? (?:năm )?(\d{4})(?!\d)", re.IGNORECASE)
_YEAR_MONTH_DAY = re.compile(r"(?<!\d)(\d{4})\s?[./年년-]\s?(\d\d?)\s?[./月월-]\s?(\d\d?)(?!\d)")
_JAPANESE_ERA = re.compile(r"(令和|平成|昭和)\s?(\d\d?|元)\s?年\s?(\d\d?)\s?月\s?(\d\d?)\s?日")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_THAI_YEARS = 543
"""Years by which the Thai calendar is ahead."""
_NUMERIC = re.compile(r"(?<!\d)(\d\d?)([./-])\s?(\d\d?)[./-]\s?(\d{4})(?!\d)")
_SECONDS = re.compile(r"\d{9,10}(?:\.\d+)?\Z|\d{13}\Z")
_MAIL = re.compile(r"[A-Za-z]{3},\s\d")
_IN_ADDRESS = re.compile(r"[/_=-](\d{4})([/-]?)(\d\d?)\2(\d\d?)(?=[/_.?#-]|\Z)")
_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_. ]?)(0[1-9]|1[0-2])\2([0-2]\d|3[01])(?!\d)")
_CLOCK = re.compile(
    r"\d{1,2}[:.h]\s?\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?\s?m\.?|uhr|hrs?|h|uur|kl|час\w*)?"
    r"\s*(?:[A-Z]{2,4}\b|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)
_STATES_DATE = re.compile(
    r"(?:first |originally )?\b(?:published|posted|released|issued|veröffentlicht|erschienen|publi[ée]e?|publicado"
    r"|publicada"
    r"|pubblicato|gepubliceerd|geplaatst|publicerad|publiceret|publisert|julkaistu|opublikowano|zveřejněno|publikováno"
    r"|објављено|objavljeno|objavio|опубликован[оа]?|опубліковано|публикувано|megjelent|publicat|yayınlanma|yayımlanma"
    r"|yayınlandı|δημοσιεύτηκε|δημοσίευση|发布|發布|发表|發表|公開|掲載|配信|게시|입력|등록|نشر|النشر|انتشار|प्रकाशित"
    r"|datum|date|dated|data|fecha|дата|tarih|日期|时间|時間|日付|날짜|التاريخ|تاريخ)"
    r"[^\w\n]{0,4}(?:\b(?:on|at|le|el|il|em|am|den|op|tarihi?|日期|日|于|於|时间|時間|в|во|дня)\b|日期|时间|時間|于|於|日)?\s*[:：]?\s*(.{4,60})",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"updated?|modified|edited|corrected|aktualisiert|geändert|mis à jour|modifié|actualizado|aggiornato|atualizado"
    r"|bijgewerkt|uppdaterad|opdateret|oppdatert|päivitetty|zaktualizowano|aktualizováno|ažurirano|обновлено|оновлено"
    r"|güncelle\w*|frissítve|更新|수정|تحديث|ενημερώθηκε|\bstand\b",
    re.IGNORECASE,
)
_BESIDE_MONTH = frozenset("de del of d' d’ d st nd rd th er г m año ano na og den der year".split())
_WORDS = re.compile(r"[^\W\d_]+")
_MARKS_OF_DATE = re.compile("[年月日년월일号號г]")
_LONGEST_REST = 24
"""Letters that may stand beside a date in a line of its own, such as a weekday."""


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text: ISO 8601, and the span of its words."""

    iso: str
    start: int
    end: int


def iso_date(value: str) -> str:
    """Give a stated date as ISO 8601: a date, or a date and time with its zone if stated; "" if it states none.

    A numeric date that may be read with the day or the month first (03/04/2024) states none, unless it is written
    with full stops, as only the day comes first there. So do dates that do not exist, or lie in the future.
    """
    value = _plain_digits(value.strip())
    for parse in (_from_iso, _from_compact, _from_mail):
        parsed = parse(value)
        if parsed:
            return "" if _is_future(parsed) else parsed
    found = find_date(value)
    return found.iso if found else ""


def find_date(text: str) -> FoundDate | None:
    """Give the first date in a short text that is written out or in numbers, as `iso_date` reads them."""
    text = _plain_digits(text[:_LONGEST])
    for find in (_from_words, _from_eras, _from_numbers):
        found = next(find(text), None)
        if found:
            return None if _is_future(found.iso) else found
    return None


def lone_date(line: str) -> str:
    """Give the date of a line that is nothing but one, a weekday and a time apart; else ""."""
    line = line.strip()
    if len(line) > 80:
        return ""
    match = _ISO.match(_plain_digits(line))
    found = FoundDate(iso_date(line), *match.span()) if match else find_date(line)
    if found is None or not found.iso:
        return ""
    rest = _CLOCK.sub(" ", line[: found.start]) + " " + _CLOCK.sub(" ", line[found.end :])
    words = _WORDS.findall(_MARKS_OF_DATE.sub(" ", rest))
    return found.iso if len(words) <= 3 and sum(map(len, words)) <= _LONGEST_REST else ""


def header_date(first: Sequence[str], last: Sequence[str] = (), dateline: str = "") -> str:
    """Give the date that a line states to be the publication's, or that stands alone; else the last change's, or ""."""
    for line in (*first, *last):
        for match in _STATES_DATE.finditer(line[:200].lstrip("*_ (")):
            stated = _UPDATED.split(match.group(1))[0]
            if not _UPDATED.search(line[: match.start()][-12:]) and (found := iso_date(stated)):
                return found
    for line in first:
        if not _UPDATED.search(line) and (found := lone_date(line.strip("()[] ,|"))):
            return found
    found_in = find_date(dateline)
    return found_in.iso if found_in else next(filter(None, map(_updated, first)), "")


def _updated(line: str) -> str:
    """The date of a line that tells when the article was changed, which is the next best: "Updated Thu 6 May 2010"."""
    change = _UPDATED.match(line.strip("()[] ,|"))
    return lone_date(line.strip("()[] ,|")[change.end() :].lstrip(" :-–—")) if change else ""


def is_update(words: str) -> bool:
    """Whether words say that a date is that of a change."""
    return bool(_UPDATED.search(words))


def date_of_address(address: str) -> str:
    """Give the date within a web address, such as "/2024/03/05/" or "-20240305-"; "" if there is none."""
    match = _IN_ADDRESS.search(address[:2000])
    return _past(match) if match and int(match.group(1)) >= 1990 else ""


def date_of_name(name: str) -> str:
    """Give the date within the name of a file, such as "2024-03-05-bridge.txt"; "" if there is none."""
    stem = name.rpartition("/")[2].rpartition(".")[0] or name
    if match := _IN_NAME.search(stem):
        return _past(match)
    written = find_date(re.sub(r"[_+-]", " ", stem))
    return written.iso if written else ""


def _past(match: re.Match[str]) -> str:
    """The date of year, month and day in figures; "" if there is no such day, or it is yet to come."""
    found = _checked(int(match.group(1)), int(match.group(3)), int(match.group(4)))
    return "" if not found or _is_future(found) else found


def _plain_digits(text: str) -> str:
    """The text with digits of any script as 0 to 9."""
    return text if text.isascii() else "".join(_digit(c) for c in text)


def _digit(character: str) -> str:
    if character.isascii() or not character.isdecimal():
        return character
    return str(unicodedata.digit(character))


def _from_iso(value: str) -> str:
    match = _ISO.match(value)
    return _moment(match) if match else ""


def _from_compact(value: str) -> str:
    """Dates such as 20241003 or 20241003T101500Z, and seconds or milliseconds since 1970."""
    match = _COMPACT.match(value)
    if match:
        return _moment(match)
    if _SECONDS.match(value):
        seconds = float(value) / (1000 if len(value) == 13 else 1)
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return ""


def _moment(match: re.Match[str]) -> str:
    year, month, day, hour, minute, second, zone = match.groups()
    whole = _checked(int(year), int(month), int(day))
    if not whole or hour is None or int(hour) > 23 or int(minute) > 59:
        return whole
    zone = {"UTC": "Z", "GMT": "Z", None: ""}.get(zone, zone)
    if len(zone) == 5:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{whole}T{int(hour):02}:{minute}:{second or '00'}{zone}"


def _from_mail(value: str) -> str:
    """Dates as in mail and feeds (RFC 5322): "Thu, 03 Oct 2024 10:15:00 GMT"."""
    if not _MAIL.match(value):
        return ""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return ""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _from_words(text: str) -> Iterator[FoundDate]:
    """Dates whose month is named."""
    for pattern, (day, month, year) in (
        (_NUMBERED_MONTH, (1, 2, 3)),
        (_DAY_FIRST, (1, 2, 3)),
        (_MONTH_FIRST, (2, 1, 3)),
        (_LATVIAN, (2, 3, 1)),
        (_YEAR_FIRST, (3, 2, 1)),
    ):
        for match in pattern.finditer(text):
            named = match.group(month)
            number = int(named) if named.isdecimal() else _month_in(named, first=pattern is _MONTH_FIRST)
            stated = int(match.group(year))
            if number:
                years = _THAI_YEARS if stated > 2400 and any("\u0e00" <= c <= "\u0e7f" for c in text) else 0
                found = _checked(stated - years, number, int(match.group(day)))
                if found:
                    yield FoundDate(found, match.start(), match.end())


def _month_in(words: str, *, first: bool) -> int:
    """The month that words name, with nothing but articles and the like beside it; 0 if they name none.

    `first` says that other words may stand before it.
    """
    parts = [part for part in re.split(r"[\s.,:;/()\-–—|‎‏]+", words.lower()) if part and part not in _BESIDE_MONTH]
    parts = parts[-2:] if first else parts
    names = _months()
    shortened = words.lower().replace(".", "").strip(" ,")
    whole = next((name for name in (" ".join(parts), shortened) if name in names), "")
    if whole:
        return names[whole]
    last = parts[-1] if parts and (first or len(parts) == 1) else ""
    last = re.sub(r"\Ad['’]", "", last)
    return names.get(last) or (names.get(last[1:], 0) if last.startswith("ב") else 0)


@cache
def _months() -> dict[str, int]:
    lines = files(__package__).joinpath("months.txt").read_text("utf-8").splitlines()
    pairs = (line.partition(": ") for line in lines if not line.startswith("#"))
    return {name.replace(".", ""): int(number) for number, _, names in pairs for name in names.split(", ")}


def _from_eras(text: str) -> Iterator[FoundDate]:
    for match in _JAPANESE_ERA.finditer(text):
        year = 1 if match.group(2) == "元" else int(match.group(2))
        found = _checked(_ERAS[match.group(1)] + year, int(match.group(3)), int(match.group(4)))
        if found:
            yield FoundDate(found, match.start(), match.end())


def _from_numbers(text: str) -> Iterator[FoundDate]:
    for match in _YEAR_MONTH_DAY.finditer(text):
        found = _checked(*(int(part) for part in match.groups()))
        if found:
            yield FoundDate(found, match.start(), match.end())
    for match in _NUMERIC.finditer(text):
        first, second, year = int(match.group(1)), int(match.group(3)), int(match.group(4))
        found = ""
        if match.group(2) == "." or first > 12 or first == second:
            found = _checked(year, second, first)
        elif second > 12:
            found = _checked(year, first, second)
        if found:
            yield FoundDate(found, match.start(), match.end())


def _checked(year: int, month: int, day: int) -> str:
    """The date, if it exists."""
    try:
        stated = date(year, month, day)
    except ValueError:
        return ""
    return "" if year < _FIRST_YEAR else stated.isoformat()


def _is_future(parsed: str) -> bool:
    """Whether the date is yet to come; a day of grace is left for time zones."""
    return (date.fromisoformat(parsed[:10]) - datetime.now(UTC).date()).days > 1
