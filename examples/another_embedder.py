"""Search with an embedder of your own: python examples/another_embedder.py FOLDER "QUERY".

This one counts runs of three letters, which finds words in spite of misspellings. Any LlamaIndex BaseEmbedding can be
given to Library in the same way.
"""

import sys
from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from rag import Library


class Trigrams:
    """Vectors of the numbers of each run of three letters, hashed to 512 numbers."""

    name = "trigrams-512"
    passage_tokens = 200

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """A token is a word."""
        return [len(text.split()) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length 1, of shape (len(texts), 512)."""
        return np.array([self.embed_question(text) for text in texts], np.float32).reshape(-1, 512)

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """A vector of length 1."""
        vector = np.full(512, 1e-6, np.float32)
        letters = f" {' '.join(text.casefold().split())} "
        for start in range(len(letters) - 2):
            vector[crc32(letters[start : start + 3].encode()) % 512] += 1
        return vector / np.linalg.norm(vector)


def main(folder: str, query: str) -> None:
    with Library(folder, embedder=Trigrams()) as library:
        library.sync()
        for hit in library.search(query, k=3):
            print(f"{hit.score:.3f}  {hit.file} {hit.start}-{hit.end}  {hit.text[:80]!r}")


if __name__ == "__main__":
    main(*sys.argv[1:])
