"""Cases: small folders of articles that once went wrong somewhere, each with checks of what must hold of it.

A case is a folder with `files/` and `expected.json`, whose `checks` are objects with the method that is called, `do`,
its arguments and what is expected. Prints each case with what does not hold, then how many cases hold.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag import Answer, Library, Settings, Skipped

Check = dict[str, Any]
WIDTH = 200
"""Characters of a fault that are printed."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The library of a case, and the files that its sync skipped."""

    library: Library
    skipped: tuple[Skipped, ...]


def run(data: Path, *, as_json: bool) -> None:
    held: dict[str, bool] = {}
    checked = good = 0
    for case in sorted(path.parent for path in data.rglob("expected.json")):
        faults = faults_of(case)
        right = sum(not own for own in faults)
        checked, good = checked + len(faults), good + right
        name = case.relative_to(data).as_posix()
        held[name] = right == len(faults)
        print(f"{'ok  ' if held[name] else 'FAIL'} {right}/{len(faults)} {name}")
        for fault in (fault for own in faults for fault in own):
            print(f"       {fault[:WIDTH]}")
    print(f"{sum(held.values())} of {len(held)} cases hold, {good} of {checked} checks")
    if as_json:
        print(json.dumps({"cases": len(held), "hold": sum(held.values()), "checks": checked, "checks_hold": good}))


def faults_of(case: Path) -> list[list[str]]:
    """For each check of a case, what does not hold; if the library cannot be opened, none does."""
    checks: list[Check] = json.loads((case / "expected.json").read_text("utf-8"))["checks"]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(case / "files", Path(place) / "articles"))
        try:
            with Library(folder, settings=Settings()) as library:
                opened = Opened(library, synced(library))
                return [judged(check, opened) for check in checks]
        except Exception as error:  # a case tells of any error, and the next one is run
            return [[f"opening: {type(error).__name__}: {error}"] for _ in checks]


def synced(library: Library) -> tuple[Skipped, ...]:
    """What the sync skipped; a sync that fails is told, and the checks go on with what was read."""
    try:
        return tuple(library.sync().skipped)
    except Exception as error:
        print(f"       sync: {type(error).__name__}: {error}")
        return ()


def judged(check: Check, opened: Opened) -> list[str]:
    """What does not hold of one check; an error is a fault too."""
    try:
        return list(CHECKS[check["do"]](check, opened))
    except Exception as error:  # a case tells of any error, and the next one is run
        return [f"{check['do']}: {type(error).__name__}: {error}"]


# -- reading -----------------------------------------------------------------------------------------------------------


def check_sync(check: Check, opened: Opened) -> Iterator[str]:
    """The number of articles; and each mentioned file is told in `skipped`, or read.

    That a file was read does not suffice if articles are counted, or for a PDF, of which a part may be missing.
    """
    files = [article.file for article in opened.library.articles()]
    if len(files) != check.get("articles", len(files)):
        yield f"{len(files)} articles, not {check['articles']}"
    named = {name for s in opened.skipped for name in (s.file, file_of(s.file))}
    read = set() if "articles" in check else {name for f in files if not (name := file_of(f)).endswith(".pdf")}
    yield from (f"{name} is not told" for name in check.get("mentions", ()) if name not in named | read)


def file_of(name: str) -> str:
    """The file of an article, which may be a record of a dump."""
    return name.partition("#")[0]


def check_articles(check: Check, opened: Opened) -> Iterator[str]:
    """Titles, days and publishers of all articles, in any order."""
    articles = list(opened.library.articles())
    found = {
        "titles": [a.title for a in articles],
        "dates": [a.published[:10] for a in articles],
        "publishers": [a.publisher for a in articles],
    }
    for fact, values in found.items():
        if sorted(values) != sorted(check.get(fact, values)):
            yield f"{fact}: {values}"


def check_text(check: Check, opened: Opened) -> Iterator[str]:
    """What the text of an article holds, with white space made even."""
    text = " ".join(opened.library.article(check["file"]).text.split())
    yield from contents(check, text, "the text")
    for wanted, count in check.get("count", {}).items():
        if text.count(wanted) != count:
            yield f"the text has {wanted!r} {text.count(wanted)} times, not {count}"


