"""An opened library: its folder, its store, its models, its articles. What can be done across them is in `library`."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

from rag.errors import LibraryError, LibraryMissing, NothingToRead
from rag.index.own_files import WRITTEN
from rag.index.store import Store
from rag.index.sync import Sync
from rag.models.choose import make_embedder, make_language_model
from rag.models.language import LanguageModel
from rag.models.ports import Embedder
from rag.reading.text_cache import forget_texts
from rag.settings import Settings
from rag.stories.fact_shelf import FactShelf
from rag.tracing import Tracing
from rag.types import Article, Sentence, SyncProgress, SyncReport
from rag.writing.answerer import Answerer
from rag.writing.choose_checker import checker_maker
from rag.writing.kept_replies import KeptReplies
from rag.writing.summary_writer import SummaryWriter

if TYPE_CHECKING:
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


class OpenedLibrary:
    """What `Library` rests on; its docstring describes the arguments."""

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
        prices = self.settings.prices
        self._embedder = self._choose(embedder)
        self._model = self._choose_model(llm)
        self._make_checker = checker_maker(self.settings.checker, self._model)
        self._tracing = Tracing(self.settings.trace)
        self._syncing = threading.Lock()
        self._store = Store(
            Path(store).expanduser() if store else store_of(self.folder, self.settings),
            self._embedder.name,
            chosen=bool(store or self.settings.store),
            chroma_url=self.settings.chroma_url,
            defer_index=defer_index,
            progress=progress,
        )
        self._answerer = Answerer(
            self._store,
            self._embedder,
            self._model,
            prices,
            self._tracing,
            make_checker=self._make_checker,
        )
        self._facts = FactShelf(self._store)
        self._summary_writer = self._make_summary_writer()

    def _make_summary_writer(self) -> SummaryWriter | None:
        if self._model is None:
            return None
        kept = KeptReplies(self._store.folder / WRITTEN if self._store.writable else None)
        return SummaryWriter(self._model, self._make_checker(self._model), kept)

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
            return make_language_model(
                s.model,
                gguf=s.gguf,
                api_key=s.openai_api_key,
                base_url=s.openai_base_url,
                timeout=s.model_timeout,
            )
        if hasattr(llm, "count_tokens") and not hasattr(llm, "stream_chat"):
            return llm
        from rag.models.foreign_llm import from_llm

        return from_llm(cast("LLM", llm))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store, so that another process may own it, and of all that is known of texts."""
        self._store.close()
        forget_texts()

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
        """Read what was added to the folder or changed, and forget what was removed. One thread at a time does it.

        Raises LibraryMissing, LibraryLocked if another process owns the library, DiskFull, and ModelError if the
        embedder fails; all that was read until then is kept.
        """
        limit = self.settings.max_file_mb * 1_000_000
        with self._syncing, self._tracing.begin("readacross.sync") as span:
            report = Sync(self.folder, self._store, self._embedder, max_bytes=limit, progress=progress).run()
            parts = ("added", "changed", "removed", "unchanged", "skipped")
            span.note({f"readacross.{name}": len(getattr(report, name)) for name in parts})
            span.note({f"readacross.seconds.{stage}": seconds for stage, seconds in report.seconds.items()})
        return report

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

    def _require_articles(self) -> None:
        if not self._store.catalogue.count("passages"):
            raise NothingToRead(f"Nothing is indexed yet in {self.folder}: put articles there and sync.")
