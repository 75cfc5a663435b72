"""Passages in Chroma: one collection, embedded in the store's folder or on a Chroma server. The only user of chromadb.

Nothing here is the truth: a collection can be deleted at any moment, and is filled again from the catalogue.
"""

from __future__ import annotations

import json
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import urlsplit

import numpy as np

from rag.embed.port import Vectors
from rag.errors import LibraryError
from rag.store.catalogue import Catalogue
from rag.store.keyword_tables import Found
from rag.store.own_files import is_collection_name

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection
    from chromadb.api.types import Where
    from chromadb.auth import UserIdentity


CONFIGURATION = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 400, "max_neighbors": 16}}
"""With the defaults (100, 100) one in ten of the true nearest 50 was missed; with these one in a hundred or fewer."""
STEP = 2_000
"""Rows written to Chroma at once."""
EMBEDDED = "embedded"
PATIENCE = 20.0
"""Seconds of silence after which a Chroma server is given up."""


@dataclass(frozen=True, slots=True)
class Row:
    """A passage on its way into Chroma. `node` is its metadata, as `rag.store.nodes.to_row` makes it."""

    key: str
    vector: Vectors
    node: dict[str, Any]


class Place(Protocol):
    """Where collections live."""

    @property
    def address(self) -> str:
        """What names this place in the catalogue."""

    @property
    def shown(self) -> str:
        """The place in words, without secrets."""

    def connect(self, name: str) -> Client:
        """A client for the collection `name`."""

    def discard(self, name: str) -> None:
        """Remove the collection `name`, damaged or not."""

    def tidy(self, name: str) -> None:
        """Remove what earlier collections of this library left behind, all but `name`."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Embedded: each collection has a folder of its own in the store, so that a damaged one can be left behind."""

    store: Path

    @property
    def address(self) -> str:
        """Embedded collections have no address."""
        return EMBEDDED

    @property
    def shown(self) -> str:
        """As the port says."""
        return str(self.store)

    def connect(self, name: str) -> Client:
        """As the port says."""
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        return cast("Client", chromadb.PersistentClient(str(self.store / name), settings=settings))

    def discard(self, name: str) -> None:
        """As the port says."""
        if is_collection_name(name):
            shutil.rmtree(self.store / name, ignore_errors=True)

    def tidy(self, name: str) -> None:
        """As the port says. A folder that only begins as ours do is somebody else's."""
        for folder in self.store.glob("readacross-*"):
            if folder.name != name and is_collection_name(folder.name):
                shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Server:
    """A Chroma server (`chroma run`), by its address."""

    url: str

    @property
    def address(self) -> str:
        """The server's address."""
        return self.url

    @property
    def shown(self) -> str:
        """As the port says."""
        return without_secrets(self.url)

    def connect(self, name: str) -> Client:
        """As the port says."""
        from chromadb.api.client import Client
        from chromadb.config import Settings

        class Patient(Client):
            """A client that waits for no answer longer than `PATIENCE`; Chroma's own waits for ever."""

            def get_user_identity(self) -> UserIdentity:  # its first request
                cast("Any", self._server)._session.timeout = PATIENCE
                return super().get_user_identity()

        parts = urlsplit(self.url)
        settings = Settings(
            anonymized_telemetry=False,
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=parts.hostname or "",
            chroma_server_http_port=parts.port or (443 if parts.scheme == "https" else 8000),
            chroma_server_ssl_enabled=parts.scheme == "https",
        )
        with translated(self.url):
            return Patient(settings=settings)

    def discard(self, name: str) -> None:
        """As the port says."""
        from chromadb.errors import NotFoundError

        with self._client(name) as client, suppress(NotFoundError):
            client.delete_collection(name)

    def tidy(self, name: str) -> None:
        """As the port says."""
        library = name.rsplit("-", 1)[0]
        with self._client(name) as client:
            for collection in client.list_collections():
                if collection.name != name and collection.name.rsplit("-", 1)[0] == library:
                    client.delete_collection(collection.name)

    @contextmanager
    def _client(self, name: str) -> Iterator[Client]:
        with translated(self.url):
            client = self.connect(name)
            try:
                yield client
            finally:
                client.close()


def without_secrets(url: str) -> str:
    """An address without a name and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Turn what a missing or dying Chroma server raises into a LibraryError."""
    import httpx

    try:
        yield
    except (httpx.HTTPError, ValueError, OSError) as error:
        raise LibraryError(
            "The Chroma server at {address} does not answer ({kind}). Start it with `chroma run`, or "
            "unset READACROSS_CHROMA_URL to use the embedded index.",
            address=without_secrets(url),
            kind=type(error).__name__,
        ) from error


