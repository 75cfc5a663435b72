"""Conversations, with their answers and results as they were, in a file of the store or in PostgreSQL.

Several processes may write at once.
"""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, text

from rag.errors import LibraryError, Phrase
from rag.render.exportable import Exportable
from rag.results.answers import shorten
from rag.results.json_values import from_plain, to_plain
from rag.results.kept_conversations import ConversationEntry, KeptConversation, KeptResult, KeptTurn
from rag.store.conversation_file import ConversationFile
from rag.store.conversation_place import ERASE, ConversationPlace, erased_before

NO_CONVERSATION = Phrase("There is no conversation {identity}: it was deleted, or is another library's.")
NO_ANSWER = Phrase("There is no answer {identity}: it was deleted, or is another library's.")
TITLE = 200
"""Characters of a title."""
LARGEST = 40_000_000
"""Characters of one answer or result as JSON; a larger one is not kept."""
_ID = re.compile(r"[0-9a-z]{12}")
_LIKE = re.compile(r"[!%_]")
"""What LIKE would not take for itself."""
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_OPEN_CONVERSATION = text(
    "SELECT id, title, begun, changed FROM conversations WHERE id = :id AND owner = :owner AND deleted = ''"
)
_OPEN_TURNS = text(
    "SELECT id, question, asked, value FROM turns WHERE conversation = :id AND deleted = '' ORDER BY number"
)
_OPEN_RESULTS = text("SELECT kind, entered, value, made FROM results WHERE conversation = :id ORDER BY made")
_LIST = """
    SELECT id, title, begun, changed, (SELECT COUNT(*) FROM turns WHERE conversation = c.id AND deleted = '')
    FROM conversations AS c WHERE deleted = '' AND owner = :owner
"""
_HAS_WORD = """
    AND (words LIKE {0} ESCAPE '!'
    OR EXISTS (SELECT 1 FROM turns AS t
        WHERE t.conversation = c.id AND t.deleted = '' AND t.words LIKE {0} ESCAPE '!')
    OR EXISTS (SELECT 1 FROM results AS r WHERE r.conversation = c.id AND r.words LIKE {0} ESCAPE '!'))
"""
_STATE = text("SELECT deleted FROM conversations WHERE id = :id AND owner = :owner")
_IS_THERE = text("SELECT 1 FROM conversations WHERE id = :id")
_COUNT = text("SELECT COUNT(*) FROM conversations WHERE deleted = ''")
_CONVERSATION_OF = text(
    "SELECT conversation FROM turns JOIN conversations AS c ON c.id = conversation "
    "WHERE turns.id = :id AND turns.deleted = '' AND c.deleted = '' AND c.owner = :owner"
)
_RENAME = text("UPDATE conversations SET title = :title, words = :words WHERE id = :id")
_DELETE = text("UPDATE conversations SET deleted = :now WHERE id = :id")
_RESTORE = text("UPDATE conversations SET deleted = '' WHERE id = :id AND owner = :owner")
_BEGIN = text(
    "INSERT INTO conversations (id, title, words, begun, changed, owner) "
    "VALUES (:id, :title, :words, :now, :now, :owner) ON CONFLICT (id) DO UPDATE "
    "SET changed = excluded.changed, deleted = '' WHERE conversations.owner = excluded.owner"
)
_BEGIN_TURN = text(
    "INSERT INTO turns (id, conversation, question, asked, value, words) "
    "VALUES (:id, :conversation, :question, :asked, :value, :words)"
)
_END_TURN = text("UPDATE turns SET value = :value, words = :words WHERE id = :id")
_MARK_TURNS = text("UPDATE turns SET deleted = :now WHERE conversation = :id AND id IN :turns").bindparams(
    bindparam("turns", expanding=True)
)
_KEEP_RESULT = text(
    "INSERT INTO results (conversation, kind, entered, value, words, made) "
    "VALUES (:id, :kind, :entered, :value, :words, :made) ON CONFLICT (conversation, kind) DO UPDATE "
    "SET entered = excluded.entered, value = excluded.value, words = excluded.words, made = excluded.made"
)


