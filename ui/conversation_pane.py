"""The conversations' part of the page: the column at the left, and what is done there and below each answer."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import gradio as gr

from rag import KeptConversation, KeptResult, Library, ReadacrossError
from ui import answer_html
from ui.answer_html import NameOf
from ui.chat import Talk
from ui.conversation_list import KeptTalks, deleted_notice, unread, where
from ui.error_words import said_of
from ui.events import EACH, UNQUEUED
from ui.html import escape
from ui.page_blocks import drawn
from ui.translation import N_, tr
from ui.visitors import Visitors

LINKED = "\n((window.readacross ??= {{}}).triggers ??= {{}})['{}'] = trigger;"
"""Lets the page's script trigger the events of a part by its name."""
LIST = f"{LINKED.format('talks')}\nwatch('value', () => window.readacross?.listed?.());"
WHERE = "watch('value', () => window.readacross?.arrived?.(element));"
COPIED, SAID = "(text) => window.readacross?.copy(text)", "(text) => window.readacross?.say(text)"
STILL_COMING = 'data-coming="yes"'
"""Stands in an answer that is being made for no tab."""
KEPT_PARTS = 5
"""Parts of the page that show a conversation: welcome, exchanges, current one, status, buttons to save."""


class Room(Protocol):
    """A room, as far as a conversation fills it."""

    @property
    def name(self) -> str:
        """Its name, under which its results are kept."""

    @property
    def parts(self) -> list[Any]:
        """Its parts that a result fills in."""

    def showing(self, kept: KeptResult | None, request: gr.Request) -> list[Any]:
        """What they show of a result; as at first with None."""


