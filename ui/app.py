"""The page: `serve` opens it."""

from __future__ import annotations

import gc
import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rag import Library, Users
from ui.quick_gradio import import_gradio

INDEX_AFTER = 5.0
"""Seconds after which a vector index that has not been opened yet is."""
log = logging.getLogger(__name__)


def serve(
    library: Library,
    *,
    host: str,
    port: int,
    auth: str = "",
    users: Users | None = None,
    open_browser: bool = False,
) -> None:
    """Serve the page until interrupted, and read the folder meanwhile.

    `auth` is "name:password", or "" for no login; `users` may log in by name instead; port 0 chooses a free one.
    Raises SettingsError if the address cannot be listened on, and KeyboardInterrupt once it has been interrupted or
    terminated, so that whoever opened the library closes it.
    """
    with _no_collection():
        import_gradio()
        from ui.loopback import is_loopback
        from ui.server import Server

        server = Server(library, host=host, port=port, auth=auth, users=users)
    if not (auth or users) and not is_loopback(host):
        _say("Whoever reaches this machine can read the articles: set READACROSS_USERS, or READACROSS_AUTH.")
    later = threading.Timer(INDEX_AFTER, _open_index, (library,))
    later.daemon = True
    later.start()
    _say(f"The page is at {server.address} (stop it with Ctrl-C).")
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.run(open_browser=open_browser, read=True)
    finally:
        later.cancel()


@contextmanager
def _no_collection() -> Iterator[None]:
    """No garbage collection while packages are imported, which takes a tenth of the time until the page is there."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _open_index(library: Library) -> None:
    """Open the vector index if that was put off, as it would hold up the page and its first answer."""
    try:
        library.open_index()
    except Exception:
        log.exception("The vector index could not be opened; the catalogue's own vectors are searched instead")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
