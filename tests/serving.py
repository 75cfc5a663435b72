"""A page served from this process, for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rag import Library, Users
from ui.quick_gradio import import_gradio


@contextmanager
def serving(library: Library, auth: str = "", *, users: Users | None = None, read: bool = False) -> Iterator[str]:
    """The address of a page over the library, on a free port of loopback. With `read` its folder is read meanwhile."""
    import_gradio()
    from ui.server import Server

    server = Server(library, host="127.0.0.1", port=0, auth=auth, users=users)
    thread = threading.Thread(target=server.run, kwargs={"read": read}, daemon=True)
    thread.start()
    assert server.wait(), "the page did not start"
    try:
        yield server.address
    finally:
        server.stop()
        thread.join(20)
        assert not thread.is_alive()
