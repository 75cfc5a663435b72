"""What a program can ask of a library: for each operation its parameters, its result, and how it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from rag.api.schemas import ArticleText, Hits
from rag.library import Library
from rag.progress import Cancellation, SyncProgress, SyncReport, WorkProgress
from rag.results.answers import Answer, AnswerSentence, TextChunk
from rag.results.comparisons import Comparison
from rag.results.drafts import CheckedDraft
from rag.results.listings import ArticleList, NameKind, Names
from rag.results.news import News
from rag.results.stories import Stories
from rag.results.summaries import Summary
from rag.results.timelines import Timeline
from rag.verify.recheck import Recheck

LONGEST_TEXT = 3_900_000
"""Characters of a draft or an export."""
Step = TextChunk | AnswerSentence | WorkProgress | SyncProgress
"""What is told while an operation is under way."""

Files = Annotated[
    list[str],
    Field(max_length=10_000, description='Only these articles: file names, or patterns such as "2024/*" or "*.pdf".'),
]
Day = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
Focus = Annotated[str, Field(max_length=2_000)]
Story = Annotated[str, Field(max_length=4_000, description="Only the story that this file belongs to.")]


@dataclass(frozen=True, slots=True)
class Work:
    """An operation under way: `tell` is told how it goes, `cancellation` stops it, `user` is the id of who asks."""

    tell: Callable[[Step], None] = lambda _: None
    cancellation: Cancellation = field(default_factory=Cancellation)
    user: str = ""


class Parameters(BaseModel):
    """Parameters of an operation. Unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")


class FilesParameters(Parameters):
    """Which articles are looked at; all without conditions."""

    files: Files = []


class NamesParameters(FilesParameters):
    """Which names are listed."""

    kind: NameKind | None = Field(default=None, description="Only names of this kind; all without.")


class Conditions(FilesParameters):
    """Which articles are searched; all without conditions."""

    publishers: Annotated[list[str], Field(max_length=1_000, description="Only articles of these publishers.")] = []
    since: Annotated[Day, Field(description="Only articles published on or after this day, YYYY-MM-DD.")] = ""
    until: Annotated[Day, Field(description="Only articles published on or before this day, YYYY-MM-DD.")] = ""


class AskParameters(Conditions):
    """A question."""

    question: Annotated[str, Field(description="A question, or a request such as 'Summarise the articles'.")]


class SearchParameters(Conditions):
    """A search."""

    query: Annotated[str, Field(description="What to search for: a question, a name, or words.")]
    k: Annotated[int, Field(ge=1, le=100, description="How many passages, at most.")] = 8


class CheckParameters(FilesParameters):
    """A draft."""

    text: Annotated[str, Field(max_length=LONGEST_TEXT, description="The draft, as plain text.")]
    without: Annotated[
        list[str], Field(max_length=10_000, description="Articles that are no evidence, such as the draft itself.")
    ] = []


class RecheckParameters(Parameters):
    """An export."""

    export: Annotated[
        str, Field(max_length=LONGEST_TEXT, description="The text of a Markdown, HTML or JSON export of readacross.")
    ]


class ArticlesParameters(FilesParameters):
    """Which articles are listed."""

    focus: Annotated[Focus, Field(description="Only articles that bear on this subject.")] = ""


class ArticleParameters(Parameters):
    """An article, and a span of its text."""

    file: Annotated[str, Field(max_length=4_000, description="The article's file name, as in a citation.")]
    start: Annotated[int, Field(ge=0, description="First character of the span.")] = 0
    end: Annotated[int | None, Field(ge=0, description="End of the span; null for the end of the text.")] = None


class StoryParameters(FilesParameters):
    """A story, or the articles that are named."""

    story: Story = ""


class CompareParameters(StoryParameters):
    """What is compared."""

    focus: Annotated[Focus, Field(description="Only what bears on this subject.")] = ""


class SummariseParameters(CompareParameters):
    """What is summed up."""

    points: Annotated[int, Field(ge=1, le=100, description="How many points, at most.")] = 8


class TimelineParameters(StoryParameters):
    """Which events are told."""

    focus: Annotated[Focus, Field(description="Only what bears on this subject.")] = ""
    since: Annotated[Day, Field(description="Only what happened on or after this day, YYYY-MM-DD.")] = ""
    until: Annotated[Day, Field(description="Only what happened on or before this day, YYYY-MM-DD.")] = ""
    points: Annotated[int, Field(ge=1, le=200, description="How many events, at most.")] = 20


