"""Library: the one door to a folder of articles."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

from rag.errors import LibraryError, LibraryMissing, NothingToRead, QuestionError
from rag.grounding.library_check import CheckedSentence, check_text
from rag.index.store import Store
from rag.index.sync import Sync
from rag.models.choose import make_embedder, make_language_model
from rag.models.language import LanguageModel
from rag.models.ports import Embedder
from rag.models.static import load_wordllama
from rag.progress import Watch
from rag.search.filters import Filter, select
from rag.settings import Settings
from rag.stories.fact_shelf import FactShelf
from rag.stories.types import Story, Summary
from rag.types import Answer, AnswerEvent, Article, Hit, Sentence, SyncProgress, SyncReport, WorkProgress
from rag.writing.answerer import Answerer
from rag.writing.conversation import Conversation
from rag.writing.followup import Turn
from rag.writing.rewriting import rewrite
from rag.writing.summary import summarise

if TYPE_CHECKING:
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.base.base_retriever import BaseRetriever
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.llms import LLM

STORE = ".readacross"


def store_of(folder: Path, settings: Settings) -> Path:
    """Where a library's index is kept: in the folder, or below READACROSS_STORE, where each library has its own."""
    if not settings.store:
        return folder / STORE
    where = folder.resolve()
    own = hashlib.sha256(os.fsencode(where)).hexdigest()[:8]
    return Path(settings.store).expanduser() / f"{where.name or 'root'}-{own}"


