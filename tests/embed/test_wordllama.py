import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embed import wordllama
from rag.embed.wordllama import KNOWN_WORDS, TOKENS_AT_ONCE, StaticEmbedder, load_wordllama
from rag.errors import ModelUnavailable

EMBEDDER = load_wordllama()
TEXTS = st.lists(st.text(max_size=200), max_size=8)


def similarity(one: str, other: str) -> float:
    return float(EMBEDDER.embed_passages([one])[0] @ EMBEDDER.embed_question(other))


def reference() -> tuple[np.ndarray, object]:
    """The package's own weights and tokenizer, used in the plainest way."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    folder = Path(find_spec("wordllama").submodule_search_locations[0])
    weights = load_file(folder / "weights" / "l2_supercat_256.safetensors")["embedding.weight"].astype(np.float64)
    return weights, Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))


@pytest.mark.parametrize(
    "text",
    [
        "NATO chief Mark Rutte told Ukraine’s President “your security matters for ours” on Thursday.",
        "Zażółć gęślą jaźń; 北约秘书长访问基辅 😀 & Київ!",
        "a",
        "word " * (TOKENS_AT_ONCE + 3),
    ],
)
def test_a_vector_is_the_mean_of_the_vectors_of_the_texts_tokens(text):
    weights, tokenizer = reference()
    ids = tokenizer.encode(" ".join(text.split()), add_special_tokens=False).ids
    mean = weights[ids].mean(axis=0)
    assert EMBEDDER.count_tokens([text]) == [len(ids)]
    np.testing.assert_allclose(EMBEDDER.embed_passages([text])[0], mean / np.linalg.norm(mean), atol=1e-6)


@given(TEXTS)
def test_a_text_has_the_same_vector_alone_and_in_any_batch(texts):
    together = EMBEDDER.embed_passages(texts)
    backwards = EMBEDDER.embed_passages(texts[::-1])[::-1]
    alone = [EMBEDDER.embed_question(text) for text in texts]
    assert together.tobytes() == backwards.tobytes() == b"".join(vector.tobytes() for vector in alone)


@given(TEXTS)
def test_every_text_has_a_unit_vector(texts):
    vectors = EMBEDDER.embed_passages(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(texts), 256)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@given(st.lists(st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1)), st.data())
def test_white_space_only_separates_words(words, data):
    spaces = [data.draw(st.text(" \n\t\u00a0", min_size=1, max_size=3)) for _ in words]
    spread = "".join(word + space for word, space in zip(words, spaces, strict=True))
    assert EMBEDDER.embed_question(spread).tobytes() == EMBEDDER.embed_question(" ".join(words)).tobytes()


def test_a_text_without_words_is_the_first_axis():
    for vector in EMBEDDER.embed_passages(["", " \n"]):
        assert vector.tolist() == [1] + [0] * 255
    assert EMBEDDER.count_tokens(["", " \n"]) == [0, 0]


def test_half_a_surrogate_pair_is_no_error():
    assert EMBEDDER.embed_question("\ud83d").tolist() == EMBEDDER.embed_question("?").tolist()


def test_names_spelt_differently_still_meet():
    other = similarity("Zelenskyy", "Stoltenberg")
    assert similarity("Zelenskyy", "Zelensky") > other + 0.2
    assert similarity("Zelenskyy", "Zelenski") > other + 0.2


def test_what_is_about_the_same_lies_closer():
    told = "NATO chief Mark Rutte visited Kyiv and met the president."
    assert similarity(told, "The head of the alliance came to Ukraine.") > similarity(told, "Beat the eggs with sugar.")


def test_threads_may_share_it_while_it_learns_words(monkeypatch):
    monkeypatch.setattr(wordllama, "KNOWN_WORDS", 50)  # so that the table of words is replaced all the time
    fresh = StaticEmbedder(EMBEDDER.name, EMBEDDER._vectors, _tokenizer())
    texts = [f"word{n} and {n * 7} of {n % 13}" for n in range(2000)]
    expected = EMBEDDER.embed_passages(texts)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(fresh.embed_passages, [texts] * 8))
    assert all(vectors.tobytes() == expected.tobytes() for vectors in found)


def test_the_table_of_words_does_not_grow_for_ever(monkeypatch):
    monkeypatch.setattr(wordllama, "KNOWN_WORDS", 100)
    fresh = StaticEmbedder(EMBEDDER.name, EMBEDDER._vectors, _tokenizer())
    fresh.count_tokens([" ".join(f"w{n}" for n in range(1000)), "x" * 10_000])
    assert len(fresh._known) <= 100 < KNOWN_WORDS
    assert max(map(len, fresh._known)) < 100


def _tokenizer():
    return reference()[1]


def test_loading_touches_neither_logging_nor_standard_output_nor_the_package_itself():
    script = (
        "import logging, sys\n"
        "from rag.embed.wordllama import load_wordllama\n"
        "load_wordllama().embed_question('Kyiv')\n"
        "assert not logging.getLogger().handlers and logging.getLogger().level == logging.WARNING\n"
        "assert 'wordllama' not in sys.modules and 'huggingface_hub' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert logging.getLogger("rag").level == logging.NOTSET


def test_a_missing_package_says_what_to_install(monkeypatch):
    monkeypatch.setattr(wordllama, "find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable, match=r"pip install 'wordllama"):
        load_wordllama.__wrapped__()


def test_a_damaged_package_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(wordllama, "_package_folder", lambda name: tmp_path)
    with pytest.raises(ModelUnavailable, match="Install it again"):
        load_wordllama.__wrapped__()
