"""Conversations kept in a SQLite file of their own beside the catalogue: they cannot be made anew from the articles.

Several processes may write to it at once. Where it cannot be written, conversations last as long as the process does.
"""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from rag.errors import LibraryError
from rag.render.exportable import Exportable
from rag.results.answers import shorten
from rag.results.json_values import from_plain, to_plain
from rag.results.kept_conversations import ConversationEntry, KeptConversation, KeptResult, KeptTurn
from rag.store.damage import header_fault, is_damaged, put_aside
from rag.store.disk_errors import explained, is_full
from rag.store.own_files import CONVERSATIONS
from rag.store.salvage import lenient_text, salvage
from rag.store.schema import NEWEST
from rag.store.transactions import all_or_nothing

MIGRATIONS = (
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        words TEXT NOT NULL,          -- of the title, folded
        begun TEXT NOT NULL,
        changed TEXT NOT NULL,
        deleted TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID;

    CREATE TABLE turns (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
        question TEXT NOT NULL,
        asked TEXT NOT NULL,
        value TEXT NOT NULL,          -- JSON
        words TEXT NOT NULL,          -- of the question and the answer, folded
        deleted TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX turns_conversation ON turns (conversation);

    CREATE TABLE results (
        conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
        kind TEXT NOT NULL,
        entered TEXT NOT NULL,        -- JSON
        value TEXT NOT NULL,          -- JSON
        words TEXT NOT NULL,          -- folded
        made TEXT NOT NULL,
        PRIMARY KEY (conversation, kind)
    ) WITHOUT ROWID;
    """,
    """
    -- The id of a user, if there are users.
    ALTER TABLE conversations ADD COLUMN owner TEXT NOT NULL DEFAULT ''
    """,
)
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # what was written is there, whatever happens to the machine
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "secure_delete = ON",  # what is erased is overwritten
)
UNDO = timedelta(days=1)
"""How long what was deleted can be brought back; then it is erased when the file is next opened, or more is deleted."""
TITLE = 200
"""Characters of a title."""
LARGEST = 40_000_000
"""Characters of one answer or result as JSON; a larger one is not kept."""
_ID = re.compile(r"[0-9a-z]{12}")
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_OPEN_TURN = "SELECT id, question, asked, value FROM turns WHERE conversation = ? AND deleted = '' ORDER BY number"
_LIST = """
    SELECT id, title, begun, changed, (SELECT COUNT(*) FROM turns WHERE conversation = c.id AND deleted = '')
    FROM conversations AS c WHERE deleted = '' AND owner = ?
"""
_HAS_WORD = """
    AND (instr(words, ?) > 0
    OR EXISTS (SELECT 1 FROM turns AS t WHERE t.conversation = c.id AND t.deleted = '' AND instr(t.words, ?) > 0)
    OR EXISTS (SELECT 1 FROM results AS r WHERE r.conversation = c.id AND instr(r.words, ?) > 0))
"""


class Conversations:
    """The conversations of one owner, "" by default. Thread-safe; every call that writes is one transaction.

    What is asked on the page is kept here. Where it has users, each is an owner, whose conversations are not there for
    the others (`of`). An `id` is 12 lower-case letters and digits, of a conversation or a turn.
    Methods raise LibraryError if there is nothing of this id, or the file cannot be used, and DiskFull.

    >>> library.conversations.list("words that nobody asked")
    ()
    """

    def __init__(self, store: Path, *, repair: bool) -> None:
        self._file = _File(store, repair=repair)
        self._owner = ""

    def of(self, owner: str) -> Conversations:
        """The conversations of another owner, in the same file: closing one closes all."""
        others = copy(self)
        others._owner = owner
        return others

    @property
    def note(self) -> str:
        """Why conversations are not kept beyond this process, or what was put aside; "" if all is well."""
        with self._at_work():
            return self._file.note

    @staticmethod
    def new_id() -> str:
        """An id that nothing has."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(12))

    @staticmethod
    def is_id(text: str) -> bool:
        """Whether this has the form of an id."""
        return _ID.fullmatch(text) is not None

    # -- reading -----------------------------------------------------------------------------------------------------

    def list(self, words: str = "") -> tuple[ConversationEntry, ...]:
        """The conversations, the one with the newest question first.

        With `words`, only those in whose title, questions, answers or results each of the words stands, without regard
        to case and accents.
        """
        wanted = _fold(words).split()
        with self._at_work() as connection:
            rows = connection.execute(
                f"{_LIST}{_HAS_WORD * len(wanted)} ORDER BY changed DESC, id",
                [self._owner, *(w for w in wanted for _ in range(3))],
            )
            return tuple(_entry(row[:4], row[4]) for row in rows if self.is_id(str(row[0])))

    def open(self, conversation: str) -> KeptConversation:
        """A conversation with its turns and results."""
        with self._at_work() as connection:
            row = connection.execute(
                "SELECT id, title, begun, changed FROM conversations WHERE id = ? AND owner = ? AND deleted = ''",
                (conversation, self._owner),
            ).fetchone()
            if row is None:
                raise _missing(conversation)
            turns = connection.execute(_OPEN_TURN, (conversation,)).fetchall()
            results = connection.execute(
                "SELECT kind, entered, value, made FROM results WHERE conversation = ? ORDER BY made", (conversation,)
            ).fetchall()
        entry = _entry(row, len(turns))
        kept = tuple(found for result in results if (found := _read_result(*map(str, result))) is not None)
        asked = tuple(_read_turn(*map(str, turn)) for turn in turns)
        return KeptConversation(entry.id, entry.title, entry.begun, entry.changed, asked, kept)

    def state(self, conversation: str) -> Literal["kept", "deleted", ""]:
        """Whether there is a conversation of this id, or was one that can still be brought back; "" for neither."""
        with self._at_work() as connection:
            row = connection.execute(
                "SELECT deleted FROM conversations WHERE id = ? AND owner = ?", (conversation, self._owner)
            ).fetchone()
        return "" if row is None else "deleted" if row[0] else "kept"

    def is_free(self, conversation: str) -> bool:
        """Whether this is an id that nobody's conversation has, also none that can still be brought back."""
        with self._at_work() as connection:
            found = connection.execute("SELECT 1 FROM conversations WHERE id = ?", (conversation,)).fetchone()
        return found is None and self.is_id(conversation)

    def count(self) -> int:
        """How many conversations are kept, of all owners."""
        with self._at_work() as connection:
            (number,) = connection.execute("SELECT COUNT(*) FROM conversations WHERE deleted = ''").fetchone()
        return int(number)

    def conversation_of(self, turn: str) -> str:
        """The id of the conversation that a turn belongs to."""
        with self._at_work() as connection:
            row = connection.execute(
                "SELECT conversation FROM turns JOIN conversations AS c ON c.id = conversation "
                "WHERE turns.id = ? AND turns.deleted = '' AND c.deleted = '' AND c.owner = ?",
                (turn, self._owner),
            ).fetchone()
        if row is None:
            raise _missing(turn, "answer")
        return str(row[0])

    # -- writing -----------------------------------------------------------------------------------------------------

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title. An empty one stays as it is."""
        title = _title(title)
        if title:
            with self._change(conversation) as connection:
                connection.execute(
                    "UPDATE conversations SET title = ?, words = ? WHERE id = ?", (title, _fold(title), conversation)
                )

    def delete(self, conversation: str) -> None:
        """Delete a conversation. For a day `restore` brings it back; then it is erased."""
        with self._change(conversation) as connection:
            _erase_old(connection)
            connection.execute("UPDATE conversations SET deleted = ? WHERE id = ?", (_now(), conversation))

    def restore(self, conversation: str) -> None:
        """Bring back a conversation that was deleted. It stays if it was not."""
        with self._writing() as connection:
            done = connection.execute(
                "UPDATE conversations SET deleted = '' WHERE id = ? AND owner = ?", (conversation, self._owner)
            )
            if not done.rowcount:
                raise _missing(conversation)

    def begin_turn(self, conversation: str, question: str) -> KeptTurn:
        """Keep a question before it is answered; the first one begins the conversation, and is its title."""
        turn = KeptTurn(self.new_id(), _storable(question), _now())
        with self._writing() as connection:
            self._begin(connection, conversation, turn.question, turn.asked)
            connection.execute(
                "INSERT INTO turns (id, conversation, question, asked, value, words) VALUES (?, ?, ?, ?, ?, ?)",
                (turn.id, conversation, turn.question, turn.asked, _written(turn), _words_of(turn)),
            )
        return turn

    def end_turn(self, turn: KeptTurn) -> None:
        """Keep what became of a question. One that was deleted meanwhile stays so."""
        value = _written(turn)
        with self._writing() as connection:
            connection.execute("UPDATE turns SET value = ?, words = ? WHERE id = ?", (value, _words_of(turn), turn.id))

    def remove_turns(self, conversation: str, turns: Sequence[str]) -> None:
        """Delete turns. For a day `restore_turns` brings them back."""
        self._mark(conversation, turns, _now())

    def restore_turns(self, conversation: str, turns: Sequence[str]) -> None:
        """Bring back turns that were deleted, each to its place."""
        self._mark(conversation, turns, "")

    def keep_result(self, conversation: str, kind: str, entered: Mapping[str, str], result: Exportable) -> None:
        """Keep the last result of its kind, and what had been entered for it; its title begins a new conversation."""
        document = result.document(unsupported=True)
        made = _now()
        value = _json(to_plain(result))
        if len(value) > LARGEST:
            raise LibraryError(f"The result has {len(value):,} characters, and is too large to be kept: save it.")
        words = _fold(" ".join([document.title, result.plain(unsupported=True)]))
        with self._writing() as connection:
            self._begin(connection, conversation, document.title, made)
            connection.execute(
                "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?)",
                (conversation, kind, _json(dict(entered)), value, words, made),
            )

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    # -- within --------------------------------------------------------------------------------------------------------

    def _begin(self, connection: sqlite3.Connection, conversation: str, title: str, now: str) -> None:
        if not self.is_id(conversation):
            raise LibraryError(f"{conversation!r:.40} is no conversation's id: use one that `new_id` makes.")
        title = _title(title)
        begun = connection.execute(
            "INSERT INTO conversations (id, title, words, begun, changed, owner) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET changed = excluded.changed, deleted = '' WHERE owner = excluded.owner",
            (conversation, title, _fold(title), now, now, self._owner),
        )
        if not begun.rowcount:
            raise _missing(conversation)

    def _mark(self, conversation: str, turns: Sequence[str], deleted: str) -> None:
        with self._change(conversation) as connection:
            connection.execute(
                "UPDATE turns SET deleted = ? WHERE conversation = ? AND id IN (SELECT value FROM json_each(?))",
                (deleted, conversation, json.dumps([*turns])),
            )

    @contextmanager
    def _change(self, conversation: str) -> Iterator[sqlite3.Connection]:
        with self._writing() as connection:
            found = connection.execute(
                "SELECT 1 FROM conversations WHERE id = ? AND owner = ? AND deleted = ''", (conversation, self._owner)
            ).fetchone()
            if found is None:
                raise _missing(conversation)
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._at_work() as connection, all_or_nothing(connection):
            yield connection

    def _at_work(self) -> AbstractContextManager[sqlite3.Connection]:
        return self._file.at_work()


class _File:
    """The file, opened when it is first used, and a note on it."""

    def __init__(self, store: Path, *, repair: bool) -> None:
        self._store = store
        self._repair = repair
        self._guard = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._closed = False
        self.note = ""

    def close(self) -> None:
        with self._guard:
            self._closed = True
            if self._connection is not None:
                with suppress(sqlite3.Error):
                    self._connection.close()
                self._connection = None

    @contextmanager
    def at_work(self) -> Iterator[sqlite3.Connection]:
        with self._guard, explained(self._store):
            if self._closed:
                raise LibraryError("The library has been closed. Open it again to go on.")
            if self._connection is None:
                self._connection = self._opened()
            yield self._connection

    def _opened(self) -> sqlite3.Connection:
        path = self._store / CONVERSATIONS
        try:
            return _connected(path)
        except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
            if is_full(error):
                raise
            if self._repair and is_damaged(error):
                return self._begun_anew(path, error)
            self.note = f"Conversations last until the program ends: their file cannot be used ({error})."
            return _connected(None)

    def _begun_anew(self, path: Path, error: object) -> sqlite3.Connection:
        """A new file with all that can still be read of the damaged one, which is put aside."""
        aside = put_aside(path, error)
        connection = _connected(path)
        saved = salvage(aside / path.name, connection)
        self.note = (
            f"The file of conversations was damaged ({error}). It was put aside as {aside.name}; {saved:,} questions "
            "could be saved."
        )
        return connection


def _connected(path: Path | None) -> sqlite3.Connection:
    """A connection to the file, its schema up to date, or to a place in memory."""
    if path is not None:
        path.touch(mode=0o600)  # what somebody asks is nobody else's business
        if fault := header_fault(path):
            raise sqlite3.DatabaseError(f"malformed: {fault}")
    connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, timeout=30)
    connection.text_factory = lenient_text
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"malformed: {verdict}")
        _migrate(connection)
        connection.execute("SELECT 1 FROM conversations, turns, results LIMIT 0")
        connection.execute("BEGIN IMMEDIATE")  # which fails at once where nothing can be written
        _erase_old(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    for number, script in enumerate(MIGRATIONS, start=1):
        connection.execute("BEGIN IMMEDIATE")  # another process may be at it
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if not 0 <= version <= NEWEST:
            raise sqlite3.DatabaseError(f"malformed: version {version}")
        if version > len(MIGRATIONS):
            connection.execute("ROLLBACK")
            raise sqlite3.NotSupportedError("a newer readacross made it: update readacross")
        if version < number:
            for statement in script.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")


def _erase_old(connection: sqlite3.Connection) -> None:
    before = (datetime.now(UTC) - UNDO).isoformat(timespec="microseconds")
    for table in ("turns", "conversations"):
        connection.execute(f"DELETE FROM {table} WHERE deleted != '' AND deleted < ?", (before,))  # noqa: S608 - ours


def _entry(row: Sequence[object], questions: int) -> ConversationEntry:
    """A row of a file that may be a stranger's."""
    identity, title, begun, changed = map(str, row)
    return ConversationEntry(identity, _title(title), begun, changed, questions)


def _missing(identity: str, thing: str = "conversation") -> LibraryError:
    return LibraryError(f"There is no {thing} {identity!r:.40}: it was deleted, or is another library's.")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", _storable(text).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _storable(text: str) -> str:
    """The text without halves of surrogate pairs, which SQLite does not take."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _title(text: str) -> str:
    return shorten(_storable(text), TITLE)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _written(turn: KeptTurn) -> str:
    """A turn without what has columns of its own."""
    value = _json(to_plain(replace(turn, id="", question="", asked="")))
    return value if len(value) <= LARGEST else _json(to_plain(KeptTurn("", "", "", "unreadable")))


def _words_of(turn: KeptTurn) -> str:
    told = turn.answer.plain(unsupported=True) if turn.answer else " ".join(s.text for s in turn.sentences)
    return _fold(f"{turn.question} {told}")


def _read_turn(identity: str, question: str, asked: str, value: str) -> KeptTurn:
    try:
        turn = from_plain(KeptTurn, json.loads(value[: LARGEST + 1]))
    except (ValueError, RecursionError):
        turn = KeptTurn("", "", "", "unreadable")
    return replace(turn, id=identity, question=question, asked=asked)


def _read_result(kind: str, entered: str, value: str, made: str) -> KeptResult | None:
    try:
        values = json.loads(entered)
        fields = {k: v for k, v in values.items() if isinstance(v, str)} if isinstance(values, dict) else {}
        return KeptResult(kind, fields, from_plain(Exportable, json.loads(value[: LARGEST + 1])), made)  # type: ignore[type-abstract]
    except (ValueError, RecursionError):
        return None
