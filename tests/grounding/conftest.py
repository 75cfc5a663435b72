from collections.abc import Callable, Sequence

import pytest

from rag.grounding.evidence import Candidate, CandidateSentence
from rag.grounding.matching import Embed
from rag.models.static import load_wordllama


@pytest.fixture(scope="session")
def embed() -> Embed:
    return load_wordllama().embed_passages


@pytest.fixture(scope="session")
def candidate() -> Callable[..., Candidate]:
    def make(
        sentences: Sequence[str], file: str = "a.txt", title: str = "", lead: str = "", first: int = 0
    ) -> Candidate:
        spans, start = [], 100 * first
        for number, text in enumerate(sentences, start=first):
            spans.append(CandidateSentence(number, start, start + len(text), text))
            start += len(text) + 1
        return Candidate(file, tuple(spans), title, lead)

    return make
