"""The models of a library: those that the caller gives, ours or LlamaIndex's, or else those that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rag.embed.port import Embedder
from rag.llm.language_model import LanguageModel
from rag.models import make_embedder, make_language_model
from rag.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.llms import LLM


def choose_embedder(given: Embedder | BaseEmbedding | None, settings: Settings) -> Embedder:
    """The given embedder, or the settings' one. Raises what `make_embedder` raises, TypeError for what is none."""
    if given is None:
        return make_embedder(settings.embedder, api_key=settings.openai_api_key, base_url=settings.openai_base_url)
    if isinstance(given, Embedder):
        return given
    from rag.integrations.llamaindex import from_llama_index

    return from_llama_index(given)


def choose_language_model(given: LanguageModel | LLM | None, settings: Settings) -> LanguageModel | None:
    """The given language model, or the settings' one, None if they name none.

    Raises what `make_language_model` raises, TypeError for what is none.
    """
    if given is None:
        return make_language_model(
            settings.model,
            gguf=settings.gguf,
            api_key=settings.openai_api_key,
            base_url=settings.openai_base_url,
            timeout=settings.model_timeout,
        )
    if hasattr(given, "count_tokens") and not hasattr(given, "stream_chat"):
        return given
    from rag.integrations.llamaindex import from_llm

    return from_llm(cast("LLM", given))
