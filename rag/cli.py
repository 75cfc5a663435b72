"""The command line."""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import LibraryLocked, ReadacrossError
from rag.settings import Settings
from rag.types import SyncProgress, SyncReport, shorten

if TYPE_CHECKING:
    from rag.library import Library

EPILOGUE = "Settings come from the environment and from .env; `readacross settings` shows them."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        return code
    except ReadacrossError as error:
        print(f"readacross: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("readacross: stopped; what was done is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="readacross",
        description="Ask a folder of articles; every sentence of an answer points to the exact words it rests on.",
        epilog=EPILOGUE,
    )
    parser.add_argument("--version", action="version", version=f"readacross {version('readacross')}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], int], meaning: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=meaning, description=meaning)
        sub.set_defaults(run=run)
        if name != "settings":
            sub.add_argument("--library", type=Path, default=Path(), metavar="FOLDER", help="default: this folder")
            sub.add_argument("--store", type=Path, metavar="FOLDER", help="where its index is kept")
        if name != "serve":
            sub.add_argument("--json", action="store_true", help="print one JSON value")
        return sub

    ask = command("ask", _ask, "Answer a question from the articles.")
    ask.add_argument("question")
    _add_conditions(ask)
    search = command("search", _search, "Show the passages that fit a query best.")
    search.add_argument("query")
    search.add_argument("-k", type=int, default=8, metavar="N", help="how many passages (default: 8)")
    _add_conditions(search)
    command("chat", _chat, "Ask one question after another; an empty line ends.")
    command("sync", _sync, "Read what is new or changed in the folder, and forget what is gone.")
    command("articles", _articles, "List the articles.")
    command("stories", _stories, "Group the articles by event, and each report with its copies.")
    summary = command("summarise", _summarise, "Sum up the articles in points; each cites every article that tells it.")
    summary.add_argument("--focus", default="", help="only what bears on this")
    summary.add_argument("--points", type=int, default=8, metavar="N", help="at most so many points (default: 8)")
    summary.add_argument("--file", action="append", default=[], metavar="NAME", help="only this file, or pattern")
    serve = command("serve", _serve, "Open the chat page.")
    serve.add_argument("--host", help="address to listen on (default: READACROSS_HOST, or 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: READACROSS_PORT, or 7860)")
    serve.add_argument("--open", action="store_true", help="open a browser")
    command("settings", _settings, "Show the settings in force, without secrets.")
    return parser


def _add_conditions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--file", action="append", default=[], metavar="NAME", help="only this file, or pattern")
    parser.add_argument("--publisher", action="append", default=[], metavar="NAME", help="only this publisher")
    parser.add_argument("--since", default="", metavar="DATE", help="only published on or after YYYY-MM-DD")
    parser.add_argument("--until", default="", metavar="DATE", help="only published on or before YYYY-MM-DD")
    parser.add_argument("--no-sync", action="store_true", help="do not look for new and changed files first")


def _conditions(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "files": options.file,
        "publishers": options.publisher,
        "since": options.since,
        "until": options.until,
    }


# -- commands ----------------------------------------------------------------------------------------------------------


@contextmanager
def _no_garbage() -> Iterator[None]:
    """While a library's packages are imported nothing becomes garbage, and looking for it takes a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _open(options: argparse.Namespace, *, sync: bool) -> Library:
    progress = _progress()
    with _no_garbage():
        from rag.library import Library

        library = Library(options.library, store=options.store, progress=progress)
    try:
        for note in library.notes:
            print(note, file=sys.stderr)
        if sync:
            _report(_sync_quietly(library, progress))
    except BaseException:
        library.close()
        raise
    return library


def _sync_quietly(library: Library, progress: Callable[[SyncProgress], None] | None) -> SyncReport:
    try:
        return library.sync(progress=progress)
    except LibraryLocked as error:
        return SyncReport(notes=(f"Not looked for new files: {error}",))


def _report(report: SyncReport) -> None:
    """Tell of a sync on the error stream what a reader of the answer should know, and nothing else."""
    if report.added or report.changed or report.removed:
        print(str(report).splitlines()[0], file=sys.stderr)
    for note in report.notes:
        print(note, file=sys.stderr)
    if report.skipped:
        print(f"{len(report.skipped)} files were skipped: `readacross sync` says why.", file=sys.stderr)


def _progress() -> Callable[[SyncProgress], None] | None:
    if not sys.stderr.isatty():
        return None

    def show(p: SyncProgress) -> None:
        print(f"\r\033[K{p.done}/{p.total} {shorten(p.file, 60)}", end="", file=sys.stderr, flush=True)
        if p.done == p.total:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    return show


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))


def _ask(options: argparse.Namespace) -> int:
    with _open(options, sync=not options.no_sync) as library:
        answer = library.ask(options.question, **_conditions(options))
    if options.json:
        _print_json(answer.as_dict())
    else:
        print(answer)
    return 0


def _search(options: argparse.Namespace) -> int:
    with _open(options, sync=not options.no_sync) as library:
        hits = library.search(options.query, k=options.k, **_conditions(options))
    if options.json:
        _print_json([asdict(hit) for hit in hits])
        return 0
    for hit in hits:
        facts = ", ".join(fact for fact in (hit.title, hit.publisher, hit.published) if fact)
        print(f"{hit.score:6.3f}  {hit.file} {hit.start}-{hit.end}  {facts}\n        {shorten(hit.text, 240)}")
    return 0


def _chat(options: argparse.Namespace) -> int:
    with _open(options, sync=True) as library:
        talk = library.chat()
        while question := _next_question():
            try:
                answer = talk.ask(question)
            except ReadacrossError as error:
                print(f"readacross: {error}", file=sys.stderr)
                continue
            if options.json:
                _print_json(answer.as_dict())
            else:
                print(*([f"({answer.asked})"] if answer.asked != question else []), answer, sep="\n", end="\n\n")
    return 0


def _next_question() -> str:
    prompt = "? " if sys.stdin.isatty() else ""
    try:
        return input(prompt).strip()
    except EOFError:
        return ""


def _sync(options: argparse.Namespace) -> int:
    with _open(options, sync=False) as library:
        report = library.sync(progress=_progress())
    if options.json:
        _print_json(report.as_dict())
    else:
        print(report)
    return 0


def _articles(options: argparse.Namespace) -> int:
    with _open(options, sync=True) as library:
        articles = library.articles()
    if options.json:
        _print_json([{**asdict(a), "text": None, "characters": len(a.text)} for a in articles])
        return 0
    for a in articles:
        facts = ", ".join(fact for fact in (a.title, a.publisher, a.published, a.language) if fact)
        print(f"{a.file}  {facts}  {len(a.text):,} characters")
    return 0


def _summarise(options: argparse.Namespace) -> int:
    with _open(options, sync=True) as library:
        summary = library.summarise(options.focus, points=options.points, files=options.file)
    if options.json:
        _print_json(asdict(summary))
    else:
        print(summary)
    return 0


def _stories(options: argparse.Namespace) -> int:
    with _open(options, sync=True) as library:
        stories = library.stories()
    if options.json:
        _print_json([{**asdict(story), "reports": story.reports, "files": story.files} for story in stories])
        return 0
    for story in stories:
        print(f"{story.title}\n  {len(story.files)} articles, {story.reports} independent reports")
        for group in story.groups:
            print(f"  {group.original}")
            for copy in group.copies:
                print(f"    copied in {copy.file}: {copy.wording}, {copy.extent}, {copy.share:.0%} shared")
    return 0


def _serve(options: argparse.Namespace) -> int:
    from ui.app import serve

    with _open(options, sync=True) as library:
        settings = library.settings
        serve(
            library,
            host=options.host or settings.host,
            port=options.port or settings.port,
            auth=settings.auth,
            open_browser=options.open,
        )
    return 0


def _settings(options: argparse.Namespace) -> int:
    table = Settings.from_environment().shown()
    if options.json:
        _print_json(table)
    else:
        for name, value in table.items():
            print(f"{name}={value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
