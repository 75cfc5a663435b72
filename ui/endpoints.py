"""The library's operations as named endpoints of the page, for `gradio_client`: beside the page's own queue.

They are served to whoever may use the page. So many at once as READACROSS_MAX_USERS says are worked on, and further
ones are refused rather than queued: the queue, and the places in it, are the page's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from threading import Semaphore
from typing import Any

import gradio as gr
from gradio.events import api

from rag import Library, ReadacrossError, library_functions
from ui.visitors import Visitors

BUSY = "Too many requests at once: try again in a moment."
FAILED = "The request failed for a reason that was not foreseen; the server's log has it."
log = logging.getLogger(__name__)


def add_endpoints(library: Library, visitors: Visitors) -> None:
    """Add them to the page that is being laid out."""
    free = Semaphore(library.settings.max_users)
    for name, function in library_functions(library).items():
        api(_limited(function, free, visitors), api_name=name, concurrency_limit=None)


def _limited(function: Callable[..., Any], free: Semaphore, visitors: Visitors) -> Callable[..., Any]:
    """A function that gradio calls with the request first, which is none of the endpoint's parameters."""

    @wraps(function)
    def call(request: gr.Request, *args: Any) -> Any:
        visitor = visitors.of(request)
        if not free.acquire(blocking=False):
            raise gr.Error(BUSY, print_exception=False)
        try:
            return function(*args, asking=visitor.user)
        except ReadacrossError as error:
            raise gr.Error(str(error), print_exception=False) from None  # programs read it: in English
        except Exception:
            log.exception("The endpoint %s failed", function.__name__)
            raise gr.Error(FAILED, print_exception=False) from None
        finally:
            free.release()

    told = signature(function)
    first = Parameter("request", Parameter.POSITIONAL_OR_KEYWORD, annotation=gr.Request)
    call.__annotations__ = {"request": gr.Request, **function.__annotations__}
    vars(call)["__signature__"] = told.replace(parameters=[first, *told.parameters.values()])
    return call
