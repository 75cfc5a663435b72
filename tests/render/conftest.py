from collections.abc import Callable, Sequence

import pytest

from rag import Answer, AnswerSentence, Citation, Fault, Source
from rag.render.document import text_digest

PLAIN = "Words"


def make_answer(words: Callable[[], str] = lambda: PLAIN, supports: Sequence[str] = ("supported", "partly")) -> Answer:
    """An answer with a sentence for each verdict, each citing an article of its own; `words` gives all its texts."""
    sentences, sources = [], []
    for number, support in enumerate(supports, start=1):
        quote = words()
        citation = Citation(number, f"{number}{words()}.txt", 5, 5 + len(quote), quote)
        faults = () if support == "supported" else (Fault("number", 0, 1, f"the evidence does not give {words()}"),)
        sentences.append(AnswerSentence(words(), support, 0.5, (citation,), faults))
        facts = (words(), words(), words(), words())
        sources.append(Source(citation.file, *facts, numbers=(number,), digest=text_digest(quote)))
    return Answer(words(), True, tuple(sentences), tuple(sources), notes=(words(),))


@pytest.fixture
def made() -> Callable[..., Answer]:
    return make_answer
