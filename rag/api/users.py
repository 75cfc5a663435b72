"""Named users in a file: who may log in, and who of them may change the library.

The file is JSON that only its owner may read. It holds Argon2id hashes, no passwords, and is looked at anew whenever it
has changed: who is removed from it, or gets another password, is out at once.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import stat
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from filelock import FileLock, Timeout

from rag.errors import EDITORS_ALONE, NotAllowed, SettingsError

VERSION = 1
LARGEST = 10_000_000
"""Bytes of the file."""
SHORTEST, LONGEST = 8, 1_000
"""Characters of a password."""
AT_ONCE = 2
"""Passwords that are looked at together: each takes 64 MB of memory and a tenth of a second."""
PATIENCE = 10.0
"""Seconds for which another command that writes the file is waited for."""
MAKE_ONE = "make it with `readacross user add NAME --editor`"
_NAME = re.compile(r"\w[\w.@-]{0,63}")
_ID = re.compile(r"[0-9a-f]{16}")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class User:
    """A user. `id` is never given again, also if another user gets the name; an `editor` may change the library.

    >>> User("0123456789abcdef", "boris", hash="").require_editor()
    Traceback (most recent call last):
    rag.errors.NotAllowed: Only editors change the library: ask one of them, or whoever runs this server.
    """

    id: str
    name: str
    hash: str = field(repr=False)
    editor: bool = False

    def require_editor(self) -> None:
        """Raise NotAllowed for a user who may only read."""
        if not self.editor:
            raise NotAllowed(EDITORS_ALONE)


class Users:
    """The users of a file. Thread-safe.

    Raises SettingsError if the file is missing, others may read it, or it is not one of ours; `get` and `admit` know
    nobody then.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     Users(Path(folder, "users.json"))
    Traceback (most recent call last):
    rag.errors.SettingsError: READACROSS_USERS: there is no file ...: make it with `readacross user add NAME --editor`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.expanduser()
        self._hasher = PasswordHasher()
        self._decoy = self._hasher.hash(secrets.token_hex())
        self._at_once = CapacityLimiter(AT_ONCE)
        self._known: tuple[object, Mapping[str, User]] = (None, {})
        if not self.all():
            raise SettingsError(f"READACROSS_USERS: {self._path} has no user: {MAKE_ONE}.")

    def all(self) -> tuple[User, ...]:
        """The users, by name."""
        return read_users(self._path)

    def get(self, name: str) -> User | None:
        """The user of this name, as the file has it now; None if there is none."""
        return self._now().get(unicodedata.normalize("NFC", name))

    def check(self, name: str, password: str) -> User | None:
        """The user of this name, if this is the password. It takes as long if there is no such user."""
        user = self.get(name.strip())
        try:
            self._hasher.verify(user.hash if user else self._decoy, _plain(password))
        except (VerificationError, InvalidHashError):
            return None
        return user

    async def admit(self, name: str, password: str) -> User | None:
        """As `check`, in a thread of its own, a few at once."""
        return await run_sync(self.check, name, password, limiter=self._at_once)

    def _now(self) -> Mapping[str, User]:
        """The users by name. A file that cannot be used lets nobody in; why is told in the log, once."""
        try:
            status = self._path.stat()
            version: object = (status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size)
        except OSError as error:
            version = str(error)
        known, users = self._known
        if version != known:
            try:
                users = {user.name: user for user in self.all()}
            except SettingsError as error:
                log.error("Nobody can log in. %s", error)
                users = {}
            self._known = version, users
        return users


