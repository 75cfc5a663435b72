"""A conversation on the page: what one tab remembers, and how an answer comes to be shown, step by step.

An answer as it comes: its checked sentences, and the words since, which no one has checked.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag import (
    Answer,
    AnswerSentence,
    Cancellation,
    Cancelled,
    Conversations,
    KeptConversation,
    KeptTurn,
    Library,
    ReadacrossError,
    TextChunk,
    Turn,
    Usage,
)
from ui import answer_html
from ui.answer_html import NameOf
from ui.background import in_background
from ui.error_words import said_of
from ui.places import exactly
from ui.result_html import served_body
from ui.result_words import translated
from ui.translation import N_, tr
from ui.under_way import UNDER_WAY, Keeper

if TYPE_CHECKING:
    from rag import AnswerEvent, Conversation


PATIENCE = 3.0
"""Seconds without news after which the page tells how long it has been waiting."""
LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,2000}\)")
"""A link in Markdown: a checked sentence has its words alone."""
BLANKS = re.compile(r"\s+")


@dataclass(slots=True)
class Coming:
    """What has come of the answer to question number `turn`, and when there was news last, in seconds of a clock."""

    turn: int
    sentences: list[AnswerSentence] = field(default_factory=list)
    news: float = field(default_factory=time.monotonic)
    _text: str = ""

    @property
    def text(self) -> str:
        """The words that are not checked, as a checked sentence would have them: links as their words, on one line."""
        return BLANKS.sub(" ", LINK.sub(r"\1", self._text)).lstrip()

    def add(self, event: AnswerEvent) -> None:
        """Take in what has come; a checked sentence takes the place of its words."""
        self.news = time.monotonic()
        if isinstance(event, TextChunk):
            self._text += event.text
        elif isinstance(event, AnswerSentence):
            _, _, self._text = self.text.partition(event.text)
            self.sentences.append(event)

    def html(self) -> str:
        """The answer so far, and a word on what is being waited for."""
        return answer_html.draft(self.sentences, self.text, self.turn, self._waiting())

    def stopped(self) -> str:
        """What stays of it if it is stopped now: nothing that has not been checked."""
        return answer_html.stopped(self.sentences, self.text, self.turn)

    def _waiting(self) -> str:
        seconds = time.monotonic() - self.news
        begun = bool(self.sentences or self.text)
        if seconds < PATIENCE:
            return "" if begun else tr(answer_html.LOOKING)
        waiting = tr("Waiting for more words …") if begun else tr("Waiting for the first words …")
        return f"{waiting} {seconds:.0f} s"


KEPT = 100
"""Exchanges that stay on the page."""
PACE = 0.06
"""Seconds between two steps of an answer that is still coming: a browser need not paint more often."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Talk:
    """What one tab remembers: the turns, the exchanges as HTML, and the question that is being answered, if any.

    Plain data, for it is copied from tab to tab. `conversation` is the id under which it is kept. `number` counts the
    questions asked, from 1; `used` is what a language model was given and gave for their answers; `partial` is what to
    show of the answer if it is stopped, as HTML, and `answer` its id.
    """

    conversation: str = ""
    turns: tuple[Turn, ...] = ()
    shown: tuple[str, ...] = ()
    number: int = 0
    used: Usage | None = None
    running: str = ""
    answer: str = ""
    partial: str = ""

    @property
    def earlier(self) -> str:
        """The finished exchanges as HTML."""
        return "".join(self.shown)

    def ended(self, body: str) -> Talk:
        """The talk once the running question has got its last word."""
        exchange = answer_html.exchange(self.running, body, self.number, answer=self.answer)
        return replace(self, shown=(*self.shown, exchange)[-KEPT:], running="", answer="", partial="")


@dataclass(frozen=True, slots=True)
class Step:
    """What the page shows next: the current exchange as HTML, the talk to remember, a word for screen readers.

    `done` is set on the last step; `returned` is a question to put back into the box.
    """

    current: str
    talk: Talk
    status: str = ""
    done: bool = False
    returned: str = ""


