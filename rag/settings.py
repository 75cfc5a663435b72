"""Settings from the environment and a .env file. `VARIABLES` is the one list of them."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rag.errors import Phrase, SettingsError
from rag.results.answers import Prices
from rag.tracing import Trace

ADDRESS, KEY = "OPENAI_BASE_URL", "OPENAI_API_KEY"
_NO_DATABASE = "is not an address such as postgresql://name:password@127.0.0.1:5432/database"
_LOGIN = re.compile(r"(?<=://)[^/?#]*@")
"""A name and password within an address."""


def _text(value: str) -> str:
    return value


def _number(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            raise ValueError(Phrase("is not a whole number from {low} to {high}", low=low, high=high)) from None
        if not low <= number <= high:
            raise ValueError(Phrase("is not from {low} to {high}", low=low, high=high))
        return number

    return parse


def _price(value: str) -> float:
    try:
        price = float(value)
    except ValueError:
        price = math.nan
    if not 0 <= price < math.inf:
        raise ValueError("is not a price such as 0.15")
    return price


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(Phrase("is not an address such as http://127.0.0.1:8000"))
    _ = parts.port
    return value.rstrip("/")


def _database(value: str) -> str:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError(_NO_DATABASE) from None  # its own words could show a password
    unclear = parts.netloc.count("@") > 1  # what follows the first one could be shown as the host
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/") or unclear:
        raise ValueError(_NO_DATABASE)
    return value


def _trace(value: str) -> str:
    if value not in {"off", "on", "text"}:
        raise ValueError("is not off, on or text")
    return value


def _login(value: str) -> str:
    user, colon, password = value.partition(":")
    if not (user and colon and password):
        raise ValueError("is not of the form name:password")
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", value):
        raise ValueError(Phrase("is not the code of a language such as de"))
    return value


def _token(value: str) -> str:
    if not re.fullmatch(r"[!-~]{16,200}", value):
        raise ValueError("is not a token of 16 to 200 letters, digits and signs without blanks")
    return value


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: which setting it fills, how its value is read, and what it is for."""

    name: str
    setting: str
    parse: Callable[[str], Any]
    meaning: str
    secret: bool = False

    def read(self, value: str) -> Any:
        """The setting of a value. Raises SettingsError for one that cannot be used."""
        try:
            return self.parse(value)
        except ValueError as error:
            shown = Phrase("its value") if self.secret or "@" in value else repr(value)
            raise SettingsError(
                "{name}: {shown} {error} ({meaning}).",
                name=self.name,
                shown=shown,
                error=error.args[0],
                meaning=self.meaning,
            ) from None


