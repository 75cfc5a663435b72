from collections.abc import Callable, Sequence

import pytest

from rag.analysis.read_articles import ReadArticle
from rag.results.spans import Quote


def make_article(file: str, sentences: Sequence[str], published: str = "", title: str = "") -> ReadArticle:
    places, start = [], 0
    for text in sentences:
        places.append(Quote(file, start, start + len(text), text))
        start += len(text) + 1
    return ReadArticle(file, title, "", published, "en", tuple(places), ())


@pytest.fixture(scope="session")
def article() -> Callable[..., ReadArticle]:
    return make_article


QUAKE = (
    "A magnitude 6.1 earthquake struck Aceh province in Indonesia on Tuesday, killing at least 24 people.",
    "More than 200 people were injured and thousands of homes were damaged in Bener Meriah district.",
    "Rescuers searched through the rubble of a mosque in Blang Mancung where children had been praying.",
    "President Susilo Bambang Yudhoyono ordered the military to send helicopters and tents to the hills.",
    "Roads to the worst villages were blocked by landslides, said Sutopo Purwo Nugroho of the disaster agency.",
)
BOXING = (
    "Wladimir Klitschko kept his heavyweight titles by stopping Tony Thompson in the sixth round in Bern.",
    "The Ukrainian floored Thompson with a right hand near the end of the fifth round on Saturday night.",
    "Thompson, who is 40, had lost to Klitschko in Hamburg four years earlier, also by a knockout.",
    "About 30,000 people watched the fight at the Stade de Suisse, the promoter said.",
)


@pytest.fixture(scope="session")
def quake() -> tuple[str, ...]:
    return QUAKE


@pytest.fixture(scope="session")
def boxing() -> tuple[str, ...]:
    return BOXING
