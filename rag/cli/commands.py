"""How a command is declared: its name, what runs it, and the options that all commands share.

The commands that read across all articles: stories, names, summarise, compare, timeline, new.

The commands that ask: ask, search, chat.

The commands that check: a draft against the articles, an export's quotes, and the answers to questions of one's own.

The commands about the folder itself: sync, articles.

The commands around the page and the interfaces for programs: serve, mcp, settings.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from rag.cli.opening import open_library, show_progress, show_work
from rag.cli.output import (
    BY_SUFFIX,
    add_forms,
    add_unsupported,
    check_conversation_output,
    check_output,
    deliver,
    write,
)
from rag.cli.starting import asks_for_folder, chosen_folder, write_desktop_entry
from rag.errors import ArticleError, ReadacrossError, SettingsError
from rag.render.escape import json_escaped
from rag.results.answers import Usage, shorten
from rag.results.listings import NameKind
from rag.settings import Settings

if TYPE_CHECKING:
    from rag import Exportable, Library
    from rag.answer.conversation import Conversation
    from rag.api.users import Users
    from rag.progress import SyncReport


class Commands:
    """The commands of a parser. Each is run with the options that were read, and returns the exit code."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._parsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(
        self,
        name: str,
        run: Callable[[argparse.Namespace], int],
        meaning: str,
        *,
        library: bool = True,
        prints: bool = True,
        aliases: Sequence[str] = (),
    ) -> argparse.ArgumentParser:
        """Add a command that is about a `library`, and that `prints` a result, which --json prints as one value."""
        parser = self._parsers.add_parser(name, help=meaning, description=meaning, aliases=aliases)
        parser.set_defaults(run=run)
        if library:
            parser.add_argument("--library", type=Path, default=Path(), metavar="FOLDER", help="default: this folder")
            parser.add_argument("--store", type=Path, metavar="FOLDER", help="where its index is kept")
        if prints:
            parser.add_argument("--json", action="store_true", help="print one JSON value")
        return parser


def add_files(parser: argparse.ArgumentParser) -> None:
    """Let the command be narrowed to some files."""
    parser.add_argument("--file", action="append", default=[], metavar="NAME", help="only this file, or pattern")


def print_json(value: object) -> None:
    """Print a value as JSON on one line."""
    print(json_escaped(json.dumps(value, ensure_ascii=False)))


def add_analysis_commands(commands: Commands) -> None:
    """Declare the commands of this module."""
    stories = commands.add("stories", _stories, "Group the articles by event, and each report with its copies.")
    add_forms(stories)
    meaning = "List the people, organisations and places named, and in how many articles."
    names = commands.add("names", _names, meaning)
    names.add_argument("--kind", choices=get_args(NameKind), help="only names of this kind (default: all)")
    add_files(names)
    add_forms(names)
    meaning = "Sum up the articles in points; each cites every article that tells it."
    summary = commands.add("summarise", _summarise, meaning, aliases=["summarize"])
    summary.add_argument("--focus", default="", help="only what bears on this")
    summary.add_argument("--points", type=int, default=8, metavar="N", help="at most so many points (default: 8)")
    summary.add_argument("--story", default="", metavar="FILE", help="only the story that this file belongs to")
    add_files(summary)
    add_forms(summary, doubts=True)
    timeline = commands.add("timeline", _timeline, "Show dated events in the order of the time that the text gives.")
    timeline.add_argument("--focus", default="", help="only what bears on this")
    timeline.add_argument("--story", default="", metavar="FILE", help="only the story that this file belongs to")
    timeline.add_argument("--points", type=int, default=20, metavar="N", help="at most so many events (default: 20)")
    timeline.add_argument("--since", default="", metavar="DATE", help="only what happened on or after YYYY-MM-DD")
    timeline.add_argument("--until", default="", metavar="DATE", help="only what happened on or before YYYY-MM-DD")
    add_files(timeline)
    add_forms(timeline)
    new = commands.add("new", _new, "Tell what the last sync brought that no older article tells.")
    new.add_argument("--points", type=int, default=20, metavar="N", help="at most so many facts (default: 20)")
    add_forms(new)
    meaning = "Compare the reports of a story: what all, some or one tell, and on what they disagree."
    comparison = commands.add("compare", _compare, meaning)
    comparison.add_argument("--focus", default="", help="only what bears on this")
    meaning = "the story that this file belongs to (default: the largest)"
    comparison.add_argument("--story", default="", metavar="FILE", help=meaning)
    add_files(comparison)
    add_forms(comparison)


