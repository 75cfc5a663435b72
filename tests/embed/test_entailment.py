"""Entailment models: labels read from their config, pairs kept apart, what is none refused."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from rag.embed.entailment import load_from_folder
from rag.errors import ModelRefused, SettingsError
from rag.models import make_entailment_model

WORDS = {word: i for i, word in enumerate(["[PAD]", "[CLS]", "[SEP]", "[UNK]", "rain", "wet", "dry", "moon"])}
THREE = ("contradiction", "entailment", "neutral")


def tiny(folder: Path, labels=THREE, *, outputs=None, types=True, limit=64, weigh=None, output=None) -> Path:
    """A classifier that adds up a row of a table for each word: n for word n of a premise, V + n of a hypothesis."""
    folder.mkdir(parents=True, exist_ok=True)
    size, count = len(WORDS), outputs or len(labels)
    table = np.zeros((2 * size, count), np.float32)
    for (part, word, label), weight in (weigh or {}).items():
        table[part * size + WORDS[word], label] = weight
    helper, int64 = onnx.helper, onnx.TensorProto.INT64
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if types else [])]
    inputs = [helper.make_tensor_value_info(name, int64, ["batch", "length"]) for name in names]
    nodes = [
        *([helper.make_node("Mul", ["token_type_ids", "size"], ["shift"])] if types else []),
        *([helper.make_node("Add", ["input_ids", "shift"], ["rows"])] if types else []),
        helper.make_node("Gather", ["table", "rows" if types else "input_ids"], ["values"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
        helper.make_node("Mul", ["values", "wide"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "middle"], ["logits"], keepdims=0),
    ]
    constants = {"table": table, "size": np.array(size), "last": np.array([2]), "middle": np.array([1])}
    held = [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()]
    out = helper.make_tensor_value_info("logits", onnx.TensorProto.FLOAT, ["batch", count])
    graph = helper.make_graph(nodes, "tiny", inputs, [out], held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    tokenizer = Tokenizer(models.WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"max_position_embeddings": limit, "id2label": {str(i): label for i, label in enumerate(labels)}}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


RAIN = {(0, "rain", 1): 2.0, (1, "wet", 1): 2.0, (1, "dry", 0): 6.0, (1, "moon", 2): 6.0}


def test_labels_are_read_in_the_models_own_order(tmp_path):
    wet, dry, moon = load_from_folder(tiny(tmp_path, weigh=RAIN)).entail(
        [("rain", "wet"), ("rain", "dry"), ("rain", "moon")]
    )
    assert wet.entailment > 0.9 > 0.1 > wet.contradiction
    assert dry.contradiction > 0.9
    assert moon.neutral > 0.9
    assert wet.entailment + wet.neutral + wet.contradiction == pytest.approx(1)


def test_premise_and_hypothesis_are_told_apart(tmp_path):
    model = load_from_folder(tiny(tmp_path, weigh=RAIN))
    forth, back = model.entail([("rain", "dry"), ("dry", "rain")])
    assert forth.contradiction > 0.9 > back.contradiction


def test_models_with_two_labels_or_one(tmp_path):
    two = load_from_folder(tiny(tmp_path / "2", ("entailment", "not_entailment"), weigh={(1, "dry", 1): 5.0}))
    assert two.entail([("rain", "dry")])[0].neutral > 0.9
    one = load_from_folder(tiny(tmp_path / "1", ("ENTAILMENT",), weigh={(1, "wet", 0): 4.0, (1, "dry", 0): -4.0}))
    wet, dry = one.entail([("rain", "wet"), ("rain", "dry")])
    assert wet.entailment > 0.9 > 0.1 > dry.entailment


def test_batches_threads_and_long_texts_change_nothing(tmp_path):
    model = load_from_folder(tiny(tmp_path, weigh=RAIN, limit=32))
    pairs = [("rain " * (n % 40 + 1), "wet dry moon") for n in range(30)]
    alone = [model.entail([pair])[0] for pair in pairs]
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(model.entail, [pairs] * 4):
            np.testing.assert_allclose([j.entailment for j in found], [j.entailment for j in alone], atol=1e-5)
    assert model.entail([]) == []
    assert model.entail([("\ud83d", "moon " * 500)])[0].neutral > 0.9


def test_a_model_without_token_types_works(tmp_path):
    model = load_from_folder(tiny(tmp_path, types=False, weigh={(0, "wet", 1): 5.0}))
    assert model.entail([("rain", "wet")])[0].entailment > 0.9


@pytest.mark.parametrize("labels", [(), ("LABEL_0", "LABEL_1"), ("positive", "negative"), ("neutral", "contradiction")])
def test_a_classifier_of_something_else_is_refused(tmp_path, labels):
    with pytest.raises(ModelRefused, match="id2label"):
        load_from_folder(tiny(tmp_path, labels, outputs=max(len(labels), 1)))


def test_labels_that_do_not_fit_the_output_are_refused(tmp_path):
    with pytest.raises(ModelRefused, match="3 labels"):
        load_from_folder(tiny(tmp_path, outputs=2))


def test_an_embedder_is_no_entailment_model(minilm):
    with pytest.raises(ModelRefused, match="no entailment model"):
        load_from_folder(minilm)


@pytest.mark.parametrize("spec", ["rules", "hf:", "hf:one", "http://x.org/y", "/nowhere/at/all"])
def test_a_wrong_value_is_refused_by_name(spec):
    with pytest.raises(SettingsError, match=r"^READACROSS_CHECKER=") as caught:
        make_entailment_model(spec)
    assert "hf:OWNER/NAME" in str(caught.value)


def test_a_folder_that_holds_no_such_model_is_refused_by_name(tmp_path, minilm):
    for folder in (tmp_path, minilm):
        with pytest.raises(SettingsError, match=r"^READACROSS_CHECKER="):
            make_entailment_model(str(folder))


def test_a_folder_and_a_hub_name(tmp_path, monkeypatch):
    from rag.embed import entailment

    folder = tiny(tmp_path / "nli", weigh=RAIN)
    assert make_entailment_model(str(folder)).name == "nli"
    monkeypatch.setattr(entailment, "fetch", lambda name, wish, **_: [folder / "tokenizer.json", folder / "model.onnx"])
    assert make_entailment_model("hf:owner/nli").name == "owner/nli"
