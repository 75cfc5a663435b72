"""Progress and Cancellation: one way to tell how far work is, and one to stop it."""

from __future__ import annotations

import pytest

from rag import Cancellation, Cancelled, Stop, WorkProgress
from rag.progress import Progress, check_cancelled, is_cancelled, on_cancel


def test_work_stops_by_its_own_cancellation_or_that_of_any_scope_around_it() -> None:
    for cancelled in range(3):
        own, inner, outer = three = Cancellation(), Cancellation(), Cancellation()
        with outer.scope(), inner.scope():
            work = Progress(cancel=own)
            assert list(work.each("counting", "abc")) == ["a", "b", "c"]
            three[cancelled].cancel()
            with pytest.raises(Cancelled):
                next(work.each("counting", "abc"))
        check_cancelled()


def test_a_function_cancels_what_knows_nothing_of_it() -> None:
    answers = iter([False, True, False])
    hung_up: list[int] = []
    with Progress(cancel=lambda: next(answers)).scope():
        on_cancel(lambda: hung_up.append(1))
        assert not is_cancelled()
        assert is_cancelled()
        assert is_cancelled(), "it stays cancelled"
        on_cancel(lambda: hung_up.append(2))
    assert hung_up == [1, 2]
    assert not is_cancelled()


def test_progress_tells_the_end_of_each_stage() -> None:
    seen: list[WorkProgress] = []
    list(Progress(seen.append).each("counting", range(1_000)))
    assert seen[0] == WorkProgress("counting", 0, 1_000)
    assert seen[-1] == WorkProgress("counting", 1_000, 1_000)
    assert len(seen) <= 60


def test_stop_is_the_former_name_of_cancellation() -> None:
    stop = Stop()
    with stop.heard():
        assert not stop.stopped
        stop.now()
        assert is_cancelled()
    assert isinstance(stop, Cancellation)
