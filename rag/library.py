"""Library: the one door to a folder of articles. It wires the rooms; what they do is in them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from rag.analysis.article_search import list_articles
from rag.analysis.comparison import compare
from rag.analysis.fact_cache import FactCache
from rag.analysis.kept_mentions import KeptMentions
from rag.analysis.names import find_names
from rag.analysis.novelty import find_news
from rag.analysis.read_articles import read_articles
from rag.analysis.summary import summarise
from rag.analysis.summary_writer import SummaryWriter
from rag.analysis.timeline import Span, make_timeline
from rag.answer.answerer import Answerer
from rag.answer.conversation import Conditions, Conversation
from rag.answer.follow_up import Turn, in_english
from rag.answer.intent import Request, read_request
from rag.answer.requests import Server
from rag.answer.rewrite import Rewritten, rewrite
from rag.article_library import ArticleLibrary
from rag.embed.port import Embedder
from rag.errors import NothingToRead, QuestionError
from rag.evaluation import Judge, check_questions, evaluate, read_questions
from rag.integrations.library_models import choose_embedder, choose_language_model
from rag.llm.batch import KeptReplies
from rag.llm.language_model import LanguageModel
from rag.llm.metering import MeteredModel
from rag.progress import (
    SILENT,
    Cancel,
    Progress,
    SyncProgress,
    WorkProgress,
    awaitable,
)
from rag.render.record import read_export
from rag.results.answers import Answer, AnswerEvent, Hit, Intent, Prices
from rag.results.comparisons import Comparison
from rag.results.drafts import CheckedDraft
from rag.results.evaluations import Evaluation, EvaluationQuestion
from rag.results.kept_conversations import KeptConversation
from rag.results.listings import ArticleList, NameKind, Names
from rag.results.news import News
from rag.results.stories import Stories
from rag.results.summaries import Summary
from rag.results.timelines import Timeline
from rag.retrieval.filters import Filter, select
from rag.settings import Settings
from rag.store.own_files import WRITTEN
from rag.store.writes import read_arrivals
from rag.text.language import detect_language, language_name
from rag.tracing import token_facts
from rag.verify.checkers import Checker, CheckerMaker, checker_maker
from rag.verify.corroboration import with_sources
from rag.verify.draft import check_text
from rag.verify.recheck import Recheck, recheck

if TYPE_CHECKING:
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.base.base_retriever import BaseRetriever
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.llms import LLM


class Library(ArticleLibrary):
    """A folder of articles that can be asked. Opening it creates, checks and repairs its store. Thread-safe.

    `store` is the folder for the index, ".readacross" in the library by default; `settings` come from the environment
    by default; `llm`, a LlamaIndex `LLM`, and `embedder`, a LlamaIndex `BaseEmbedding`, or ones of our own, go before
    the settings' ones. Without a language model the articles are quoted. With `defer_index` opening is quicker: an
    embedded Chroma is opened by `open_index`, or by the first sync that has something to write, and until then
    the catalogue's own vectors are searched, with the same results.

    Raises LibraryMissing if there is no such folder, SettingsError for a wrong setting, and what `Store` raises.

    >>> with Library("seeds") as library:
    ...     report = library.sync()
    ...     answer = library.ask("Which jets did Rutte approve?")
    ...     draft = library.check("Rutte approved the transfer of F-35 jets.")
    >>> answer.citations[0].quote.endswith("the transfer of Dutch F-16 fighter jets to Ukraine.")
    True
    >>> draft[0].support
    'partly'
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        store: str | os.PathLike[str] | None = None,
        settings: Settings | None = None,
        llm: LanguageModel | LLM | None = None,
        embedder: Embedder | BaseEmbedding | None = None,
        defer_index: bool = False,
        progress: Callable[[SyncProgress], None] | None = None,
    ) -> None:
        settings = Settings.from_environment() if settings is None else settings
        model, prices = choose_language_model(llm, settings), settings.prices
        make_checker = checker_maker(settings.checker, model)
        super().__init__(
            folder, store=store, settings=settings, embedder=embedder, defer_index=defer_index, progress=progress
        )
        self._facts = FactCache(self._store)
        self._write_with(model, make_checker, prices)

    def configure(self, settings: Settings) -> None:
        """Take other settings from the next question on; another embedder is tried now, and used when opened next.

        Raises what the constructor raises of models; then nothing has changed.
        """
        if settings.embedder != self.settings.embedder:
            choose_embedder(None, settings)
        model = choose_language_model(None, settings)
        make_checker, prices = checker_maker(settings.checker, model), settings.prices
        self.settings = settings
        self._write_with(model, make_checker, prices)

    def _write_with(self, model: LanguageModel | None, make_checker: CheckerMaker, prices: Prices | None) -> None:
        answerer = Answerer(
            self._store,
            self._embedder,
            model,
            prices,
            self._tracing,
            make_checker=make_checker,
            passages_read=self.settings.passages_read,
        )
        kept = KeptReplies(self._store.folder / WRITTEN if self.writable else None)
        self._summary_writer = None if model is None else SummaryWriter(model, make_checker(model), kept)
        self._model, self._make_checker, self._answerer = model, make_checker, answerer

    @property
    def writer(self) -> str:
        """What writes the answers: a model's name, or "quoting" for the articles' own sentences."""
        return self._model.name if self._model else "quoting"

    # -- across the articles -------------------------------------------------------------------------------------------

    def stories(
        self,
        *,
        files: Sequence[str] = (),
        progress: Callable[[WorkProgress], None] | None = None,
        cancel: Cancel | None = None,
    ) -> Stories:
        """Articles about one event grouped, the largest group first, with the copies of each report.

        `files` narrows as in `search`; `progress` and `cancel` are as in `summarise`. Raises NothingToRead if no
        article meets `files`, and Cancelled.
        """
        narrowed = select(self._store.catalogue, Filter(tuple(files)))
        with Progress(progress, cancel).scope() as work:
            return with_sources(Stories(self._facts.stories(narrowed, work)), self._store.article_cache)

    def summarise(
        self,
        focus: str = "",
        *,
        points: int = 8,
        files: Sequence[str] = (),
        story: str = "",
        progress: Callable[[WorkProgress], None] | None = None,
        cancel: Cancel | None = None,
    ) -> Summary:
        """Sum up all articles, those that `files` names, or the story that the file `story` belongs to.

        There are at most so many points; with a focus, only what bears on it. Every article is read, and the receipt
        says what became of each. A language model, if there is one, writes the points, and they are checked and cited
        like an answer: those that hold only in part stand beside the others, marked, and do not count. Where it fails,
        the articles' own sentences are quoted, and the notes say why.

        `progress` is told how far it is; `cancel` is a `Cancellation`, or a function that returns True once the work is
        to stop: then Cancelled is raised. What the model had written by then is kept, and the same summary asked for
        again goes on from there. Raises NothingToRead if there is no article, and LibraryError if there is none of the
        name `story`.
        """
        writer = self._summary_writer
        with Progress(progress, cancel).scope() as work:
            narrowed = self._scope(files, story, work)
            summary = summarise(self._facts, files=narrowed, focus=focus, points=points, writer=writer, progress=work)
            return with_sources(summary, self._store.article_cache)

    def timeline(
        self,
        *,
        files: Sequence[str] = (),
        story: str = "",
        focus: str = "",
        since: str = "",
        until: str = "",
        points: int = 20,
        progress: Callable[[WorkProgress], None] | None = None,
        cancel: Cancel | None = None,
    ) -> Timeline:
        """The events that the articles tell, at most so many, in the order of the time that the text gives.

        `since` and `until`, ISO 8601 days, limit that time, and not the publication; the rest is as for `summarise`.
        Raises as that does, and QuestionError for a wrong day.
        """
        span = Span(since, until)
        with Progress(progress, cancel).scope() as work:
            narrowed = self._scope(files, story, work)
            timeline = make_timeline(self._facts, files=narrowed, focus=focus, span=span, points=points, progress=work)
            return with_sources(timeline, self._store.article_cache)

    def new(
        self,
        *,
        points: int = 20,
        files: Sequence[str] = (),
        progress: Callable[[WorkProgress], None] | None = None,
        cancel: Cancel | None = None,
    ) -> News:
        """What the last sync brought that brought anything: the facts that no older article tells, at most so many.

        The rest is as for `stories`.
        """
        narrowed = select(self._store.catalogue, Filter(tuple(files)))
        with Progress(progress, cancel).scope() as work:
            arrivals = read_arrivals(self._store.catalogue)
            news = find_news(self._facts, arrivals, files=narrowed, points=points, progress=work)
            return with_sources(news, self._store.article_cache)

    def compare(
        self,
        *,
        story: str = "",
        files: Sequence[str] = (),
        focus: str = "",
        progress: Callable[[WorkProgress], None] | None = None,
        cancel: Cancel | None = None,
    ) -> Comparison:
        """Compare the reports of a story: what all, some or one of them tell, and on what they disagree.

        The story is the one that the file `story` belongs to, or the largest; with `files` alone, just these articles
        are compared. With a `focus`, only what bears on it is told. The rest is as for `summarise`, and so is what is
        raised.
        """
        with Progress(progress, cancel).scope() as work:
            chosen = self._scope(files, story, work)
            if chosen is None:
                chosen = next((s.files for s in self._facts.stories(progress=work)), ())
            compared = compare(self._facts, files=chosen, focus=focus, progress=work)
            return with_sources(compared, self._store.article_cache)

    def names(
        self,
        kind: NameKind | None = None,
        *,
        files: Sequence[str] = (),
        progress: Callable[[WorkProgress], None] | None = None,
        cancel: Cancel | None = None,
    ) -> Names:
        """The persons, organisations and places that the articles name, or those of one `kind`, "person" and so on.

        Those in most articles come first; persons are those who are named in full. The rest is as for `stories`. Raises
        QuestionError for another kind.
        """
        if kind not in (None, *get_args(NameKind)):
            raise QuestionError(
                "There is no kind of name {kind}: choose {kinds} or None.",
                kind=repr(kind),
                kinds=", ".join(get_args(NameKind)),
            )
        with Progress(progress, cancel).scope() as work:
            narrowed = select(self._store.catalogue, Filter(tuple(files)))
            stories = self._facts.stories(narrowed, work)
            articles, kept = read_articles(self._store, narrowed, work), KeptMentions(self._store)
            named = find_names(articles, stories, kind, kept=kept, progress=work)
            return with_sources(named, self._store.article_cache)

    def article_list(
        self,
        focus: str = "",
        *,
        files: Sequence[str] = (),
        progress: Callable[[WorkProgress], None] | None = None,
        cancel: Cancel | None = None,
    ) -> ArticleList:
        """The articles that bear on `focus`, or all, with a sentence of each. The rest is as for `stories`."""
        with Progress(progress, cancel).scope() as work:
            articles = read_articles(self._store, select(self._store.catalogue, Filter(tuple(files))), work)
            return with_sources(list_articles(articles, focus, work), self._store.article_cache)

    def _scope(self, files: Sequence[str], story: str, work: Progress) -> Sequence[str] | None:
        """The articles that `files` and `story` leave; None for all."""
        narrowed = select(self._store.catalogue, Filter(tuple(files)))
        if not story:
            return narrowed
        allowed = None if narrowed is None else set(narrowed)
        found = [f for f in self._facts.story_of(story, work).files if allowed is None or f in allowed]
        if not found:
            raise NothingToRead("No article of this story is among those that are asked: choose more articles.")
        return found

    # -- asking ----------------------------------------------------------------------------------------------------

    def search(
        self,
        query: str,
        *,
        k: int = 8,
        files: Sequence[str] = (),
        publishers: Sequence[str] = (),
        since: str = "",
        until: str = "",
    ) -> list[Hit]:
        """The `k` passages that fit best, spread over articles. `Filter` describes the conditions.

        Raises QuestionError, and NothingToRead if no article is indexed or meets the conditions.
        """
        query = self._checked(query)
        condition = Filter(tuple(files), tuple(publishers), since, until)
        return self._answerer.retriever.search(query, k, select(self._store.catalogue, condition))

    def ask(
        self,
        question: str,
        *,
        files: Sequence[str] = (),
        publishers: Sequence[str] = (),
        since: str = "",
        until: str = "",
    ) -> Answer:
        """Answer a question from the articles, or refuse. Raises as `search` does.

        A request, such as "Summarise the articles", is served instead, and `Answer.result` is what it asked for.
        """
        *_, answer = self.stream(question, files=files, publishers=publishers, since=since, until=until)
        assert isinstance(answer, Answer), "a stream ends with its answer"
        return answer

    def stream(
        self,
        question: str,
        *,
        files: Sequence[str] = (),
        publishers: Sequence[str] = (),
        since: str = "",
        until: str = "",
        asked: str = "",
        topic: str = "",
        before: Sequence[str] = (),
        shown: frozenset[tuple[str, int, int]] = frozenset(),
        account: MeteredModel | None = None,
    ) -> Iterator[AnswerEvent]:
        """Answer a question: text as it comes, each sentence once it is checked, the whole `Answer` last.

        A request is served as by `ask`: its answer comes as a whole.

        The conditions are those of `ask`. `asked` is what is searched for, if that differs from the question,
        together with the words of `topic`, which is what the conversation is about where the question does not say
        so; `before` is the last question of it, the first sentence of its answer, and the question before that; spans
        (file, start, end) in `shown` are left out;
        `account`, which `account()` makes, tells by its `usage` what a language model was given and gave, also if the
        answer is stopped. If a language model fails, the `Answer` holds quoted sentences instead of those that came
        before, and its notes say why. Raises as `search` does, at once; within `with
        cancellation.scope():`, where `cancellation` is a `Cancellation`, another thread's `cancellation.cancel()` ends
        it with Cancelled.
        """
        condition = Filter(tuple(files), tuple(publishers), since, until)
        question = self._checked(question)
        narrowed = select(self._store.catalogue, condition)
        request = self._request(asked or question)
        if request.intent != "answer":
            return self._served(question, request, narrowed or (), shown)
        events = self._answerer.stream(
            question, asked=asked, topic=topic, before=before, files=narrowed, shown=shown, account=account
        )
        return (self._with_notes(event) for event in events)

    def intent(self, line: str) -> Intent:
        """What a typed line asks for: "answer" for a plain question, else the kind of request.."""
        return self._request(self._checked(line)).intent

    def _request(self, line: str) -> Request:
        names = self._store.catalogue.names()
        newest = max((name.published[:10] for name in names), default="")
        return read_request(line, newest, {name.publisher for name in names})

    def _with_notes(self, event: AnswerEvent) -> AnswerEvent:
        """An answer with why it took longer; a refusal with a remark if no article has the question's language."""
        if isinstance(event, Answer) and self._store.is_slowed:
            event = replace(event, notes=(*event.notes, self._store.index_note))
        if not isinstance(event, Answer) or event.found:
            return event
        own, asked = self._store.catalogue.languages(), detect_language(event.question)
        if not own or asked in {"", *own} or in_english(event.question, ""):
            return event
        names = " and ".join(map(language_name, own[:3]))
        note = f"The question is in {language_name(asked)}, and the articles are in {names}: ask in their language."
        return replace(event, notes=(*event.notes, note), other_language=asked)

    def _served(
        self, question: str, request: Request, files: Sequence[str], shown: frozenset[tuple[str, int, int]]
    ) -> Iterator[AnswerEvent]:
        with self._tracing.begin("readacross.ask") as span:
            span.note({"readacross.intent": request.intent})
            span.quote({"readacross.question": question})
            yield Server(self, files).answer(question, request, shown)

    def account(self) -> MeteredModel | None:
        """An account for `stream`, whose time begins now; None without a language model."""
        return self._answerer.account()

    def check(
        self,
        text: str,
        *,
        files: Sequence[str] = (),
        without: Sequence[str] = (),
        progress: Callable[[WorkProgress], None] | None = None,
        cancel: Cancel | None = None,
    ) -> CheckedDraft:
        """Check each sentence of a draft against the library: its verdict, its best evidence, what is wrong.

        `without` names articles that are no evidence, such as the draft itself if it lies in the folder; `progress` and
        `cancel` are as for `summarise`. Raises NothingToRead if no article is indexed, or none is left, and Cancelled.
        """
        self._require_articles()
        narrowed = select(self._store.catalogue, Filter(tuple(files), without=tuple(without)))
        checker = self._make_checker(self._model)
        with Progress(progress, cancel).scope() as work:
            return self._check(text, checker, narrowed, work)

    def _check(self, text: str, checker: Checker, files: Sequence[str] | None, progress: Progress) -> CheckedDraft:
        retriever, article_cache = self._answerer.retriever, self._store.article_cache
        checked = check_text(text, retriever, article_cache, checker, files=files, progress=progress)
        return with_sources(CheckedDraft(text, checked.sentences, notes=checked.notes), article_cache)

    def evaluate(
        self,
        questions: str | os.PathLike[str] | Sequence[EvaluationQuestion],
        *,
        checker: str | None = None,
        progress: Callable[[WorkProgress], None] | None = None,
        cancel: Cancel | None = None,
    ) -> Evaluation:
        """Ask questions of which the right answer is known in part, and measure the answers as the field does.

        `questions` are values, or the path of a JSON Lines file with `question`, and `answer`, `files` or
        `unanswerable`, on each line. `checker` judges, as READACROSS_CHECKER names it, "" for the rules; by default
        what checks the answers anyway. Raises QuestionError for questions that cannot be used, naming the lines,
        SettingsError for a wrong checker, and NothingToRead, and Cancelled.
        """
        asked = read_questions(Path(questions)) if isinstance(questions, str | os.PathLike) else list(questions)
        check_questions(asked, (m.file for m in self.metadata()), self.settings.max_question)
        self._require_articles()
        name = self.settings.checker if checker is None else checker
        own = (self._make_checker if checker is None else checker_maker(checker, self._model))(self._model)
        with Progress(progress, cancel).scope() as work:
            judge = Judge(lambda text: self._check(text, own, None, SILENT), own)
            return evaluate(asked, self.ask, judge, writer=self.writer, checker=name or "rules", progress=work)

    def recheck(self, export: str | os.PathLike[str]) -> Recheck:
        """Tell which quotes of an export still hold in the articles as they were last read: sync first.

        `export` is the text of a Markdown, HTML or JSON export, or the path of its file (a `Path`, not a string),
        which may be a Word file too.
        Raises ExportError if it is no export of ours, is damaged or cannot be read.
        """
        return recheck(export if isinstance(export, str) else read_export(Path(export)), self._store)

    def chat(
        self,
        turns: Sequence[Turn] | KeptConversation = (),
        *,
        rewrite_follow_ups: bool = True,
        files: Sequence[str] = (),
        publishers: Sequence[str] = (),
        since: str = "",
        until: str = "",
    ) -> Conversation:
        """A conversation, which understands follow-ups; `turns` takes up an earlier one, such as one that was kept.

        The conditions are those of `ask`, and hold for every question.
        Follow-ups are completed by the language model, if there is one, or else, or if `rewrite_follow_ups` is off, by
        rules.
        """
        if isinstance(turns, KeptConversation):
            turns = [Turn(turn.question, turn.answer) for turn in turns.turns if turn.answer]
        conditions = Conditions(files=files, publishers=publishers, since=since, until=until)
        return Conversation(self, turns, self._rewritten if rewrite_follow_ups else None, conditions)

    def _rewritten(self, question: str, before: Sequence[Turn], model: LanguageModel) -> Rewritten:
        with self._tracing.begin("readacross.rewrite") as span:
            span.note({"gen_ai.operation.name": "chat", "gen_ai.request.model": model.name})
            rewritten = rewrite(question, before, model)
            span.note({"readacross.rewritten": bool(rewritten.question), **token_facts(rewritten.usage)})
            span.quote({"readacross.question": question, "readacross.asked": rewritten.question})
        return rewritten

    def _checked(self, question: str) -> str:
        question = " ".join(question.split())
        limit = self.settings.max_question
        if not question:
            raise QuestionError("The question is empty: type one.")
        if len(question) > limit:
            raise QuestionError(
                "The question has {length} characters; the limit is {limit}. "
                "Shorten it, or raise READACROSS_MAX_QUESTION.",
                length=f"{len(question):,}",
                limit=f"{limit:,}",
            )
        self._require_articles()
        return question

    # -- to be awaited ---------------------------------------------------------------------------------------------

    async_sync = awaitable(ArticleLibrary.sync)
    aask = awaitable(ask)
    asearch = awaitable(search)
    asummarise = awaitable(summarise)
    acompare = awaitable(compare)
    atimeline = awaitable(timeline)
    astories = awaitable(stories)
    anew = awaitable(new)
    anames = awaitable(names)
    aarticle_list = awaitable(article_list)
    acheck = awaitable(check)
    arecheck = awaitable(recheck)
    aevaluate = awaitable(evaluate)

    # -- LlamaIndex ------------------------------------------------------------------------------------------------

    def as_retriever(self, *, k: int = 8) -> BaseRetriever:
        """Our retrieval as a LlamaIndex retriever; its nodes carry exact offsets."""
        from rag.integrations.llamaindex import LibraryRetriever

        return LibraryRetriever(lambda query: self.search(query, k=k))

    def as_query_engine(self) -> BaseQueryEngine:
        """Our cited answers as a LlamaIndex query engine; `response.metadata["answer"]` is the `Answer`."""
        from rag.integrations.llamaindex import LibraryQueryEngine

        return LibraryQueryEngine(self.ask)

    def as_checked_engine(self, engine: BaseQueryEngine, *, files: Sequence[str] = ()) -> BaseQueryEngine:
        """Any LlamaIndex query engine with its responses checked against the articles, or those that `files` names.

        A response is a `CheckedResponse`: its `draft` has the verdict on each of its sentences, `supported` those that
        hold.
        """
        from rag.integrations.llamaindex import CheckedQueryEngine

        return CheckedQueryEngine(engine, lambda text: self.check(text, files=files))
