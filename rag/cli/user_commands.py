"""The commands about the users whom the page asks for: add, list, remove, another password or role."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from pathlib import Path

from rag.cli.commands import Commands, print_json
from rag.errors import SettingsError
from rag.settings import Settings

EDITOR, READER = "editor", "reader"
MOST = 5_000
"""Characters that are read of the standard input; a password has fewer."""


def add_user_commands(commands: Commands) -> None:
    """Declare the commands of this module."""
    meaning = "Add, list and remove the users whom the page asks for, and change their passwords and roles."
    group = commands.add("user", lambda _: 2, meaning, library=False, prints=False)
    users = Commands(group)

    def add(
        name: str, run: Callable[[argparse.Namespace], int], meaning: str, *, named: bool = True, asks: bool = False
    ) -> argparse.ArgumentParser:
        parser = users.add(name, run, meaning, library=False, prints=not named)
        if named:
            parser.add_argument("name", metavar="NAME")
        if asks:
            told = "read the password from the standard input, not from the terminal"
            parser.add_argument("--password-stdin", action="store_true", help=told)
        parser.add_argument("--users", type=Path, metavar="FILE", help="the file of users (default: READACROSS_USERS)")
        return parser

    adding = add("add", _add, "Add a user, who may read and ask; the password is asked for.", asks=True)
    adding.add_argument("--editor", action="store_true", help="who may also change the library and the settings")
    add("list", _list, "List the users, and who of them are editors.", named=False)
    add("remove", _remove, "Remove a user, who is logged out at once.")
    changing = add("role", _role, "Let a user change the library, or read alone; nobody is logged out.")
    changing.add_argument("role", choices=(EDITOR, READER))
    add("password", _password, "Give a user another password, which ends what is logged in.", asks=True)


def _add(options: argparse.Namespace) -> int:
    from rag.api.users import add_user

    path = _path(options)
    user = add_user(path, options.name, _asked_password(options), editor=options.editor)
    print(f"{user.name} may {'change the library' if user.editor else 'read'} ({path}).")
    if not Settings.from_environment().users:
        print(f"The page asks for its users once READACROSS_USERS={path} is set.", file=sys.stderr)
    return 0


def _list(options: argparse.Namespace) -> int:
    from rag.api.users import read_users

    users = read_users(_path(options))
    if options.json:
        print_json([{"name": user.name, "editor": user.editor} for user in users])
        return 0
    for user in users:
        print(f"{user.name}  {EDITOR if user.editor else READER}")
    return 0


def _remove(options: argparse.Namespace) -> int:
    from rag.api.users import remove_user

    user = remove_user(_path(options), options.name)
    print(f"{user.name} is removed and logged out. Nobody can open the conversations any more.")
    return 0


def _role(options: argparse.Namespace) -> int:
    from rag.api.users import change_role

    user = change_role(_path(options), options.name, editor=options.role == EDITOR)
    print(f"{user.name} may {'change the library' if user.editor else 'only read'}.")
    return 0


def _password(options: argparse.Namespace) -> int:
    from rag.api.users import change_password

    user = change_password(_path(options), options.name, _asked_password(options))
    print(f"{user.name} has another password, and is logged out.")
    return 0


def _path(options: argparse.Namespace) -> Path:
    """The file of users. Raises SettingsError if none is named."""
    named = options.users or Settings.from_environment().users
    if not named:
        raise SettingsError("READACROSS_USERS is not set: set it to the file of users, or name that with --users FILE.")
    return Path(named).expanduser()


def _asked_password(options: argparse.Namespace) -> str:
    """A password from the terminal, typed twice, or from the standard input. Raises SettingsError."""
    if options.password_stdin:
        return sys.stdin.read(MOST).removesuffix("\n").removesuffix("\r")
    if not sys.stdin.isatty():
        raise SettingsError("There is no terminal to ask for the password: send it with --password-stdin.")
    password = getpass.getpass(f"Password of {options.name}: ")
    if password != getpass.getpass("Once more: "):
        raise SettingsError("The two passwords differ: try again.")
    return password
