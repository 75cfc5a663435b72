"""Everything that can go wrong, as one tree. Every message says what to do next.

ReadacrossError
├─ SettingsError            a setting has a wrong value; names the variable
├─ QuestionError            a question is empty or too long
├─ ArticleError             one file cannot be read: reported and skipped by sync
├─ ExportError              an export cannot be read again, or not be written
├─ LibraryError
│  ├─ LibraryMissing        the folder does not exist or is no folder
│  ├─ LibraryLocked         another process writes to it; says who
│  ├─ LibraryDamaged        its index is damaged; the next opening mends it
│  └─ DiskFull              the store cannot be written
├─ ModelError
│  ├─ ModelUnavailable      connection, time-out, 5xx, rate limit: after retries
│  ├─ ModelRefused          key, unknown model, context too long
│  └─ AnswerCutShort        the stream ended unfinished; carries what came
├─ NotAllowed               the user may only read
├─ NothingToRead            asked before anything was indexed
└─ Cancelled                the caller stopped it; what was finished is kept
"""

from __future__ import annotations

NO_ARTICLE = "There is no article {file} in this library: sync, or look at the list of articles."


class ReadacrossError(Exception):
    """Base of all errors that readacross raises on purpose.

    The message is `template` with the `values` in the places of their names in braces: by the template it can be said
    in another language.

    >>> str(ReadacrossError("There is no folder {folder}.", folder="/a"))
    'There is no folder /a.'
    """

    def __init__(self, template: str = "", /, **values: object) -> None:
        super().__init__(template.format(**values) if values else template)
        self.template = template
        self.values = values


class SettingsError(ReadacrossError):
    """A setting has a value that cannot be used; the message names the variable."""


class QuestionError(ReadacrossError):
    """A question is empty or longer than the limit."""


class ArticleError(ReadacrossError):
    """One file cannot be read. `sync` reports it and goes on."""


class ExportError(ReadacrossError):
    """An export cannot be read again, or cannot be written where it should go."""


class LibraryError(ReadacrossError):
    """A library folder or its store cannot be used."""


class LibraryMissing(LibraryError):
    """The library folder does not exist, or is not a folder."""


class LibraryLocked(LibraryError):
    """Another process owns the library; the message says which one."""


class LibraryDamaged(LibraryError):
    """The library's index is damaged; the next opening puts it aside, and the articles are read again."""


class DiskFull(LibraryError):
    """The store could not be written because the disk is full."""


class ModelError(ReadacrossError):
    """A language or embedding model failed."""


class ModelUnavailable(ModelError):
    """The model cannot be reached or did not answer, also after retries."""


class ModelRefused(ModelError):
    """The model's server refused: the key, the model's name, or a context that is too long."""


class AnswerCutShort(ModelError):
    """A model's stream ended unfinished. `text` holds what had come."""

    def __init__(self, message: str, text: str = "") -> None:
        super().__init__(message)
        self.text = text


class NotAllowed(ReadacrossError):
    """A user who may only read asked for something that changes the library."""


class NothingToRead(ReadacrossError):
    """Something was asked of a library in which nothing is indexed yet."""


class Cancelled(ReadacrossError):
    """The caller asked for the work to stop. What was finished until then is kept where it can be."""
