"""What can be asked of all articles at once: each room of the page has a form, and work that makes a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from rag import Exportable, Library, QuestionError, WorkProgress

Tell = Callable[[WorkProgress], None]
Stop = Callable[[], bool]
Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: a line of text, a `few` digits, a `draft` of many lines, or the choice of a story."""

    name: str
    label: str
    kind: Literal["line", "few", "draft", "story"] = "line"
    hint: str = ""
    preset: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """One kind of result: what it is for, its form, and the work, which tells how far it is and stops when asked.

    `resumes` says whether work that was stopped goes on where it was when it is asked for again.
    """

    name: str
    label: str
    purpose: str
    button: str
    fields: tuple[Field, ...]
    work: Callable[[Library, Values, Tell, Stop], Exportable]
    resumes: bool = True


def _summary(library: Library, values: Values, tell: Tell, stop: Stop) -> Exportable:
    points = values["points"].strip()
    if not points.isdecimal() or not 1 <= int(points) <= MOST_POINTS:
        raise QuestionError(f"The number of points is a whole number from 1 to {MOST_POINTS}.")
    return library.summarise(values["focus"], points=int(points), story=values["story"], progress=tell, cancel=stop)


def _comparison(library: Library, values: Values, tell: Tell, stop: Stop) -> Exportable:
    return library.compare(story=values["story"], progress=tell, cancel=stop)


def _timeline(library: Library, values: Values, tell: Tell, stop: Stop) -> Exportable:
    since, until = values["since"].strip(), values["until"].strip()
    focus, story = values["focus"], values["story"]
    return library.timeline(focus=focus, story=story, since=since, until=until, progress=tell, cancel=stop)


def _news(library: Library, values: Values, tell: Tell, stop: Stop) -> Exportable:
    return library.new(progress=tell, cancel=stop)


def _stories(library: Library, values: Values, tell: Tell, stop: Stop) -> Exportable:
    return library.stories(progress=tell, cancel=stop)


def _draft(library: Library, values: Values, tell: Tell, stop: Stop) -> Exportable:
    if not values["draft"].strip():
        raise QuestionError("The draft is empty: paste one.")
    return library.check(values["draft"], progress=tell, cancel=stop)


MOST_POINTS = 60
"""Points of a summary that one page shows well."""
FOCUS = Field("focus", "Focus", hint="Everything")
STORY = Field("story", "Articles", "story", preset="All articles")
ROOMS = (
    Room(
        "summary", "Summary", "What all articles tell, in points; each cites every article that says it.", "Sum up",
        (FOCUS, STORY, Field("points", "Points", "few", preset="8")),
        _summary,
    ),
    Room(
        "comparison", "Compare", "What the reports of one story agree on, where they differ, and what only one tells.",
        "Compare", (Field("story", "Story", "story", preset="The largest story"),), _comparison,
    ),
    Room(
        "timeline", "Timeline", "What happened when: by the times that the articles tell, not by when they appeared.",
        "Make the timeline",
        (FOCUS, STORY, Field("since", "From", hint="YYYY-MM-DD"), Field("until", "To", hint="YYYY-MM-DD")), _timeline,
    ),
    Room(
        "new", "New", "What the articles that were read last tell, and no older article.",
        "Show what is new", (), _news,
    ),
    Room(
        "stories", "Stories", "Which articles tell of one event, and which are copies of one report.",
        "Group the articles", (), _stories,
    ),
    Room(
        "draft", "Check", "Paste a text of your own: each sentence is held against all articles.", "Check the draft",
        (Field("draft", "Draft", "draft", hint="Paste your draft …"),), _draft, resumes=False,
    ),
)  # fmt: skip
