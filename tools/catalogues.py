"""Brings the page's catalogues up to what is marked in the code: `python -m tools.catalogues [NEW_LANGUAGE]`.

New words are added without a translation, changed ones keep the old one as a comment, and what is gone goes. A code
such as "it" begins the catalogue of that language. `ui/translation.py` tells how words are marked.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from rag import errors
from ui.translation import DOMAIN, ENGLISH, IN_SCRIPTS, LOCALES, languages

UI = LOCALES.parent
ROOT = UI.parent
PHRASES = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.ReadacrossError | errors.Phrase)
}
"""What takes words of `rag` that the page shows: the template of an error or of a phrase within one."""
NEVER_SHOWN = (
    "rag/api/",
    "rag/cli/",
    "rag/evaluation.py",
    "rag/ingest/backup.py",
    "rag/ingest/worker.py",
    "rag/render/docx_record.py",
    "rag/render/record.py",
    "rag/store/job_queue.py",
    "rag/testing.py",
    "rag/library_worker.py",
)
"""Files whose errors the page does not show: of other faces, of commands, and of exports that are read again."""
SINGLE, PLURAL = {"tr": 0, "N_": 0}, {"counted": 1, "NN_": 0}
"""Functions that mark words, and which of their arguments the words are; for a plural it and the next."""
WIDTH = 120
PASSING = tuple(
    f'"{name}' for name in ("Project-Id", "Report-Msgid", "POT-", "PO-", "Last-T", "Language-Team", "Generated-By")
)
"""Lines of a catalogue's head that tell nothing, or change each time."""


def marked() -> Catalog:
    """A catalogue of all words that are marked in the code, without translations."""
    catalogue = Catalog(project="readacross", charset="utf-8", fuzzy=False)
    for path in sorted(UI.glob("*.py")):
        for words in _in_python(path.read_text(encoding="utf-8")):
            _add(catalogue, words, path)
    for path in sorted(UI.glob("*.js")):
        for words in re.findall(IN_SCRIPTS, path.read_text(encoding="utf-8")):
            _add(catalogue, words, path)
    for path, _, template in templates():
        if template:
            _add(catalogue, template, path)
    return catalogue


def _add(catalogue: Catalog, words: str | tuple[str, str], path: Path) -> None:
    catalogue.add(words, locations=[(path.relative_to(ROOT).as_posix(), None)])


def templates() -> Iterator[tuple[Path, ast.Call, str]]:
    """The errors and phrases of `rag` that the page may show, with their templates; "" for one made of another."""
    for path in sorted((ROOT / "rag").rglob("*.py")):
        if path.relative_to(ROOT).as_posix().startswith(NEVER_SHOWN):
            continue
        tree = _parsed(path)
        named = {**_imported(tree), **_constants_of(tree)}
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in PHRASES and call.args:
                first = call.args[0]
                shown = named.get(first.id, "") if isinstance(first, ast.Name) else next(_constants([first]), "")
                yield path, call, shown


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _constants_of(tree: ast.Module) -> dict[str, str]:
    """The words that constants of a module stand for."""
    assigned = [node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)]
    return {node.targets[0].id: words for node in assigned for words in _constants([node.value])}


def _imported(tree: ast.Module) -> dict[str, str]:
    """The same for those that it imports from other modules of `rag`."""
    named = {}
    for node in tree.body:
        source = ROOT / f"{(node.module or '').replace('.', '/')}.py" if isinstance(node, ast.ImportFrom) else ROOT
        if isinstance(node, ast.ImportFrom) and source.is_file() and source.is_relative_to(ROOT / "rag"):
            known = _constants_of(_parsed(source))
            named |= {alias.name: known[alias.name] for alias in node.names if alias.name in known}
    return named


def _in_python(source: str) -> Iterator[str | tuple[str, str]]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in calls:
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in SINGLE:
            yield from _constants(call.args[:1])
        elif name in PLURAL:
            first = PLURAL[name]
            forms = list(_constants(call.args[first : first + 2]))
            if len(forms) == 2:
                yield forms[0], forms[1]


def _constants(arguments: list[ast.expr]) -> Iterator[str]:
    yield from (a.value for a in arguments if isinstance(a, ast.Constant) and isinstance(a.value, str))


def bring_up(language: str, words: Catalog) -> int:
    """Write the catalogue of a language anew; how many of its words want a translation."""
    path = LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if path.exists():
        with path.open("rb") as file:
            known = read_po(file, locale=language)
    else:
        path.parent.mkdir(parents=True)
        known = Catalog(locale=language, project="readacross", charset="utf-8", fuzzy=False)
    known.update(words, no_fuzzy_matching=True)
    known.obsolete.clear()
    name = Locale.parse(language).get_display_name(ENGLISH)
    known.header_comment = f"# The page's words in {name}. docs/languages.md tells how to change them."
    written = io.BytesIO()
    write_po(written, known, width=WIDTH)
    lines = written.getvalue().decode().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(PASSING)), encoding="utf-8")
    return sum(not (message.string and all(_forms(message.string))) for message in known if message.id)


def _forms(string: str | tuple[str, ...] | list[str]) -> list[str]:
    return [string] if isinstance(string, str) else list(string)


def main(arguments: list[str]) -> int:
    """Bring up every catalogue, and that of a language which is named."""
    words = marked()
    try:
        wanted = sorted({*languages(), *(Locale.parse(code).language for code in arguments)} - {ENGLISH})
    except (UnknownLocaleError, ValueError) as error:
        print(f"{error}: name a language by its code, such as it.", file=sys.stderr)
        return 1
    for language in wanted:
        print(f"{language}: {bring_up(language, words)} of {len(words)} without a translation")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
