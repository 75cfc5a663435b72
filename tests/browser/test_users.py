"""Two people on one page, behind a proxy under a path: an editor, and one who may only read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from rag import Library, Settings, Users
from tests.browser.conftest import GRADIOS_OWN, PATIENCE, WIDE, Tab
from tests.conftest import SEEDS
from tests.proxy import Proxy, proxying
from tests.serving import serving
from tests.users import ANNA, BORIS, write_users

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]
QUESTION = "Which jets did Rutte approve?"


@pytest.fixture
def proxy(seeds: Path, tmp_path: Path) -> Iterator[Proxy]:
    users = Users(write_users(tmp_path / "users.json"))
    with proxying(strips=True) as proxy, Library(seeds, settings=Settings(root_url=proxy.url)) as library:
        library.sync()
        with serving(library, users=users) as address:
            proxy.target = address
            yield proxy


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def log_in(page: Page, login: tuple[str, str]) -> Tab:
    page.get_by_label("Name").fill(login[0])
    page.get_by_label("Password").fill(login[1])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("html[data-ready=yes]")
    page.wait_for_selector("#articles .count", state="attached")
    page.wait_for_selector("#header .login")
    return Tab(page, "")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_asks_for_a_login_in_the_language_of_its_reader(
    proxy: Proxy, chromium: Browser, scheme: Literal["light", "dark"]
) -> None:
    context = chromium.new_context(locale="de-DE", color_scheme=scheme, viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    file = min(path.name for path in SEEDS.glob("*.txt"))
    page.goto(f"{proxy.url}/#article={file}&at=9")
    assert (page.title(), page.get_attribute("html", "lang")) == ("Anmelden – readacross", "de")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.activeElement.id") == "name"
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong horse")
    page.keyboard.press("Enter")
    page.wait_for_function("document.getElementById('told').textContent.startsWith('Dieser Name')")
    assert Axe().run(page).response["violations"] == []
    page.get_by_label("Passwort").fill(ANNA[1])
    page.keyboard.press("Enter")
    page.wait_for_selector("#article-text", state="visible")
    assert page.get_attribute("#article article", "data-file") == file
    context.close()


def test_two_people_see_what_is_theirs(proxy: Proxy, page: Page) -> None:
    page.goto(f"{proxy.url}/")
    tab = log_in(page, ANNA)
    assert page.inner_text("#header .login").startswith("anna")
    page.wait_for_selector("#add [data-do=choose]")
    tab.ask(QUESTION)
    page.wait_for_selector("#talk-list .talk-name")
    page.locator("#turn-1 .cite").first.click()
    assert tab.marked()
    assert page.locator("#article [data-do=remove]").count() == 1
    page.fill("#question textarea", "A draft of anna's")
    link = page.url
    assert "#c=" in link

    page.get_by_role("link", name="Log out").click()
    page.wait_for_url(f"{proxy.url}/")
    tab = log_in(page, BORIS)
    assert page.inner_text("#header .login").startswith("boris")
    assert page.locator("#talk-list .talk-name").count() == 0
    assert page.input_value("#question textarea") == ""
    page.goto(link.partition("&")[0])
    page.reload()
    page.wait_for_selector("html[data-arrived]")
    assert page.locator("section.exchange").count() == 0
    assert QUESTION not in page.inner_text("#talk-list")
    page.locator("#articles .entry").first.click()
    page.wait_for_selector("#article-text")
    assert page.locator("[data-do=choose], [data-do=paste], [data-do=remove], [data-do=check]").count() == 0
    tab.ask(QUESTION)
    page.wait_for_selector("#talk-list .talk-name")

    page.get_by_role("link", name="Log out").click()
    page.wait_for_url(f"{proxy.url}/")
    log_in(page, ANNA)
    assert page.locator("#talk-list .talk-name").count() == 1
    page.goto(link)
    page.reload()
    page.wait_for_selector("section.exchange")
    assert page.input_value("#question textarea") == "A draft of anna's"
    assert set(proxy.outside) <= {"/favicon.ico"}, "a browser looks for that by itself"
