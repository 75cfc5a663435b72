"""Answers and results that are being made: what stops them, and what is kept, whether their tab is there or not."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

from rag import AnswerSentence, Cancellation, Conversations, KeptTurn, ReadacrossError
from ui.error_words import said_of
from ui.translation import tr


class UnderWay:
    """The answers that are being made in this process, by their ids. Thread-safe."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._stops: dict[str, Cancellation] = {}

    def __contains__(self, answer: str) -> bool:
        return answer in self._stops

    def begin(self, answer: str) -> Cancellation:
        """Note one; what stops it."""
        with self._guard:
            return self._stops.setdefault(answer, Cancellation()) if answer else Cancellation()

    def is_stopped(self, answer: str) -> bool:
        """Whether one that has not ended has been stopped."""
        with self._guard:
            return answer in self._stops and self._stops[answer].cancelled

    def end(self, answer: str) -> None:
        """Forget one."""
        with self._guard:
            self._stops.pop(answer, None)

    def stop(self, answer: str) -> None:
        """Stop one, whether its tab is still there or not; nothing happens if there is none."""
        with self._guard:
            found = self._stops.get(answer)
        if found is not None:
            found.cancel()


UNDER_WAY = UnderWay()


class Runs:
    """The newest run of each tab in one room, by which an older one shows nothing any more. Thread-safe.

    A run is known by what cancels it.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._newest: dict[str, Cancellation] = {}

    def __contains__(self, tab: str) -> bool:
        return tab in self._newest

    def begin(self, tab: str) -> Cancellation:
        """A new run, which takes the place of one that is under way."""
        run = Cancellation()
        with self._guard:
            former, self._newest[tab] = self._newest.get(tab), run
        if former is not None:
            former.cancel()
        return run

    def is_newest(self, tab: str, run: Cancellation) -> bool:
        """Whether a run is the tab's newest, and is neither stopped nor left."""
        return self._newest.get(tab) is run

    def stop(self, tab: str) -> None:
        """Stop a tab's run; nothing happens if there is none."""
        run = self.leave(tab)
        if run is not None:
            run.cancel()

    def leave(self, tab: str) -> Cancellation | None:
        """Let a tab's run go on, unseen; the run, if there is one."""
        with self._guard:
            return self._newest.pop(tab, None)

    def end(self, tab: str, run: Cancellation) -> None:
        """Forget a run that has ended."""
        with self._guard:
            if self.is_newest(tab, run):
                del self._newest[tab]


class Keeper:
    """Keeps one question and what becomes of it. What cannot be kept is answered all the same, and told of."""

    def __init__(self, conversations: Conversations, conversation: str, question: str) -> None:
        self._conversations = conversations
        self.trouble = ""
        try:
            self.turn = conversations.begin_turn(conversation, question)
        except ReadacrossError as error:
            self.turn = KeptTurn("", question, "")
            self.trouble = tr("This is not kept. {reason}", reason=said_of(error))

    @property
    def is_open(self) -> bool:
        """Whether it is kept, and what becomes of it is not known yet."""
        return self.turn.outcome == "unfinished" and not self.trouble

    def stopped(self, sentences: Sequence[AnswerSentence], *, cut: bool) -> None:
        """Keep what had been checked when it was stopped; `cut` says that there were other words."""
        self.ended(replace(self.turn, outcome="stopped", sentences=tuple(sentences), cut=cut))

    def failed(self, title: str, message: str) -> None:
        """Keep why there is no answer."""
        self.ended(replace(self.turn, outcome="failed", title=title, message=message))

    def ended(self, turn: KeptTurn) -> None:
        """Keep what has become of it."""
        self.turn = turn
        if self.trouble:
            return
        try:
            self._conversations.end_turn(turn)
        except ReadacrossError as error:
            self.trouble = tr("The answer is not kept. {reason}", reason=said_of(error))