def read_users(path: Path) -> tuple[User, ...]:
    """The users of a file, by name. Raises SettingsError as `Users` does."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise SettingsError(f"READACROSS_USERS: there is no file {path}: {MAKE_ONE}.") from None
    except OSError as error:
        raise SettingsError(f"READACROSS_USERS: {path} cannot be read ({error.strerror}): mend that.") from error
    if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077:
        raise SettingsError(f"READACROSS_USERS: others may read or write {path}: run `chmod 600` on it.")
    try:
        return _users_of(json.loads(content)) if len(content) <= LARGEST else _wrong()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SettingsError(
            f"READACROSS_USERS: {path} is no file of users, or was made by a newer readacross: mend or remove it."
        ) from None


def add_user(path: Path, name: str, password: str, *, editor: bool) -> User:
    """Add a user to a file, which is made if it is missing. Raises SettingsError, also if the name is taken."""
    name = _checked_name(name)
    with _changing(path) as users:
        taken = next((known for known in users if known.casefold() == name.casefold()), None)
        if taken is not None:
            raise SettingsError(
                f"There is a user {taken} already: choose another name, or change the password with "
                f"`readacross user password {taken}`."
            )
        user = users[name] = User(secrets.token_hex(8), name, _hash(password), editor)
    return user


def remove_user(path: Path, name: str) -> User:
    """Remove a user. Raises SettingsError if there is none of this name."""
    with _changing(path) as users:
        user = _found(users, name)
        del users[user.name]
    return user


def change_password(path: Path, name: str, password: str) -> User:
    """Give a user another password, which ends what is logged in with the former. Raises SettingsError."""
    with _changing(path) as users:
        user = _found(users, name)
        users[user.name] = replace(user, hash=_hash(password))
    return user


def change_role(path: Path, name: str, *, editor: bool) -> User:
    """Let a user change the library, or read alone, from the next request on. Raises SettingsError."""
    with _changing(path) as users:
        user = _found(users, name)
        users[user.name] = replace(user, editor=editor)
    return users[user.name]


@contextmanager
def _changing(path: Path) -> Iterator[dict[str, User]]:
    """The users by name, to be changed: what they are then takes the file's place at once, or not at all."""
    path = path.expanduser().resolve()
    try:
        with FileLock(f"{path}.lock", timeout=PATIENCE, mode=0o600):
            users = {user.name: user for user in read_users(path)} if path.exists() else {}
            yield users
            _write(path, users)
    except Timeout:
        raise SettingsError(f"Another command is changing {path}: try again when it has ended.") from None
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror}): name another with --users.") from error


def _write(path: Path, users: Mapping[str, User]) -> None:
    """Write the file beside its place, for its owner alone, and put it there."""
    values = {"version": VERSION, "users": [asdict(user) for _, user in sorted(users.items())]}
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # which makes it with the rights 0600
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            json.dump(values, file, ensure_ascii=False, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _users_of(values: Any) -> tuple[User, ...]:
    """The users of the file's JSON. Raises ValueError, KeyError, TypeError or AttributeError for others."""
    if values["version"] != VERSION:
        _wrong()
    users = [User(u["id"], u["name"], u["hash"], u["editor"]) for u in values["users"]]
    for user in users:
        if not (_NAME.fullmatch(user.name) and _ID.fullmatch(user.id) and user.hash.startswith("$argon2")):
            _wrong()
        if not isinstance(user.editor, bool):
            _wrong()
    if len({u.name for u in users}) != len(users) or len({u.id for u in users}) != len(users):
        _wrong()
    return tuple(sorted(users, key=lambda user: user.name))


def _wrong() -> NoReturn:
    raise ValueError("not a file of users")


def _checked_name(name: str) -> str:
    name = unicodedata.normalize("NFC", name)
    if not _NAME.fullmatch(name):
        raise SettingsError(
            "A name has up to 64 letters, digits and . _ @ -, and begins with a letter or digit: choose another."
        )
    return name


def _found(users: Mapping[str, User], name: str) -> User:
    user = users.get(unicodedata.normalize("NFC", name))
    if user is None:
        raise SettingsError(f"There is no user {name!r:.80}: `readacross user list` shows all.")
    return user


def _hash(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST or not password.isprintable():
        raise SettingsError(f"A password has {SHORTEST} to {LONGEST:,} characters on one line: choose another.")
    return PasswordHasher().hash(_plain(password))


def _plain(password: str) -> bytes:
    """The bytes of a password, the same whichever way a keyboard sends its letters."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
