"""Which models an OpenAI-compatible server has: the request by which a connection is tried."""

from __future__ import annotations

from typing import Any

import httpx

from rag.errors import ModelRefused, ModelUnavailable, Phrase
from rag.llm.bounded_http import Connections
from rag.net.server_errors import OPENAI, broken, host, plain, reason_phrase, said_by

PATIENCE = 10.0
"""Seconds for the whole request."""
MOST, LONGEST = 1_000, 200
"""Models that are taken from a list, and characters of a name."""
ADDRESS_ADVICE = Phrase("Check the address, which mostly ends in /v1.")
ADVICE = {401: Phrase("Check the key."), 403: Phrase("Check the key, and what it may be used for.")}


def list_models(base_url: str = "", api_key: str = "") -> tuple[str, ...]:
    """The names of the models on a server, OpenAI's own for "", sorted. The key goes to this address alone.

    Raises ModelUnavailable if the server cannot be reached, ModelRefused for another answer than a list.

    >>> list_models("http://127.0.0.1:1/v1")
    Traceback (most recent call last):
    rag.errors.ModelUnavailable: The server 127.0.0.1:1 cannot be reached: ... Check the address and the network.
    """
    base = (base_url or OPENAI).rstrip("/")
    source = Phrase("The server {host}", host=host(base))
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    hooks = Connections(PATIENCE).hooks
    try:
        with httpx.Client(timeout=PATIENCE, follow_redirects=False, event_hooks=hooks) as http:
            reply = http.get(f"{base}/models", headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:  # the last for a key that no header can hold
        reason = plain(broken(error), api_key)
        raise ModelUnavailable(
            "{source} cannot be reached: {reason} Check the address and the network.", source=source, reason=reason
        ) from None
    body = _json(reply)
    if not reply.is_success:
        said = plain(said_by(body), api_key) or f"{reason_phrase(reply.status_code)}."
        advice = ADVICE.get(reply.status_code, ADDRESS_ADVICE)
        raise ModelRefused(
            "{source} answered {status}: {said} {advice}",
            source=source,
            status=reply.status_code,
            said=said,
            advice=advice,
        )
    listed = body.get("data") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        raise ModelRefused(
            "{source} did not answer with a list of models. {advice}",
            source=source,
            advice=ADDRESS_ADVICE,
        )
    found = (entry.get("id") for entry in listed if isinstance(entry, dict))
    names = {name for name in found if isinstance(name, str) and 0 < len(name) <= LONGEST}
    return tuple(sorted(names, key=str.casefold)[:MOST])


def _json(reply: httpx.Response) -> Any:
    """The value that a reply holds; None if it holds none."""
    try:
        return reply.json()
    except (ValueError, RecursionError):
        return None
