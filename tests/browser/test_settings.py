"""The settings: a model is found, tried and chosen on the page, and its key goes nowhere else."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag import Library, Settings
from tests.browser.conftest import GRADIOS_OWN, Tab
from tests.browser.test_rooms import enter
from tests.model_server import KEY, ModelServer, misbehaving, says
from tests.serving import serving

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]
QUESTION = "What did Rutte say about membership?"
ADDRESS, SECRET = "#setting-openai-base-url textarea", "#setting-openai-api-key input"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with misbehaving() as here:
        here.models = {"object": "list", "data": [{"id": "small", "object": "model"}, {"id": "<b>big</b>"}]}
        here.acts = [says("Ukraine is closer to NATO than ever before [1].")]
        yield here


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the `.env` file is written."""
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path / "home"


def told(tab: Tab, button: str) -> str:
    """Press one of the buttons; what is told then."""
    tab.page.evaluate("document.querySelectorAll('#settings-told *').forEach((e) => { e.dataset.old = ''; })")
    tab.page.click(f"#room-settings .{button}")
    return tab.page.wait_for_selector("#settings-told :is(.told, .trouble):not([data-old])").inner_text()


def test_a_model_is_tried_and_chosen_and_its_key_is_never_shown(
    visit: Callable[..., Tab], library: Library, server: ModelServer, home: Path
) -> None:
    with serving(library) as address:
        tab = visit(address)
        tab.page.click("#writer button")
        tab.page.wait_for_selector("#settings-told .remark")
        tab.page.fill(ADDRESS, server.address)
        tab.page.fill(SECRET, KEY)
        assert "2 models" in told(tab, "test")
        tab.page.click("#setting-readacross-model input")
        tab.page.get_by_role("option", name="small").click()
        assert "Saved" in told(tab, "run")
        assert server.keys == [f"Bearer {KEY}"]
        tab.page.wait_for_selector("#writer >> text=written by small", state="attached")
        assert tab.page.input_value(SECRET) == ""
        assert stat.S_IMODE((home / ".env").stat().st_mode) == 0o600
        assert Settings.from_environment({}, home / ".env").openai_api_key == KEY
        enter(tab, "Ask")
        tab.ask(QUESTION)
        assert server.requests
        other = visit(address)
        enter(other, "Settings")
        other.page.wait_for_function("document.querySelector('#setting-openai-base-url textarea').value !== ''")
        for one in (tab, other):
            assert KEY not in one.page.content() + one.value("JSON.stringify({...localStorage})")
            assert KEY not in str(one.value("fetch('config').then((r) => r.text())"))


def test_a_key_is_not_sent_to_another_address(
    visit: Callable[..., Tab], seeds: Path, server: ModelServer, home: Path
) -> None:
    known = Settings(openai_base_url="http://127.0.0.1:9/v1", openai_api_key=KEY)
    with Library(seeds, settings=known) as library, serving(library) as address:
        tab = visit(address)
        enter(tab, "Settings")
        tab.page.wait_for_selector("#settings-told .remark")
        assert "cannot be reached" in told(tab, "test")
        tab.page.fill(ADDRESS, server.address)
        assert "2 models" in told(tab, "test")
        assert "Saved" in told(tab, "run")
        assert library.settings.openai_api_key == ""
        assert KEY not in " ".join(server.keys) + (home / ".env").read_text()


def test_what_the_environment_sets_is_shown_and_stays(
    visit: Callable[..., Tab], library: Library, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with serving(library) as address:
        tab = visit(address)
        enter(tab, "Settings")
        tab.page.wait_for_selector("#setting-openai-base-url >> text=set by the environment")
        assert tab.page.is_disabled(ADDRESS)
        assert tab.page.is_enabled(SECRET)


def test_from_elsewhere_settings_are_neither_shown_nor_changed(
    visit: Callable[..., Tab], library: Library, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.settings_pane.is_loopback", lambda host: False)
    with serving(library) as address:
        tab = visit(address)
        enter(tab, "Settings")
        tab.page.wait_for_selector("#settings-told >> text=after a login")
        assert not tab.page.is_visible("#room-settings .run")


def test_a_question_in_another_language_leads_to_the_embedder(visit: Callable[..., Tab], seed_page: str) -> None:
    tab = visit(seed_page)
    tab.ask("Was sagte der Generalsekretär über die Mitgliedschaft?")
    tab.page.click("#turn-1 [data-room=settings]")
    tab.page.wait_for_selector("#setting-readacross-embedder input", state="visible")
