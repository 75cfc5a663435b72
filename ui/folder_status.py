"""How the folder is, as HTML: what is being read, what is new, what was added, what could not be read, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rag import FolderChanges, Skipped, SyncProgress, SyncReport
from ui import answer_html
from ui.error_words import said_of
from ui.folder_reader import FolderState
from ui.html import attributes, escape, own
from ui.places import opening
from ui.result_words import translated
from ui.translation import counted, number, tr

MOST_NAMED = 5
"""Articles that were added that are named."""
MOST_UNREAD = 50
"""Files that could not be read that are named."""
OPEN_UP_TO = 5
"""Files that could not be read that are shown unasked."""
Act = Callable[..., str]
"""What makes a button that does something to the library: `button`, or nothing for who may only read."""


def folder_status(
    state: FolderState, name_of: Callable[[str], str], removed: str = "", problem: str = "", *, may_act: bool = True
) -> str:
    """The state of the folder. `removed` names what a tab removed last, `problem` what it could not do.

    Who may not act on the library gets no buttons.
    """
    act = button if may_act else _no_button
    parts = [
        answer_html.trouble(tr("This could not be done"), problem) if problem else "",
        answer_html.trouble(tr("The folder cannot be read"), said_of(state.trouble)) if state.trouble else "",
        f'<p class="told">{tr("Removed: {name}.", name=own(removed))} {act("undo", tr("Undo"))}</p>' if removed else "",
        progress_bar(state.progress, act) if state.reading else _ended(state, name_of, act),
        _unread(state.unread, state.report.skipped if state.report and state.by_name else (), act),
    ]
    shown = "".join(parts)
    return f'<div class="report">{shown}</div>' if shown else ""


def button(act: str, label: str, file: str = "") -> str:
    """A button that does something to the library."""
    facts = attributes({"data-do": act, "data-name": file})
    return f'<button type="button" class="quiet"{facts}>{escape(label)}</button>'


def _no_button(act: str, label: str, file: str = "") -> str:
    del act, label, file
    return ""


def progress_bar(progress: SyncProgress | None, act: Act = button) -> str:
    """How far the reading is; None before the first file."""
    if progress is None:
        shown = f'<progress aria-label="{tr("Reading the folder")}"></progress><p>{tr("Looking for new files …")} '
    else:
        far = f'value="{progress.done}" max="{max(progress.total, 1)}"'
        shown = (
            f'<progress aria-label="{tr("Reading the folder")}" {far}></progress>'
            f"<p>{tr('Reading {done} of {total} …', done=number(progress.done), total=number(progress.total))} "
        )
    told = tr("What has been read can be asked already.")
    return f'{shown}{act("stop", tr("Stop"))}</p><p class="facts">{told}</p>'


def empty_library(folder: Path, largest: int, *, may_act: bool = True) -> str:
    """What stands where the conversation will be while there is no article: what to do, in three sentences."""
    if not may_act:
        return (
            f'<div class="welcome"><h2>{tr("There are no articles yet")}</h2>'
            f"<p>{tr('Editors of this library add them; then you can ask.')}</p></div>"
        )
    how = tr("Drop files or whole folders anywhere on this page, choose them, or paste a text.")
    where = tr(
        "They are copied into {folder} and read there, on this machine; what cannot be read is told with the reason "
        "(text, web pages, PDF, Word, mail, archives and more; up to {size} MB a file).",
        folder=own(str(folder)),
        size=number(largest),
    )
    then = tr("Then ask: every sentence of an answer opens the article at the exact words.")
    ways = f"{button('choose', tr('Choose files'))}{button('paste', tr('Paste a text'))}"
    return (
        f'<div class="welcome"><h2>{tr("Add the first articles")}</h2><p>{how} {where} {then}</p>'
        f'<p class="choices">{ways}</p></div>'
    )


def _ended(state: FolderState, name_of: Callable[[str], str], act: Act) -> str:
    told = ""
    if state.stopped:
        told = f'<p class="told" role="status">{tr("Stopped. What was read is kept.")} {act("read", tr("Go on"))}</p>'
    elif state.report is not None:
        told = _report(state.report, name_of, by_name=state.by_name, asked=state.asked)
    return told + ("" if state.trouble else _changes(state.changes, act))


def _report(report: SyncReport, name_of: Callable[[str], str], *, by_name: bool, asked: bool) -> str:
    new = (*report.added, *report.changed)
    if by_name:
        missed = len(report.skipped)
        added = counted(len(new), "{n} article added", "{n} articles added") if new else ""
        unread = counted(missed, "{n} file not read", "{n} files not read") if missed else ""
        if added and missed:
            unread = counted(missed, "{n} file not", "{n} files not")
        line = ", ".join(filter(None, (added, unread)))
    else:
        line = _articles(len(report.added), len(report.changed), len(report.removed))
    if not line:
        return "" if by_name or not asked else f'<p class="told" role="status">{tr("Nothing has changed.")}</p>'
    shown = "".join(f"<li>{_opens(file, name_of)}</li>" for file in new[:MOST_NAMED]) if by_name else ""
    rest = len(new) - MOST_NAMED
    shown += f"<li>{tr('and {n} more', n=number(rest))}</li>" if shown and rest > 0 else ""
    notes = "".join(f"<p>{escape(said_of(note))}</p>" for note in report.notes)
    return f'<p class="told" role="status">{line}.</p>{f"<ul>{shown}</ul>" if shown else ""}{notes}'


def _articles(added: int, changed: int, removed: int) -> str:
    whole = (
        counted(added, "{n} new article", "{n} new articles"),
        counted(changed, "{n} changed article", "{n} changed articles"),
        counted(removed, "{n} removed article", "{n} removed articles"),
    )
    return _listed((added, changed, removed), whole)


def _listed(numbers: tuple[int, int, int], whole: Sequence[str]) -> str:
    """How many are new, changed and removed: the first of these that there are in `whole` words."""
    _, changed, removed = numbers
    short = ("", counted(changed, "{n} changed", "{n} changed"), counted(removed, "{n} removed", "{n} removed"))
    there = [i for i, count in enumerate(numbers) if count]
    return ", ".join(whole[i] if i == there[0] else short[i] for i in there)


def _opens(file: str, name_of: Callable[[str], str]) -> str:
    return f'<button type="button" class="source-name" dir="auto"{opening(file)}>{escape(name_of(file))}</button>'


def _changes(changes: FolderChanges, act: Act) -> str:
    added, changed, removed = len(changes.added), len(changes.changed), len(changes.removed)
    whole = (
        counted(added, "{n} new file", "{n} new files"),
        counted(changed, "{n} changed file", "{n} changed files"),
        counted(removed, "{n} removed file", "{n} removed files"),
    )
    files = _listed((added, changed, removed), whole)
    if not files:
        return ""
    read = tr("Read it") if added + changed + removed == 1 else tr("Read them")
    return f'<p class="told" role="status">{tr("{files} in the folder.", files=files)} {act("read", read)}</p>'


def _unread(unread: Sequence[Skipped], last: Sequence[Skipped], act: Act) -> str:
    """Files that could not be read, those of the `last` reading first."""
    seen = {s.file for s in last}
    rows = [*last, *(s for s in unread if s.file not in seen)]
    if not rows:
        return ""
    kept = {s.file for s in unread}
    shown = "".join(
        f"<li>{own(s.file)}: {escape(translated(s.reason))}. "
        f"{act('remove', tr('Remove'), s.file) if s.file in kept and '#' not in s.file else ''}</li>"
        for s in rows[:MOST_UNREAD]
    )
    rest = len(rows) - MOST_UNREAD
    all_named = tr("and {n} more; {command} names them all.", n=number(rest), command="<code>readacross sync</code>")
    more = f"<li>{all_named}</li>" if rest > 0 else ""
    is_open = attributes({"open": "open" if last or len(rows) <= OPEN_UP_TO else ""})
    head = counted(len(rows), "{n} file could not be read", "{n} files could not be read")
    return f'<details class="unread"{is_open}><summary>{head}</summary><ul>{shown}{more}</ul></details>'
