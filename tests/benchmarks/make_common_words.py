"""Make rag/text/en/common_words.json: python -m tests.benchmarks.make_common_words.

It estimates how many general English passages hold a word from the length of its static vector: frequent words have
short vectors. The line through the frequencies in the benchmark articles is fixed here.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np

from rag.text.terms import stemmer

PACKAGE = Path(__file__).parents[2] / "rag" / "text" / "en"


def common_words() -> dict[str, float]:
    """Estimate the share of general passages that hold a word, for each whole word among the static vectors."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    from rag.embed.wordllama import _package_folder

    folder = _package_folder("wordllama")
    vocabulary = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json")).get_vocab()
    lengths = np.linalg.norm(
        load_file(folder / "weights" / "l2_supercat_256.safetensors")["embedding.weight"].astype(float), axis=1
    )
    stem = stemmer("en")
    shares: dict[str, float] = {}
    for token, id_ in sorted(vocabulary.items()):
        word = token.removeprefix("▁")
        if token != word and re.fullmatch("[a-z]{2,}", word) and lengths[id_] < 19:
            shares[stem(word)] = shares.get(stem(word), 0) + math.exp(-2.2 - 0.16 * lengths[id_])
    return {word: round(min(0.9, share), 4) for word, share in sorted(shares.items()) if share >= 0.012}


if __name__ == "__main__":
    words = ",\n".join(f'"{word}": {share}' for word, share in common_words().items())
    (PACKAGE / "common_words.json").write_text(f"{{\n{words}\n}}\n", "utf-8")
