import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rag.embed.port import estimate_tokens, unit_vectors
from rag.errors import ModelRefused

NUMBERS = st.floats(-(2.0**90), 2.0**90, width=32).filter(lambda value: value == 0 or abs(value) > 2.0**-90)


@given(arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=NUMBERS))
def test_rows_keep_their_direction_and_get_length_one(rows):
    if not rows.any(axis=1).all():
        with pytest.raises(ModelRefused, match="length 0"):
            unit_vectors(rows.tolist(), len(rows), "it")
        return
    vectors = unit_vectors(rows.tolist(), len(rows), "it")
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(
        (vectors * rows.astype(np.float64)).sum(axis=1), np.linalg.norm(rows.astype(float), axis=1)
    )


@given(st.text(), st.text())
def test_an_estimate_never_shrinks_as_a_text_grows(text, more):
    assert 0 <= estimate_tokens(text) <= estimate_tokens(text + more) <= estimate_tokens(text) + estimate_tokens(more)


def test_half_a_surrogate_pair_counts_as_one_letter():
    assert estimate_tokens("\ud83d") == 1
