"""Articles are added, ticked, searched and removed on the page, and what happens in the folder is told there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from rag import Library, Settings
from rag.ingest import additions
from tests.browser.conftest import GRADIOS_OWN, NARROW, WIDE, Tab
from tests.conftest import SEEDS
from tests.ingest.test_pdf import make
from tests.serving import serving
from ui.article_list import ArticleListCache

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]
QUESTION = "What did Zelenskyy say about long-range weapons?"
BRIDGE = "The mayor of Springfield opened a bridge on Monday. It had been closed for two years."
TUNNEL = "The governor of Shelbyville closed a tunnel on Friday. Nobody knows when it will open again."
DROP = """([files]) => {
  const transfer = new DataTransfer();
  for (const {name, text} of files) transfer.items.add(new File([text], name));
  for (const kind of ['dragenter', 'dragover', 'drop'])
    document.querySelector('#log').dispatchEvent(
      new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def empty(folder: Path, settings: Settings) -> Iterator[Library]:
    with Library(folder, settings=settings) as library:
        yield library


def drop(tab: Tab, *files: tuple[str, str]) -> None:
    tab.page.evaluate(DROP, [[{"name": name, "text": text} for name, text in files]])


@contextmanager
def opened(
    visit: Callable[..., Tab],
    library: Library,
    size: tuple[int, int] = WIDE,
    scheme: str = "light",
    *,
    read: bool = True,
) -> Iterator[Tab]:
    """A tab on a page over the library, closed before the page is."""
    with serving(library, read=read) as address:
        tab = visit(address, size, scheme)
        yield tab
        tab.page.close()


def report(tab: Tab, text: str) -> None:
    tab.page.wait_for_selector(f"#report >> text={text}")


def no_violations(tab: Tab) -> bool:
    found = Axe().run(tab.page, context={"include": [["#pane"], ["#scope"]]})
    return not found.response["violations"] or pytest.fail(found.generate_report())


def test_from_an_empty_folder_to_a_cited_answer(visit: Callable[..., Tab], empty: Library) -> None:
    with opened(visit, empty) as tab:
        tab.page.wait_for_selector("#welcome >> text=Drop files")
        welcome = tab.page.text_content("#welcome") or ""
        assert str(empty.folder) in welcome
        seeds = sorted(SEEDS.glob("*.txt"))
        drop(tab, *((path.name, path.read_text("utf-8")) for path in seeds))
        report(tab, "2 articles added")
        tab.page.wait_for_selector(".folder >> text=2 articles")
        assert sorted(p.read_text("utf-8") for p in empty.folder.glob("*.txt")) == sorted(
            p.read_text("utf-8") for p in seeds
        )
        tab.page.wait_for_selector(".example")
        tab.ask(QUESTION)
        tab.page.locator("#turn-1 .cite").first.click()
        assert tab.marked() == empty.ask(QUESTION).citations[0].quote


def test_a_text_is_pasted_by_keyboard(visit: Callable[..., Tab], empty: Library) -> None:
    with opened(visit, empty) as tab:
        tab.page.focus("#add [data-do=paste]")
        tab.page.keyboard.press("Enter")
        tab.page.wait_for_function("document.activeElement.name === 'title'")
        tab.page.keyboard.type("<img src=x onerror=alert(1)> & a bridge")
        tab.page.keyboard.press("Tab")
        tab.page.keyboard.type(BRIDGE)
        tab.page.keyboard.press("Tab")
        tab.page.keyboard.press("Enter")
        report(tab, "1 article added")
        assert not tab.page.is_visible("#paste")
        assert tab.page.text_content(".entry-name") == "<img src=x onerror=alert(1)> & a bridge"
        assert tab.page.locator("#articles img").count() == 0
        tab.ask("Who opened a bridge?")
        assert tab.page.locator("#turn-1 .cite").count() > 0


def test_what_cannot_be_read_is_told_with_reason_and_advice(visit: Callable[..., Tab], folder: Path) -> None:
    with Library(folder, settings=Settings(max_file_mb=1)) as library, opened(visit, library) as tab:
        drop(tab, ("bridge.txt", BRIDGE), ("broken.pdf", "%PDF-1.4 nothing"), ("large.txt", "x" * 1_100_000))
        report(tab, "1 article added, 2 files not")
        told = tab.page.text_content("#report .unread") or ""
        assert "large.txt: is too large (1.1 MB; the limit is 1 MB): split it" in told
        assert "broken.pdf: is damaged or no PDF: copy it again" in told
        assert not (folder / "large.txt").exists()
        tab.page.click("#report [data-do=remove]")
        report(tab, "Removed: broken.pdf")
        assert not (folder / "broken.pdf").exists()
        drop(tab, ("photo.jpg", "no picture"))
        report(tab, "1 file not read")
        assert "photo.jpg: is a picture: install readacross[ocr] to have its text recognised" in (
            tab.page.text_content("#report .unread") or ""
        )


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_an_article_is_removed_and_brought_back(
    visit: Callable[..., Tab], library: Library, size: tuple[int, int]
) -> None:
    with opened(visit, library, size) as tab:
        if size == NARROW:
            tab.page.click("#open-list")
        tab.page.locator("#articles .entry").first.click()
        tab.page.wait_for_selector("#article-text", state="visible")
        file = tab.opened()
        with tab.page.expect_download() as download:
            tab.page.click("text=Open original")
        assert download.value.suggested_filename == file
        assert Path(download.value.path()).read_bytes() == (library.folder / file).read_bytes()
        tab.page.click("#article [data-do=remove]")
        report(tab, "Removed:")
        tab.page.wait_for_selector(".count >> text=1 article")
        assert not (library.folder / file).exists()
        tab.page.click("#report [data-do=undo]")
        tab.page.wait_for_selector(".count >> text=2 articles")
        assert (library.folder / file).exists()
        assert file in {a.file for a in library.articles()}


def test_ticks_narrow_the_chat_and_the_rooms(visit: Callable[..., Tab], library: Library) -> None:
    library.add(text=BRIDGE, title="A bridge is opened in Springfield")
    library.add(text=TUNNEL, title="A tunnel is closed in Shelbyville")
    with opened(visit, library, read=False) as tab:
        page = tab.page
        assert not page.is_visible("#scope .scope")
        for title in ("A bridge is opened", "A tunnel is closed"):
            page.check(f"#articles input[aria-label^='Ask: {title}']")
        page.wait_for_selector("#scope >> text=Asked: 2 of 4 articles")
        tab.ask(QUESTION)
        assert page.locator("#turn-1 .cite").count() == 0
        tab.ask("Who opened a bridge?")
        page.wait_for_selector("#turn-2 .cite")
        page.click("#tab-stories-button")
        page.wait_for_selector("#room-stories .result")
        told = page.text_content("#room-stories .result") or ""
        assert "bridge" in told
        assert "Zelensk" not in told
        page.click("#tab-ask-button")
        page.click("#scope [data-do=untick]")
        page.wait_for_selector("#scope .scope", state="detached")
        assert page.locator("#articles input:checked").count() == 0
        tab.ask(QUESTION)
        page.wait_for_selector("#turn-3 .cite")


def test_the_list_is_searched_in_the_text_narrowed_and_asked(visit: Callable[..., Tab], library: Library) -> None:
    (library.folder / "town").mkdir()
    for name, text in (("a.txt", BRIDGE), ("b.txt", TUNNEL)):
        (library.folder / "town" / name).write_text(f"Source: The Linden Courier\nDate: 2024-03-05\n\n{text}", "utf-8")
    library.sync()
    with opened(visit, library, read=False) as tab:
        page = tab.page
        page.fill("#filter textarea, #filter input", "governor")
        page.wait_for_selector(".count >> text=1 of 4 articles")
        page.fill("#filter textarea, #filter input", "")
        page.wait_for_selector(".count >> text='4 articles'")
        page.focus("select[data-facet=publisher]")
        page.select_option("select[data-facet=publisher]", label="The Linden Courier (2)")
        page.wait_for_selector(".count >> text=2 of 4 articles")
        assert tab.focused("data-facet") == "publisher", "the focus stays where it was"
        assert page.locator("select[data-facet=when] option").all_text_contents() == [
            "All dates",
            "2024 (2)",
            "Mar 2024 (2)",
        ]
        page.click("text=Ask only these 2")
        page.wait_for_selector("#scope >> text=Asked: 2 of 4 articles")
        page.click("text=Clear the filter")
        page.wait_for_selector(".count >> text='4 articles'")
        assert page.locator("#articles input:checked").count() == 2
        page.select_option("select[data-facet=sort]", "title")
        page.click("text=By story …")
        page.wait_for_selector("select[data-facet=story]")
        assert len(page.locator("select[data-facet=story] option").all_text_contents()) >= 2


def test_what_is_new_in_the_folder_is_noticed_and_read_by_one_click(
    visit: Callable[..., Tab], library: Library, seeds: Path
) -> None:
    with opened(visit, library) as tab:
        for number, text in enumerate((BRIDGE, TUNNEL)):
            (seeds / f"new {number}.txt").write_text(text, "utf-8")
        report(tab, "2 new files in the folder")
        assert len(library.articles()) == 2, "nothing is read unasked"
        tab.page.click("#report [data-do=read]")
        report(tab, "2 new articles")
        tab.page.wait_for_selector(".count >> text=4 articles")
        seeds.rename(seeds.parent / "moved")
        tab.page.wait_for_selector("#report .trouble >> text=There is no folder")
        tab.ask(QUESTION)
        (seeds.parent / "moved").rename(seeds)
        tab.page.wait_for_selector("#report .trouble", state="detached")


class Slow(Library):
    """A library that waits before it reads the second file, and fails then if it is told to."""

    go_on: threading.Event

    def sync(self, **more: Any) -> Any:
        tell = more["progress"]

        def progress(step: Any) -> None:
            tell(step)
            if step.done == 1:
                while not self.go_on.wait(0.05) and not more["cancel"].cancelled:
                    pass

        return super().sync(**{**more, "progress": progress})


def test_the_page_opens_at_once_and_what_is_read_can_be_asked(
    visit: Callable[..., Tab], seeds: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (seeds / "zz.txt").write_text(BRIDGE, "utf-8")
    monkeypatch.setattr("rag.ingest.sync.BATCH", 1)
    monkeypatch.setattr("ui.folder_reader.PACE", 0)
    with Slow(seeds, settings=settings) as library:
        library.go_on = threading.Event()
        with opened(visit, library) as tab:
            report(tab, "Reading 1 of 3 …")
            tab.page.wait_for_selector(".count >> text=1 article")
            tab.ask("When did Russia invade Ukraine?")
            assert tab.page.locator("#turn-1 .cite").count() > 0
            tab.page.click("#report [data-do=stop]")
            report(tab, "Stopped. What was read is kept.")
            library.go_on.set()
            tab.page.click("#report [data-do=read]")
            report(tab, "2 new articles")
            tab.page.wait_for_selector(".count >> text=3 articles")


def test_what_is_clicked_while_the_page_waits_for_its_server_is_done(
    visit: Callable[..., Tab], library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, waiting, go_on = threading.Event(), threading.Event(), threading.Event()

    def held_up(call: Callable[..., Any]) -> Callable[..., Any]:
        def held(*given: Any) -> Any:
            if slow.is_set():
                waiting.set()
                assert go_on.wait(20)
            return call(*given)

        return held

    monkeypatch.setattr(ArticleListCache, "find", held_up(ArticleListCache.find))
    monkeypatch.setattr(library, "article", held_up(library.article))
    with opened(visit, library) as tab:
        page = tab.page
        tab.ask(QUESTION)
        slow.set()
        page.locator("#turn-1 .cite").nth(0).click()
        assert waiting.wait(20)
        page.locator("#turn-1 .cite").nth(1).click()
        go_on.set()
        quote = library.ask(QUESTION).citations[1].quote
        page.wait_for_function("quote => document.querySelector('#cited')?.textContent === quote", arg=quote)
        page.keyboard.press("Escape")
        page.click("[data-close=list]")
        slow.clear()
        page.locator("#articles .entry").first.click()
        page.click("#article [data-do=remove]")
        report(tab, "Removed:")
        page.wait_for_selector(".count >> text=1 article")
        for event in (waiting, go_on):
            event.clear()
        slow.set()
        (library.folder / "new.txt").write_text(BRIDGE, "utf-8")  # is noticed, so that the page looks
        assert waiting.wait(20)
        page.click("#report [data-do=undo]")
        go_on.set()
        page.wait_for_selector(".count >> text=2 articles")


def test_a_folder_that_takes_no_files_says_so_and_nothing_is_lost(
    visit: Callable[..., Tab], library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    with opened(visit, library) as tab:
        monkeypatch.setattr(additions, "_write", refuse)
        drop(tab, ("bridge.txt", BRIDGE))
        tab.page.wait_for_selector("#report .unread >> text=may not be written to")
        tab.page.click("#add [data-do=paste]")
        tab.page.fill("#paste textarea", BRIDGE)
        tab.page.click("#paste [type=submit]")
        tab.page.wait_for_selector("#copying >> text=may not be written to")
        assert tab.page.input_value("#paste textarea") == BRIDGE
        tab.errors[:] = [e for e in tab.errors if "409" not in e]
    assert len(library.articles()) == 2


def test_hostile_names_are_neither_markup_nor_paths(visit: Callable[..., Tab], empty: Library) -> None:
    names = (
        "<img src=x onerror=alert(1)>.txt",
        "../../x.txt",
        "a\u202etxt.exe",
        "..",
        "con.txt",
        "'\"><svg onload=alert(1)>.md",
    )
    with opened(visit, empty) as tab:
        drop(tab, *((name, f"{BRIDGE} {number}") for number, name in enumerate(names)))
        report(tab, f"{len(names) - 1} articles added, 1 file not")
        assert [p for p in empty.folder.parent.iterdir() if p.name != empty.folder.name] == []
        assert tab.page.locator("#pane img, #pane svg").count() == 0
        for number in range(tab.page.locator("#articles .entry").count()):
            tab.page.locator("#articles .entry").nth(number).click()
            tab.page.wait_for_selector("#article-text", state="visible")
            tab.page.click("[data-close=list]")


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")])
def test_the_pane_has_no_accessibility_violation(
    visit: Callable[..., Tab], library: Library, size: tuple[int, int], scheme: str
) -> None:
    (library.folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    arabic = "افتتح عمدة المدينة الجسر الجديد يوم الاثنين. وقال العمدة إن الجسر سيكلف خمسة ملايين دولار هذا العام."
    library.add(text=arabic, title="افتتاح الجسر الجديد في المدينة")
    with opened(visit, library, size, scheme) as tab:
        page = tab.page
        if size == NARROW:
            page.click("#open-list")
        report(tab, "1 file could not be read")
        page.click("#add [data-do=paste]")
        page.locator("#articles input").first.check()
        page.wait_for_selector("#scope .scope", state="attached")
        assert no_violations(tab)
        assert tab.value("document.documentElement.scrollWidth <= window.innerWidth")
        page.locator("#articles .entry", has_text="افتتاح").click()
        page.wait_for_selector("#article-text", state="visible")
        assert tab.value("getComputedStyle(document.querySelector('#article-title')).direction") == "rtl"
        assert no_violations(tab)


def test_the_pages_of_a_pdf_are_shown_with_the_words_marked(visit: Callable[..., Tab], library: Library) -> None:
    (library.folder / "bridge.pdf").write_bytes(make())
    library.sync()
    with opened(visit, library) as tab:
        tab.ask("Where will traffic be led?")
        tab.page.locator("#log .cite").first.click()
        assert tab.opened() == "bridge.pdf"
        tab.page.click("text=Pages as printed")
        tab.page.wait_for_function("document.querySelector('#printed-1 img').naturalWidth > 0")
        assert tab.page.get_attribute("#printed-1 img", "alt") == "Page 1, with the cited words marked"
        assert tab.page.locator(".printed img").count() == 1
        before = tab.page.get_attribute("#article article", "data-opened")
        tab.page.locator("#log .cite").last.click()
        tab.page.wait_for_selector(f"#article article:not([data-opened='{before}']) .printed[open]")


def test_two_weeks_later_the_conversation_is_found_and_what_is_new_is_told(
    visit: Callable[..., Tab], empty: Library, tmp_path: Path
) -> None:
    """Five clicks and keys: docs/start.md counts them."""
    (empty.folder / "bridge.txt").write_text(f"The bridge\n\n{BRIDGE}\n", "utf-8")
    empty.sync()
    with opened(visit, empty) as tab:
        tab.ask("Who opened the bridge?")
    with opened(visit, empty) as tab:
        page = tab.page
        page.locator("#talk-list .talk-name", has_text="Who opened the bridge?").click()
        page.wait_for_selector("#turn-1 .answer >> text=mayor")
        drop(tab, ("tunnel.txt", f"The tunnel\n\n{TUNNEL}\n"))
        report(tab, "1 article added")
        tab.ask("What is new?")
        assert "governor of Shelbyville closed a tunnel" in page.inner_text("#turn-2")
        page.get_by_role("tab", name="Summary", exact=True).click()
        page.wait_for_selector("#room-summary .result")
        with page.expect_download() as saved:
            page.click("#room-summary .saves button >> text=Save as Word")
        saved.value.save_as(tmp_path / "summary.docx")
        recheck = empty.recheck(tmp_path / "summary.docx")
        assert recheck.holds
        assert {"bridge.txt", "tunnel.txt"} == {quote.file for quote in recheck.quotes}
