"""Embeddings from an OpenAI-compatible server, through LlamaIndex's client. Every text is sent to that server."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from rag.embed.port import PASSAGE_TOKENS, Vectors, estimate_tokens, unit_vectors
from rag.errors import ModelRefused, ModelUnavailable, Phrase, SettingsError
from rag.net.server_errors import OPENAI, OpenAIFaults, host, pause

BATCH_TEXTS = 64
"""Texts in one request."""
TIMEOUT = 60.0
"""Seconds for one request."""
ATTEMPTS = 3
FIRST_PAUSE = 0.5
"""Seconds before the second attempt; twice as long before the third."""


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
                "READACROSS_EMBEDDER=openai:{model} needs OPENAI_API_KEY, or the OPENAI_BASE_URL of a "
                "server that wants no key.",
                model=model,
            )
        from llama_index.embeddings.openai_like import OpenAILikeEmbedding

        self.name = f"openai:{model}"
        self.passage_tokens = PASSAGE_TOKENS
        self._source = f"{model} at {host(base_url or OPENAI)}"
        otherwise = Phrase("Choose another embedding model.")
        self._faults = OpenAIFaults(self._source, "READACROSS_EMBEDDER", otherwise, otherwise, api_key)
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
                "{source} gave vectors of {dimensions} dimensions after some of {before}. Sync again "
                "once the server has settled on one model.",
                source=self._source,
                dimensions=vectors.shape[1],
                before=self._dimension,
            )
        return vectors

    def _request(self, texts: list[str]) -> list[list[float]]:
        """Ask the server, up to ATTEMPTS times, and translate its errors."""
        from openai import OpenAIError

        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._model.get_text_embedding_batch(texts)
            except OpenAIError as error:
                ours = self._faults.translate(error)
                wait = pause(error, attempt, FIRST_PAUSE)
                if attempt == ATTEMPTS or wait is None or not isinstance(ours, ModelUnavailable):
                    raise ours from None  # the cause may hold what the server said of the key
                time.sleep(wait)
            except (AttributeError, KeyError, TypeError, ValueError):  # from within the client: a reply of another form
                raise ModelRefused(
                    "{source} did not answer with embeddings. Check OPENAI_BASE_URL, which mostly ends in /v1.",
                    source=self._source,
                ) from None
        raise AssertionError("unreachable")
