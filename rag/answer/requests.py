"""Requests: the articles that one is about, the result that serves it, and that result as an answer.

The sentences of the answer are those of the result, each with its quotes.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Protocol

from rag.answer.intent import Request, focus_of
from rag.errors import QuestionError
from rag.render.exportable import Exportable
from rag.results.answers import (
    Answer,
    AnswerSentence,
    Article,
    Citation,
    Hit,
    Intent,
    Sentence,
    Source,
    number_citations,
)
from rag.results.comparisons import Comparison, Disagreement
from rag.results.listings import ArticleList, NameKind, Names
from rag.results.news import News
from rag.results.spans import Quote
from rag.results.stories import Stories, Story
from rag.results.summaries import Receipt, SetAside, Summary
from rag.results.timelines import Event, Timeline
from rag.text.language import detect_language
from rag.text.terms import WORD
from rag.verdicts import Support

POINTS = 8
"""Points of a summary for which no number is given."""
MORE = 3
"""Times as many points are looked through for what was not told yet."""
NEAR = 24
"""Passages near a subject that tell which stories it belongs to."""
SHARE = 0.5
"""A story is on a subject if its share of those passages is so large, compared with the best story's."""
LARGE = 2
"""Articles of a story from which a summary of everything gives it points of its own."""
FEW = 6
"""Facts of a comparison that some reports tell, and half as many of those that one tells, that become sentences."""


class Results(Protocol):
    """What a request needs of a library."""

    def articles(self) -> tuple[Article, ...]:
        """As `Library.articles`."""

    def sentences(self, file: str) -> tuple[Sentence, ...]:
        """As `Library.sentences`."""

    def search(self, query: str, *, k: int = ..., files: Sequence[str] = ...) -> list[Hit]:
        """As `Library.search`."""

    def stories(self, *, files: Sequence[str] = ...) -> Stories:
        """As `Library.stories`."""

    def summarise(
        self,
        focus: str = ...,
        *,
        points: int = ...,
        files: Sequence[str] = ...,
    ) -> Summary:
        """As `Library.summarise`."""

    def timeline(
        self,
        *,
        files: Sequence[str] = ...,
        focus: str = ...,
        since: str = ...,
        until: str = ...,
    ) -> Timeline:
        """As `Library.timeline`."""

    def new(self, *, files: Sequence[str] = ...) -> News:
        """As `Library.new`."""

    def compare(self, *, files: Sequence[str] = ..., focus: str = ...) -> Comparison:
        """As `Library.compare`."""

    def names(self, kind: NameKind | None = ..., *, files: Sequence[str] = ...) -> Names:
        """As `Library.names`."""

    def article_list(self, focus: str = ..., *, files: Sequence[str] = ...) -> ArticleList:
        """As `Library.article_list`."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The articles that a request is about, () for all, what is left of its subject, and a remark on the choice."""

    files: tuple[str, ...] = ()
    focus: str = ""
    note: str = ""


