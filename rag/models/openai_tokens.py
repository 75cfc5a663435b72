"""OpenAI's own tokenizers, from the files that LlamaIndex ships. They are never downloaded."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from hashlib import sha1
from pathlib import Path
from threading import Lock

ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"
"""Where tiktoken would fetch an encoding; its cache names the file by this address."""
FOLDER = "TIKTOKEN_CACHE_DIR"

_lock = Lock()


def openai_tokenizer(model: str) -> Callable[[str], int] | None:
    """What counts the tokens of a text for an OpenAI model; None if the model or its encoding's file is not here."""
    import tiktoken

    try:
        name = tiktoken.encoding_name_for_model(model)
    except KeyError:
        return None
    return _counter(name)


@cache
def _counter(name: str) -> Callable[[str], int] | None:
    """Count with an encoding, if its file lies in LlamaIndex's folder."""
    import llama_index.core
    import tiktoken

    folder = Path(llama_index.core.__file__).parent / "_static" / "tiktoken_cache"
    if not (folder / sha1(ADDRESS.format(name=name).encode(), usedforsecurity=False).hexdigest()).is_file():
        return None
    with _lock:
        before = os.environ.get(FOLDER)
        os.environ[FOLDER] = str(folder)
        try:
            encoding = tiktoken.get_encoding(name)
        finally:
            if before is None:
                del os.environ[FOLDER]
            else:
                os.environ[FOLDER] = before
    return lambda text: len(encoding.encode(text, disallowed_special=()))
