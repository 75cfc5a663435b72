"""Publication dates, from the many ways of writing them to ISO 8601."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_FIRST_YEAR = 1600
_MONTHS = {
    1: "january jan januar janvier enero gennaio janeiro januari stycznia styczeń ledna leden januara siječnja "
    "јануара января січня януари ιανουαρίου ocak január",
    2: "february feb februar février febrero febbraio fevereiro februari lutego luty února únor februara veljače "
    "фебруара февраля лютого февруари φεβρουαρίου şubat február",
    3: "march mar märz mars marzo março maart marca marzec března březen marta ožujka ožujak марта березня март "
    "μαρτίου mart március",
    4: "april apr avril abril aprile kwietnia kwiecień dubna duben aprila travnja travanj априла апреля квітня "
    "април απριλίου nisan április",
    5: "may mai mayo maggio maio mei maja maj května květen svibnja svibanj маја мая травня май μαΐου mayıs május",
    6: "june jun juni juin junio giugno junho czerwca czerwiec června červen juna lipnja lipanj јуна июня червня юни "
    "ιουνίου haziran június",
    7: "july jul juli juillet julio luglio julho lipca lipiec července červenec jula srpnja srpanj јула июля липня юли "
    "ιουλίου temmuz július",
    8: "august aug août agosto augustus augusti sierpnia sierpień srpna srpen avgusta kolovoza kolovoz августа серпня "
    "август αυγούστου ağustos augusztus",
    9: "september sep sept septembre septiembre settembre setembro września wrzesień září septembra rujna rujan "
    "септембра сентября вересня септември σεπτεμβρίου eylül szeptember",
    10: "october oct oktober okt octobre octubre ottobre outubro października październik října říjen oktobra "
    "октобра октября жовтня октомври οκτωβρίου ekim október",
    11: "november nov novembre noviembre novembro listopadu novembra studenoga studeni новембра "
    "ноября листопада ноември νοεμβρίου kasım",
    12: "december dec dezember dez décembre diciembre dicembre dezembro grudnia grudzień prosince prosinec decembra "
    "prosinca децембра декабря грудня декември δεκεμβρίου aralık",
}
_MONTH = {name: number for number, names in _MONTHS.items() for name in names.split()}

_ISO = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)(Z|[+-]\d{4})?)?\Z")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d\d?)(?:st|nd|rd|th|er|\.|º|ª)?\s+(?:de\s+|of\s+)?([^\W\d]{3,14})\.?,?\s+(?:de\s+)?(\d{4})\b"
)
_MONTH_FIRST = re.compile(r"\b([^\W\d]{3,14})\.?\s+(\d\d?)(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[./年년]\s?(\d\d?)\s?[./月월]\s?(\d\d?)(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d\d?)([./-])\s?(\d\d?)[./-]\s?(\d{4})(?!\d)")
_SECONDS = re.compile(r"\d{9,10}(?:\.\d+)?\Z|\d{13}\Z")
_MAIL = re.compile(r"[A-Za-z]{3},\s\d")


def iso_date(value: str) -> str:
    """Give a stated date as ISO 8601: a date, or a date and time with its zone if stated; "" if it states none.

    A numeric date that may be read with the day or the month first (03/04/2024) states none, unless it is written
    with full stops, as only the day comes first there. So do dates that do not exist, or lie in the future.
    """
    value = value.strip()
    for parse in (_from_iso, _from_compact, _from_mail, _from_words, _from_numbers):
        parsed = parse(value)
        if parsed:
            return "" if _is_future(parsed) else parsed
    return ""


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
    except (ValueError, TypeError):
        return ""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _from_words(value: str) -> str:
    for match in _DAY_FIRST.finditer(value):
        month = _MONTH.get(match.group(2).lower())
        if month:
            return _checked(int(match.group(3)), month, int(match.group(1)))
    for match in _MONTH_FIRST.finditer(value):
        month = _MONTH.get(match.group(1).lower())
        if month:
            return _checked(int(match.group(3)), month, int(match.group(2)))
    return ""


def _from_numbers(value: str) -> str:
    match = _YEAR_FIRST.search(value)
    if match:
        return _checked(*(int(part) for part in match.groups()))
    match = _NUMERIC.search(value)
    if not match:
        return ""
    first, second, year = int(match.group(1)), int(match.group(3)), int(match.group(4))
    if match.group(2) == "." or first > 12 or first == second:
        return _checked(year, second, first)
    return _checked(year, first, second) if second > 12 else ""


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
