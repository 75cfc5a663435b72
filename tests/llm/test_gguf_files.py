"""Where a GGUF file is: a path, or the hub; each mistake is refused by the variable's name."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from huggingface_hub import constants

from rag.errors import ModelUnavailable, SettingsError
from rag.llm import gguf
from rag.llm.gguf import choose_gguf, find_gguf
from rag.models import make_language_model

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = [
    "README.md",
    "mmproj-m-Q4_K_M.gguf",
    "m-Q8_0.gguf",
    "m-Q4_K_M.gguf",
    "big/m-F16-00001-of-00002.gguf",
    "big/m-F16-00002-of-00002.gguf",
    "half/m-F32-00001-of-00002.gguf",
]


@pytest.fixture
def hub(site, monkeypatch):
    """A model hub in this process, with the one model owner/m."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)

    def answer(path, body):
        path = path.split("?")[0]
        if path.startswith("/api/models/owner/m"):
            return site.Reply(
                {"id": "owner/m", "_id": "1", "sha": COMMIT, "siblings": [{"rfilename": f} for f in FILES]}
            )
        file = path.partition("/resolve/main/")[2]
        if file in FILES:
            content = b"GGUF" + file.encode()
            return site.Reply(content, headers={"X-Repo-Commit": COMMIT, "ETag": f'"{sha256(content).hexdigest()}"'})
        return site.Reply({"error": "Repository not found"}, 404, {"X-Error-Code": "RepoNotFound"})

    site.answer = answer
    return site


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("", ["m-Q4_K_M.gguf"]),
        ("q8_0", ["m-Q8_0.gguf"]),
        ("m-Q8_0.gguf", ["m-Q8_0.gguf"]),
        ("*F16*", ["big/m-F16-00002-of-00002.gguf", "big/m-F16-00001-of-00002.gguf"]),
        ("F32", []),
        ("Q2", []),
    ],
)
def test_one_model_is_chosen_whole(wanted, chosen):
    assert choose_gguf(FILES, wanted) == chosen


def test_where_there_is_no_usual_size_the_first_one_is_taken():
    assert choose_gguf(["x-IQ3_M.gguf", "x-F16.gguf", "readme"]) == ["x-F16.gguf"]


@pytest.mark.parametrize(
    ("spec", "file"),
    [
        ("owner/m", "m-Q4_K_M.gguf"),
        ("hf:owner/m:Q8_0", "m-Q8_0.gguf"),
        ("hf:owner/m/m-Q8_0.gguf", "m-Q8_0.gguf"),
        ("owner/m:F16", "big/m-F16-00001-of-00002.gguf"),
    ],
)
def test_a_hub_model_is_fetched_once_and_nothing_else(hub, tmp_path, spec, file):
    path = find_gguf(spec, endpoint=hub.address, cache=tmp_path)
    assert path.as_posix().endswith(f"/{file}")
    assert path.read_bytes() == b"GGUF" + file.encode()
    assert not any(f in path for path, _ in hub.requests for f in FILES if "mmproj" in f or "F32" in f)
    asked = len(hub.requests)
    assert find_gguf(spec, endpoint=hub.address, cache=tmp_path) == path
    assert len(hub.requests) == asked


@pytest.mark.parametrize(
    ("spec", "said"), [("owner/m:Q2", "no GGUF file that fits Q2"), ("owner/none", "no model owner/none")]
)
def test_what_the_hub_does_not_have_is_refused_by_name(hub, tmp_path, spec, said):
    with pytest.raises(SettingsError, match=rf"^READACROSS_GGUF={spec}: .*{said}"):
        find_gguf(spec, endpoint=hub.address, cache=tmp_path)


def test_without_a_network_the_message_says_what_to_do(tmp_path):
    with pytest.raises(ModelUnavailable, match="set READACROSS_GGUF to its path"):
        find_gguf("owner/m", endpoint="http://127.0.0.1:9", cache=tmp_path)


@pytest.mark.parametrize("spec", ["missing.gguf", "./models/missing.gguf", "models/missing.gguf", "~/none/x.gguf", "/"])
def test_a_missing_file_is_refused_by_name_and_no_hub_is_asked(spec):
    with pytest.raises(SettingsError, match=r"^READACROSS_GGUF=.*there is no file to read"):
        find_gguf(spec)


def test_what_is_no_gguf_is_refused(tmp_path):
    other = tmp_path / "m.gguf"
    other.write_text("<html>Not Found</html>")
    with pytest.raises(SettingsError, match="is no GGUF file"):
        make_language_model("", gguf=str(other))


def test_a_path_goes_before_a_hub_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("owner").mkdir()
    Path("owner/m").write_bytes(b"GGUF here")
    assert find_gguf("owner/m") == Path("owner/m")


def test_two_models_are_one_too_many():
    with pytest.raises(SettingsError, match="READACROSS_MODEL and READACROSS_GGUF"):
        make_language_model("m", gguf="m.gguf", base_url="http://127.0.0.1:9/v1")


def test_without_llama_cpp_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(gguf, "find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"pip install 'readacross\[gguf\]'"):
        make_language_model("", gguf="m.gguf")
