"""The list of conversations at the left: found, opened, renamed, deleted and brought back.

What is done with one answer of a conversation: its text with marks and sources, and turns that are taken away.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag import Answer, ConversationEntry, Exportable, KeptConversation, Library, LibraryError, ReadacrossError
from ui import answer_html
from ui.answer_html import NameOf
from ui.chat import Talk, shown_turn, taken_up
from ui.error_words import said_of
from ui.html import attributes, escape, own
from ui.translation import counted, day, number, tr

NOTEBOOK = "Notebook"
"""The title of the conversation that answers are pinned to."""
MOST = 200
"""Conversations in the list; the older ones are found by searching."""
log = logging.getLogger(__name__)


def conversation_list(entries: Sequence[ConversationEntry], library: str, words: str = "", notice: str = "") -> str:
    """The list as HTML. `library` tells one library's drafts from another's; `notice` is HTML that stands above it."""
    rows = "".join(map(_row, entries[:MOST]))
    rest = len(entries) - MOST
    empty = tr("No conversation has these words.") if words.strip() else tr("What you ask is kept here.")
    shown = f'<ul aria-label="{tr("Conversations")}">{rows}</ul>' if rows else f'<p class="facts">{empty}</p>'
    older = tr("{n} older ones are found by searching.", n=number(rest))
    more = f'<p class="facts">{older}</p>' if rest > 0 else ""
    facts = attributes({"data-library": library})
    return f'<div class="talks"{facts}>{notice}{shown}{more}</div>'


def unread(library: Library, *, private: bool) -> str:
    """The list before it is read, as HTML: what was kept when the page was made is not what is kept later.

    With `private` the drafts in the browser are those of the user who has logged in.
    """
    facts = attributes({"data-library": _digest(library), "data-private": "yes" if private else ""})
    return f'<div class="talks"{facts}></div>'


def _digest(library: Library) -> str:
    return hashlib.sha256(str(library.folder.resolve()).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _row(entry: ConversationEntry) -> str:
    identity = attributes({"data-conversation": entry.id})
    questions = counted(entry.questions, "{n} question", "{n} questions") if entry.questions else ""
    facts = " · ".join(filter(None, (questions, day(entry.changed[:10]))))
    name = attributes({"aria-label": tr("Rename {title}", title=entry.title), "title": tr("Rename")})
    gone = attributes({"aria-label": tr("Delete {title}", title=entry.title), "title": tr("Delete")})
    return (
        f'<li class="talk"><button type="button" class="talk-name" data-do="open"{identity}>'
        f'<span class="talk-title" dir="auto">{escape(entry.title)}</span><span class="facts">{facts}</span></button>'
        f'<span class="talk-acts"><button type="button" data-do="rename"{identity}{name}>'
        '<span aria-hidden="true">✎</span></button>'
        f'<button type="button" data-do="delete"{identity}{gone}><span aria-hidden="true">✕</span></button></span></li>'
    )


def deleted_notice(title: str, conversation: str, *, reopen: bool) -> str:
    """What is said of a conversation that was deleted, with the way back; `reopen` if it was the one on the page."""
    facts = attributes(
        {"data-do": "restore", "data-conversation": conversation, "data-reopen": "yes" if reopen else ""}
    )
    return (
        f'<p class="notice" role="status">{tr("Deleted: {title}", title=own(title))} '
        f'<button type="button" class="quiet"{facts}>{tr("Undo")}</button></p>'
    )


def removed_notice(text: str, removed: Sequence[str], *, asked_anew: bool = False) -> str:
    """What is said in the place of turns that were taken away, with the way back. `removed` are their ids.

    If it was `asked_anew` from there, what was asked goes when these come back.
    """
    anew = "yes" if asked_anew else ""
    facts = attributes({"data-do": "bring back", "data-removed": " ".join(removed), "data-anew": anew})
    return (
        f'<p class="notice" role="status">{escape(text)} <button type="button" class="quiet"{facts}>'
        f"{tr('Undo')}</button></p>"
    )


def where(conversation: str, turn: str, number: int) -> str:
    """Tells the page's script that another conversation is shown now, and which answer of it is wanted, if any.

    `number` differs each time, so that the script notices.
    """
    facts = {"data-current": conversation, "data-answer": turn, "data-number": str(number)}
    return f'<span class="place"{attributes(facts)}></span>'


def answer_text(answer: Answer) -> str:
    """An answer as plain text: what is supported with its marks, then the sources with the quoted words."""
    shown = answer.supported
    if not answer.found:
        return f"{answer.question}\n\n{answer}"
    if not shown.sentences:
        return f"{answer.question}\n\n{answer}"
    names = {source.file: source for source in shown.sources}
    sources = []
    for c in shown.citations:
        source = names.get(c.file)
        facts = (source.title or c.file, source.publisher, day(source.published)) if source else (c.file,)
        quote = " ".join(c.quote.split())
        sources.append(f"[{c.number}] {', '.join(filter(None, facts))}: “{quote}”")
    told = "\n" if answer.result is not None else " "
    body = told.join(" ".join(filter(None, (s.text, s.marks))) for s in shown.sentences)
    return "\n".join([answer.question, "", body, "", tr("Sources:"), *sources])


@dataclass(frozen=True, slots=True)
class Taken:
    """A talk without some of its turns, and its exchanges as HTML with a notice where they were."""

    talk: Talk
    shown: str


class KeptTalks:
    """What the page does with the conversations of one owner. Raises what `Conversations` raises."""

    def __init__(self, library: Library, name_of: NameOf = str, owner: str = "") -> None:
        self.name_of = name_of
        self.conversations = library.conversations.of(owner)
        self._library = _digest(library)

    def listed(self, words: str = "", notice: str = "") -> str:
        """The list as HTML; a trouble with its file is told in its place."""
        try:
            found = self.conversations.list(words)
            note = self.conversations.note
        except ReadacrossError as error:
            return answer_html.trouble(tr("The conversations cannot be read"), said_of(error))
        told = f'<p class="notice">{escape(said_of(note))}</p>' if note else ""
        return conversation_list(found, self._library, words, f"{told}{notice}")

    def new_id(self) -> str:
        """The id of a conversation that begins."""
        return self.conversations.new_id()

    def taken_up(self, conversation: str) -> Talk:
        """The talk of a conversation; an empty one if there is none, under this id if that is free."""
        kept = self.opened(conversation)
        if kept:
            return taken_up(kept, self.name_of)
        return Talk(conversation=conversation if self.conversations.is_free(conversation) else self.new_id())

    def opened(self, conversation: str) -> KeptConversation | None:
        """A conversation; None if there is none of this id."""
        return self.conversations.open(conversation) if self.conversations.state(conversation) == "kept" else None

    def was_deleted(self, conversation: str) -> bool:
        """Whether there was a conversation of this id that can still be brought back."""
        return self.conversations.state(conversation) == "deleted"

    def conversation_of(self, turn: str) -> str:
        """The id of the conversation of a turn."""
        return self.conversations.conversation_of(turn)

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title."""
        self.conversations.rename(conversation, title)

    def delete(self, conversation: str, *, reopen: bool) -> str:
        """Delete a conversation; the notice with the way back."""
        title = self.conversations.open(conversation).title
        self.conversations.delete(conversation)
        return deleted_notice(title, conversation, reopen=reopen)

    def restore(self, conversation: str) -> None:
        """Bring back what was deleted."""
        self.conversations.restore(conversation)

    def text_of(self, conversation: str, turn: str) -> str:
        """An answer of a conversation as plain text; "" if there is none."""
        kept = self.opened(conversation)
        found = [t.answer for t in kept.turns if t.id == turn and t.answer] if kept else []
        return answer_text(found[0]) if found else ""

    def pin(self, conversation: str, turn: str) -> None:
        """Copy an answer to the notebook: a conversation of this title, which is saved with its citations as any is."""
        answer = next((t.answer for t in self.conversations.open(conversation).turns if t.id == turn), None)
        if answer is None:
            raise LibraryError(tr("There is no answer to pin: wait until it is there."))
        notebook = next((entry.id for entry in self.conversations.list() if entry.title == NOTEBOOK), "")
        if notebook and any(t.answer == answer for t in self.conversations.open(notebook).turns):
            return
        pinned = self.conversations.begin_turn(notebook or self.new_id(), answer.question)
        self.conversations.end_turn(replace(pinned, outcome="answered", answer=answer))
        if not notebook:
            self.conversations.rename(self.conversations.conversation_of(pinned.id), NOTEBOOK)

    def without(self, conversation: str, turn: str) -> Taken:
        """Delete one turn."""
        kept = self.conversations.open(conversation)
        self.conversations.remove_turns(conversation, [turn])
        parts, number = [], 0
        for one in kept.turns:
            if one.id == turn:
                parts.append(removed_notice(tr("One question was deleted."), [turn]))
            else:
                number += 1
                parts.append(shown_turn(one, number, self.name_of))
        return Taken(self.taken_up(conversation), "".join(parts))

    def before(self, conversation: str, turn: str) -> Taken:
        """Delete a turn and all after it, to ask anew from there."""
        kept = self.conversations.open(conversation)
        ids = [one.id for one in kept.turns]
        gone = ids[ids.index(turn) :] if turn in ids else []
        self.conversations.remove_turns(conversation, gone)
        talk = self.taken_up(conversation)
        what = counted(
            len(gone), "{n} question from here on was replaced.", "{n} questions from here on were replaced."
        )
        if len(gone) == 1:
            what = tr("The earlier answer was replaced.")
        notice = removed_notice(what, gone, asked_anew=True) if gone else ""
        return Taken(talk, f"{talk.earlier}{notice}")

    def bring_back(self, conversation: str, removed: Sequence[str], *, asked_anew: bool) -> Talk:
        """Bring back turns; if it was `asked_anew` from there, what was asked since goes."""
        ids = set(removed)
        before = [turn.id for turn in self.conversations.open(conversation).turns]
        self.conversations.restore_turns(conversation, removed)
        if asked_anew:
            now = [turn.id for turn in self.conversations.open(conversation).turns]
            first = min((now.index(one) for one in ids if one in now), default=len(now))
            later = [one for one in now[first:] if one in before]
            self.conversations.remove_turns(conversation, later)
        return self.taken_up(conversation)

    def keep_result(self, conversation: str, kind: str, entered: Mapping[str, str], result: Exportable) -> str:
        """Keep a room's result; a remark as HTML if it cannot be kept."""
        try:
            self.conversations.keep_result(conversation, kind, entered, result)
        except ReadacrossError as error:
            return answer_html.remark(tr("This is not kept. {reason}", reason=said_of(error)))
        return ""
