"""The page's languages: every catalogue is complete, plurals and dates are right, and the reader's wish is found."""

from __future__ import annotations

import ast
import asyncio
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from rag import REFUSAL, Library, QuestionError, ReadacrossError, Settings
from tests.conftest import SEEDS
from tools.catalogues import marked, templates
from ui.article_list import ListFilter, entries, find, list_tools
from ui.error_words import said_of
from ui.result_html import result_view
from ui.result_words import COUNTS, FORMS, translated
from ui.translation import (
    DOMAIN,
    LOCALES,
    PageLanguage,
    catalogue,
    counted,
    day,
    languages,
    month,
    number,
    own_name,
    page_language,
    preferred,
    speaking,
    tr,
    words_from,
)

OTHERS = ("de", "es", "fr", "ru", "sr")
PLACE = re.compile(r"{\w*}")


def read(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(text: Any) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def plain(text: str) -> str:
    """The text with blanks for those that no line ends at."""
    return re.sub(r"[\u00a0\u202f]", " ", text)


def test_the_page_has_these_languages() -> None:
    assert languages() == ("en", *OTHERS)
    assert [own_name(code) for code in ("de", "es", "fr", "ru", "sr")] == [
        "Deutsch", "Español", "Français", "Русский", "Српски",
    ]  # fmt: skip


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_all_words_that_are_marked_and_no_others(language: str) -> None:
    there = {tuple(forms(m.id)) for m in read(language) if m.id}
    wanted = {tuple(forms(m.id)) for m in marked() if m.id}
    assert there == wanted, "run `python -m tools.catalogues` and translate what is new"


@pytest.mark.parametrize("language", OTHERS)
def test_every_word_is_translated_with_the_same_places_and_no_markup(language: str) -> None:
    words = read(language)
    for message in words:
        if not message.id:
            continue
        said = forms(message.string)
        places = set(PLACE.findall("".join(forms(message.id))))
        assert all(said), message.id
        assert not message.fuzzy, message.id
        assert [set(PLACE.findall(one)) for one in said] == [places] * len(said), message.id
        assert len(said) == (words.num_plurals if message.pluralizable else 1), message.id
        assert not re.search(r"[<>&\"`]", "".join(said)), message.id


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ["0 articles", "1 article", "2 articles", "1,204 articles"]),
        ("de", ["0 Artikel", "1 Artikel", "2 Artikel", "1.204 Artikel"]),
        ("fr", ["0 article", "1 article", "2 articles", "1 204 articles"]),
        ("es", ["0 artículos", "1 artículo", "2 artículos", "1.204 artículos"]),
        ("ru", ["0 статей", "1 статья", "2 статьи", "1 204 статьи"]),
        ("sr", ["0 чланака", "1 чланак", "2 чланка", "1.204 чланка"]),
    ],
)
def test_numbers_and_their_nouns(language: str, shown: list[str]) -> None:
    with speaking(language):
        told = [counted(n, "{n} article", "{n} articles") for n in (0, 1, 2, 1204)]
        teens = counted(11, "{n} article", "{n} articles")
    assert [plain(one) for one in told] == shown
    assert teens.split()[1] == shown[0].split()[1] or language == "fr"


@pytest.mark.parametrize(
    ("language", "shown", "of_month"),
    [
        ("en", "3 Oct 2024", "Oct 2024"),
        ("de", "3. Okt. 2024", "Okt. 2024"),
        ("fr", "3 oct. 2024", "oct. 2024"),
        ("es", "3 oct 2024", "oct 2024"),
        ("ru", "3 окт. 2024 г.", "окт. 2024 г."),
        ("sr", "3. окт 2024.", "окт 2024."),
    ],
)
def test_dates(language: str, shown: str, of_month: str) -> None:
    with speaking(language):
        assert (plain(day("2024-10-03T22:00:00Z")), plain(month(2024, 10))) == (shown, of_month)
        assert day("last week") == "last week"


