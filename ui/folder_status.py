"""How the folder is, as HTML: what is being read, what is new, what was added, what could not be read, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rag import FolderChanges, Skipped, SyncProgress, SyncReport
from ui import answer_html
from ui.folder_reader import FolderState
from ui.html import attributes, counted, escape, own
from ui.places import opening

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
        answer_html.trouble("This could not be done", problem) if problem else "",
        answer_html.trouble("The folder cannot be read", state.trouble) if state.trouble else "",
        f'<p class="told">Removed: {own(removed)}. {act("undo", "Undo")}</p>' if removed else "",
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
        shown = '<progress aria-label="Reading the folder"></progress><p>Looking for new files … '
    else:
        far = f'value="{progress.done}" max="{max(progress.total, 1)}"'
        shown = (
            f'<progress aria-label="Reading the folder" {far}></progress>'
            f"<p>Reading {progress.done:,} of {progress.total:,} … "
        )
    return f'{shown}{act("stop", "Stop")}</p><p class="facts">What has been read can be asked already.</p>'


def empty_library(folder: Path, largest: int, *, may_act: bool = True) -> str:
    """What stands where the conversation will be while there is no article: what to do, in three sentences."""
    if not may_act:
        return (
            '<div class="welcome"><h2>There are no articles yet</h2>'
            "<p>Editors of this library add them; then you can ask.</p></div>"
        )
    return (
        '<div class="welcome"><h2>Add the first articles</h2>'
        "<p>Drop files or whole folders anywhere on this page, choose them, or paste a text. "
        f"They are copied into {own(str(folder))} and read there, on this machine; what cannot be read is told with "
        f"the reason (text, web pages, PDF, Word, mail, archives and more; up to {largest:,} MB a file). "
        "Then ask: every sentence of an answer opens the article at the exact words.</p>"
        f'<p class="choices">{button("choose", "Choose files")}{button("paste", "Paste a text")}</p></div>'
    )


def _ended(state: FolderState, name_of: Callable[[str], str], act: Act) -> str:
    told = ""
    if state.stopped:
        told = f'<p class="told" role="status">Stopped. What was read is kept. {act("read", "Go on")}</p>'
    elif state.report is not None:
        told = _report(state.report, name_of, by_name=state.by_name, asked=state.asked)
    return told + ("" if state.trouble else _changes(state.changes, act))


def _report(report: SyncReport, name_of: Callable[[str], str], *, by_name: bool, asked: bool) -> str:
    new = (*report.added, *report.changed)
    counts = {"new": report.added, "changed": report.changed, "removed": report.removed}
    parts = [f"{len(files):,} {name}" for name, files in counts.items() if files]
    line = ", ".join(
        [f"{parts[0]} {'article' if parts[0].startswith('1 ') else 'articles'}", *parts[1:]] if parts else []
    )
    if by_name:
        line = f"{counted(len(new), 'article')} added" if new else ""
        missed = counted(len(report.skipped), "file")
        line = ", ".join(filter(None, (line, f"{missed} not" + ("" if new else " read") if report.skipped else "")))
    if not line:
        return "" if by_name or not asked else '<p class="told" role="status">Nothing has changed.</p>'
    shown = "".join(f"<li>{_opens(file, name_of)}</li>" for file in new[:MOST_NAMED]) if by_name else ""
    rest = len(new) - MOST_NAMED
    shown += f"<li>and {rest:,} more</li>" if shown and rest > 0 else ""
    notes = "".join(f"<p>{escape(note)}</p>" for note in report.notes)
    return f'<p class="told" role="status">{line}.</p>{f"<ul>{shown}</ul>" if shown else ""}{notes}'


def _opens(file: str, name_of: Callable[[str], str]) -> str:
    return f'<button type="button" class="source-name" dir="auto"{opening(file)}>{escape(name_of(file))}</button>'


def _changes(changes: FolderChanges, act: Act) -> str:
    counts = (("new", changes.added), ("changed", changes.changed), ("removed", changes.removed))
    parts = [f"{len(files):,} {name}" for name, files in counts if files]
    if not parts:
        return ""
    total = sum(len(files) for _, files in counts)
    first, *rest = parts
    noun = "file" if total == 1 else "files"
    return (
        f'<p class="told" role="status">{", ".join([f"{first} {noun}", *rest])} in the folder. '
        f"{act('read', 'Read it' if total == 1 else 'Read them')}</p>"
    )


def _unread(unread: Sequence[Skipped], last: Sequence[Skipped], act: Act) -> str:
    """Files that could not be read, those of the `last` reading first."""
    seen = {s.file for s in last}
    rows = [*last, *(s for s in unread if s.file not in seen)]
    if not rows:
        return ""
    kept = {s.file for s in unread}
    shown = "".join(
        f"<li>{own(s.file)}: {escape(s.reason)}. "
        f"{act('remove', 'Remove', s.file) if s.file in kept and '#' not in s.file else ''}</li>"
        for s in rows[:MOST_UNREAD]
    )
    rest = len(rows) - MOST_UNREAD
    more = f"<li>and {rest:,} more; <code>readacross sync</code> names them all.</li>" if rest > 0 else ""
    is_open = attributes({"open": "open" if last or len(rows) <= OPEN_UP_TO else ""})
    head = f"{counted(len(rows), 'file')} could not be read"
    return f'<details class="unread"{is_open}><summary>{head}</summary><ul>{shown}{more}</ul></details>'
