"""A folder of articles and its store: opened, kept in step, changed and listed. Asking it is in `library`."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from rag.embed.port import Embedder
from rag.errors import NO_ARTICLE, LibraryError, LibraryMissing, NothingToRead
from rag.ingest.additions import text_file
from rag.ingest.doctor import Check, examine
from rag.ingest.folder import ArticleFolder
from rag.ingest.guarded import GuardedReaders
from rag.ingest.sync import Sync, find_changes
from rag.integrations.library_models import choose_embedder
from rag.progress import Cancel, Cancellation, FolderChanges, Progress, Removed, SyncProgress, SyncReport
from rag.results.answers import Article, ArticleMetadata, Sentence
from rag.settings import Settings
from rag.store.conversation_schema import ConversationSchema
from rag.store.conversations import Conversations
from rag.store.own_files import store_of
from rag.store.postgres import database_of
from rag.store.store import Store
from rag.text.terms import terms
from rag.text.text_cache import forget_texts
from rag.tracing import Tracing

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

MOST_WORDS = 20
"""Words that are searched for in the list of articles."""
CLOSING = 5.0
"""Seconds for which `close` waits for a sync."""


class ArticleLibrary:
    """The part of `Library` that keeps the articles. The parameters, and what is raised, are as for `Library`."""

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        store: str | os.PathLike[str] | None,
        settings: Settings,
        embedder: Embedder | BaseEmbedding | None,
        defer_index: bool,
        progress: Callable[[SyncProgress], None] | None,
    ) -> None:
        self.folder = Path(folder).expanduser()
        if not self.folder.is_dir():
            raise LibraryMissing("There is no folder {folder}: create it, or name another.", folder=self.folder)
        self.settings = settings
        self._embedder = choose_embedder(embedder, settings)
        self._tracing = Tracing(settings.trace)
        self._syncing, self._closing = threading.RLock(), Cancellation()
        self._store = Store(
            Path(store).expanduser() if store else store_of(self.folder, settings),
            self._embedder.name,
            chosen=bool(store or settings.store),
            database=database_of(self.folder, settings),
            chroma_url=settings.chroma_url,
            defer_index=defer_index,
            progress=progress,
        )
        self._files = ArticleFolder(self.folder, self._store, settings.max_file_mb * 1_000_000)
        self._readers = GuardedReaders()
        talks = database_of(self.folder, settings, marks=False)
        self._conversations = Conversations(
            self._store.folder, repair=self.writable, place=ConversationSchema(talks) if talks else None
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store, so that another process may own it, and of all that is known of texts.

        A sync of another thread ends after the file in hand, for which this waits a few seconds.
        """
        self._closing.cancel()
        idle = self._syncing.acquire(timeout=CLOSING)
        try:
            self._readers.close()
            self._conversations.close()
            self._store.close()
            forget_texts()
        finally:
            if idle:
                self._syncing.release()

    def open_index(self) -> None:
        """Open and check the vector index, if that was put off. If it cannot be used, `notes` says so."""
        self._store.open_index()

    @property
    def notes(self) -> tuple[str, ...]:
        """What had to be repaired when the library and its index were opened."""
        return tuple(self._store.notes)

    @property
    def conversations(self) -> Conversations:
        """What was asked on the page, with the answers as they were, kept in the store: no other place sees it."""
        return self._conversations

    @property
    def writable(self) -> bool:
        """Whether this process owns the library, and so may sync it."""
        return self._store.writable

    def take_over(self) -> bool:
        """Become the owner of the library if there is none any more; returns whether this process owns it now.

        `sync`, and what else writes, does so by itself. Raises LibraryDamaged if the catalogue is damaged: the next
        call puts it aside and begins anew. Raises LibraryError if it cannot be used.

        >>> library.take_over()
        True
        """
        return self._store.take_over()

    def examine(self) -> Iterator[Check]:
        """Check every part of the index in full, and mend what derives from the catalogue.

        It begins with what the opening of the library has mended; the next one mends a damaged catalogue.
        """
        with self._syncing:
            for note in self.notes:
                if note != self._store.index_note:
                    yield Check("opening", "mended", note)
            yield from examine(self.folder, self._store, self._conversations)

    def sync(
        self,
        *,
        files: Sequence[str] | None = None,
        progress: Callable[[SyncProgress], None] | None = None,
        cancel: Cancel | None = None,
    ) -> SyncReport:
        """Read what was added to the folder or changed, and forget what was removed. One thread at a time does it.

        With `files`, nothing is looked at but the files of these names.

        `cancel`, as for `summarise`, and `close` end it after the article in hand. Raises Cancelled then,
        LibraryMissing, LibraryLocked if another process owns the library, DiskFull, LibraryError if no process can be
        started to read files, and ModelError if the embedder fails; all that was read until then is kept.
        """
        limit = self.settings.max_file_mb * 1_000_000
        stop = Progress(cancel=cancel).scope()
        with self._syncing, self._closing.scope(), stop, self._tracing.begin("readacross.sync") as span:
            report = Sync(
                self.folder,
                self._store,
                self._embedder,
                self._readers,
                max_bytes=limit,
                only=files,
                progress=progress,
            ).run()
            parts = ("added", "changed", "removed", "unchanged", "skipped")
            span.note({f"readacross.{name}": len(getattr(report, name)) for name in parts})
            span.note({f"readacross.seconds.{stage}": seconds for stage, seconds in report.seconds.items()})
        return report

    def changes(self) -> FolderChanges:
        """The files that `sync` would read or forget, found without reading one. Raises LibraryMissing."""
        return find_changes(self.folder, self._store)

    def add(
        self,
        *paths: str | os.PathLike[str],
        text: str = "",
        title: str = "",
        progress: Callable[[SyncProgress], None] | None = None,
        cancel: Cancel | None = None,
    ) -> SyncReport:
        """Copy files, or a text under its title, into the folder, under safe and free names, and read them.

        The report is of these alone: `skipped` tells those that could not be copied, or not be read. Raises
        ArticleError for an empty text, and otherwise as `copy_in` and `sync` do.
        """
        names, refused = self._files.put_all(map(Path, paths))
        if text or title:
            names.append(self.copy_in_text(text, title))
        self._files.settle()
        report = self.sync(files=names, progress=progress, cancel=cancel)
        return replace(report, skipped=(*refused, *report.skipped))

    def copy_in(self, name: str, source: BinaryIO) -> str:
        """Copy what `source` holds into the folder, under a safe and free name like this one, which is returned.

        It is not read yet: `sync(files=[…])` does that. Raises ArticleError if it is empty or larger than
        READACROSS_MAX_FILE_MB, DiskFull, LibraryLocked, and LibraryError if the folder may not be written to.
        """
        return self._files.put(name, source)

    def copy_in_text(self, text: str, title: str = "") -> str:
        """The same for a text under its title. Raises ArticleError also for a text without words."""
        name, data = text_file(text, title)
        return self.copy_in(name, BytesIO(data))

    def remove(self, *files: str) -> Removed:
        """Move files, named as such or by the article that they hold, into the bin of the store, and forget them.

        `restore` brings them back. Raises LibraryLocked, and LibraryError if there is no such file, if it holds other
        articles too, or if the folder may not be written to.
        """
        removed = self._files.remove(files)
        self.sync(files=removed.files)
        return removed

    def restore(self, removed: str) -> SyncReport:
        """Bring back what `remove` took away, by its `Removed.id`, and read it. Raises as `remove` does."""
        names = self._files.restore(removed)
        return self.sync(files=names)

    def original(self, file: str) -> Path:
        """The file that an article was read from. Raises LibraryError if it is gone."""
        return self._files.original(file)

    def page_picture(self, file: str, page: int, marks: Sequence[tuple[int, int]] = ()) -> bytes:
        """Page `page`, from 1, of the PDF file that an article was read from, as a PNG picture.

        What stands between the characters (start, end) of `marks` in the article is marked on it. Raises LibraryError
        if there is no such article or file, and ArticleError if it is no PDF, or the page cannot be drawn.
        """
        text = self.article(file).text
        data = self.original(file).read_bytes()
        return self._readers.draw_page(data, page, [text[start:end] for start, end in marks])

    @property
    def generation(self) -> str:
        """Differs whenever an article has been added, changed or removed."""
        return self._store.catalogue.about("generation")

    def metadata(self) -> tuple[ArticleMetadata, ...]:
        """What is known of all articles beside their texts, in the order of their file names."""
        return self._store.catalogue.metadata()

    def articles_with(self, words: str) -> tuple[str, ...]:
        """The files of the articles that hold every one of the words, in title or text, the best first."""
        languages = self._store.catalogue.languages() or ("en",)
        groups = [found for word in words.split()[:MOST_WORDS] if (found := terms(word, languages))]
        scores = self._store.keywords.articles(groups)
        return tuple(sorted(scores, key=lambda file: (-scores[file], file)))

    def articles(self) -> tuple[Article, ...]:
        """All articles, in the order of their file names."""
        return self._store.catalogue.articles()

    def article(self, file: str) -> Article:
        """One article. Raises LibraryError if there is none of this name."""
        article = self._store.catalogue.article(file)
        if article is None:
            raise LibraryError(NO_ARTICLE, file=repr(file))
        return article

    def sentences(self, file: str) -> tuple[Sentence, ...]:
        """An article's sentences, as spans, in reading order."""
        return self._store.catalogue.sentences(file)

    def _require_articles(self) -> None:
        if not self._store.catalogue.count("passages"):
            raise NothingToRead("Nothing is indexed yet in {folder}: put articles there and sync.", folder=self.folder)
