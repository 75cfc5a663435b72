"""Embeddings from an OpenAI-compatible server, through LlamaIndex's client. Every text is sent to that server."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np

from rag.errors import ModelError, ModelRefused, ModelUnavailable, SettingsError
from rag.models.foreign import PASSAGE_TOKENS, estimate_tokens, unit_vectors
from rag.models.ports import Vectors
from rag.types import shorten

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAIError

OPENAI = "https://api.openai.com/v1"
BATCH_TEXTS = 64
TIMEOUT = 60.0
"""Seconds for one request."""
ATTEMPTS = 3
FIRST_PAUSE = 0.5
"""Seconds before the second attempt; twice as long before the third."""
LONGEST_PAUSE = 20.0
"""Seconds, if the server names a time in its Retry-After."""

ADVICE = {
    401: "Check OPENAI_API_KEY.",
    403: "Check OPENAI_API_KEY, and whether it may use this model.",
    404: "Check the model's name in READACROSS_EMBEDDER, and OPENAI_BASE_URL.",
}


class OpenAIEmbedder:
    """Embeds on a server. It may be used by several threads at once. Its tokens are estimated from the texts' bytes.

    The key is given to the server and to nobody else: no message, log line or repr has it.
    """

    def __init__(self, model: str, *, api_key: str = "", base_url: str = "") -> None:
        """Name the model, the server's key, and its address, which is OpenAI's own for "". Nothing is sent yet.

        Raises SettingsError if there is neither a key nor an address.
        """
        if not (api_key or base_url):
            raise SettingsError(
                f"READACROSS_EMBEDDER=openai:{model} needs OPENAI_API_KEY, "
                "or the OPENAI_BASE_URL of a server that wants no key."
            )
        from llama_index.embeddings.openai_like import OpenAILikeEmbedding

        self.name = f"openai:{model}"
        self.passage_tokens = PASSAGE_TOKENS
        self._key = api_key
        self._source = f"{model} at {_host(base_url or OPENAI)}"
        self._dimension = 0
        self._model = OpenAILikeEmbedding(
            model_name=model,
            api_key=api_key or "none",
            api_base=base_url or OPENAI,
            embed_batch_size=BATCH_TEXTS,
            max_retries=0,  # LlamaIndex and the client beneath it would both retry, and log what the server said
            timeout=TIMEOUT,
        )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Estimate the tokens of each text."""
        return [estimate_tokens(text) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit vectors of shape (len(texts), dimension); the dimension is 0 before the first answer.

        Raises ModelUnavailable when the server cannot be reached or is overloaded, also after two more attempts;
        ModelRefused when it refuses the key, the model or the texts, or answers with something else than vectors.
        """
        batches = [self._embed(texts[start : start + BATCH_TEXTS]) for start in range(0, len(texts), BATCH_TEXTS)]
        return np.concatenate(batches) if batches else np.empty((0, self._dimension), np.float32)

    def embed_question(self, text: str) -> Vectors:
        """Embed a text as a unit vector of shape (dimension,). Raises as `embed_passages` does."""
        vector: Vectors = self._embed([text])[0]
        return vector

    def _embed(self, texts: Sequence[str]) -> Vectors:
        sendable = [text.encode("utf-8", "replace").decode("utf-8").strip() or "." for text in texts]
        vectors = unit_vectors(self._request(sendable), len(texts), self._source)
        self._dimension = self._dimension or vectors.shape[1]
        if vectors.shape[1] != self._dimension:
            raise ModelRefused(
                f"{self._source} gave vectors of {vectors.shape[1]} dimensions after some of {self._dimension}. "
                "Sync again once the server has settled on one model."
            )
        return vectors

    def _request(self, texts: list[str]) -> list[list[float]]:
        """Ask the server, up to ATTEMPTS times, and translate its errors."""
        from openai import OpenAIError

        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._model.get_text_embedding_batch(texts)
            except OpenAIError as error:
                ours = self._translate(error)
                if attempt == ATTEMPTS or not isinstance(ours, ModelUnavailable):
                    raise ours from None  # the cause may hold what the server said of the key
                time.sleep(_pause(error, attempt))
            except (AttributeError, KeyError, TypeError, ValueError):  # from within the client: a reply of another form
                raise ModelRefused(
                    f"{self._source} did not answer with embeddings. Check OPENAI_BASE_URL, which mostly ends in /v1."
                ) from None
        raise AssertionError("unreachable")

    def _translate(self, error: OpenAIError) -> ModelError:
        from openai import APIConnectionError, APIStatusError

        if isinstance(error, APIStatusError):
            status, said = error.status_code, self._safe(_message(error))
            answer = f"{self._source} answered {status}: {said}"
            too_long = "too large" in said or "too long" in said  # llama.cpp's server calls this a fault of its own
            if (status in (408, 409, 425, 429) or status >= 500) and not too_long:
                return ModelUnavailable(f"{answer} Try again later.")
            return ModelRefused(f"{answer} {ADVICE.get(status, 'Choose another embedding model.')}")
        if isinstance(error, APIConnectionError):
            reason = self._safe(str(error.__cause__ or error))
            return ModelUnavailable(
                f"{self._source} cannot be reached: {reason} Check OPENAI_BASE_URL and the network."
            )
        return ModelRefused(f"{self._source}: {self._safe(str(error))} Choose another embedding model.")

    def _safe(self, words: str) -> str:
        """What a server said as one short sentence, without the key."""
        line = shorten(words.replace(self._key, "(the key)") if self._key else words)
        return line if line.endswith((".", "!", "?", "…")) else f"{line}."


def _pause(error: OpenAIError, attempt: int) -> float:
    """Seconds to wait before the next attempt."""
    response = getattr(error, "response", None)
    named = response.headers.get("retry-after", "") if response is not None else ""
    try:
        return min(max(float(named), 0.0), LONGEST_PAUSE)
    except ValueError:
        return float(FIRST_PAUSE * 2 ** (attempt - 1))


def _message(error: APIStatusError) -> str:
    """The server's own words; the client puts its whole answer into the error's text."""
    said = error.body.get("message") if isinstance(error.body, dict) else None
    return said if isinstance(said, str) else error.message


def _host(address: str) -> str:
    """The server's name and port: an address may hold a password."""
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
