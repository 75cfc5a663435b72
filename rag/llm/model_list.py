"""Which models an OpenAI-compatible server has: the request by which a connection is tried."""

from __future__ import annotations

import httpx

from rag.errors import ModelRefused
from rag.llm.bounded_http import Connections
from rag.net.server_errors import OPENAI, OpenAIFaults, host

PATIENCE = 10.0
"""Seconds for the whole request."""
MOST, LONGEST = 1_000, 200
"""Models that are taken from a list, and characters of a name."""


def list_models(base_url: str = "", api_key: str = "") -> tuple[str, ...]:
    """The names of the models on a server, OpenAI's own for "", sorted. The key goes to this address alone.

    Raises ModelUnavailable if the server cannot be reached, ModelRefused for another answer than a list.
    """
    from openai import OpenAI, OpenAIError

    base = base_url or OPENAI
    source = f"The server {host(base)}"
    faults = OpenAIFaults(source, "READACROSS_MODEL", "Check the address, which mostly ends in /v1.", "", api_key)
    hooks = Connections(PATIENCE).hooks
    with httpx.Client(timeout=PATIENCE, follow_redirects=False, event_hooks=hooks) as http:
        client = OpenAI(api_key=api_key or "none", base_url=base, http_client=http, max_retries=0)
        try:
            listed = client.models.list().data
            names = {model.id for model in listed or () if isinstance(model.id, str) and len(model.id) <= LONGEST}
        except OpenAIError as error:
            raise faults.translate(error) from None
        except (AttributeError, KeyError, TypeError, ValueError):  # from within the client: a reply of another form
            raise ModelRefused(f"{source} did not answer with a list of models. {faults.otherwise}") from None
    return tuple(sorted(names, key=str.casefold)[:MOST])
