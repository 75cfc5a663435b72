"""The commands that ask: ask, search, chat."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.cli.commands import Commands, add_files, print_json
from rag.cli.delivery import (
    BY_SUFFIX,
    add_forms,
    add_unsupported,
    check_conversation_output,
    check_output,
    deliver,
    write,
)
from rag.cli.opening import open_library
from rag.errors import ReadacrossError
from rag.types import shorten
from rag.usage import Usage

if TYPE_CHECKING:
    from rag.writing.conversation import Conversation


def add_commands(commands: Commands) -> None:
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
        "--output", type=Path, metavar="FILE", help="write the conversation to this .md, .html or .json file at its end"
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