class ConversationPane:
    """The column of conversations. Make it where it is to stand, then `wire` it."""

    def __init__(self, library: Library, visitors: Visitors, name_of: NameOf) -> None:
        self._library = library
        self._visitors = visitors
        self.name_of = name_of
        self._arrivals = itertools.count(1)
        self._rooms: Sequence[Room] = ()
        self._welcome: Callable[[gr.Request], str] = str

    def kept(self, request: gr.Request) -> KeptTalks:
        """What is done with the conversations of who makes a request."""
        return KeptTalks(self._library, self.name_of, self._visitors.of(request).owner)

    def lay_out(self) -> None:
        """Make the parts."""
        with gr.Column(elem_id="talks", min_width=0, scale=0):
            with gr.Row(elem_id="talks-head"):
                self.search = gr.Textbox(
                    label=N_("Search the conversations"), placeholder=N_("Search conversations …"), container=False,
                    elem_id="talk-search", scale=1,
                )  # fmt: skip
                drawn(_close, elem_id="talks-close")
            empty = unread(self._library, private=self._visitors.are_named)
            self.list = gr.HTML(empty, elem_id="talk-list", js_on_load=LIST)
            drawn(_keys, elem_id="talks-foot")
            self._where = gr.HTML("", elem_id="where", js_on_load=WHERE)
            self.conversation = gr.Textbox(visible="hidden", elem_id="conversation-id")
            self._copied, self._said = (gr.Textbox(visible="hidden", elem_classes="unseen") for _ in range(2))

    @property
    def inputs(self) -> list[Any]:
        """The id of the conversation that is shown, and what is looked for in the list."""
        return [self.conversation, self.search]

    def wire(
        self, talk: gr.State, new: Sequence[Any], shown: Sequence[Any], rooms: Sequence[Room],
        welcome: Callable[[gr.Request], str],
    ) -> None:  # fmt: skip
        """Connect the parts. `new` are the events that begin another conversation; `shown` the parts that show one.

        `welcome` makes what stands where no question has been asked, as HTML.
        """
        self._rooms = rooms
        self._welcome = welcome
        assert len(shown) == KEPT_PARTS
        parts = [*shown, talk, self.list, self._where, *(part for room in rooms for part in room.parts)]
        self._count = len(parts)
        self.list.select(self._act, [talk, *self.inputs], parts, **EACH)
        gr.on(list(new), self._new, self.search, parts, trigger_mode="once", **UNQUEUED)
        self.search.change(self._listed, self.search, self.list, trigger_mode="always_last", **UNQUEUED)
        copied = self.list.copy(self._text, self.conversation, self._copied, **EACH)
        copied.then(None, self._copied, None, js=COPIED)
        pinned = self.list.like(self._pin, self.inputs, [self.list, self._said], **EACH)
        pinned.then(None, self._said, None, js=SAID)

    def follow(self, event: Callable[..., Any]) -> None:
        """Show the list anew after an event, such as `running.then`, that may have begun a conversation."""
        event(self._listed, self.search, self.list, **UNQUEUED)

    def before(self, kept: KeptTalks, talk: Talk, conversation: str, turn: str) -> tuple[Talk, str]:
        """The talk to go on with, and its exchanges as HTML. With a `turn`, that one and all after it are taken away.

        The talk is taken up from what is kept if the page shows another conversation than the tab's memory has.
        """
        try:
            if turn:
                taken = kept.before(conversation, turn)
                return taken.talk, taken.shown
            if conversation and talk.conversation != conversation:
                talk = kept.taken_up(conversation)
        except ReadacrossError as error:
            return Talk(conversation=conversation), answer_html.trouble(
                tr("The conversation cannot be read"), said_of(error)
            )
        return talk, talk.earlier

    # -- events --------------------------------------------------------------------------------------------------

    def _listed(self, words: str, request: gr.Request) -> str:
        return self.kept(request).listed(words)

    def _act(self, talk: Talk, conversation: str, words: str, event: gr.EventData, request: gr.Request) -> list[Any]:
        data = {k: str(v) for k, v in event._data.items()} if isinstance(event._data, dict) else {}
        try:
            return self._done(data, conversation, words, request)
        except ReadacrossError as error:
            notice = f'<p class="notice" role="alert">{escape(said_of(error))}</p>'
            return self._changed(self.kept(request).listed(words, notice))

    def _done(self, data: dict[str, str], conversation: str, words: str, request: gr.Request) -> list[Any]:
        wanted = data.get("conversation", "")
        match data.get("do"):
            case "open":
                return self._open_at(data.get("answer", ""), wanted, words, request)
            case "new":
                return self._new(words, request)
            case "rename":
                self.kept(request).rename(wanted, data.get("title", ""))
                return self._changed(self.kept(request).listed(words))
            case "delete":
                notice = self.kept(request).delete(wanted, reopen=wanted == conversation)
                if wanted == conversation:
                    return self._new(words, request, notice)
                return self._changed(self.kept(request).listed(words, notice))
            case "restore":
                self.kept(request).restore(wanted)
                if data.get("reopen"):
                    return self._open(wanted, words, request)
                return self._changed(self.kept(request).listed(words))
        return self._turns_done(data, conversation, words, request)

    def _turns_done(self, data: dict[str, str], conversation: str, words: str, request: gr.Request) -> list[Any]:
        match data.get("do"):
            case "look":
                talk = self.kept(request).taken_up(conversation)
                if STILL_COMING in talk.earlier:
                    return [gr.skip()] * self._count
                return self._exchanges(talk, talk.earlier, words, request)
            case "remove":
                taken = self.kept(request).without(conversation, data.get("answer", ""))
                return self._exchanges(taken.talk, taken.shown, words, request)
            case "bring back":
                removed = data.get("removed", "").split()
                talk = self.kept(request).bring_back(conversation, removed, asked_anew=bool(data.get("anew")))
                return self._exchanges(talk, talk.earlier, words, request)
        return self._changed(self.kept(request).listed(words))

    def _new(self, words: str, request: gr.Request, notice: str = "") -> list[Any]:
        talk = Talk(conversation=self.kept(request).new_id())
        return self._showing(talk, None, tr("A new conversation."), words, request, notice)

    def _open_at(self, turn: str, conversation: str, words: str, request: gr.Request) -> list[Any]:
        """The conversation of an answer, if one is wanted, or else the one that is named."""
        try:
            found = self.kept(request).conversation_of(turn) if turn else conversation
        except ReadacrossError as error:
            return self._new(words, request, f'<p class="notice" role="alert">{escape(said_of(error))}</p>')
        return self._open(found, words, request, turn)

    def _open(self, conversation: str, words: str, request: gr.Request, turn: str = "") -> list[Any]:
        talks = self.kept(request)
        kept, talk = talks.opened(conversation), talks.taken_up(conversation)
        gone = "" if kept or not talks.was_deleted(conversation) else tr("the conversation of this address")
        notice = deleted_notice(gone, conversation, reopen=True) if gone else ""
        return self._showing(talk, kept, tr("Opened.") if kept else "", words, request, notice, turn)

    def _showing(
        self, talk: Talk, kept: KeptConversation | None, status: str, words: str, request: gr.Request,
        notice: str = "", turn: str = "",
    ) -> list[Any]:  # fmt: skip
        results = {result.kind: result for result in kept.results} if kept else {}
        rooms = [update for room in self._rooms for update in room.showing(results.get(room.name), request)]
        arrived = where(talk.conversation, turn, next(self._arrivals))
        listed = self.kept(request).listed(words, notice)
        return [*self._conversation(talk, talk.earlier, status, request), listed, arrived, *rooms]

    def _exchanges(self, talk: Talk, shown: str, words: str, request: gr.Request) -> list[Any]:
        parts = [*self._conversation(talk, shown, "", request), self.kept(request).listed(words)]
        return [*parts, *[gr.skip()] * (self._count - len(parts))]

    def _conversation(self, talk: Talk, shown: str, status: str, request: gr.Request) -> list[Any]:
        said = f'<p role="status" class="unseen">{escape(status)}</p>'
        return ["" if shown else self._welcome(request), shown, "", said, gr.update(visible=bool(talk.turns)), talk]

    def _changed(self, listed: str) -> list[Any]:
        parts: list[Any] = [gr.skip()] * self._count
        parts[KEPT_PARTS + 1] = listed
        return parts

    def _text(self, conversation: str, event: gr.EventData, request: gr.Request) -> str:
        try:
            return self.kept(request).text_of(conversation, _answer(event))
        except ReadacrossError:
            return ""

    def _pin(self, conversation: str, words: str, event: gr.EventData, request: gr.Request) -> tuple[Any, str]:
        try:
            self.kept(request).pin(conversation, _answer(event))
        except ReadacrossError as error:
            return gr.skip(), tr("This is not pinned. {reason}", reason=said_of(error))
        return self.kept(request).listed(words), tr("Pinned to the notebook, among your conversations.")


def _close() -> str:
    return f'<button type="button" class="quiet talks-close" data-talks="close">{tr("Close")}</button>'


def _keys() -> str:
    return f'<p><button type="button" class="quiet" data-act="keys">{tr("Keys")}</button></p>'


def _answer(event: gr.EventData) -> str:
    return str(event._data.get("answer", "")) if isinstance(event._data, dict) else ""