class Conversations:
    """The conversations of one owner, "" by default. Thread-safe; every call that writes is one transaction.

    What is asked on the page is kept here. Where it has users, each is an owner, whose conversations are not there for
    the others (`of`). An `id` is 12 lower-case letters and digits, of a conversation or a turn.
    Methods raise LibraryError if there is nothing of this id, or their place cannot be used, and DiskFull. They
    are kept in `place`, which is a file in `store` by default.

    >>> library.conversations.list("words that nobody asked")
    ()
    """

    def __init__(self, store: Path, *, repair: bool, place: ConversationPlace | None = None) -> None:
        self._place: ConversationPlace = place or ConversationFile(store, repair=repair)
        self._owner = ""

    def of(self, owner: str) -> Conversations:
        """The conversations of another owner, in the same place: closing one closes all."""
        others = copy(self)
        others._owner = owner
        return others

    @property
    def note(self) -> str:
        """Why conversations are not kept beyond this process, or what was put aside; "" if all is well."""
        with self._at_work():
            return self._place.note

    @staticmethod
    def new_id() -> str:
        """An id that nothing has."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(12))

    @staticmethod
    def is_id(identity: str) -> bool:
        """Whether this has the form of an id."""
        return _ID.fullmatch(identity) is not None

    # -- reading -----------------------------------------------------------------------------------------------------

    def list(self, words: str = "") -> tuple[ConversationEntry, ...]:
        """The conversations, the one with the newest question first.

        With `words`, only those in whose title, questions, answers or results each of the words stands, without regard
        to case and accents.
        """
        wanted = _fold(words).split()
        with self._at_work() as connection:
            conditions = "".join(_HAS_WORD.format(f":word{n}") for n in range(len(wanted)))
            patterns = {f"word{n}": "%" + _LIKE.sub(r"!\g<0>", word) + "%" for n, word in enumerate(wanted)}
            query = text(f"{_LIST}{conditions} ORDER BY changed DESC, id")
            rows = connection.execute(query, {"owner": self._owner, **patterns})
            return tuple(_entry(row[:4], row[4]) for row in rows if self.is_id(str(row[0])))

    def open(self, conversation: str) -> KeptConversation:
        """A conversation with its turns and results."""
        with self._at_work() as connection:
            row = connection.execute(_OPEN_CONVERSATION, self._named(conversation)).first()
            if row is None:
                raise _missing(conversation)
            turns = connection.execute(_OPEN_TURNS, {"id": conversation}).all()
            results = connection.execute(_OPEN_RESULTS, {"id": conversation}).all()
        entry = _entry(row, len(turns))
        kept = tuple(found for result in results if (found := _read_result(*map(str, result))) is not None)
        asked = tuple(_read_turn(*map(str, turn)) for turn in turns)
        return KeptConversation(entry.id, entry.title, entry.begun, entry.changed, asked, kept)

    def state(self, conversation: str) -> Literal["kept", "deleted", ""]:
        """Whether there is a conversation of this id, or was one that can still be brought back; "" for neither."""
        with self._at_work() as connection:
            row = connection.execute(_STATE, self._named(conversation)).first()
        return "" if row is None else "deleted" if row[0] else "kept"

    def is_free(self, conversation: str) -> bool:
        """Whether this is an id that nobody's conversation has, also none that can still be brought back."""
        with self._at_work() as connection:
            found = connection.execute(_IS_THERE, {"id": _storable(conversation)}).first()
        return found is None and self.is_id(conversation)

    def count(self) -> int:
        """How many conversations are kept, of all owners."""
        with self._at_work() as connection:
            return int(connection.execute(_COUNT).scalar_one())

    def conversation_of(self, turn: str) -> str:
        """The id of the conversation that a turn belongs to."""
        with self._at_work() as connection:
            row = connection.execute(_CONVERSATION_OF, self._named(turn)).first()
        if row is None:
            raise _missing(turn, NO_ANSWER)
        return str(row[0])

    # -- writing -----------------------------------------------------------------------------------------------------

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title. An empty one stays as it is."""
        title = _title(title)
        if title:
            with self._change(conversation) as connection:
                connection.execute(_RENAME, {"title": title, "words": _fold(title), "id": conversation})

    def delete(self, conversation: str) -> None:
        """Delete a conversation. For a day `restore` brings it back; then it is erased."""
        with self._change(conversation) as connection:
            for statement in ERASE:
                connection.execute(text(statement), erased_before())
            connection.execute(_DELETE, {"now": _now(), "id": conversation})

    def restore(self, conversation: str) -> None:
        """Bring back a conversation that was deleted. It stays if it was not."""
        with self._writing() as connection:
            if not connection.execute(_RESTORE, self._named(conversation)).rowcount:
                raise _missing(conversation)

    def begin_turn(self, conversation: str, question: str) -> KeptTurn:
        """Keep a question before it is answered; the first one begins the conversation, and is its title."""
        turn = KeptTurn(self.new_id(), _storable(question), _now())
        with self._writing() as connection:
            self._begin(connection, conversation, turn.question, turn.asked)
            facts = {"id": turn.id, "conversation": conversation, "question": turn.question, "asked": turn.asked}
            connection.execute(_BEGIN_TURN, {**facts, "value": _written(turn), "words": _words_of(turn)})
        return turn

    def end_turn(self, turn: KeptTurn) -> None:
        """Keep what became of a question. One that was deleted meanwhile stays so."""
        value = _written(turn)
        with self._writing() as connection:
            connection.execute(_END_TURN, {"value": value, "words": _words_of(turn), "id": turn.id})

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
            raise LibraryError(
                "The result has {length} characters, and is too large to be kept: save it.", length=f"{len(value):,}"
            )
        words = _fold(" ".join([document.title, result.plain(unsupported=True)]))
        with self._writing() as connection:
            self._begin(connection, conversation, document.title, made)
            facts = {"id": conversation, "kind": kind, "entered": _json(dict(entered))}
            connection.execute(_KEEP_RESULT, {**facts, "value": value, "words": words, "made": made})

    def close(self) -> None:
        """Close the place where they are kept."""
        self._place.close()

    # -- within --------------------------------------------------------------------------------------------------------

    def _begin(self, connection: Connection, conversation: str, title: str, now: str) -> None:
        if not self.is_id(conversation):
            raise LibraryError(
                "{conversation} is no conversation's id: use one that `new_id` makes.",
                conversation=f"{conversation!r:.40}",
            )
        title = _title(title)
        values = {**self._named(conversation), "title": title, "words": _fold(title), "now": now}
        if not connection.execute(_BEGIN, values).rowcount:
            raise _missing(conversation)

    def _mark(self, conversation: str, turns: Sequence[str], deleted: str) -> None:
        with self._change(conversation) as connection:
            connection.execute(_MARK_TURNS, {"now": deleted, "id": conversation, "turns": [*map(_storable, turns)]})

    @contextmanager
    def _change(self, conversation: str) -> Iterator[Connection]:
        with self._writing() as connection:
            found = connection.execute(_OPEN_CONVERSATION, self._named(conversation)).first()
            if found is None:
                raise _missing(conversation)
            yield connection

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._place.writing()

    def _at_work(self) -> AbstractContextManager[Connection]:
        return self._place.at_work()

    def _named(self, identity: str) -> dict[str, str]:
        return {"id": _storable(identity), "owner": self._owner}


def _entry(row: Sequence[object], questions: int) -> ConversationEntry:
    """A row of a file that may be a stranger's."""
    identity, title, begun, changed = map(str, row)
    return ConversationEntry(identity, _title(title), begun, changed, questions)


def _missing(identity: str, what: Phrase = NO_CONVERSATION) -> LibraryError:
    return LibraryError(
        what,
        identity=f"{identity!r:.40}",
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _fold(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", _storable(words).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _storable(words: str) -> str:
    """The text without halves of surrogate pairs and zero bytes, which no database takes."""
    return words.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def _title(words: str) -> str:
    return shorten(_storable(words), TITLE)


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
