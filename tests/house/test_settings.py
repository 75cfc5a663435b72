"""Settings: read from the environment and .env, wrong values refused by name, secrets never shown."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from rag import Settings, SettingsError
from rag.settings import VARIABLES

ROOT = Path(__file__).parent.parent.parent


def test_the_environment_wins_over_dotenv(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("READACROSS_PORT=1234\nREADACROSS_HOST=127.0.0.2\n")
    settings = Settings.from_environment({"READACROSS_PORT": "4321"}, dotenv)
    assert (settings.port, settings.host) == (4321, "127.0.0.2")


def test_an_empty_value_is_no_value() -> None:
    assert Settings.from_environment({"READACROSS_PORT": " "}, None) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("READACROSS_PORT", "eighty"),
        ("READACROSS_PORT", "70000"),
        ("READACROSS_MAX_QUESTION", "1"),
        ("READACROSS_CHROMA_URL", "localhost:8000"),
        ("OPENAI_BASE_URL", "ftp://example.org"),
        ("READACROSS_AUTH", "nobody"),
        ("READACROSS_TRACE", "yes"),
        ("READACROSS_PRICE_IN", "cheap"),
        ("READACROSS_PRICE_OUT", "-1"),
        ("READACROSS_PRICE_OUT", "inf"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as caught:
        Settings.from_environment({name: value}, None)
    assert name != "READACROSS_AUTH" or value not in str(caught.value)


def test_one_price_alone_is_refused_by_the_others_name() -> None:
    with pytest.raises(SettingsError, match="READACROSS_PRICE_OUT is not set"):
        assert Settings.from_environment({"READACROSS_PRICE_IN": "0.4"}, None).prices


def test_secrets_are_never_shown() -> None:
    settings = Settings.from_environment({"OPENAI_API_KEY": "sk-hush", "READACROSS_AUTH": "me:hush"}, None)
    assert "hush" not in repr(settings)
    assert "hush" not in str(settings.shown())
    assert settings.shown()["OPENAI_API_KEY"] == "set"


def test_a_login_within_an_address_is_never_shown() -> None:
    address = "http://me:hu@sh@127.0.0.1:8000/v1"
    settings = Settings.from_environment({"OPENAI_BASE_URL": address, "READACROSS_CHROMA_URL": address}, None)
    assert "sh" not in repr(settings)
    assert (
        settings.shown()["OPENAI_BASE_URL"] == settings.shown()["READACROSS_CHROMA_URL"] == "http://…@127.0.0.1:8000/v1"
    )
    with pytest.raises(SettingsError, match="OPENAI_BASE_URL") as caught:
        Settings.from_environment({"OPENAI_BASE_URL": address.replace("http", "ftp")}, None)
    assert "sh@" not in str(caught.value)


def test_a_dotenv_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_bytes("READACROSS_HOST=b\u00fccher".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"\.env cannot be read \(it is not UTF-8\)"):
        Settings.from_environment({}, dotenv)


def test_env_example_lists_every_variable_with_its_meaning_and_default() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    for variable in VARIABLES:
        (number,) = [i for i, line in enumerate(lines) if line.startswith(f"#{variable.name}=")]
        assert lines[number - 1] == f"# {variable.meaning}"
        default = getattr(Settings(), variable.setting)
        assert lines[number].partition("=")[2] in {"" if default is None else str(default), "wordllama"}
    assert sum(line.startswith("#") and "=" in line for line in lines) == len(VARIABLES)


def test_settings_are_kept_for_their_owner_alone_and_read_again(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("# mine\nREADACROSS_PORT=1234\n")
    dotenv.chmod(0o644)
    given = {"OPENAI_API_KEY": "sk-o'n\\ly", "READACROSS_MODEL": "qwen3:4b"}
    Settings().save(given, dotenv)
    assert stat.S_IMODE(dotenv.stat().st_mode) == 0o600
    kept = Settings.from_environment({}, dotenv)
    assert (kept.openai_api_key, kept.model, kept.port) == ("sk-o'n\\ly", "qwen3:4b", 1234)
    assert dotenv.read_text().startswith("# mine\n")
    for value in ("a\nREADACROSS_HOST=0.0.0.0", "${HOME}"):
        with pytest.raises(SettingsError, match="READACROSS_MODEL"):
            Settings().save({"READACROSS_MODEL": value}, dotenv)


def test_a_key_goes_only_to_the_address_that_it_was_given_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dotenv = tmp_path / ".env"
    one, other = "http://127.0.0.1:1/v1", "http://127.0.0.1:2/v1"
    Settings().save({"OPENAI_BASE_URL": one, "OPENAI_API_KEY": "sk-one"}, dotenv)
    settings = Settings.from_environment({}, dotenv)
    assert settings.changed({"OPENAI_BASE_URL": f"{one}/", "READACROSS_MODEL": "m"}).openai_api_key == "sk-one"
    assert settings.changed({"OPENAI_BASE_URL": other}).openai_api_key == ""
    assert Settings.from_environment({"OPENAI_BASE_URL": other}, dotenv).openai_api_key == ""
    settings.save({"OPENAI_BASE_URL": other}, dotenv)
    assert "sk-one" not in dotenv.read_text()
    monkeypatch.setenv("OPENAI_API_KEY", "sk-outside")
    assert Settings.from_environment(None, None).changed({"OPENAI_BASE_URL": one}).openai_base_url == ""