def taken_up(kept: KeptConversation, name_of: NameOf = str) -> Talk:
    """The talk that goes on with a conversation that was kept: all of it is rendered anew."""
    used = Usage.total(turn.answer.usage for turn in kept.turns if turn.answer)
    numbered = list(enumerate(kept.turns, start=1))[-KEPT:]
    shown = tuple(shown_turn(turn, number, name_of) for number, turn in numbered)
    turns = tuple(Turn(turn.question, turn.answer) for turn in kept.turns if turn.answer)[-KEPT:]
    return Talk(kept.id, turns, shown, len(kept.turns), used)


def shown_turn(turn: KeptTurn, number: int, name_of: NameOf = str) -> str:
    """One question that was kept, and what became of it, as HTML; never raises."""
    try:
        body = turn_body(turn, number, name_of=name_of)
    except Exception:  # a stranger's values may fit together in no way
        log.exception("A kept answer could not be shown")
        body = turn_body(replace(turn, outcome="unreadable"), number)
    return answer_html.exchange(turn.question, body, number, answer=turn.id)


def turn_body(turn: KeptTurn, number: int, so_far: Usage | None = None, name_of: NameOf = str) -> str:
    """What became of a question, as HTML. `so_far` is what the language model has used in the conversation.

    `name_of` gives what an article is called.
    """
    answer = turn.answer
    if turn.outcome == "answered" and answer is not None:
        if answer.found and answer.result is not None:
            return served_body(answer, answer.result, number, name_of)
        return answer_html.answer_body(answer, number, so_far, name_of)
    if turn.outcome == "stopped":
        return answer_html.stopped(turn.sentences, "cut" if turn.cut else "", number)
    if turn.outcome == "failed":
        return answer_html.trouble(translated(turn.title), translated(turn.message))
    if turn.id in UNDER_WAY:
        return answer_html.still_coming()
    return answer_html.remark(tr(UNFINISHED if turn.outcome == "unfinished" else UNREADABLE))


UNFINISHED = N_("The program ended before this was answered. Ask again.")
UNREADABLE = N_("This answer cannot be read: it was kept by another version, or is damaged. Ask again.")


def reply(
    library: Library,
    talk: Talk,
    question: str,
    *,
    completes: bool = True,
    files: Collection[str] = (),
    name_of: NameOf = str,
    conversations: Conversations | None = None,
) -> Iterator[Step]:
    """Answer a question as steps, the first at once. Never raises: whatever fails is told in the last step.

    The question is kept before it is answered, and what becomes of it once that is known, also if this is closed:
    then the answer goes on until it is whole, or `UNDER_WAY.stop` is called. If `completes` is off, follow-ups are
    completed by rules even where there is a language model; `files` are the articles that are asked, if not all;
    `conversations` are those of who asks, if the library has users.
    """
    conversations = conversations or library.conversations
    conversation = talk.conversation or conversations.new_id()
    keeper = Keeper(conversations, conversation, question)
    talk = replace(
        talk, conversation=conversation, number=talk.number + 1, running=question, answer=keeper.turn.id, partial=""
    )
    coming, stop = Coming(talk.number), UNDER_WAY.begin(keeper.turn.id)
    talking = library.chat(talk.turns, rewrite_follow_ups=completes, files=exactly(files))
    events = _events(talking, question, stop)
    try:
        yield replace(_coming(talk, question, coming), status=tr(answer_html.LOOKING))
        yield from _steps(events, talk, talking, coming, keeper, name_of)
    finally:
        if keeper.is_open and not stop.cancelled:
            threading.Thread(target=_finish, args=(events, coming, keeper, stop), daemon=True).start()
        else:
            _over(coming, keeper)


def stopped(talk: Talk) -> Step:
    """The step after the reader has stopped an answer: what had been checked stays, marked as stopped."""
    if not talk.running:
        return Step(talk.shown[-1] if talk.shown else "", talk, done=True)
    ended = talk.ended(talk.partial)
    return Step(ended.shown[-1], ended, tr("Stopped."), done=True, returned=talk.running)


def _events(talking: Conversation, question: str, stop: Cancellation) -> Iterator[AnswerEvent | None]:
    """What comes of an answer, made in a thread of its own; it ends once `stop` is cancelled, or this is closed."""
    work = Cancellation()
    stop.on_cancel(work.cancel)

    def answer(tell: Callable[[AnswerEvent], None], closed: Callable[[], bool]) -> None:
        with work.scope():
            for event in talking.stream(question):
                if closed() or work.cancelled:
                    return
                tell(event)

    return in_background(answer, work.cancel)


