import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.testing import HashEmbedder

EMBEDDER = HashEmbedder()


@given(st.lists(st.text(max_size=100), max_size=5))
def test_unit_vectors_that_do_not_depend_on_the_batch(texts):
    vectors = EMBEDDER.embed_passages(texts)
    assert vectors.shape == (len(texts), 256)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors.tobytes() == b"".join(EMBEDDER.embed_question(text).tobytes() for text in texts)


def test_texts_that_share_stems_lie_closer():
    one, other, third = EMBEDDER.embed_passages(["Rutte visits Kyiv", "Rutte visited Kiev", "Beat the eggs"])
    assert one @ other > 0.3 > one @ third


def test_the_vectors_are_the_same_in_another_process():
    script = "from rag.testing import HashEmbedder as H; print(H(8).embed_question('Rutte in Kyiv').tolist())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(HashEmbedder(8).embed_question("Rutte in Kyiv").tolist())


def test_a_token_is_a_word():
    assert EMBEDDER.count_tokens(["one two  three", ""]) == [3, 0]
