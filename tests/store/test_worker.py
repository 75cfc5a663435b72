"""Workers that read files for the owner of a library in a real PostgreSQL: each file once, whoever is killed."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import text

from rag import Cancelled, Library, Settings, SettingsError
from rag.ingest import worker as worker_module
from rag.library_worker import run_worker
from rag.progress import SyncProgress
from rag.store import job_queue, writes
from rag.store.catalogue import Catalogue
from rag.store.postgres import PostgresSchema, database_of
from rag.testing import HashEmbedder
from tests.crash.test_kill import QUESTIONS, article, change
from tests.postgres import PostgresServer, running

pytestmark = pytest.mark.server
FILES = 40
Start = Callable[..., BaseProcess]


@pytest.fixture
def in_postgres(postgres: PostgresServer) -> Settings:
    return Settings(catalogue=postgres.address(), passages_read=0)


@pytest.fixture
def articles(folder: Path) -> Path:
    dice = random.Random(7)
    for number in range(FILES):
        (folder / f"{number:03}.txt").write_text(article(dice), encoding="utf-8")
    return folder


def work(folder: Path, settings: Settings, before: Callable[[], None] = lambda: None) -> None:
    before()
    run_worker(folder, settings, lambda line: None)


def sync(folder: Path, settings: Settings) -> None:
    with Library(folder, settings=settings) as library:
        library.sync()


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a function in a process of its own, which is killed in the end."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["rag.library", "rag.library_worker", "chromadb", "llama_index.core", "psycopg"])
    started: list[BaseProcess] = []

    def begin(run: Callable[..., None], *arguments: object) -> BaseProcess:
        process = processes.Process(target=run, args=arguments)
        process.start()
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.join()


def owned(folder: Path, settings: Settings) -> Library:
    """The library, opened by its owner: PostgreSQL takes a moment to notice that the last one was killed."""
    while not (library := Library(folder, settings=settings)).writable:
        library.close()
    return library


def wait_for_workers(library: Library, number: int) -> None:
    queue = library._store.queue
    wait_until(lambda: queue.workers() >= number, "the workers did not come")


def wait_until(done: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + 120
    while not done():
        assert time.monotonic() < until, otherwise
        time.sleep(0.05)


def items(numbers: range, name: str = "") -> str:
    return "\n".join(json.dumps({"id": n, "text": f"Item {name} {n}."}) for n in numbers)


def found(library: Library) -> list[object]:
    return [[(h.file, h.start, round(h.score, 6)) for h in library.search(q, k=8)] for q in QUESTIONS]


def whole(library: Library, folder: Path, reference: Path) -> None:
    """Assert that a library is as one of the same files that was read at once, and by nobody else."""
    shutil.rmtree(reference, ignore_errors=True)
    shutil.copytree(folder, reference, symlinks=True, ignore=shutil.ignore_patterns(".readacross"))
    with Library(reference, settings=library.settings) as other:
        other.sync()
        assert library.articles() == other.articles()
        assert all(library.sentences(a.file) == other.sentences(a.file) for a in other.articles())
        assert found(library) == found(other)
        for question in QUESTIONS[:3]:
            answer = library.ask(question)
            assert answer.json() == other.ask(question).json()
            assert all(library.article(c.file).text[c.start : c.end] == c.quote for c in answer.citations)
    catalogue = library._store.catalogue
    assert library._store.index.vectors.keys() == catalogue.passage_keys(library._embedder.name)
    assert library._store.keywords.count() == catalogue.count("passages")
    assert catalogue.execute(job_queue.JOBS.select()) == []


def test_workers_read_and_the_report_is_as_ever(
    articles: Path, in_postgres: Settings, start: Start, tmp_path: Path
) -> None:
    (articles / "empty.txt").write_text(" ")
    (articles / "many.jsonl").write_text(items(range(9)))
    seen: list[SyncProgress] = []
    with Library(articles, settings=in_postgres) as library:
        for _ in range(2):
            start(work, articles, in_postgres)
        wait_for_workers(library, 2)
        report = library.sync(progress=seen.append)
        assert (len(report.added), [s.file for s in report.skipped]) == (FILES + 9, ["empty.txt"])
        assert "read by workers" in report.seconds
        assert "read" not in report.seconds, "the owner read, too"
        assert seen[0].done == 0
        assert [p.done for p in seen] == sorted(p.done for p in seen)
        whole(library, articles, tmp_path / "reference")

        (articles / "000.txt").write_text("The harbour of Selby was opened on Monday.\n")
        (articles / "001.txt").unlink()
        (articles / "many.jsonl").write_text(items(range(3, 12)))
        time.sleep(2.1)
        report = library.sync()
        assert report.changed == ("000.txt",)
        assert set(report.removed) == {"001.txt", *(f"many.jsonl#{n}" for n in range(3))}
        assert report.added == tuple(sorted(f"many.jsonl#{n}" for n in range(9, 12)))
        assert "read by workers" in report.seconds
        whole(library, articles, tmp_path / "reference")
        assert not any([(again := library.sync()).added, again.changed, again.removed])


def are_at_work(database: PostgresSchema) -> bool:
    with database.briefly() as connection:
        there = connection.execute(text("SELECT to_regclass('jobs')")).scalar()
        return bool(there and connection.execute(text("SELECT 1 FROM jobs WHERE state = 0 LIMIT 1")).first())


@pytest.mark.crash
@pytest.mark.timeout(900)
def test_workers_and_owners_that_are_killed_lose_nothing_and_do_nothing_twice(
    articles: Path, in_postgres: Settings, start: Start, tmp_path: Path
) -> None:
    dice = random.Random(20_261_128)
    database = database_of(articles, in_postgres)
    assert database is not None
    workers = [start(work, articles, in_postgres) for _ in range(2)]
    kills = at_work = helped = 0
    for _ in range(8):
        for _ in range(4):
            change(articles, dice)
        owner = start(sync, articles, in_postgres)
        while owner.is_alive():
            if not are_at_work(database):
                time.sleep(0.02)
                continue
            time.sleep(dice.uniform(0, 0.2))
            victim = dice.randrange(4)
            if victim < len(workers):
                workers[victim].kill()
                workers[victim] = start(work, articles, in_postgres)
            else:
                owner.kill()
            kills += 1
            at_work += are_at_work(database)
        owner.join()
        with owned(articles, in_postgres) as library:
            wait_for_workers(library, 1)
            report = library.sync()
            helped += "read by workers" in report.seconds
            whole(library, articles, tmp_path / "reference")
    assert min(kills, at_work, helped) > 3, "too few kills fell into the work: the test is not sharp"


def die_in_the_second_article() -> None:
    put, seen = writes.put_article, []

    def and_die(*given: object, **named: object) -> object:
        seen.append(1)
        if len(seen) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return put(*given, **named)

    worker_module.put_article = and_die


def test_a_file_is_there_whole_or_not_at_all_and_one_that_ends_workers_is_left_to_the_owner(
    folder: Path, in_postgres: Settings, start: Start, tmp_path: Path
) -> None:
    for name in "ab":
        (folder / f"{name}.jsonl").write_text(items(range(5), name))
    with Library(folder, settings=in_postgres) as library:
        victims = [start(work, folder, in_postgres, die_in_the_second_article) for _ in range(4)]
        wait_for_workers(library, 4)
        seen: list[int] = []
        report = library.sync(progress=lambda p: seen.append(library._store.catalogue.count("articles")))
        assert set(seen) <= {0, 5, 10}
        assert len(report.added) == 10
        assert "read" in report.seconds
        assert any(victim.exitcode == -signal.SIGKILL for victim in victims)
        whole(library, folder, tmp_path / "reference")


def freeze_in_hand() -> None:
    """Stop this process while it has a file in hand, for longer than PostgreSQL waits for it."""
    take = job_queue.JobQueue.begin_writing

    def and_freeze(queue: job_queue.JobQueue) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)
        take(queue)

    worker_module.longest_reading = lambda max_bytes: 0.5
    job_queue.JobQueue.begin_writing = and_freeze


def test_a_worker_that_is_frozen_loses_its_file_and_writes_nothing_when_it_thaws(
    articles: Path, in_postgres: Settings, start: Start, tmp_path: Path
) -> None:
    with Library(articles, settings=in_postgres) as library:
        frozen = start(work, articles, in_postgres, freeze_in_hand)
        start(work, articles, in_postgres)
        wait_for_workers(library, 2)
        report = library.sync()
        assert len(report.added) == FILES
        generation = library.generation
        assert frozen.pid is not None
        os.kill(frozen.pid, signal.SIGCONT)
        time.sleep(0.5)
        assert library.generation == generation
        whole(library, articles, tmp_path / "reference")


def test_the_owner_reads_what_workers_leave(
    articles: Path, in_postgres: Settings, start: Start, tmp_path: Path
) -> None:
    """One has no such files, as where a share is not mounted; the others are all killed while it is read."""
    with Library(articles, settings=in_postgres) as library:
        bare = tmp_path / "bare"
        bare.mkdir()
        blind = start(work_elsewhere, bare, articles, in_postgres)
        wait_for_workers(library, 1)
        assert len(library.sync().added) == FILES
        blind.kill()
        change(articles, random.Random(3))
        workers = [start(work, articles, in_postgres) for _ in range(2)]
        wait_for_workers(library, 2)

        def kill_all(progress: SyncProgress) -> None:
            for worker in workers:
                worker.kill()

        library.sync(progress=kill_all)
        whole(library, articles, tmp_path / "reference")


def work_elsewhere(there: Path, folder: Path, settings: Settings) -> None:
    listed = worker_module.listed_file
    worker_module.listed_file = lambda _, name: listed(there, name)
    run_worker(folder, settings, lambda line: None)


def test_a_stopped_sync_takes_its_files_back(
    articles: Path, in_postgres: Settings, start: Start, tmp_path: Path
) -> None:
    with Library(articles, settings=in_postgres) as library:
        start(work, articles, in_postgres)
        wait_for_workers(library, 1)
        asked = iter([False, False, False, False])
        with pytest.raises(Cancelled):
            library.sync(cancel=lambda: next(asked, True))
        assert library._store.catalogue.execute(job_queue.JOBS.select()) == []
        generation = library.generation
        time.sleep(0.5)
        assert library.generation == generation
        library.sync()
        whole(library, articles, tmp_path / "reference")


def test_workers_and_the_owner_go_on_when_the_server_is_back(articles: Path, start: Start, tmp_path: Path) -> None:
    with running() as server:
        settings = Settings(catalogue=server.address(), passages_read=0)
        with Library(articles, settings=settings) as library:
            worker = start(work, articles, settings)
            wait_for_workers(library, 1)
            server.stop()
            time.sleep(0.5)
            server.start()
            wait_for_workers(library, 1)
            assert worker.is_alive()
            report = library.sync()
            assert len(report.added) == FILES
            assert "read by workers" in report.seconds
            whole(library, articles, tmp_path / "reference")


def test_a_worker_of_another_embedder_is_given_nothing(articles: Path, in_postgres: Settings, start: Start) -> None:
    with Library(articles, settings=in_postgres, embedder=HashEmbedder()) as library:
        start(work, articles, in_postgres)
        there = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'readacross worker'")
        wait_until(lambda: library._store.catalogue.execute(there) == [(1,)], "the worker did not come")
        assert library._store.queue.workers() == 0
        report = library.sync()
        assert "read by workers" not in report.seconds


class Told(Exception):
    """What a worker has told."""


def test_a_worker_that_finds_no_queue_condemns_nothing(seeds: Path, in_postgres: Settings) -> None:
    with Library(seeds, settings=in_postgres) as library:
        library.sync()
        with library._store.catalogue.transaction() as connection:
            connection.exec_driver_sql("DROP TABLE jobs")

    def tell(line: str) -> None:
        raise Told(line)

    with pytest.raises(Told, match="has not been made yet"):
        run_worker(seeds, in_postgres, tell)
    with Library(seeds, settings=in_postgres) as library:
        assert library.notes == ()
        assert len(library.sync().unchanged) == 2


def test_files_that_an_owner_before_has_left_in_the_queue_are_asked_for_anew(
    seeds: Path, in_postgres: Settings, start: Start
) -> None:
    with Library(seeds, settings=in_postgres) as library:
        queue = library._store.queue
        names = [path.name for path in seeds.glob("*.txt")]
        with library._store.catalogue.transaction() as connection:
            for name in names:
                of_old = {"name": name, "kind": "of another version", "stamp": "", "sync": 0, "max_bytes": 1}
                connection.execute(job_queue.JOBS.insert(), of_old)
        start(work, seeds, in_postgres)
        wait_for_workers(library, 1)
        jobs = [job_queue.Job(name, "", 1, 1_000_000) for name in names]
        done = [d for some in queue.work(jobs) for d in some]
        assert {d.name: d.state for d in done} == dict.fromkeys(names, job_queue.State.READ)


def test_names_in_the_queue_lead_nowhere_else(seeds: Path, in_postgres: Settings, start: Start, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("The password of Selby is Oslo.")
    (seeds / "link.txt").symlink_to(tmp_path / "secret.txt")
    names = ["../secret.txt", str(tmp_path / "secret.txt"), "link.txt", ".hidden/a.txt", "a\nb.txt", ""]
    with Library(seeds, settings=in_postgres) as library:
        library.sync()
        start(work, seeds, in_postgres)
        wait_for_workers(library, 1)
        jobs = [job_queue.Job(name, "", 1, 1_000_000) for name in names]
        done = [d for some in library._store.queue.work(jobs) for d in some]
        assert {d.name: d.state for d in done} == dict.fromkeys(names, job_queue.State.LEFT)
        assert len(library.articles()) == 2


def test_workers_are_for_postgresql(seeds: Path) -> None:
    with pytest.raises(SettingsError, match="READACROSS_CATALOGUE is not set"):
        run_worker(seeds, Settings(), lambda line: None)


def test_a_catalogue_joined_in_one_transaction_is_undone_as_one(seeds: Path, in_postgres: Settings) -> None:
    with Library(seeds, settings=in_postgres) as library:
        library.sync()
        catalogue: Catalogue = library._store.catalogue
        with suppress(ZeroDivisionError), catalogue.joined():
            catalogue.set_about(one="1")
            writes.remove_article(catalogue, library.articles()[0].file)
            assert len(library.articles()) == 1
            _ = 1 / 0
        assert (catalogue.about("one"), len(library.articles())) == ("", 2)
