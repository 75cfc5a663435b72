import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from rag.embed.onnx import BATCH_TEXTS, BATCH_TOKENS, batches, load_from_folder
from rag.errors import ModelRefused

WORDS = {"[PAD]": 0, "[CLS]": 1, "[SEP]": 2, "[UNK]": 3, "query": 4, "passage": 5, ":": 6, "a": 7, "b": 8, "c": 9}


def tiny(folder: Path, *, inputs=("input_ids", "attention_mask"), pooled=False, rows=None, **files) -> Path:
    """A model that turns token id n into row n of a table, and a tokenizer of ten words."""
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    table = np.eye(10, dtype=np.float32) if rows is None else np.array(rows, np.float32)
    numbers = onnx.TensorProto.INT64
    declared = [onnx.helper.make_tensor_value_info(name, numbers, ["batch", "length"]) for name in inputs]
    nodes = [onnx.helper.make_node("Gather", ["table", "input_ids"], ["tokens"])]
    if pooled:
        nodes.append(onnx.helper.make_node("ReduceMax", ["tokens", "axis"], ["pooled"], keepdims=0))
    shape = ["batch", 10] if pooled else ["batch", "length", 10]
    out = onnx.helper.make_tensor_value_info("pooled" if pooled else "tokens", onnx.TensorProto.FLOAT, shape)
    axis = onnx.numpy_helper.from_array(np.array([1]), "axis")
    tables = [onnx.numpy_helper.from_array(table, "table"), axis]
    graph = onnx.helper.make_graph(nodes, "tiny", declared, [out], tables)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=9)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    tokenizer = Tokenizer(models.WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    tokenizer.save(str(folder / "tokenizer.json"))
    for name, content in files.items():
        (folder / {"pooling": "1_Pooling/config.json"}.get(name, f"{name}.json")).write_text(json.dumps(content))
    return folder


def tokens_seen(vector: np.ndarray) -> set[int]:
    """With the identity as table, a mean of token vectors is positive where a token was."""
    return set(np.flatnonzero(vector).tolist())


@pytest.fixture(scope="module")
def real(minilm):
    return load_from_folder(minilm)


def test_a_real_transformer_puts_what_means_the_same_closer(real):
    told, same, other = real.embed_passages(
        [
            "NATO chief Mark Rutte visited Kyiv.",
            "The head of the alliance came to Ukraine.",
            "Beat the eggs with sugar.",
        ]
    )
    assert told @ same > 0.4 > 0.15 > told @ other
    assert real.embed_question("Who visited Kyiv?") @ told > 0.5


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(max_size=60), min_size=1, max_size=12))
def test_a_text_has_nearly_the_same_vector_alone_and_in_any_batch(real, texts):
    together = real.embed_passages(texts)
    alone = np.array([real.embed_question(text) for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.9999
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert together.dtype == np.float32


def test_a_long_text_is_embedded_by_its_beginning_and_counted_whole(real):
    beginning, end = "word " * 254, "other " * 500
    assert real.count_tokens([beginning + end]) == [754]
    assert real.embed_question(beginning + end) @ real.embed_question(beginning) > 0.9999
    assert real.passage_tokens == 256 - 2 - 40


def test_threads_may_share_it(real):
    texts = [f"Sentence number {n} of {n * 3}." for n in range(16)]
    expected = real.embed_passages(texts)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(real.embed_passages, [texts] * 4):
            np.testing.assert_allclose(found, expected, atol=1e-5)


def test_no_texts_and_broken_texts(real):
    assert real.embed_passages([]).shape == (0, 384)
    assert real.count_tokens(["", "\ud83d"]) == [0, 1]
    assert real.embed_question("\ud83d") @ real.embed_question("?") > 0.9999


@given(st.lists(st.integers(1, 512), max_size=60))
def test_batches_hold_every_text_once_within_their_limits(lengths):
    made = list(batches(lengths))
    assert sorted(i for batch in made for i in batch) == list(range(len(lengths)))
    for batch in made:
        longest = max(lengths[i] for i in batch)
        assert len(batch) == 1 or (len(batch) <= BATCH_TEXTS and len(batch) * longest <= BATCH_TOKENS)


def test_padding_does_not_count(tmp_path):
    vectors = load_from_folder(tiny(tmp_path)).embed_passages(["a b c a b c a", "a"])
    assert tokens_seen(vectors[1]) == {1, 2, 7}


def test_pooling_is_read_from_the_models_settings(tmp_path):
    by_flag = tiny(tmp_path / "flag", pooling={"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False})
    by_name = tiny(tmp_path / "name", pooling={"pooling_mode": "cls"})
    for folder in (by_flag, by_name):
        assert tokens_seen(load_from_folder(folder).embed_question("a b")) == {1}
    with pytest.raises(ModelRefused, match="max_tokens"):
        load_from_folder(tiny(tmp_path / "max", pooling={"pooling_mode_max_tokens": True}))


def test_a_model_may_pool_by_itself(tmp_path):
    vectors = load_from_folder(tiny(tmp_path, pooled=True)).embed_passages(["a", "b"])
    assert [tokens_seen(vector) for vector in vectors] == [{1, 2, 7}, {1, 2, 8}]


@pytest.mark.parametrize("name", ["multilingual-e5-small", "e5-base", "my_e5_large"])
def test_e5_gets_its_prefixes(tmp_path, name):
    embedder = load_from_folder(tiny(tmp_path / name))
    assert {WORDS["query"], WORDS[":"]} < tokens_seen(embedder.embed_question("a"))
    assert {WORDS["passage"], WORDS[":"]} < tokens_seen(embedder.embed_passages(["a"])[0])
    assert embedder.count_tokens(["a"]) == [1]


@pytest.mark.parametrize("name", ["e5-instruct", "e50", "bge-small"])
def test_others_get_none(tmp_path, name):
    assert tokens_seen(load_from_folder(tiny(tmp_path / name)).embed_question("a")) == {1, 2, 7}


def test_prefixes_that_a_model_states_go_first(tmp_path):
    stated = {"prompts": {"query": "b ", "document": "c "}}
    embedder = load_from_folder(tiny(tmp_path / "e5-small", config_sentence_transformers=stated))
    assert tokens_seen(embedder.embed_question("a")) == {1, 2, 7, 8}
    assert tokens_seen(embedder.embed_passages(["a"])[0]) == {1, 2, 7, 9}


def test_the_smallest_stated_limit_holds_and_the_closing_token_stays(tmp_path):
    limits = {"config": {"max_position_embeddings": 12, "model_type": "xlm-roberta"}}
    embedder = load_from_folder(tiny(tmp_path, **limits, tokenizer_config={"model_max_length": 1e30}))
    weights = embedder.embed_question("a " * 8 + "b c c c c")
    assert tokens_seen(weights) == {1, 2, 7}
    assert weights[7] / weights[2] == pytest.approx(8)
    assert embedder.passage_tokens == 1


def test_the_name_tells_other_weights(tmp_path):
    names = [load_from_folder(tiny(tmp_path / "m", rows=np.eye(10) * scale)).name for scale in (1, 1, 2)]
    assert names[0] == names[1] != names[2]
    assert names[0].startswith("m:")


@pytest.mark.parametrize("broken", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_damaged_file_is_named(tmp_path, broken):
    (tiny(tmp_path) / broken).write_bytes(b"\x08\x00broken")
    with pytest.raises(ModelRefused, match=broken):
        load_from_folder(tmp_path)


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_says_what_is_needed(tmp_path, missing):
    (tiny(tmp_path) / missing).unlink()
    with pytest.raises(ModelRefused, match=r"model\.onnx .* tokenizer\.json"):
        load_from_folder(tmp_path)


def test_a_graph_that_is_no_text_embedder_is_refused(tmp_path):
    with pytest.raises(ModelRefused, match="pixel_values"):
        load_from_folder(tiny(tmp_path, inputs=("input_ids", "pixel_values")))


@pytest.mark.parametrize("row", [0.0, np.nan, np.inf])
def test_vectors_that_are_none_are_refused(tmp_path, row):
    with pytest.raises(ModelRefused, match="vectors that"):
        load_from_folder(tiny(tmp_path, rows=np.full((10, 10), row)))