VARIABLES = (
    Variable("READACROSS_STORE", "store", _text, "folder for the indexes; .readacross in each library by default"),
    Variable("READACROSS_EMBEDDER", "embedder", _text, "wordllama, a model folder, hf:OWNER/NAME, or openai:MODEL"),
    Variable("READACROSS_MODEL", "model", _text, "model on the OpenAI-compatible server that writes the answers"),
    Variable(
        "READACROSS_GGUF", "gguf", _text, "a GGUF file that writes the answers in this process: path or OWNER/NAME"
    ),
    Variable(
        "READACROSS_CHECKER",
        "checker",
        _text,
        "what checks beside the embedded rules: model, hf:OWNER/NAME, or a folder",
    ),
    Variable(
        "READACROSS_MODEL_TIMEOUT",
        "model_timeout",
        _number(1, 3_600),
        "seconds of silence after which the model's server is given up, and the articles are quoted",
    ),
    Variable("OPENAI_API_KEY", "openai_api_key", _text, "key of the OpenAI-compatible server", secret=True),
    Variable("OPENAI_BASE_URL", "openai_base_url", _address, Phrase("address of the OpenAI-compatible server")),
    Variable(
        "READACROSS_PRICE_IN", "price_in", _price, "price of a million tokens of prompts; tells what answers cost"
    ),
    Variable("READACROSS_PRICE_OUT", "price_out", _price, "price of a million tokens of answers"),
    Variable("READACROSS_CURRENCY", "currency", _text, "currency of these prices"),
    Variable("READACROSS_CHROMA_URL", "chroma_url", _address, "a Chroma server instead of the embedded index"),
    Variable(
        "READACROSS_CATALOGUE",
        "catalogue",
        _database,
        "postgresql://name:password@host/database instead of a file in each library",
        secret=True,
    ),
    Variable("READACROSS_HOST", "host", _text, "address that the page listens on"),
    Variable("READACROSS_PORT", "port", _number(1, 65_535), "port that the page listens on"),
    Variable(
        "READACROSS_PAGE_LANGUAGE",
        "page_language",
        _language,
        "language of the page, such as de or en; the browser's by default",
    ),
    Variable("READACROSS_AUTH", "auth", _login, "name:password that the page asks for", secret=True),
    Variable("READACROSS_USERS", "users", _text, "file of named users, whom the page asks for instead"),
    Variable(
        "READACROSS_ROOT_URL", "root_url", _address, "where a proxy serves the page, such as https://example.org/news"
    ),
    Variable(
        "READACROSS_TOKEN", "token", _token, "token that programs send to the REST and MCP interfaces", secret=True
    ),
    Variable("READACROSS_TRACE", "trace", _trace, "on: OpenTelemetry spans; text: with questions and answers; or off"),
    Variable(
        "READACROSS_PASSAGES_READ",
        "passages_read",
        _number(0, 100),
        "passages that the reader reads for an answer: more is better and slower, 0 for none",
    ),
    Variable("READACROSS_MAX_FILE_MB", "max_file_mb", _number(1, 10_000), "larger files are skipped"),
    Variable("READACROSS_MAX_QUESTION", "max_question", _number(10, 100_000), "characters of a question"),
    Variable("READACROSS_MAX_USERS", "max_users", _number(1, 1_000), "questions that the page answers at once"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a library and its page behave. `from_environment` reads it; `VARIABLES` lists the variables.

    >>> Settings(model="qwen3:4b", openai_api_key="sk-secret").shown()["OPENAI_API_KEY"]
    'set'
    """

    store: str = ""
    embedder: str = ""
    model: str = ""
    gguf: str = ""
    checker: str = ""
    model_timeout: int = 60
    openai_api_key: str = field(default="", repr=False)
    openai_base_url: str = field(default="", repr=False)
    price_in: float | None = None
    price_out: float | None = None
    currency: str = "USD"
    chroma_url: str = field(default="", repr=False)
    catalogue: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 7860
    page_language: str = ""
    auth: str = field(default="", repr=False)
    users: str = ""
    root_url: str = ""
    token: str = field(default="", repr=False)
    trace: Trace = "off"
    passages_read: int = 12
    max_file_mb: int = 20
    max_question: int = 2_000
    max_users: int = 4

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None, dotenv: Path | None = Path(".env")) -> Settings:
        """The settings of the environment and of a .env file, over which the environment wins; empty values are unset.

        Raises SettingsError, which names the variable, for a value that cannot be used.
        """
        given = os.environ if environ is None else environ
        kept = _dotenv(dotenv)
        if (address := given.get(ADDRESS, "").strip()) and kept.get(ADDRESS, address).rstrip("/") != address.rstrip(
            "/"
        ):
            kept.pop(KEY, None)  # it was entered for another server
        values = {**kept, **given}
        chosen: dict[str, Any] = {}
        for variable in VARIABLES:
            value = values.get(variable.name, "").strip()
            if not value:
                continue
            chosen[variable.setting] = variable.read(value)
        return cls(**chosen)

    def changed(self, values: Mapping[str, str]) -> Settings:
        """These settings with other values, by the names of their variables; "" is the default.

        What the environment sets stays as it is (`set_outside`), and a key serves only the address that it was given
        for: with another address there is none. Raises SettingsError, which names the variable, for a wrong value.
        """
        wanted = self._wanted(values)
        return replace(
            self,
            **{
                v.setting: v.read(value) if (value := wanted[v.name]) else getattr(Settings(), v.setting)
                for v in VARIABLES
                if v.name in wanted
            },
        )

    def save(self, values: Mapping[str, str], dotenv: Path = Path(".env")) -> None:
        """Keep what `changed` makes of these values in a .env file that only its owner can read.

        Raises SettingsError if it cannot be written.
        """
        wanted = self._wanted(values)
        if wanted.get(KEY):
            wanted[ADDRESS] = _server(wanted.get(ADDRESS, self.openai_base_url))
        _write_dotenv(dotenv, wanted)

    def _wanted(self, values: Mapping[str, str]) -> dict[str, str]:
        outside = self.set_outside()
        wanted = {name: value.strip() for name, value in values.items() if name not in outside}
        if ADDRESS in wanted and not wanted.get(KEY) and not self.same_server(wanted[ADDRESS]):
            wanted[KEY] = ""
        return wanted

    def same_server(self, address: str) -> bool:
        """Whether an address, OpenAI's own for "", is that of these settings, for which their key was given."""
        return _server(address) == _server(self.openai_base_url)

    @staticmethod
    def set_outside() -> frozenset[str]:
        """The variables that the environment sets, which a .env file cannot change; with a key, its address too."""
        names = {v.name for v in VARIABLES if os.environ.get(v.name, "").strip()}
        return frozenset(names | ({ADDRESS} if KEY in names else set()))

    @property
    def prices(self) -> Prices | None:
        """What tokens cost; None if it is not set. Raises SettingsError if only one of two prices is."""
        if self.price_in is None and self.price_out is None:
            return None
        if self.price_in is None or self.price_out is None:
            unset = "READACROSS_PRICE_IN" if self.price_in is None else "READACROSS_PRICE_OUT"
            raise SettingsError(
                "{unset} is not set, but the other price is: set both, 0 for what is free.", unset=unset
            )
        return Prices(self.price_in, self.price_out, self.currency)

    def shown(self) -> dict[str, str]:
        """Every variable and its value in force; secrets are "set" or "not set", logins in addresses are dots."""
        table: dict[str, str] = {}
        for variable in VARIABLES:
            value = getattr(self, variable.setting)
            plain = "" if value is None else _LOGIN.sub("…@", str(value))
            table[variable.name] = ("set" if value else "not set") if variable.secret else plain
        return table


def _dotenv(path: Path | None) -> dict[str, str]:
    if path is None or not path.is_file():
        return {}
    from dotenv import dotenv_values

    try:
        values = dotenv_values(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else Phrase("it is not UTF-8")
        raise SettingsError(
            "{path} cannot be read ({reason}): mend it, or remove it.", path=path, reason=reason
        ) from None
    return {name: value for name, value in values.items() if value is not None}


def _server(address: str) -> str:
    from rag.net.server_errors import OPENAI

    return (address.strip() or OPENAI).rstrip("/")


def _write_dotenv(path: Path, values: Mapping[str, str]) -> None:
    from dotenv import set_key

    for name, value in values.items():
        if not value.isprintable() or "${" in value:
            raise SettingsError("{name}: its value has signs that a .env file cannot keep.", name=name)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        path.chmod(0o600)
        for name, value in values.items():
            set_key(path, name, value)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else Phrase("it is not UTF-8")
        raise SettingsError(
            "{path} cannot be written ({reason}): the settings are not kept.", path=path, reason=reason
        ) from None


assert {v.setting for v in VARIABLES} == {f.name for f in fields(Settings)}
