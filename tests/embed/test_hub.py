import socket

import pytest
from huggingface_hub import constants

from rag.embed.model_folder import model_files, read_model_folder, wanted_files
from rag.embed.onnx import OnnxEmbedder
from rag.errors import ModelRefused, ModelUnavailable

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def online(monkeypatch):
    """The hub of these tests is in this process, so it may be asked."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)


@pytest.fixture
def hub(site, minilm):
    """A model hub in this process, with the one model owner/minilm; `site.files` are its files."""
    site.files = {
        file.relative_to(minilm).as_posix(): file.read_bytes() for file in minilm.rglob("*") if file.is_file()
    }
    site.files |= {"pytorch_model.bin": b"not wanted", "onnx/model_O4.onnx": b"not wanted"}

    def answer(path, body):
        path = path.split("?")[0]
        if path.startswith("/api/models/owner/minilm"):
            files = [{"rfilename": file} for file in site.files]
            return site.Reply({"id": "owner/minilm", "_id": "1", "sha": COMMIT, "siblings": files})
        file = path.partition("/resolve/main/")[2]
        if path.startswith("/owner/minilm/") and file in site.files:
            tag = f'"{len(site.files[file]):040x}"'
            return site.Reply(site.files[file], headers={"X-Repo-Commit": COMMIT, "ETag": tag})
        missing = {"X-Error-Code": "RepoNotFound", "X-Error-Message": "Repository not found"}
        return site.Reply({"error": "Repository not found"}, 404, missing)

    site.answer = answer
    return site


def test_only_the_files_that_are_needed_are_downloaded_and_only_once(hub, minilm, tmp_path):
    folder = model_files("owner/minilm", endpoint=hub.address, cache=tmp_path)
    found = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert found == {file.relative_to(minilm).as_posix() for file in minilm.rglob("*") if file.is_file()}
    assert not any("pytorch" in path or "O4" in path for path, _ in hub.requests)
    embedder = OnnxEmbedder("owner/minilm", read_model_folder(folder, "owner/minilm"))
    assert embedder.embed_question("hello").shape == (384,)
    asked = len(hub.requests)
    assert model_files("owner/minilm", endpoint=hub.address, cache=tmp_path) == folder
    assert len(hub.requests) == asked


def test_an_interrupted_download_is_finished_the_next_time(hub, tmp_path):
    graph = hub.files.pop("onnx/model.onnx")
    hub.files["onnx/model.onnx"] = b""
    answer = hub.answer
    hub.answer = lambda path, body: hub.Reply({}, 400) if "resolve" in path and "onnx" in path else answer(path, body)
    with pytest.raises(ModelUnavailable, match="copy the model's folder"):
        model_files("owner/minilm", endpoint=hub.address, cache=tmp_path)
    hub.answer, hub.files["onnx/model.onnx"] = answer, graph
    folder = model_files("owner/minilm", endpoint=hub.address, cache=tmp_path)
    assert (folder / "onnx" / "model.onnx").read_bytes() == graph


def test_files_that_another_program_left_in_the_cache_are_completed(hub, minilm, tmp_path):
    folder = model_files("owner/minilm", endpoint=hub.address, cache=tmp_path)
    (folder / "tokenizer.json").unlink()
    assert model_files("owner/minilm", endpoint=hub.address, cache=tmp_path) == folder
    assert (folder / "tokenizer.json").read_bytes() == (minilm / "tokenizer.json").read_bytes()


def test_a_name_that_no_model_can_have_is_refused(tmp_path):
    with pytest.raises(ModelRefused, match="Check the spelling"):
        model_files("owner/mini--lm", cache=tmp_path)


def test_no_such_model_is_refused(hub, tmp_path):
    with pytest.raises(ModelRefused, match="no model owner/nothing"):
        model_files("owner/nothing", endpoint=hub.address, cache=tmp_path)


def test_a_model_without_onnx_form_is_refused(hub, tmp_path):
    hub.files = {"pytorch_model.bin": b"", "tokenizer.json": b""}
    with pytest.raises(ModelRefused, match="no ONNX form"):
        model_files("owner/minilm", endpoint=hub.address, cache=tmp_path)


def test_without_a_network_the_message_says_what_to_do(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ModelUnavailable, match=r"copy the model's folder .* READACROSS_EMBEDDER"):
            model_files("owner/minilm", endpoint=nowhere, cache=tmp_path)


def test_the_graph_comes_last_and_brings_the_file_of_its_weights():
    files = ["onnx/model.onnx", "onnx/model.onnx_data", "README.md", "tokenizer.json", "config.json"]
    assert wanted_files(files) == ["config.json", "tokenizer.json", "onnx/model.onnx_data", "onnx/model.onnx"]
    assert wanted_files(["onnx/model.onnx"]) == wanted_files(["tokenizer.json"]) == []
