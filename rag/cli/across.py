"""The commands that read across all articles: stories, summarise, compare, timeline, new."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from rag.cli.commands import Commands, add_files
from rag.cli.delivery import add_forms, check_output, deliver
from rag.cli.opening import open_library, show_work


def add_commands(commands: Commands) -> None:
    """Declare the commands of this module."""
    stories = commands.add("stories", _stories, "Group the articles by event, and each report with its copies.")
    add_forms(stories)
    summary = commands.add(
        "summarise", _summarise, "Sum up the articles in points; each cites every article that tells it."
    )
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
    meaning = "the story that this file belongs to (default: the largest)"
    comparison.add_argument("--story", default="", metavar="FILE", help=meaning)
    add_files(comparison)
    add_forms(comparison)


def _stories(options: argparse.Namespace) -> int:
    check_output(options)
    with open_library(options, sync=True) as library:
        stories = library.stories()
    deliver(options, stories, stories.as_dict())
    return 0


def _summarise(options: argparse.Namespace) -> int:
    check_output(options)
    with open_library(options, sync=True) as library:
        summary = library.summarise(
            options.focus,
            points=options.points,
            files=options.file,
            story=options.story,
            progress=show_work(),
        )
    deliver(options, summary, asdict(summary))
    return 0


def _timeline(options: argparse.Namespace) -> int:
    check_output(options)
    with open_library(options, sync=True) as library:
        timeline = library.timeline(
            files=options.file,
            story=options.story,
            focus=options.focus,
            since=options.since,
            until=options.until,
            points=options.points,
            progress=show_work(),
        )
    deliver(options, timeline, asdict(timeline))
    return 0


def _new(options: argparse.Namespace) -> int:
    check_output(options)
    with open_library(options, sync=True) as library:
        news = library.new(points=options.points, progress=show_work())
    deliver(options, news, asdict(news))
    return 0


def _compare(options: argparse.Namespace) -> int:
    check_output(options)
    with open_library(options, sync=True) as library:
        comparison = library.compare(story=options.story, files=options.file, progress=show_work())
    deliver(options, comparison, comparison.as_dict())
    return 0
