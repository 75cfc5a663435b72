"""The commands about the folder itself: sync, articles."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from rag.cli.commands import Commands, print_json
from rag.cli.opening import open_library, show_progress


def add_commands(commands: Commands) -> None:
    """Declare the commands of this module."""
    commands.add("sync", _sync, "Read what is new or changed in the folder, and forget what is gone.")
    commands.add("articles", _articles, "List the articles.")


def _sync(options: argparse.Namespace) -> int:
    with open_library(options, sync=False) as library:
        report = library.sync(progress=show_progress())
    if options.json:
        print_json(report.as_dict())
    else:
        print(report)
    return 0


def _articles(options: argparse.Namespace) -> int:
    with open_library(options, sync=True) as library:
        articles = library.articles()
    if options.json:
        print_json([{**asdict(a), "text": None, "characters": len(a.text)} for a in articles])
        return 0
    for a in articles:
        facts = ", ".join(fact for fact in (a.title, a.publisher, a.published, a.language) if fact)
        print(f"{a.file}  {facts}  {len(a.text):,} characters")
    return 0