def test_every_day_of_a_year_is_written_in_every_language() -> None:
    days = [(date(2024, 1, 1) + timedelta(n)).isoformat() for n in range(366)]
    for language in languages():
        with speaking(language):
            assert len({day(one) for one in days}) == 366


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("zh-CN, sr-Latn;q=0.7, en;q=0.5", "sr"),
        ("en;q=0.4, fr;q=0.9", "fr"),
        ("de;q=0, ru", "ru"),
        ("de;q=much, es;q=0.1", "es"),
        ("*", "en"),
        ("../../etc, ,;;=" * 300, "en"),
    ],
)
def test_the_browsers_wish_is_followed(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


@pytest.mark.parametrize(("chosen", "language"), [("", "fr"), ("ru", "ru"), ("xx", "en")])
def test_a_request_is_answered_in_one_language(chosen: str, language: str) -> None:
    seen: list[tuple[str, list[tuple[bytes, bytes]]]] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        seen.append((page_language(), scope["headers"]))

    scope = {"type": "http", "headers": [(b"accept-language", b"fr-CA"), (b"host", b"localhost")]}
    asyncio.run(PageLanguage(page, lambda: chosen)(scope, None, None))  # type: ignore[arg-type]
    assert seen == [(language, [(b"host", b"localhost"), (b"accept-language", (chosen or "fr").encode())])]
    assert page_language() == "en"


def test_what_is_given_is_never_read_as_a_form() -> None:
    with speaking("de"):
        assert tr("Removed: {name}.", name="{n.__class__} %s") == "Entfernt: {n.__class__} %s."


def test_the_forms_of_results_are_known_by_their_words() -> None:
    assert REFUSAL in FORMS
    with speaking("de"):
        assert translated(REFUSAL) == "Nichts gefunden, was das beantwortet."
        assert translated("Summary of 1,200 articles") == "Zusammenfassung von 1.200 Artikeln"
        assert translated("2 articles read, 1 cited, 1 not used.") == "2 Artikel gelesen, 1 zitiert, 1 nicht benutzt."
        assert (
            translated("the evidence has “24” where this says “42”")
            == "in den Belegen steht „24“, wo es hier „42“ heißt"
        )
        assert translated("A stranger's words, 2 articles") == "A stranger's words, 2 articles"
    assert translated("Summary of 2 articles") == "Summary of 2 articles"


def test_every_form_is_known_again_once_it_is_filled() -> None:
    reasons = words_from("rag/ingest/", "ru")
    assert len(reasons) > 100
    with speaking("ru"):
        for form in (*FORMS, *reasons, *(form for pair in COUNTS for form in pair)):
            filled = form.format_map(Filled())
            shown = translated(filled)
            assert shown != filled, form
            assert not PLACE.search(shown), form


def test_an_error_that_was_kept_with_a_conversation_is_shown_in_the_pages_language(tmp_path: Path) -> None:
    with pytest.raises(QuestionError) as raised, Library(SEEDS, store=tmp_path) as library:
        library.ask(" ")
    with speaking("de"):
        assert translated(str(raised.value)) == said_of(raised.value) != str(raised.value)


class Filled(dict[str, str]):
    """A value for every name."""

    def __missing__(self, name: str) -> str:
        return "2024" if name in {"first", "last", "when"} else "7" if name in {"n", "share"} else "71"


def test_results_of_a_library_are_shown_in_german(tmp_path_factory: pytest.TempPathFactory) -> None:
    with Library(SEEDS, store=tmp_path_factory.mktemp("store")) as library:
        library.sync()
        with speaking("de"):
            summary = result_view(library.summarise(), "s")
            stories = result_view(library.stories(), "t")
    for words in ("Zusammenfassung von 2 Artikeln", "Was gelesen wurde", "2 Artikel gelesen, "):
        assert words in summary
    for words in ("2 Artikel, ", "Themen"):
        assert words in stories


def test_a_month_that_a_browser_sends_is_shown_whatever_it_is() -> None:
    with speaking("de"):
        chosen = ListFilter(when="0000-99", publisher="x")
        assert list_tools(find(entries([]), chosen), chosen, {}) == ""


def test_a_catalogue_that_is_not_there_changes_nothing() -> None:
    assert catalogue("en").gettext("Ask") == "Ask"
    with speaking("it"):
        assert (page_language(), number(1204)) == ("en", "1,204")


def test_errors_are_said_in_the_pages_language(seeds: Path) -> None:
    with Library(seeds, settings=Settings()) as library:
        library.sync()
        with pytest.raises(ReadacrossError) as empty, speaking("de"):
            library.ask(" ")
        with pytest.raises(ReadacrossError) as missing:
            library.article("{folder} 'none'.txt")
    assert str(empty.value) == "The question is empty: type one."
    with speaking("de"):
        assert said_of(empty.value) == "Die Frage ist leer: bitte eine eingeben."
        assert "{folder} 'none'.txt" in said_of(missing.value)
        assert said_of(missing.value).startswith("Einen Artikel ")
        assert said_of(ReadacrossError("Unknown {words}.")) == "Unknown {words}."
        assert translated("is too large (2.5 MB; the limit is 1.0 MB): split it, or raise the limit").startswith(
            "ist zu groß (2.5 MB; erlaubt sind 1.0 MB)"
        )


def test_what_an_error_tells_in_phrases_is_said_too() -> None:
    with pytest.raises(ReadacrossError) as wrong:
        Settings().changed({"OPENAI_BASE_URL": "{name}"})
    with speaking("de"):
        said = said_of(wrong.value)
    assert said.startswith("OPENAI_BASE_URL: '{name}' ist keine Adresse wie http://127.0.0.1:8000 (Adresse des ")
    assert str(wrong.value).startswith(
        "OPENAI_BASE_URL: '{name}' is not an address such as http://127.0.0.1:8000 (address"
    )


def test_no_error_that_the_page_may_show_is_put_together() -> None:
    """Else no catalogue can have its words."""
    known = list(templates())
    wrong = [ast.unparse(c) for _, c, template in known if not template and any(map(made_of, ast.walk(c.args[0])))]
    assert len({template for _, _, template in known}) > 200
    assert not wrong


def made_of(node: ast.AST) -> bool:
    """Whether this puts a text together."""
    method = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
    return isinstance(node, ast.JoinedStr | ast.BinOp) or method in {"join", "format"}
