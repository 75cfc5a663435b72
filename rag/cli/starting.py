"""Starting without knowing how: the folder that the page opens if none is named, and an entry in the desktop's menu."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from rag.errors import LibraryMissing, SettingsError
from rag.store.own_files import STORE
from ui.loopback import is_loopback

OWN = "readacross"
"""The name of the folder for articles below the home directory."""
ENTRY = """[Desktop Entry]
Type=Application
Name=readacross
Comment=Ask a folder of articles
Exec={command}
Terminal=true
Categories=Office;Education;
"""
FIRST = (
    "No folder was named, so your articles are in {folder}. Drop files on the page, or put them there: they are read "
    "on this machine. `readacross serve FOLDER` opens another folder."
)


def asks_for_folder(named: Path | None, host: str) -> bool:
    """Whether the page is to ask for a folder: none is named, this one is no library, and only this machine can answer.

    On a network whoever came first would choose what of this machine is read.
    """
    return named is None and is_loopback(host) and not Path(STORE).is_dir()


def chosen_folder(named: Path | None) -> tuple[Path, str]:
    """The folder that the page opens, made if it is missing, and what to tell of it.

    Without a name it is this folder, if it has been a library before, or else one of its own in the home directory:
    whoever clicks an entry of a menu stands in a folder that is no library. Raises LibraryMissing if it cannot be made.
    """
    folder, told = named and named.expanduser(), ""
    if folder is None:
        if Path(STORE).is_dir():
            return Path(), ""
        folder = Path.home() / OWN
        told = FIRST.format(folder=folder)
    try:
        if folder.exists() or not folder.parent.is_dir():
            return folder, told
        folder.mkdir()
    except OSError as error:
        raise LibraryMissing(f"{folder} cannot be made ({error.strerror}): name another folder.") from error
    return folder, told or f"{folder} did not exist and was made: add articles on the page."


def last_folder() -> Path:
    """The folder that was chosen last on the page, or else one of its own in the home directory."""
    try:
        kept = Path(_kept().read_text(encoding="utf-8").strip())
    except (OSError, UnicodeError):
        return Path.home() / OWN
    return kept if kept.is_absolute() else Path.home() / OWN


def remember_folder(folder: Path) -> None:
    """Offer this folder the next time; where that cannot be kept, it is not."""
    with suppress(OSError):
        _kept().parent.mkdir(parents=True, exist_ok=True)
        _kept().write_text(str(folder), encoding="utf-8")


def _kept() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "readacross" / "folder"


def write_desktop_entry(folder: Path | None) -> Path:
    """Put the page, over this folder, into the menu of a Linux desktop; returns the file. Raises SettingsError."""
    if not sys.platform.startswith("linux"):
        raise SettingsError("Only Linux desktops have such entries: make a shortcut to `readacross serve --open`.")
    words = [sys.executable, "-m", "rag.cli", "serve", "--open"]
    command = " ".join(map(_quoted, [*words, *([str(folder.expanduser().resolve())] if folder else [])]))
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    path = Path(home) / "applications" / "readacross.desktop"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ENTRY.format(command=command), encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror}): set XDG_DATA_HOME.") from error
    return path


def _quoted(word: str) -> str:
    """A word of a desktop entry's command: quoted, and then, as every value of an entry, escaped once more."""
    if any(c < " " for c in word):
        raise SettingsError("A folder with control characters in its name cannot stand in a desktop entry.")
    for special in '\\"`$':
        word = word.replace(special, f"\\{special}")
    return '"{}"'.format(word.replace("\\", "\\\\").replace("%", "%%"))
