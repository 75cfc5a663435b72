import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.analysis.read_articles import pack

BAGS = st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 5)), min_size=1, max_size=6)


def inverse_frequency(_term: str, holding: int, bags: int) -> float:
    """The plain inverse document frequency, ln((N + 1) / (n + 1/2))."""
    return math.log((bags + 1) / (holding + 0.5))


@given(BAGS)
def test_cosines_are_those_of_the_vectors_written_out(bags: list[dict[str, int]]) -> None:
    packed = pack(bags, inverse_frequency)
    full = np.zeros((len(bags), len(packed.frequency)))
    for i in range(len(bags)):
        full[i, packed.terms(i)] = packed.own_weights(i)
    rows = np.arange(len(bags))
    for i in rows:
        np.testing.assert_allclose(packed.cosines(int(i), rows), full @ full[i], atol=1e-5)


@given(BAGS)
def test_postings_hold_each_term_of_each_bag_once(bags: list[dict[str, int]]) -> None:
    packed = pack(bags, inverse_frequency)
    postings = packed.postings
    there = {(int(bag), term) for term in range(len(packed.frequency)) for bag in postings.terms(term)}
    assert there == {(i, int(term)) for i in range(len(bags)) for term in packed.terms(i)}


def test_shared_is_whole_for_a_bag_inside_another_and_nothing_without_common_terms() -> None:
    packed = pack([{"a": 1, "b": 1}, {"a": 1, "b": 1, "c": 1}, {"d": 1}], inverse_frequency)
    ((inside, apart),) = packed.shared_of([0], [np.array([1, 2])])
    assert inside == pytest.approx(1)
    assert apart == 0


def test_the_mean_cosine_is_that_of_all_pairs() -> None:
    packed = pack([{"a": 1, "b": 2}, {"a": 3, "c": 1}, {"b": 1, "c": 2}, {}], inverse_frequency)
    pairs = [packed.cosines(0, np.array([1, 2])), packed.cosines(1, np.array([2]))]
    assert packed.mean_cosine(np.array([0, 1, 2])) == pytest.approx(np.concatenate(pairs).mean())
