"""Errors in the page's language: an error brings the template of its message, and the values in it."""

from __future__ import annotations

from rag import ReadacrossError
from ui.translation import N_, tr

TEMPLATES = (
    N_("The question is empty: type one."),
    N_("The question has {length} characters; the limit is {limit}. Shorten it, or raise READACROSS_MAX_QUESTION."),
    N_("There is no folder {folder}: create it, or name another."),
    N_("There is no article {file} in this library: sync, or look at the list of articles."),
    N_("Nothing is indexed yet in {folder}: put articles there and sync."),
    N_("There is no article yet: put articles into the folder and sync."),
    N_("There is no article to compare: put articles into the folder and sync."),
    N_("There is no article to summarise: put articles into the folder and sync."),
    N_("There is no article to take times from: put articles into the folder and sync."),
    N_("No article of this story is among those that are asked: choose more articles."),
    N_("Nothing in these articles bears on “{focus}”. They tell of: {nearest}."),
    N_("{day} is not a date: write it as YYYY-MM-DD."),
    N_("The disk that holds {folder} is full, so nothing was changed: make room, and try again."),
    N_("The disk that holds {folder} is full, so that the library can only be read: make room, then open it again."),
    N_(
        "The disk that holds {folder} is full. Nothing is lost: make room, then sync again, or set READACROSS_STORE to "
        "a folder on another disk."
    ),
    N_(
        "The folder {folder} may not be written to ({reason}), so nothing was changed. Give yourself the right to "
        "write there, or put the file there by other means and check for new files."
    ),
    N_(
        "The library can only be read, for its store {folder} cannot be written to ({reason}): give yourself the right "
        "to write there, or set READACROSS_STORE to another folder."
    ),
    N_("The library is in use by {holder}, and only that may change it: sync there, or stop it."),
    N_(
        "The store {folder} cannot be used ({reason}). Check that you may write there, or set READACROSS_STORE to "
        "another folder."
    ),
    N_("{source} cannot be reached: {reason} Check OPENAI_BASE_URL and the network."),
    N_("{source} cannot be reached: {reason} Check the address and the network."),
    N_("What was removed is not in the bin any more: it has been brought back, or deleted."),
    N_("the text is empty: paste the article's words"),
    N_("Only editors change the library: ask one of them, or whoever runs this server."),
)
"""The messages that are translated; others are said in English."""


def said_of(error: BaseException) -> str:
    """The message of an error in the page's language, or in English if its template is not known."""
    if isinstance(error, ReadacrossError) and error.template in TEMPLATES:
        return tr(error.template, **error.values)
    return str(error)