def _stories(options: argparse.Namespace) -> int:
    return _tell(options, lambda library: library.stories())


def _names(options: argparse.Namespace) -> int:
    return _tell(options, lambda library: library.names(options.kind, files=options.file, progress=show_work()))


def _summarise(options: argparse.Namespace) -> int:
    return _tell(
        options,
        lambda library: library.summarise(
            options.focus, points=options.points, files=options.file, story=options.story, progress=show_work()
        ),
    )


def _timeline(options: argparse.Namespace) -> int:
    return _tell(
        options,
        lambda library: library.timeline(
            files=options.file,
            story=options.story,
            focus=options.focus,
            since=options.since,
            until=options.until,
            points=options.points,
            progress=show_work(),
        ),
    )


def _new(options: argparse.Namespace) -> int:
    return _tell(options, lambda library: library.new(points=options.points, progress=show_work()))


def _compare(options: argparse.Namespace) -> int:
    return _tell(
        options,
        lambda library: library.compare(
            story=options.story, files=options.file, focus=options.focus, progress=show_work()
        ),
    )


def _tell(options: argparse.Namespace, make: Callable[[Library], Exportable]) -> int:
    """Make a result of the library, once its folder has been read, and print or write it."""
    check_output(options)
    with open_library(options, sync=True) as library:
        result = make(library)
    deliver(options, result, options.json and result.document(unsupported=True).values)
    return 0


def add_asking_commands(commands: Commands) -> None:
    """Declare the commands of this module."""
    ask = commands.add("ask", _ask, "Answer a question from the articles.")
    ask.add_argument("question")
    _add_conditions(ask)
    add_forms(ask, doubts=True)
    search = commands.add("search", _search, "Show the passages that fit a query best.")
    search.add_argument("query")
    search.add_argument("-k", type=int, default=8, metavar="N", help="how many passages (default: 8)")
    _add_conditions(search)
    chat = commands.add("chat", _chat, "Ask one question after another; an empty line ends.")
    chat.add_argument("--no-rewrite", action="store_true", help="complete follow-ups by rules, not by the model")
    chat.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write the conversation to this .md, .html, .docx, .pdf or .json file",
    )
    add_unsupported(chat)


def _add_conditions(parser: argparse.ArgumentParser) -> None:
    add_files(parser)
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


def _ask(options: argparse.Namespace) -> int:
    check_output(options)
    with open_library(options, sync=not options.no_sync) as library:
        answer = library.ask(options.question, **_conditions(options))
    deliver(options, answer, answer.as_dict())
    _account(answer.writer, answer.usage)
    return 0


def _account(writer: str, usage: Usage | None) -> None:
    """Tell on the error stream what a language model used."""
    if usage is not None:
        print(f"({writer}: {usage})" if writer != "quoting" else f"({usage})", file=sys.stderr)


def _search(options: argparse.Namespace) -> int:
    with open_library(options, sync=not options.no_sync) as library:
        hits = library.search(options.query, k=options.k, **_conditions(options))
    if options.json:
        print_json([asdict(hit) for hit in hits])
        return 0
    for hit in hits:
        facts = ", ".join(fact for fact in (hit.title, hit.publisher, hit.published) if fact)
        print(f"{hit.score:6.3f}  {hit.file} {hit.start}-{hit.end}  {facts}\n        {shorten(hit.text, 240)}")
    return 0


def _chat(options: argparse.Namespace) -> int:
    check_conversation_output(options)
    with open_library(options, sync=True) as library:
        talk = library.chat(rewrite_follow_ups=not options.no_rewrite)
        try:
            while question := _next_question():
                _ask_next(talk, question, options)
        finally:
            if options.output and talk.turns:
                form = BY_SUFFIX[options.output.suffix.lower()]
                write(options.output, talk.export(form, unsupported=options.unsupported))
    _account(library.writer, talk.usage)
    return 0


def _ask_next(talk: Conversation, question: str, options: argparse.Namespace) -> None:
    try:
        answer = talk.ask(question)
    except ReadacrossError as error:
        print(f"readacross: {error}", file=sys.stderr)
        return
    if options.json:
        print_json(answer.as_dict())
    else:
        understood = [f"({answer.asked})"] if answer.asked != question else []
        print(*understood, answer.plain(unsupported=options.unsupported), sep="\n", end="\n\n")