def contents(check: Check, text: str, where: str) -> Iterator[str]:
    """`contains` and `not_contains`."""
    yield from (f"{where} lacks {wanted!r}" for wanted in check.get("contains", ()) if wanted not in text)
    yield from (f"{where} has {unwanted!r}" for unwanted in check.get("not_contains", ()) if unwanted in text)


# -- asking ------------------------------------------------------------------------------------------------------------


def check_ask(check: Check, opened: Opened) -> Iterator[str]:
    """Whether an answer was found, what it says and quotes, what it cites, and how long it is."""
    question = check["question"]
    answer = opened.library.ask(question)
    if answer.found != check.get("found", answer.found):
        yield f"{question!r}: {'found' if answer.found else 'refused'}"
        return
    quotes = (c.quote for s in answer.sentences for c in s.citations)
    yield from contents(check, "\n".join([*(s.text for s in answer.sentences), *quotes]), repr(question))
    cited = {c.file for c in answer.citations}
    yield from (f"{question!r}: does not cite {file}" for file in check.get("cites", ()) if file not in cited)
    if len(answer.sentences) > check.get("most_sentences", len(answer.sentences)):
        yield f"{question!r}: {len(answer.sentences)} sentences"
    for pair in check.get("never_one_point", ()):
        if any(set(pair) <= group for group in told_together(answer)):
            yield f"{question!r}: one sentence rests on both {pair}"


def told_together(answer: Answer) -> Iterator[set[str]]:
    """For each sentence of an answer its text and its quotes."""
    yield from ({s.text, *(c.quote for c in s.citations)} for s in answer.sentences)


def check_draft(check: Check, opened: Opened) -> Iterator[str]:
    """The verdict on the first sentence of a draft: "supported" or "not supported", which any other verdict is."""
    support = opened.library.check(check["draft"]).sentences[0].support
    if (support == "supported") != (check["verdict"] == "supported"):
        yield f"{check['draft']!r}: {support}"


# -- across the articles -----------------------------------------------------------------------------------------------


def check_summarise(check: Check, opened: Opened) -> Iterator[str]:
    """What a printed summary must not have, and what must not stand under one of its points."""
    shown = str(opened.library.summarise())
    yield from contents({**check, "contains": ()}, shown, "the summary")
    for pair in check.get("never_together", ()):
        if together(pair, items(shown)):
            yield f"one point has both {pair}"


def check_compare(check: Check, opened: Opened) -> Iterator[str]:
    """What a printed comparison has under "Disagreed" and, for one fact, under "Reported by"."""
    shown = str(opened.library.compare())
    disagreed = under("Disagreed", shown)
    yield from (f"disagreed: {text!r}" for text in check.get("not_disagreed", ()) if text in disagreed)
    if not all(text in disagreed for text in check.get("disagreed", ())):
        yield f"no disagreement on {check['disagreed']}"
    for pair in check.get("together", ()):
        if not together(pair, items(under("Reported by", shown))):
            yield f"not one fact: {pair}"


def together(texts: Sequence[str], blocks: Iterable[str]) -> bool:
    return any(all(text in block for text in texts) for block in blocks)


def items(printed: str) -> list[str]:
    """The printed items, each with the indented lines below it; any other line is one of its own."""
    found: list[str] = []
    for line in printed.split("\n"):
        if found and line.startswith(" "):
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


def under(head: str, printed: str) -> str:
    """The lines below headings that begin with `head`; items and indented lines are no headings."""
    kept: list[str] = []
    inside = False
    for line in printed.split("\n"):
        if line and line[0] not in " -":
            inside = line.startswith(head)
        elif inside:
            kept.append(line)
    return "\n".join(kept)


CHECKS: dict[str, Callable[[Check, Opened], Iterator[str]]] = {
    "sync": check_sync,
    "articles": check_articles,
    "text": check_text,
    "ask": check_ask,
    "check": check_draft,
    "summarise": check_summarise,
    "compare": check_compare,
}
