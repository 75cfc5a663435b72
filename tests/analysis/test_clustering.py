from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.analysis.clustering import Edge, average_linkage

WEIGHTS = st.lists(st.floats(0, 1, width=32), min_size=15, max_size=15)


def mean_between(a: list[int], b: list[int], weights: dict[tuple[int, int], float]) -> float:
    return float(np.mean([weights[min(i, j), max(i, j)] for i in a for j in b]))


@given(WEIGHTS)
def test_no_two_groups_are_alike_on_average_and_every_item_is_in_one(values: list[float]) -> None:
    weights = dict(zip(combinations(range(6), 2), values, strict=True))
    groups = average_linkage(6, [Edge(i, j, w) for (i, j), w in weights.items()], 0.5, 0.0)
    assert sorted(i for g in groups for i in g) == list(range(6))
    assert all(mean_between(a, b, weights) < 0.5 + 1e-6 for a, b in combinations(groups, 2))


@given(WEIGHTS)
def test_an_edge_that_counts_as_absent_may_as_well_be_left_out(values: list[float]) -> None:
    edges = [Edge(i, j, w) for (i, j), w in zip(combinations(range(6), 2), values, strict=True)]
    told = [e if e.weight >= 0.2 else Edge(e.first, e.second, 0.2) for e in edges]
    assert average_linkage(6, told, 0.5, 0.2) == average_linkage(6, [e for e in told if e.weight > 0.2], 0.5, 0.2)


def test_a_chain_of_likenesses_does_not_join_what_is_not_alike() -> None:
    chain = [Edge(0, 1, 0.9), Edge(1, 2, 0.6)]
    assert average_linkage(3, chain, 0.5, 0.0) == [[0, 1], [2]]
