"""The language of a text, as an ISO 639-1 code."""

from __future__ import annotations

import re

_SAMPLE = 4000
"""Characters that are looked at."""
_RENAMED = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "tl": "tl", "nb": "no", "nn": "no"}
_CODE = re.compile(r"([a-zA-Z]{2})(?:[-_][A-Za-z0-9]+)*\Z")
_NAMES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es",
    "español": "es",
    "italian": "it", "italiano": "it", "portuguese": "pt", "português": "pt", "dutch": "nl", "nederlands": "nl",
    "russian": "ru", "русский": "ru", "ukrainian": "uk", "українська": "uk", "polish": "pl", "polski": "pl",
    "czech": "cs", "čeština": "cs", "serbian": "sr", "srpski": "sr", "српски": "sr", "croatian": "hr", "hrvatski": "hr",
    "bosnian": "bs", "slovenian": "sl", "slovak": "sk", "bulgarian": "bg", "greek": "el", "turkish": "tr",
    "türkçe": "tr", "arabic": "ar", "hebrew": "he", "chinese": "zh", "japanese": "ja", "korean": "ko", "hindi": "hi",
    "hungarian": "hu", "romanian": "ro", "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi",
    "persian": "fa", "urdu": "ur", "indonesian": "id", "vietnamese": "vi", "eng": "en", "deu": "de", "ger": "de",
    "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "por": "pt", "nld": "nl", "rus": "ru", "ukr": "uk", "pol": "pl",
    "ces": "cs", "srp": "sr", "hrv": "hr", "ell": "el", "tur": "tr", "ara": "ar", "zho": "zh", "jpn": "ja", "kor": "ko",
}  # fmt: skip


def language_code(value: str) -> str:
    """Give the ISO 639-1 code of a stated language ("en-GB", "German", "deu"); "" if it states none."""
    value = value.strip()
    named = _NAMES.get(value.lower())
    if named:
        return named
    match = _CODE.match(value)
    code = match.group(1).lower() if match else ""
    return _RENAMED.get(code, code)


def language_name(code: str) -> str:
    """The English name of a language; its code if the name is not known here."""
    return next((name.capitalize() for name, own in _NAMES.items() if own == code and len(name) > 3), code)


def detect_language(text: str) -> str:
    """Give the ISO 639-1 code of a text's language by CLD2; "" when it is unsure, as for a few words or numbers."""
    import pycld2  # type: ignore[import-untyped]  # it ships no types

    try:
        reliable, _, details = pycld2.detect(text[:_SAMPLE].encode("utf-8", "replace"))
    except pycld2.error:  # characters that it takes for damaged UTF-8
        return ""
    return language_code(details[0][1]) if reliable else ""