def _next_question() -> str:
    prompt = "? " if sys.stdin.isatty() else ""
    try:
        return input(prompt).strip()
    except EOFError:
        return ""


def add_checking_commands(commands: Commands) -> None:
    """Declare the commands of this module."""
    check = commands.add("check", _check, "Check a draft: what the articles say of each sentence, and what is wrong.")
    check.add_argument(
        "draft", nargs="?", default="-", metavar="FILE", help="the draft (default, or -: standard input)"
    )
    add_files(check)
    add_forms(check)
    recheck = commands.add("recheck", _recheck, "Say which quotes of an export still hold; exits with 1 if not all do.")
    recheck.add_argument("export", type=Path, metavar="FILE", help="a Markdown, HTML, Word or JSON export")
    meaning = "Measure the answers to questions of your own: faithfulness, citations, refusals, time."
    evaluate = commands.add("evaluate", _evaluate, meaning)
    evaluate.add_argument("questions", type=Path, metavar="FILE", help="JSON Lines: a question and what is known of it")
    meaning = "what judges, as READACROSS_CHECKER names it (default: what checks the answers)"
    evaluate.add_argument("--checker", metavar="NAME", help=meaning)
    add_forms(evaluate)


def _check(options: argparse.Namespace) -> int:
    check_output(options)
    text = _read_draft(options.draft, Settings.from_environment().max_file_mb * 1_000_000)
    with open_library(options, sync=True) as library:
        itself = _name_in(options.library, options.draft)
        draft = library.check(text, files=options.file, without=itself, progress=show_work())
    deliver(options, draft, draft.as_dict())
    return 0


def _read_draft(name: str, max_bytes: int) -> str:
    """The draft's text as an article's would be read. Raises ArticleError, naming the draft."""
    from rag.ingest.files import read_one_text, read_plain_text

    try:
        if name == "-":
            return read_plain_text(sys.stdin.buffer.read(max_bytes + 1), max_bytes=max_bytes)
        return read_one_text(Path(name), max_bytes=max_bytes)
    except ArticleError as error:
        raise ArticleError(f"{'The draft' if name == '-' else name} {error}") from error


def _name_in(library: Path, draft: str) -> tuple[str, ...]:
    """The draft's name as an article, if it lies in the library: it is no evidence for itself."""
    path, folder = Path(draft).resolve(), library.expanduser().resolve()
    return (path.relative_to(folder).as_posix(),) if draft != "-" and path.is_relative_to(folder) else ()


def _recheck(options: argparse.Namespace) -> int:
    with open_library(options, sync=True) as library:
        report = library.recheck(options.export)
    if options.json:
        print_json(report.as_dict())
    else:
        print(report)
    return 0 if report.holds else 1


def _evaluate(options: argparse.Namespace) -> int:
    check_output(options)
    with open_library(options, sync=True) as library:
        evaluation = library.evaluate(options.questions, checker=options.checker, progress=show_work())
    deliver(options, evaluation, evaluation.as_dict())
    return 0


def add_folder_commands(commands: Commands) -> None:
    """Declare the commands of this module."""
    commands.add("sync", _sync, "Read what is new or changed in the folder, and forget what is gone.")
    commands.add("articles", _articles, "List the articles.")
    add = commands.add("add", _add, "Copy files into the folder, under free names, and read them.")
    add.add_argument("files", nargs="+", metavar="FILE")
    remove = commands.add("remove", _remove, "Move files out of the folder into a bin; `restore` brings them back.")
    remove.add_argument("files", nargs="+", metavar="NAME", help="as `readacross articles` lists it")


def _sync(options: argparse.Namespace) -> int:
    with open_library(options, sync=False) as library:
        print_report(options, library.sync(progress=show_progress()))
    return 0


def print_report(options: argparse.Namespace, report: SyncReport) -> None:
    """Print the report of a sync."""
    if options.json:
        print_json(report.as_dict())
    else:
        print(report)


def _add(options: argparse.Namespace) -> int:
    with open_library(options, sync=False) as library:
        report = library.add(*options.files, progress=show_progress())
    print_report(options, report)
    return 1 if report.skipped else 0


