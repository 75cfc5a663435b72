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
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from ui.translation import DOMAIN, ENGLISH, IN_SCRIPTS, LOCALES, languages

UI = LOCALES.parent
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
    return catalogue


def _add(catalogue: Catalog, words: str | tuple[str, str], path: Path) -> None:
    catalogue.add(words, locations=[(f"ui/{path.name}", None)])


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
