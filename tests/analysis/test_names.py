"""The persons that articles name: no firm, place or thing is among them."""

from __future__ import annotations

from collections.abc import Callable

from rag.analysis.names import find_names
from rag.analysis.read_articles import ReadArticle


def test_firms_places_and_things_are_no_persons(article: Callable[..., ReadArticle]) -> None:
    texts = (
        "Cpl. Janice Renton said that Tallgrass Foods Ltd. had moved from San Diego to Hornby Island.",
        "Renton told the Rotary Fund that Advanced Systems, in San Diego, makes the Blue Fabric chip.",
        "Erik Lindqvist, who worked for Paperny Films in San Diego, was seen on Harbour Avenue.",
        "CEO Maria Drennan and analyst Olu Rehnström spoke at the IBM Center.",
    )
    found = find_names([article(str(n), (text,)) for n, text in enumerate(texts)])
    assert {n.name for n in found.names} == {"Janice Renton", "Erik Lindqvist", "Maria Drennan", "Olu Rehnström"}