class NewParameters(Parameters):
    """How much of what is new is told."""

    points: Annotated[int, Field(ge=1, le=200, description="How many facts, at most.")] = 20


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to ask of a library: `run` does it and returns a `result`, which `schemas.values_of` makes plain."""

    name: str
    meaning: str
    parameters: type[Parameters]
    result: type[Any]
    run: Callable[[Library, Any, Work], Any]
    writes: bool = False


def _check(library: Library, p: CheckParameters, work: Work) -> CheckedDraft:
    return library.check(p.text, files=p.files, without=p.without, progress=work.tell, cancel=work.cancellation)


def _recheck(library: Library, p: RecheckParameters, work: Work) -> Recheck:
    with work.cancellation.scope():
        return library.recheck(p.export)


def _ask(library: Library, p: AskParameters, work: Work) -> Answer:
    with work.cancellation.scope():
        events = library.stream(
            p.question, files=p.files, publishers=p.publishers, since=p.since, until=p.until, account=library.account()
        )
        for event in events:
            if isinstance(event, Answer):
                return event
            work.tell(event)
    raise AssertionError("a stream ends with its answer")


def _search(library: Library, p: SearchParameters, work: Work) -> Hits:
    with work.cancellation.scope():
        hits = library.search(p.query, k=p.k, files=p.files, publishers=p.publishers, since=p.since, until=p.until)
        return Hits(tuple(hits))


def _articles(library: Library, p: ArticlesParameters, work: Work) -> ArticleList:
    return library.article_list(p.focus, files=p.files, progress=work.tell, cancel=work.cancellation)


def _article(library: Library, p: ArticleParameters, work: Work) -> ArticleText:
    del work
    a = library.article(p.file)
    start = min(p.start, len(a.text))
    end = len(a.text) if p.end is None else min(max(p.end, start), len(a.text))
    return ArticleText(
        *(a.file, a.title, a.publisher, a.published, a.language, a.address, a.author),
        *(len(a.text), start, end, a.text[start:end]),
    )


def _summarise(library: Library, p: SummariseParameters, work: Work) -> Summary:
    return library.summarise(
        p.focus, points=p.points, files=p.files, story=p.story, progress=work.tell, cancel=work.cancellation
    )


def _compare(library: Library, p: CompareParameters, work: Work) -> Comparison:
    return library.compare(story=p.story, files=p.files, focus=p.focus, progress=work.tell, cancel=work.cancellation)


def _timeline(library: Library, p: TimelineParameters, work: Work) -> Timeline:
    return library.timeline(
        files=p.files, story=p.story, focus=p.focus, since=p.since, until=p.until, points=p.points,
        progress=work.tell, cancel=work.cancellation,
    )  # fmt: skip


def _stories(library: Library, p: FilesParameters, work: Work) -> Stories:
    return library.stories(files=p.files, progress=work.tell, cancel=work.cancellation)


def _new(library: Library, p: NewParameters, work: Work) -> News:
    return library.new(points=p.points, progress=work.tell, cancel=work.cancellation)


def _names(library: Library, p: NamesParameters, work: Work) -> Names:
    return library.names(p.kind, files=p.files, progress=work.tell, cancel=work.cancellation)


def _sync(library: Library, p: Parameters, work: Work) -> SyncReport:
    del p
    return library.sync(progress=work.tell, cancel=work.cancellation)


OPERATIONS = (
    Operation(
        "check",
        "Check a draft against the articles before you show it to anyone: for each sentence the verdict (supported, "
        "partly, not found), what is wrong and where (another number, date, name, speaker, a denial, swapped roles), "
        "and the exact words of the articles that speak for or against it. A real quote under a wrong claim is caught.",
        CheckParameters, CheckedDraft, _check,
    ),
    Operation(
        "recheck",
        "Tell of each quote of an earlier export whether it still holds, has moved, has changed, its file is gone, or "
        "the export was altered.",
        RecheckParameters, Recheck, _recheck,
    ),
    Operation(
        "ask",
        "Answer a question from the articles, each sentence with exact citations, or refuse if they do not tell.",
        AskParameters, Answer, _ask,
    ),
    Operation("search", "Find the passages that fit a query best, with their exact places.", SearchParameters, Hits,
              _search),
    Operation("articles", "List the articles, or those on a subject, with a sentence of each.", ArticlesParameters,
              ArticleList, _articles),
    Operation("article", "Read an article's text, or the span of it that a citation names.", ArticleParameters,
              ArticleText, _article),
    Operation(
        "summarise",
        "Sum up the articles in points, each with every place that tells it, and a receipt of what was read.",
        SummariseParameters, Summary, _summarise,
    ),
    Operation(
        "compare",
        "Compare the reports of a story: what all, some or one tell, and on what they disagree. Every cell is a quote.",
        CompareParameters, Comparison, _compare,
    ),
    Operation("timeline", "Dated events in the order of the time that the text gives, each cited.",
              TimelineParameters, Timeline, _timeline),
    Operation("stories", "Group the articles by event, and each report with its copies and probable original.",
              FilesParameters, Stories, _stories),
    Operation("new", "Facts that the last sync brought and no older article tells.", NewParameters, News, _new),
    Operation("names", "The persons, organisations and places that the articles name, with sentences that name them.",
              NamesParameters, Names, _names),
    Operation("sync", "Read what was added to the folder or changed, and forget what was removed.", Parameters,
              SyncReport, _sync, writes=True),
)  # fmt: skip
"""All operations, the checks first: an agent that writes from the articles should use them before anything else."""
BY_NAME = {operation.name: operation for operation in OPERATIONS}


def what_is_wrong(errors: Sequence[Mapping[str, Any]]) -> str:
    """What pydantic finds wrong with an operation's parameters, each by name, without the values."""
    wrong = [f"{'.'.join(map(str, e['loc'])) or 'the parameters'}: {e['msg']}" for e in errors]
    return f"Wrong parameters: {'; '.join(wrong)}."