def _steps(
    events: Iterator[AnswerEvent | None],
    talk: Talk,
    talking: Conversation,
    coming: Coming,
    keeper: Keeper,
    name_of: NameOf,
) -> Iterator[Step]:
    painted = 0.0
    trouble, said = CUT_SHORT, ""
    try:
        for event in events:
            if isinstance(event, Answer):
                yield _whole(talk, event, talking.turns, keeper, name_of)
                return
            if event is not None:
                coming.add(event)
            if event is None or time.monotonic() - painted >= PACE:
                painted = time.monotonic()
                yield _coming(talk, talk.running, coming, talking.current_usage)
    except Cancelled:
        pass
    except ReadacrossError as error:
        trouble, said = (UNANSWERED, str(error)), said_of(error)
    except Exception:
        log.exception("A question could not be answered")
        trouble = WENT_WRONG
    if UNDER_WAY.is_stopped(keeper.turn.id):
        yield _coming(talk, talk.running, coming, talking.current_usage)  # `stopped` follows, wherever Stop came from
    else:
        yield _failed(talk, *trouble, keeper, said)


CUT_SHORT = (N_("The answer was cut short"), N_("It ended before it was whole. You can ask again."))
WENT_WRONG = (N_("Something went wrong"), N_("The program's log says what. You can ask again."))
UNANSWERED = N_("This could not be answered")


def _finish(events: Iterator[AnswerEvent | None], coming: Coming, keeper: Keeper, stop: Cancellation) -> None:
    """Keep the rest of an answer whose tab has gone: it is there when the conversation is opened again."""
    trouble = CUT_SHORT
    try:
        for event in events:
            if isinstance(event, Answer):
                keeper.ended(replace(keeper.turn, outcome="answered", answer=event))
            elif event is not None:
                coming.add(event)
    except ReadacrossError as error:
        trouble = (UNANSWERED, str(error))
    except Exception:
        log.exception("A question could not be answered")
        trouble = WENT_WRONG
    if keeper.is_open and not stop.cancelled:
        keeper.failed(*trouble)
    _over(coming, keeper)


def _over(coming: Coming, keeper: Keeper) -> None:
    """No more comes: what is kept of a question that nothing has become of is what had been checked."""
    if keeper.is_open:
        keeper.stopped(coming.sentences, cut=bool(coming.text.strip()))
    UNDER_WAY.end(keeper.turn.id)


def _whole(talk: Talk, answer: Answer, turns: tuple[Turn, ...], keeper: Keeper, name_of: NameOf) -> Step:
    used = Usage.total([talk.used, answer.usage])
    keeper.ended(replace(keeper.turn, outcome="answered", answer=answer))
    body = f"{turn_body(keeper.turn, talk.number, used, name_of)}{_untold(keeper)}"
    ended = replace(talk.ended(body), turns=turns[-KEPT:], used=used)
    return Step(ended.shown[-1], ended, answer_html.summary_line(answer), done=True)


def _coming(talk: Talk, question: str, coming: Coming, spent: Usage | None = None) -> Step:
    """The step while an answer comes. What has been `spent` on it counts even if it is stopped."""
    exchange = answer_html.exchange(question, coming.html(), talk.number, answer=talk.answer, busy=True)
    return Step(exchange, replace(talk, partial=coming.stopped(), used=Usage.total([talk.used, spent])))


def _failed(talk: Talk, title: str, message: str, keeper: Keeper, said: str = "") -> Step:
    """The step of a question that failed; the message is kept in English, and `said` so to this reader."""
    keeper.failed(title, message)
    turn = replace(keeper.turn, message=said or message)
    ended = talk.ended(f"{turn_body(turn, talk.number)}{_untold(keeper)}")
    return Step(ended.shown[-1], ended, translated(title), done=True, returned=talk.running)


def _untold(keeper: Keeper) -> str:
    return answer_html.remark(translated(keeper.trouble)) if keeper.trouble else ""