class Library:
    """A folder of articles that can be asked. Opening it creates, checks and repairs its store. Thread-safe.

    `store` is the folder for the index, ".readacross" in the library by default; `settings` come from the environment
    by default; `llm`, a LlamaIndex `LLM`, and `embedder`, a LlamaIndex `BaseEmbedding`, or ones of our own, go before
    the settings' ones. Without a language model the articles are quoted. With `defer_index` opening is quicker: an
    embedded Chroma is opened by `open_index`, or by the first sync that has something to write, and until then
    the catalogue's own vectors are searched, with the same results.

    Raises LibraryMissing if there is no such folder, SettingsError for a wrong setting, and what `Store` raises.
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
        self.folder = Path(folder).expanduser()
        if not self.folder.is_dir():
            raise LibraryMissing(f"There is no folder {self.folder}: create it, or name another.")
        self.settings = Settings.from_environment() if settings is None else settings
        self._embedder = self._choose(embedder)
        self._model = self._choose_model(llm)
        self._store = Store(
            Path(store).expanduser() if store else store_of(self.folder, self.settings),
            self._embedder.name,
            chroma_url=self.settings.chroma_url,
            defer_index=defer_index,
            progress=progress,
        )
        self._answerer = Answerer(self._store, self._embedder, self._model)
        self._facts = FactShelf(self._store)

    def _choose(self, embedder: Embedder | BaseEmbedding | None) -> Embedder:
        if embedder is None:
            s = self.settings
            return make_embedder(s.embedder, api_key=s.openai_api_key, base_url=s.openai_base_url)
        if isinstance(embedder, Embedder):
            return embedder
        from rag.models.llamaindex import from_llama_index

        return from_llama_index(embedder)

    def _choose_model(self, llm: LanguageModel | LLM | None) -> LanguageModel | None:
        if llm is None:
            s = self.settings
            return make_language_model(s.model, api_key=s.openai_api_key, base_url=s.openai_base_url)
        if hasattr(llm, "stream_chat"):
            from rag.models.foreign_llm import from_llm

            return from_llm(cast("LLM", llm))
        return llm

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store, so that another process may own it."""
        self._store.close()

    def open_index(self) -> None:
        """Open and check the vector index, if that was put off. Raises LibraryError if it cannot be used."""
        self._store.open_index()

    @property
    def notes(self) -> tuple[str, ...]:
        """What had to be repaired when the library and its index were opened."""
        return tuple(self._store.notes)

    @property
    def writable(self) -> bool:
        """Whether this process owns the library, and so may sync it."""
        return self._store.writable

    @property
    def writer(self) -> str:
        """What writes the answers: a model's name, or "quoting" for the articles' own sentences."""
        return self._model.name if self._model else "quoting"

    # -- the articles ----------------------------------------------------------------------------------------------

    def sync(self, *, progress: Callable[[SyncProgress], None] | None = None) -> SyncReport:
        """Read what was added to the folder or changed, and forget what was removed.

        Raises LibraryMissing, LibraryLocked if another process owns the library, DiskFull, and ModelError if the
        embedder fails; all that was read until then is kept.
        """
        limit = self.settings.max_file_mb * 1_000_000
        return Sync(self.folder, self._store, self._embedder, max_bytes=limit, progress=progress).run()

    def articles(self) -> tuple[Article, ...]:
        """All articles, in the order of their file names."""
        return self._store.catalogue.articles()

    def article(self, file: str) -> Article:
        """One article. Raises LibraryError if there is none of this name."""
        article = self._store.catalogue.article(file)
        if article is None:
            raise LibraryError(f"There is no article {file!r} in this library: sync, or look at the list of articles.")
        return article

    def sentences(self, file: str) -> tuple[Sentence, ...]:
        """An article's sentences, as spans, in reading order."""
        return self._store.catalogue.sentences(file)

    def stories(self, *, files: Sequence[str] = ()) -> tuple[Story, ...]:
        """Articles about one event grouped, the largest group first, with the copies of each report.

        `files` narrows as in `search`. Raises NothingToRead if no article meets it.
        """
        return self._facts.stories(select(self._store.catalogue, Filter(tuple(files))))

    def summarise(
        self,
        focus: str = "",
        *,
        points: int = 8,
        files: Sequence[str] = (),
        story: str = "",
        progress: Callable[[WorkProgress], None] | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> Summary:
        """Sum up all articles, those that `files` names, or the story that the file `story` belongs to.

        There are at most so many points; with a focus, only what bears on it. Every article is read, and the receipt
        says what became of each. `progress` is told how far it is, and once `cancel` returns True, Cancelled is raised.
        Raises NothingToRead if there is no article, and LibraryError if there is none of the name `story`.
        """
        watch = Watch(progress, cancel)
        narrowed = select(self._store.catalogue, Filter(tuple(files)))
        if story:
            of_story = self._facts.story_of(story, watch).files
            narrowed = [f for f in of_story if narrowed is None or f in narrowed]
        return summarise(self._facts, files=narrowed, focus=focus, points=points, watch=watch)

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
        """Answer a question from the articles, or refuse. Raises as `search` does."""
        condition = Filter(tuple(files), tuple(publishers), since, until)
        question = self._checked(question)
        return self._answerer.answer(question, files=select(self._store.catalogue, condition))

    def stream(
        self, question: str, *, asked: str = "", told: frozenset[tuple[str, int, int]] = frozenset()
    ) -> Iterator[AnswerEvent]:
        """Answer a question: text as it comes, each sentence once it is checked, the whole `Answer` last.

        `asked` is what is searched for, if that differs from the question; spans (file, start, end) in `told` are not
        told again. If a language model fails, the `Answer` holds quoted sentences instead of those that came before,
        and its notes say why. Raises as `search` does, at once.
        """
        question = self._checked(question)
        return self._answerer.stream(question, asked=asked, told=told)

    def check(self, text: str, *, files: Sequence[str] = ()) -> tuple[CheckedSentence, ...]:
        """Check each sentence of a draft against the library: its verdict, its best evidence, what is wrong.

        Raises NothingToRead if no article is indexed or meets `files`.
        """
        self._require_articles()
        narrowed = select(self._store.catalogue, Filter(tuple(files)))
        embed = load_wordllama().embed_passages
        return check_text(text, self._answerer.retriever, self._store.shelf, embed, files=narrowed)

    def chat(self, turns: Sequence[Turn] = (), *, rewrite_follow_ups: bool = True) -> Conversation:
        """A conversation, which understands follow-ups; `turns` takes up an earlier one.

        Follow-ups are completed by the language model, if there is one, or else, or if `rewrite_follow_ups` is off, by
        rules.
        """
        model = self._model if rewrite_follow_ups else None
        rewriter = (lambda question, before: rewrite(question, before, model)) if model else None
        return Conversation(self, turns, rewriter)

    def _checked(self, question: str) -> str:
        question = " ".join(question.split())
        limit = self.settings.max_question
        if not question:
            raise QuestionError("The question is empty: type one.")
        if len(question) > limit:
            raise QuestionError(
                f"The question has {len(question):,} characters; the limit is {limit:,}. "
                "Shorten it, or raise READACROSS_MAX_QUESTION."
            )
        self._require_articles()
        return question

    def _require_articles(self) -> None:
        if not self._store.catalogue.count("passages"):
            raise NothingToRead(f"Nothing is indexed yet in {self.folder}: put articles there and sync.")

    # -- LlamaIndex ------------------------------------------------------------------------------------------------

    def as_retriever(self, *, k: int = 8) -> BaseRetriever:
        """Our retrieval as a LlamaIndex retriever; its nodes carry exact offsets."""
        from rag.llamaindex import LibraryRetriever

        return LibraryRetriever(lambda query: self.search(query, k=k))

    def as_query_engine(self) -> BaseQueryEngine:
        """Our cited answers as a LlamaIndex query engine; `response.metadata["answer"]` is the `Answer`."""
        from rag.llamaindex import LibraryQueryEngine

        return LibraryQueryEngine(self.ask)
