"""The commands that read across all articles: stories, summarise."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from rag.cli.commands import Commands, add_files, print_json
from rag.cli.opening import open_library


def add_commands(commands: Commands) -> None:
    """Declare the commands of this module."""
    commands.add("stories", _stories, "Group the articles by event, and each report with its copies.")
    summary = commands.add(
        "summarise", _summarise, "Sum up the articles in points; each cites every article that tells it."
    )
    summary.add_argument("--focus", default="", help="only what bears on this")
    summary.add_argument("--points", type=int, default=8, metavar="N", help="at most so many points (default: 8)")
    add_files(summary)


def _stories(options: argparse.Namespace) -> int:
    with open_library(options, sync=True) as library:
        stories = library.stories()
    if options.json:
        print_json(stories.as_dict())
    else:
        print(stories)
    return 0


def _summarise(options: argparse.Namespace) -> int:
    with open_library(options, sync=True) as library:
        summary = library.summarise(options.focus, points=options.points, files=options.file)
    if options.json:
        print_json(asdict(summary))
    else:
        print(summary)
    return 0