class ChromaVectors:
    """One collection of passages. Raises whatever Chroma raises when it is damaged; the store then rebuilds it."""

    def __init__(self, place: Place, name: str, catalogue: Catalogue) -> None:
        self.place = place
        self.name = name
        self._catalogue = catalogue
        self._client = place.connect(name)
        self._collection: Collection = self._client.get_or_create_collection(
            name,
            configuration=CONFIGURATION,  # type: ignore[arg-type]  # chromadb's own TypedDict asks for every key
            embedding_function=None,
        )
        if _names_embedder(self._collection):
            self._client.close()
            raise ValueError("The collection names an embedding function, which ours never do.")

    def close(self) -> None:
        """Let go of Chroma's files or connections."""
        self._client.close()

    def count(self) -> int:
        """The number of rows."""
        return self._collection.count()

    def keys(self) -> set[str]:
        """The keys of all rows."""
        return set(self._collection.get(include=[])["ids"])

    def upsert(self, rows: Sequence[Row]) -> None:
        """Write rows, replacing those with the same keys."""
        step = min(STEP, self._client.get_max_batch_size())
        for i in range(0, len(rows), step):
            part = rows[i : i + step]
            self._collection.upsert(
                ids=[row.key for row in part],
                embeddings=np.stack([row.vector for row in part]),
                metadatas=[row.node for row in part],
            )

    def delete(self, keys: Sequence[str]) -> None:
        """Delete rows, as far as they exist."""
        for i in range(0, len(keys), STEP):
            self._collection.delete(ids=list(keys[i : i + STEP]))

    def search(self, vectors: Vectors, k: int, files: Sequence[str] | None = None) -> list[list[Found]]:
        """For each vector, the `k` nearest passages that the catalogue knows; scores are cosines."""
        result = self._collection.query(
            query_embeddings=vectors,
            n_results=k,
            where=None if files is None else cast("Where", {"file": {"$in": list(files)}}),
            include=["distances"],
        )
        known = self._catalogue.passages_by_key([key for keys in result["ids"] for key in keys])
        place = {key: number for number, key in enumerate(known)}
        found = []
        for keys, distances in zip(result["ids"], result["distances"] or [], strict=True):
            near = sorted((d, place[key], key) for key, d in zip(keys, distances, strict=True) if key in known)
            found.append([Found(known[key].id, 1.0 - d) for d, _, key in near])
        return found


def _names_embedder(collection: Collection) -> bool:
    """Whether a collection, which a stranger may have made, would have Chroma load code to embed with."""
    model = collection._model
    return '"type": "known"' in json.dumps([model.configuration_json, model.serialized_schema])


class Writer:
    """Writes rows to a collection in a thread of its own while the caller goes on preparing the next ones.

    What fails there is raised by `finish`; nothing that is put after a failure is written. Without a collection nothing
    is written at all.
    """

    def __init__(self, vectors: ChromaVectors | None) -> None:
        self._vectors = vectors
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="chroma")
        self._pending: deque[Future[None]] = deque()
        self._rows: list[Row] = []
        self._failure: BaseException | None = None

    @property
    def failed(self) -> bool:
        """Whether something could not be written."""
        return self._failure is not None

    def put(self, rows: Iterable[Row]) -> None:
        """Take rows to write."""
        self._rows.extend(rows)
        if len(self._rows) >= STEP // 4:
            self._flush()

    def delete(self, keys: Sequence[str]) -> None:
        """Take keys to delete, after all that was put before."""
        if keys and self._vectors is not None:
            self._flush()
            self._submit(self._vectors.delete, keys)

    def wait(self) -> None:
        """Wait until all that was put is written, or has failed."""
        self._flush()
        for future in self._pending:
            future.result()

    def stop(self) -> None:
        """Wait until all that was put is written, or has failed, and end the thread."""
        self.wait()
        self._pool.shutdown()

    def finish(self) -> None:
        """Wait until all is written, and stop. Raises what Chroma raised."""
        self.stop()
        if self._failure is not None:
            raise self._failure

    def _flush(self) -> None:
        rows, self._rows = self._rows, []
        if rows and self._vectors is not None:
            self._submit(self._vectors.upsert, rows)

    def _submit(self, work: Callable[[Any], None], what: Sequence[Any]) -> None:
        # No more than two steps wait, so that memory stays bounded however slow Chroma is.
        while len(self._pending) > 2:
            self._pending.popleft().result()
        self._pending.append(self._pool.submit(self._attempt, work, what))

    def _attempt(self, work: Callable[[Any], None], what: Sequence[Any]) -> None:
        if self._failure is None:
            try:
                work(what)
            except BaseException as error:
                self._failure = error
