"""Conversations are kept as they were: through a kill, beside another process, from a stranger, on an odd disk."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import signal
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rag import AnswerSentence, ArticleList, Citation, Conversations, Fault, KeptTurn, Library, LibraryError, Settings
from rag.results.json_values import RESULTS
from rag.store import conversation_place as module
from rag.store.conversation_schema import ConversationSchema
from rag.store.own_files import CONVERSATIONS
from rag.store.postgres import database_of

QUESTION = "What did Zelenskyy say about long-range weapons?"
ANSWERED = ["summarise", "compare", "timeline", "new", "stories", "names", "article_list"]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    conversations = Conversations(tmp_path, repair=True)
    yield conversations
    conversations.close()


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.server)])
def kept_anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Conversations]:
    """What holds for a file holds for PostgreSQL."""
    place = None
    if request.param == "postgres":
        settings = Settings(catalogue=request.getfixturevalue("postgres").address())
        made = database_of(tmp_path, settings)
        assert made is not None
        with made.briefly() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {made.schema}")
        place = ConversationSchema(made)
    conversations = Conversations(tmp_path, repair=True, place=place)
    yield conversations
    conversations.close()


def ask(kept: Conversations, *questions: str, identity: str = "") -> str:
    """A conversation of these questions, each of which failed."""
    identity = identity or kept.new_id()
    for question in questions:
        kept.end_turn(replace(kept.begin_turn(identity, question), outcome="failed", message="none"))
    return identity


def test_an_answer_comes_back_as_it_was(library: Library) -> None:
    answer = library.ask(QUESTION)
    assert answer.citations
    identity = library.conversations.new_id()
    turn = replace(library.conversations.begin_turn(identity, QUESTION), outcome="answered", answer=answer)
    library.conversations.end_turn(turn)
    again = Conversations(library.folder / ".readacross", repair=False)
    opened = again.open(identity)
    assert opened.turns == (turn,)
    assert opened.title == QUESTION
    again.close()


@pytest.mark.parametrize("what", ANSWERED)
def test_every_result_comes_back_as_it_was(library: Library, what: str) -> None:
    result = getattr(library, what)()
    identity = library.conversations.new_id()
    library.conversations.keep_result(identity, what, {"focus": "Ä"}, result)
    (again,) = library.conversations.open(identity).results
    assert again.result == result
    assert again.entered == {"focus": "Ä"}
    assert again.result.html() == result.html()


def test_a_checked_draft_comes_back_with_its_faults(library: Library) -> None:
    draft = library.check("Rutte approved the transfer of Dutch F-35 fighter jets to Ukraine. He ate 40 lorries.")
    assert any(s.faults for s in draft)
    identity = library.conversations.new_id()
    library.conversations.keep_result(identity, "draft", {}, draft)
    assert library.conversations.open(identity).results[0].result == draft


def test_verdicts_and_unfinished_answers_come_back(kept_anywhere: Conversations) -> None:
    kept = kept_anywhere
    fault = Fault("number", 0, 3, "the articles say 50, not 70", "50")
    sentence = AnswerSentence("70.", "partly", 1, (Citation(1, "a.txt", 0, 2, "50", ("b.txt",)),), (fault,))
    identity = kept.new_id()
    stopped = replace(kept.begin_turn(identity, "How many?"), outcome="stopped", sentences=(sentence,), cut=True)
    kept.end_turn(stopped)
    left = kept.begin_turn(identity, "And when?")
    assert kept.open(identity).turns == (stopped, left)
    assert left.outcome == "unfinished"


def test_a_kept_conversation_can_be_taken_up(library: Library) -> None:
    talk = library.chat()
    answer = talk.ask("What did Rutte say about membership?")
    identity = library.conversations.new_id()
    begun = library.conversations.begin_turn(identity, talk.turns[0].question)
    library.conversations.end_turn(replace(begun, outcome="answered", answer=answer))
    again = library.chat(library.conversations.open(identity))
    assert "Rutte" in again.ask("What else did he say?").asked


def test_the_newest_question_comes_first_and_words_are_looked_for_everywhere(kept_anywhere: Conversations) -> None:
    kept = kept_anywhere
    first = ask(kept, "Which jets?", "Who is Žižek?")
    second = ask(kept, "Who pays?")
    assert [e.id for e in kept.list()] == [second, first]
    assert [e.questions for e in kept.list()] == [1, 2]
    ask(kept, "And the missiles?", identity=first)
    assert [e.id for e in kept.list()] == [first, second]
    assert [e.id for e in kept.list("zizek JETS")] == [first]
    assert kept.list("jets pays") == ()
    kept.rename(second, "  The   bill ")
    assert [e.title for e in kept.list("bill")] == ["The bill"]
    kept.rename(second, " ")
    assert kept.open(second).title == "The bill"


def test_the_words_of_answers_and_results_are_found(library: Library) -> None:
    identity = library.conversations.new_id()
    turn = library.conversations.begin_turn(identity, "?")
    library.conversations.end_turn(replace(turn, outcome="answered", answer=library.ask(QUESTION)))
    other = library.conversations.new_id()
    library.conversations.keep_result(other, "summary", {}, library.summarise(points=8))
    assert [e.id for e in library.conversations.list("Zelenskyy weapons")] == [other, identity]
    assert library.conversations.list("xylophone") == ()


def test_what_is_deleted_can_be_brought_back_for_a_day_and_is_then_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Conversations(tmp_path, repair=True)
    identity = ask(kept, "Who sold the secret plans of the bridge?", "And when?")
    assert kept.state(identity) == "kept"
    kept.delete(identity)
    assert kept.list() == ()
    assert (kept.state(identity), kept.state(kept.new_id())) == ("deleted", "")
    with pytest.raises(LibraryError, match="deleted"):
        kept.open(identity)
    kept.restore(identity)
    one, other = kept.open(identity).turns
    kept.remove_turns(identity, [one.id])
    assert kept.open(identity).turns == (other,)
    kept.restore_turns(identity, [one.id])
    assert kept.open(identity).turns == (one, other)
    kept.delete(identity)
    kept.close()
    later = datetime.now(UTC) + timedelta(days=2)
    monkeypatch.setattr(module, "datetime", type("Later", (datetime,), {"now": classmethod(lambda *_: later)}))
    again = Conversations(tmp_path, repair=True)
    with pytest.raises(LibraryError, match="deleted"):
        again.restore(identity)
    again.close()
    assert b"secret plans" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_an_answer_that_comes_after_its_conversation_was_deleted_does_not_bring_it_back(
    kept_anywhere: Conversations,
) -> None:
    kept = kept_anywhere
    identity = kept.new_id()
    turn = kept.begin_turn(identity, "Who?")
    kept.delete(identity)
    kept.end_turn(replace(turn, outcome="failed"))
    assert kept.list() == ()


def keep_on(store: Path, told: str) -> None:
    kept = Conversations(store, repair=True)
    identity = kept.new_id()
    for number in range(10_000):
        turn = kept.begin_turn(identity, f"Question {number}?")
        kept.end_turn(replace(turn, outcome="failed", message="x" * 5_000))
        with Path(told).open("a", encoding="utf-8") as file:
            file.write(f"{turn.id}\n")


def test_a_kill_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    store, told = tmp_path / "store", tmp_path / "told"
    store.mkdir()
    process = multiprocessing.get_context("spawn").Process(target=keep_on, args=(store, str(told)))
    process.start()
    while not told.exists() or told.stat().st_size < 13 * 40:
        assert process.is_alive()
        process.join(0.01)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    kept = Conversations(store, repair=True)
    (entry,) = kept.list()
    turns = {turn.id: turn for turn in kept.open(entry.id).turns}
    assert all(turns[identity].outcome == "failed" for identity in told.read_text(encoding="utf-8").split())
    assert kept.note == ""
    kept.close()


def test_two_processes_may_keep_conversations_at_once(seeds: Path) -> None:
    with Library(seeds, settings=Settings()) as owner:
        owner.sync()
        with Library(seeds, settings=Settings()) as reader:
            assert not reader.writable
            mine = ask(owner.conversations, "Mine?")
            other = ask(reader.conversations, "Other?")
            assert {e.id for e in owner.conversations.list()} == {mine, other}


def damaged(path: Path) -> None:
    path.write_bytes(b"this is no database" * 100)


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()


@pytest.mark.parametrize(("harm", "said"), [(damaged, "put aside as damaged-"), (newer, "update readacross")])
def test_a_file_that_cannot_be_used_stops_nobody(seeds: Path, harm: Callable[[Path], None], said: str) -> None:
    with Library(seeds, settings=Settings()) as library:
        library.sync()
        ask(library.conversations, "Who?")
    path = seeds / ".readacross" / CONVERSATIONS
    harm(path)
    before = path.read_bytes()
    with Library(seeds, settings=Settings()) as library:
        assert library.conversations.list() == ()
        assert said in library.conversations.note
        assert [e.title for e in library.conversations.list()] == []
        identity = ask(library.conversations, "Is it kept?")
        assert library.conversations.open(identity).title == "Is it kept?"
        assert library.ask(QUESTION).found
    left = [p.read_bytes() for p in path.parent.rglob(CONVERSATIONS)]
    assert before in left


def test_a_place_that_cannot_be_written_keeps_conversations_for_the_time_being(tmp_path: Path) -> None:
    kept = Conversations(tmp_path / "no such folder", repair=True)
    identity = ask(kept, "Who?")
    assert "until the program ends" in kept.note
    assert kept.open(identity).title == "Who?"
    kept.close()
    with pytest.raises(LibraryError, match="closed"):
        kept.list()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps its rights elsewhere")
def test_only_who_asked_may_read_what_was_asked(kept: Conversations, tmp_path: Path) -> None:
    ask(kept, "Who?")
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_every_result_that_can_be_shown_can_be_kept() -> None:
    import rag

    public = [value for name in rag.__all__ if isinstance(value := getattr(rag, name), type)]
    shown = {kind for kind in public if issubclass(kind, rag.Exportable) and dataclasses.is_dataclass(kind)}
    assert shown - {rag.Recheck, rag.Evaluation} == set(RESULTS.values())


def test_a_link_in_the_place_of_the_file_is_not_followed(seeds: Path, tmp_path: Path) -> None:
    with Library(seeds, settings=Settings()) as library:
        library.sync()
    (seeds / ".readacross" / CONVERSATIONS).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LibraryError, match="is a link"):
        Library(seeds, settings=Settings())


@pytest.mark.parametrize(
    "value",
    [
        "{}", "[]", "nonsense", "1e999", '{"outcome": "kind"}', '{"answer": {"question": 1}}',
        '{"answer": {"question": "", "found": true, "result": {"is": "Path"}}}', "[" * 100_000,
        '{"id":"","question":"","asked":"","answer":' + '{"question":"","found":true,"result":' * 400 + "1",
    ],
)  # fmt: skip
def test_a_strangers_answer_is_read_with_care(kept: Conversations, tmp_path: Path, value: str) -> None:
    identity = ask(kept, "Who?")
    with sqlite3.connect(tmp_path / CONVERSATIONS) as connection:
        connection.execute("UPDATE turns SET value = ?", (value,))
        connection.execute("INSERT INTO results VALUES (?, 'summary', ?, ?, '', '')", (identity, value, value))
    connection.close()
    opened = kept.open(identity)
    assert opened.turns[0].question == "Who?"
    assert isinstance(opened.turns[0], KeptTurn)
    assert opened.results == ()


@pytest.mark.parametrize("identity", ["", "a" * 11, "../../x/y/z/", "<script>xxxx", "A" * 12, "a" * 12 + "\n"])
def test_an_id_has_one_form(kept_anywhere: Conversations, identity: str) -> None:
    kept = kept_anywhere
    with pytest.raises(LibraryError, match="no conversation's id"):
        kept.begin_turn(identity, "Who?")


def test_halves_of_characters_do_no_harm(kept_anywhere: Conversations) -> None:
    kept = kept_anywhere
    identity = ask(kept, "Who \ud800 is it?\0 100% _!")
    assert kept.list("is \udfff \0 % _! 100%")
    assert kept.list("2% is") == ()
    assert kept.open(identity).turns[0].question == "Who ? is it?\ufffd 100% _!"
    assert kept.state("\ud800\0") == ""


def attempts(kept: Conversations, identity: str, turn: str) -> list[Callable[[], object]]:
    """All that can be done with a conversation."""
    return [
        lambda: kept.open(identity),
        lambda: kept.conversation_of(turn),
        lambda: kept.rename(identity, "Mine"),
        lambda: kept.delete(identity),
        lambda: kept.restore(identity),
        lambda: kept.remove_turns(identity, [turn]),
        lambda: kept.restore_turns(identity, [turn]),
        lambda: kept.begin_turn(identity, "Mine?"),
        lambda: kept.keep_result(identity, "articles", {}, ArticleList("", (), 0)),
    ]


def test_each_owner_has_conversations_of_their_own(kept_anywhere: Conversations) -> None:
    kept = kept_anywhere
    anna, boris = kept.of("anna"), kept.of("boris")
    identity = ask(anna, "Who sold the bridge?")
    turn = anna.open(identity).turns[0].id
    assert [entry.id for entry in anna.list("bridge")] == [identity]
    for other in (boris, kept):
        assert other.list() == other.list("bridge") == ()
        assert other.state(identity) == ""
        for attempt in attempts(other, identity, turn):
            with pytest.raises(LibraryError, match="There is no"):
                attempt()
        assert not other.is_free(identity)
        assert other.is_free(other.new_id())
    assert (anna.open(identity).title, len(anna.open(identity).turns)) == ("Who sold the bridge?", 1)
    assert kept.count() == 1


def as_before_owners(path: Path) -> None:
    """Make the file as it was before conversations had owners."""
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE conversations DROP COLUMN owner")
        connection.execute("PRAGMA user_version = 1")
    connection.close()


@pytest.mark.parametrize("harmed", [False, True])
def test_conversations_from_before_there_were_owners_are_kept(tmp_path: Path, harmed: bool) -> None:
    kept = Conversations(tmp_path, repair=True)
    identity = ask(kept, "Who sold the bridge?")
    kept.close()
    path = tmp_path / CONVERSATIONS
    as_before_owners(path)
    if harmed:
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size - 4_096)
    again = Conversations(tmp_path, repair=True)
    assert again.open(identity).title == "Who sold the bridge?"
    assert ("damaged" in again.note) is harmed
    assert again.of("anna").list() == ()
    again.close()
