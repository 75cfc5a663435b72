import pytest

from rag.embed import model_folder
from rag.embed.openai import OpenAIEmbedder
from rag.embed.wordllama import load_wordllama
from rag.errors import SettingsError
from rag.models import make_embedder

KEY = "sk-not-for-anybody-else"


@pytest.mark.parametrize("spec", ["", "wordllama", "  wordllama\n"])
def test_the_default_is_embedded_even_when_a_key_is_set(spec):
    assert make_embedder(spec, api_key=KEY, base_url="http://127.0.0.1:9/v1") is load_wordllama()


def test_a_server_is_used_only_when_asked_for():
    embedder = make_embedder("openai:text-embedding-3-small", api_key=f" {KEY}\n")
    assert isinstance(embedder, OpenAIEmbedder)
    assert embedder.name == "openai:text-embedding-3-small"


def test_a_server_without_key_and_address_is_a_wrong_setting():
    with pytest.raises(SettingsError, match=r"READACROSS_EMBEDDER=openai:m needs OPENAI_API_KEY"):
        make_embedder("openai:m")


@pytest.mark.parametrize(
    "spec", ["word2vec", "openai:", "hf:", "hf:one", "a/b/c", "http://x.org/y", "openai:a b", "../../x/y z"]
)
def test_a_wrong_value_is_refused_by_name(spec):
    with pytest.raises(SettingsError, match=r"^READACROSS_EMBEDDER=") as caught:
        make_embedder(spec, api_key=KEY)
    assert KEY not in str(caught.value)


def test_a_value_of_no_form_lists_the_forms():
    with pytest.raises(SettingsError) as caught:
        make_embedder("word2vec")
    assert all(form in str(caught.value) for form in ("wordllama", "openai:MODEL", "hf:OWNER/NAME", "folder"))


def test_a_folder_that_is_not_there_or_holds_no_model_is_refused(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(SettingsError, match=r"READACROSS_EMBEDDER=.*needs model\.onnx"):
            make_embedder(str(folder))


def test_a_folder_by_its_path(minilm):
    assert make_embedder(str(minilm)).name.startswith("all-MiniLM-L6-v2:")


def test_a_relative_folder_goes_before_a_hub_name(minilm, monkeypatch):
    monkeypatch.chdir(minilm.parent.parent)
    monkeypatch.setattr(model_folder, "model_files", lambda name: pytest.fail("the hub was asked"))
    embedder = make_embedder(f"{minilm.parent.name}/{minilm.name}")
    assert embedder.embed_question("hello").shape == (384,)


@pytest.mark.parametrize("spec", ["owner/all-MiniLM-L6-v2", "hf:owner/all-MiniLM-L6-v2"])
def test_a_hub_name(minilm, monkeypatch, spec):
    monkeypatch.setattr(model_folder, "model_files", {"owner/all-MiniLM-L6-v2": minilm}.__getitem__)
    assert make_embedder(spec).name.startswith("owner/all-MiniLM-L6-v2:")