class Server:
    """Serves requests of one library. `files` narrows what is looked at; a Cancellation around it ends the work."""

    def __init__(self, library: Results, files: Sequence[str] = ()) -> None:
        self._library = library
        self._files = tuple(files)

    def answer(self, line: str, request: Request, shown: frozenset[tuple[str, int, int]] = frozenset()) -> Answer:
        """The result of a request as an answer to the typed `line`, without the points at places that were `shown`."""
        made: dict[Intent, Callable[[Request], tuple[Exportable, str]]] = {
            "summary": lambda request: self._summary(request, shown),
            "compare": self._comparison,
            "timeline": self._timeline,
            "stories": self._stories,
            "new": self._news,
            "articles": self._articles,
            "people": self._names,
        }
        try:
            result, note = made[request.intent](request)
        except QuestionError as error:  # nothing bears on the subject
            return Answer(line, False, asked=line, intent=request.intent, notes=(str(error),))
        sentences = number_citations(tuple(sentences_of(result)))
        if isinstance(result, Stories):
            sentences = number_citations([*sentences, *self._copies(result)])
        answer = Answer(line, True, sentences, asked=line, intent=request.intent, result=result)
        notes = (note,) if note else ()
        writer = result.writer if isinstance(result, Summary) else "quoting"
        return replace(answer, sources=self._sources(answer), notes=notes, writer=writer)

    # -- the articles that it is about -------------------------------------------------------------------------------

    def scope(self, request: Request, *, one_story: bool = False) -> Scope:
        """By the publishers that the subject names, then by the stories that its other words are found in.

        Without a subject, `one_story` takes the largest story.
        """
        publishers, focus = self._publishers(request.focus)
        files = tuple(a.file for a in self._articles_looked_at() if a.publisher in publishers) or self._files
        if focus:
            return Scope(self._on(focus, files), focus)
        if publishers or not one_story:
            return Scope(files)
        stories = self._library.stories(files=files)
        if len(stories) < 2 or len(stories[1].files) < LARGE:
            return Scope(stories[0].files if len(stories) else files)
        note = f"This is the largest of {len(stories)} stories, “{stories[0].title}”. Name another to have that."
        return Scope(stories[0].files, note=note)

    def _articles_looked_at(self) -> list[Article]:
        wanted = set(self._files)
        return [a for a in self._library.articles() if not wanted or a.file in wanted]

    def _publishers(self, focus: str) -> tuple[set[str], str]:
        """The publishers that are named in a subject, and the rest of it."""
        named: set[str] = set()
        for publisher in sorted(
            {a.publisher for a in self._articles_looked_at() if a.publisher}, key=len, reverse=True
        ):
            for form in _forms(publisher):
                pattern = rf"(?<!\w)(?:the )?{re.escape(form)}(?:['’]s)?(?!\w)"
                if re.search(pattern, focus, 0 if form.isupper() else re.IGNORECASE):
                    named.add(publisher)
                    focus = re.sub(pattern, " ", focus, flags=re.IGNORECASE)
        return named, focus_of(focus) if named else focus

    def _on(self, focus: str, files: Sequence[str]) -> tuple[str, ...]:
        """The articles of the stories that a subject belongs to."""
        stories = self._library.stories(files=files)
        story_of = {file: story for story in stories for file in story.files}
        weights: dict[str, float] = defaultdict(float)
        for hit in self._library.search(focus, k=NEAR, files=files):
            if hit.file in story_of:
                weights[story_of[hit.file].files[0]] += hit.score
        best = max(weights.values(), default=0.0)
        chosen = [s for s in stories if weights[s.files[0]] >= SHARE * best and weights[s.files[0]] > 0]
        return tuple(file for story in chosen for file in story.files)

    # -- the results ---------------------------------------------------------------------------------------------------

    def _summary(self, request: Request, shown: frozenset[tuple[str, int, int]]) -> tuple[Exportable, str]:
        scope, points = self.scope(request), request.points or POINTS
        large = [] if scope.focus else self._large_stories(scope.files)
        if len(large) > 1 and not shown:
            each = max(1, points // len(large))
            parts = [self._library.summarise(points=each, files=s.files) for s in large[:points]]
            everything = [a.file for a in self._articles_looked_at() if not scope.files or a.file in scope.files]
            return _joined(parts, everything), ""
        more = min(len(shown), MORE * points)
        focus = scope.focus if self._reads(scope.focus) else ""
        made = self._library.summarise(focus, points=points + more, files=scope.files)
        unshown = tuple(p for p in made.points if not {(t.file, t.start, t.end) for t in p.quotes} & shown)
        return replace(made, points=unshown[:points]), scope.note

    def _reads(self, focus: str) -> bool:
        """Whether a subject can be looked for in the articles' words: not if it is in another language."""
        return detect_language(focus) in {"", *(a.language for a in self._articles_looked_at())}

    def _large_stories(self, files: Sequence[str]) -> list[Story]:
        return [s for s in self._library.stories(files=files) if len(s.files) >= LARGE]

    def _comparison(self, request: Request) -> tuple[Exportable, str]:
        scope = self.scope(request, one_story=True)
        return self._library.compare(files=scope.files, focus=scope.focus), scope.note

    def _timeline(self, request: Request) -> tuple[Exportable, str]:
        scope = self.scope(request, one_story=True)
        days = {"since": request.since, "until": request.until}
        return self._library.timeline(files=scope.files, **days), scope.note

    def _stories(self, request: Request) -> tuple[Exportable, str]:
        scope = self.scope(request)
        return self._library.stories(files=scope.files), scope.note

    def _news(self, request: Request) -> tuple[Exportable, str]:
        news, scope = self._library.new(files=self._files), self.scope(request)
        if not scope.files:
            return news, ""
        own = tuple(f for f in news.facts if set(f.files) & set(scope.files))
        against = tuple(c for c in news.contradictions if c.quotes[-1].file in scope.files)
        note = "" if own or against else f"Nothing new bears on “{scope.focus}”." if scope.focus else ""
        left_out = news.left_out + len(news.facts) - len(own)
        return replace(news, facts=own, contradictions=against, left_out=left_out), note

    def _articles(self, request: Request) -> tuple[Exportable, str]:
        publishers, focus = self._publishers(request.focus)
        files = tuple(a.file for a in self._articles_looked_at() if a.publisher in publishers) or self._files
        return self._library.article_list(focus, files=files), ""

    def _names(self, request: Request) -> tuple[Exportable, str]:
        scope = self.scope(request)
        return self._library.names("person", files=scope.files), scope.note

    # -- as an answer --------------------------------------------------------------------------------------------------

    def _copies(self, stories: Stories) -> Iterator[AnswerSentence]:
        """A sentence for each copy, citing how it and its original begin."""
        for group in (g for story in stories for g in story.groups if g.copies):
            original = self._beginning(group.original)
            for copy in group.copies:
                own = self._beginning(copy.file)
                text = f"{copy.file} is a copy of {group.original}: {copy.wording}, {copy.extent}."
                yield _sentence(text, [t for t in (own, original) if t.text])

    def _beginning(self, file: str) -> Quote:
        text = next((a.text for a in self._library.articles() if a.file == file), "")
        first = next((s for s in self._library.sentences(file) if s.kind == "text"), Sentence(0, 0, 0))
        return Quote(file, first.start, first.end, text[first.start : first.end])

    def _sources(self, answer: Answer) -> tuple[Source, ...]:
        known = {s.file: s for s in getattr(answer.result, "sources", ())}
        numbers: dict[str, list[int]] = defaultdict(list)
        for c in answer.citations:
            numbers[c.file].append(c.number)
        return tuple(replace(known.get(f) or Source(f), numbers=tuple(own)) for f, own in numbers.items())


def _forms(publisher: str) -> list[str]:
    """A publisher's name, without its article, and its initials if it has three or more words."""
    plain = re.sub(r"^the\s+", "", publisher, flags=re.IGNORECASE)
    initials = "".join(w[0] for w in WORD.findall(plain) if w[0].isupper())
    return [plain, *([initials] if len(initials) > 1 else [])]


def _joined(parts: Sequence[Summary], everything: Sequence[str]) -> Summary:
    """The summaries of several stories as one, with a receipt of all articles."""
    points = tuple(p for part in parts for p in part.points)
    used = {file for p in points for file in p.files}
    aside = {s.file: s for part in parts for s in part.receipt.set_aside}
    alone = "Left out: a story that fewer articles tell"
    others = tuple(aside.get(f) or SetAside(f, "less told", alone) for f in everything if f not in used)
    receipt = Receipt(tuple(everything), tuple(f for f in everything if f in used), others)
    found = {s.file: s for part in parts for s in part.sources}
    notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
    made = Summary("", points, receipt, (), parts[0].writer, notes)
    numbers: dict[str, list[int]] = defaultdict(list)
    for file, number in made.marks:
        numbers[file].append(number)
    return replace(made, sources=tuple(replace(found[f], numbers=tuple(n)) for f, n in numbers.items() if f in found))


def _sentence(text: str, quotes: Sequence[Quote], support: Support = "supported", score: float = 1.0) -> AnswerSentence:
    files = tuple(dict.fromkeys(t.file for t in quotes))
    citations = tuple(
        Citation(0, t.file, t.start, t.end, t.text, tuple(f for f in files if f != t.file))
        for t in dict.fromkeys(quotes)
        if t.text
    )
    return AnswerSentence(" ".join(text.split()), support, score, citations)


@singledispatch
def sentences_of(result: Exportable) -> Iterator[AnswerSentence]:
    """The sentences of a result with their citations, which have no numbers yet."""
    raise TypeError(f"{type(result).__name__} has no sentences")


@sentences_of.register
def _(result: Summary) -> Iterator[AnswerSentence]:
    for p in result.points:
        yield replace(_sentence(p.text, p.quotes, p.support, p.certainty), faults=p.faults)


@sentences_of.register
def _(result: Comparison) -> Iterator[AnswerSentence]:
    for contrary in (*result.disagreed, *result.changed):
        yield from _sides(contrary)
    for row in (*result.agreed, *result.some[:FEW]):
        yield _sentence(row.quotes[0].text, row.quotes)
    seen: Counter[str] = Counter()
    for row in result.one:
        file = row.quotes[0].file
        seen[file] += 1
        if seen[file] <= FEW // 2:
            yield _sentence(row.quotes[0].text, row.quotes)


def _sides(contrary: Disagreement) -> Iterator[AnswerSentence]:
    for side in contrary.sides:
        yield _sentence(side.statements[0].quote.text, [s.quote for s in side.statements])


@sentences_of.register
def _(result: Timeline) -> Iterator[AnswerSentence]:
    for event in (*result.events, *result.unresolved):
        yield _sentence(_dated(event), event.quotes)


def _dated(event: Event) -> str:
    return f"{event.label}: {event.text}" if event.label else event.text


@sentences_of.register
def _(result: Stories) -> Iterator[AnswerSentence]:
    for story in result:
        if story.gist.text:
            yield _sentence(story.gist.text, [story.gist])


@sentences_of.register
def _(result: News) -> Iterator[AnswerSentence]:
    for fact in result.facts:
        yield _sentence(fact.text, fact.quotes)
    for c in result.contradictions:
        yield _sentence(c.quotes[-1].text, c.quotes[::-1])


@sentences_of.register
def _(result: ArticleList) -> Iterator[AnswerSentence]:
    for article in result.articles:
        if article.quote.text:
            yield _sentence(article.quote.text, [article.quote])


@sentences_of.register
def _(result: Names) -> Iterator[AnswerSentence]:
    for name in result.names:
        yield _sentence(f"{name.name}: {name.quotes[0].text}", name.quotes)