def _remove(options: argparse.Namespace) -> int:
    with open_library(options, sync=False) as library:
        removed = library.remove(*options.files)
    if options.json:
        print_json(asdict(removed))
    else:
        print(f"{len(removed.files):,} removed; `readacross restore {removed.id}` brings them back")
    return 0


def _articles(options: argparse.Namespace) -> int:
    with open_library(options, sync=True) as library:
        articles = library.articles()
    if options.json:
        print_json([{**asdict(a), "text": None, "characters": len(a.text)} for a in articles])
        return 0
    for a in articles:
        facts = ", ".join(fact for fact in (a.title, a.author, a.publisher, a.published, a.language) if fact)
        print(f"{a.file}  {facts}  {len(a.text):,} characters")
    return 0


def add_page_commands(commands: Commands) -> None:
    """Declare the commands of this module."""
    serve = commands.add("serve", _serve, "Open the chat page.", prints=False)
    meaning = (
        "the folder with the articles (default: this one if it was read before; else the page asks, or ~/readacross)"
    )
    serve.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help=meaning)
    serve.set_defaults(library=None)
    serve.add_argument("--host", help="address to listen on (default: READACROSS_HOST, or 127.0.0.1)")
    serve.add_argument(
        "--port", type=int, help="port to listen on, 0 for a free one (default: READACROSS_PORT, or 7860)"
    )
    serve.add_argument("--open", action="store_true", help="open a browser")
    meaning = "Serve the library to agents as MCP tools, on standard input and output or on loopback."
    agents = commands.add("mcp", _mcp, meaning, prints=False)
    agents.add_argument("--http", action="store_true", help="serve HTTP on 127.0.0.1, at /mcp, instead")
    agents.add_argument("--port", type=int, default=7861, help="port for --http (default: 7861)")
    meaning = "Put the page into the menu of a Linux desktop."
    entry = commands.add("desktop-entry", _desktop_entry, meaning, library=False, prints=False)
    entry.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="the folder that it opens")
    commands.add("settings", _settings, "Show the settings in force, without secrets.", library=False)


def _serve(options: argparse.Namespace) -> int:
    from ui.app import serve

    users = _users(Settings.from_environment())
    asked = _choose_folder(options)
    with open_library(options, sync=False, defer_index=True) as library:
        settings = library.settings
        serve(
            library,
            host=options.host or settings.host,
            port=settings.port if options.port is None else options.port,
            auth=settings.auth,
            users=users,
            open_browser=options.open and not asked,
        )
    return 0


def _choose_folder(options: argparse.Namespace) -> bool:
    """Set the folder that the page opens, and the port if it asked for one in the browser; tells whether it did."""
    options.library = options.folder or options.library
    settings = Settings.from_environment()
    host = options.host or settings.host
    asks = asks_for_folder(options.library, host) and not (settings.auth or settings.users or settings.root_url)
    if asks:
        from rag.cli.folder_page import ask_for_folder

        port = settings.port if options.port is None else options.port
        options.library, options.port = ask_for_folder(host, port, open_browser=options.open)
    options.library, told = chosen_folder(options.library)
    if told:
        print(told, file=sys.stderr)
    return asks


def _users(settings: Settings) -> Users | None:
    """The users whom the page asks for; None if none are set. Raises SettingsError."""
    if not settings.users:
        return None
    if settings.auth:
        raise SettingsError("READACROSS_AUTH and READACROSS_USERS are both set: unset one of them.")
    from rag.api.users import Users

    return Users(Path(settings.users))


def _desktop_entry(options: argparse.Namespace) -> int:
    print(write_desktop_entry(options.folder))
    return 0


def _mcp(options: argparse.Namespace) -> int:
    if find_spec("mcp") is None:
        raise SettingsError("`readacross mcp` needs the package mcp, which is missing: pip install 'readacross[mcp]'")
    from rag.api.mcp import serve_http, serve_stdio

    with open_library(options, sync=True) as library:
        if options.http:
            print(f"The tools are at http://127.0.0.1:{options.port}/mcp (stop it with Ctrl-C).", file=sys.stderr)
            serve_http(library, options.port)
        else:
            serve_stdio(library)
    return 0


def _settings(options: argparse.Namespace) -> int:
    table = Settings.from_environment().shown()
    if options.json:
        print_json(table)
    else:
        for name, value in table.items():
            print(f"{name}={value}")
    return 0
