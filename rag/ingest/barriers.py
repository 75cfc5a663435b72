"""Pages that are no articles but keep their readers out: checks for robots, walls of cookies, errors."""

from __future__ import annotations

import re

_SHORT = 100
"""Characters."""
_BARRIER_LENGTH = 1500
_BARRIER_TITLES = re.compile(
    r"(?:\d{3}\s*[-:|–]?\s*)?(?:error\s*[-:|–]?\s*)?(?:access (?:to this page has been )?denied|just a moment\.*"
    r"|forbidden|attention required!?.*"
    r"|are you a robot\??|robot check|security check.*|page not found.*|not found.*|404.*|403.*"
    r"|pardon our interruption\.*"
    r"|please wait\.*|ddos-guard|before you continue.*|verify you are human.*|one moment, please\.*|bad gateway"
    r"|service unavailable"
    r"|too many requests|zugriff verweigert|seite nicht gefunden|accès refusé|page introuvable|acceso denegado"
    r"|página no encontrada"
    r"|consent|cookie consent|subscribe to read|log in|sign in|captcha)",
    re.IGNORECASE,
)
_BARRIER_WORDS = re.compile(
    r"enable (?:javascript|cookies)(?: and (?:cookies|javascript))?\b|javascript is (?:disabled|required)"
    r"|checking your browser"
    r"|verif(?:y|ying) (?:that )?you are (?:a )?(?:human|not a (?:ro)?bot)|you don't have permission to access"
    r"|unusual (?:traffic|activity)"
    r"|performance (?:&|and) security by cloudflare|ray id:|complete the (?:captcha|security check)|are (?:a"
    r"|not a) (?:ro)?bot\b"
    r"|(?:store and/or access|access) information on a device|before you continue to|(?:accept|manage"
    r"|reject) (?:all )?cookies"
    r"|we (?:and our partners )?use cookies|javascript aktivieren|aktivieren sie javascript|alle cookies akzeptieren"
    r"|activer javascript|accepter (?:tous )?les cookies|habilita(?:r|) javascript|aceptar (?:todas )?las cookies"
    r"|the page you (?:are looking for|requested)|this page (?:could not|cannot) be found",
    re.IGNORECASE,
)


def is_barrier(title: str, text: str) -> bool:
    """Whether a page is no article but what keeps readers out: a check for robots, a wall of cookies, an error.

    Only short pages are, whose title or a good part of whose words say so.
    """
    if len(text) > _BARRIER_LENGTH:
        return False
    phrases = _BARRIER_WORDS.findall(text.replace("’", "'"))
    titled = _BARRIER_TITLES.fullmatch(title.strip()) or _BARRIER_TITLES.fullmatch(text.partition("\n")[0].strip())
    return (
        bool(titled and (phrases or len(text) < 2 * _SHORT))
        or len(phrases) >= 2
        or bool(phrases and len(text) < 3 * _SHORT and len(text.split("\n")) <= 4)
    )
