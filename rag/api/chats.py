"""Conversations that programs have, remembered by an identifier that nobody can guess, each for its user alone."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from typing import Annotated

from pydantic import Field

from rag.answer.conversation import Conversation
from rag.api.operations import Operation, Parameters, Work
from rag.api.schemas import Reply
from rag.errors import QuestionError
from rag.library import Library
from rag.results.answers import Answer

MOST = 200
"""Conversations that are remembered; the one that was longest without a question is forgotten first."""


class ChatParameters(Parameters):
    """A question or a follow-up."""

    question: Annotated[str, Field(description="A question, or a follow-up to those before it.")]
    conversation: Annotated[
        str, Field(max_length=100, description="The conversation of an earlier reply; empty to begin one.")
    ] = ""


class Chats:
    """The conversations over one library. Each takes one question at a time."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._chats: OrderedDict[tuple[str, str], tuple[Conversation, threading.Lock]] = OrderedDict()
        meaning = "Ask in a conversation: a follow-up is completed from the questions before it."
        self.operation = Operation("chat", meaning, ChatParameters, Reply, self._ask)

    def _ask(self, library: Library, p: ChatParameters, work: Work) -> Reply:
        name, talk, busy = self._find(library, p.conversation, work.user)
        if not busy.acquire(blocking=False):
            raise QuestionError("This conversation is answering a question: wait for the answer, then ask.")
        try:
            with work.cancellation.scope():
                for event in talk.stream(p.question):
                    if isinstance(event, Answer):
                        return Reply(name, event)
                    work.tell(event)
        finally:
            busy.release()
        raise AssertionError("a stream ends with its answer")

    def _find(self, library: Library, name: str, user: str) -> tuple[str, Conversation, threading.Lock]:
        with self._guard:
            if name and (user, name) not in self._chats:
                raise QuestionError("There is no such conversation any more: begin one, without `conversation`.")
            name = name or secrets.token_urlsafe(16)
            talk, busy = self._chats.setdefault((user, name), (library.chat(), threading.Lock()))
            self._chats.move_to_end((user, name))
            if len(self._chats) > MOST:
                self._chats.popitem(last=False)
        return name, talk, busy
