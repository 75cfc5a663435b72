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

from collections.abc import Mapping
from typing import Self

NO_ARTICLE = "There is no article {file} in this library: sync, or look at the list of articles."


class Phrase(str):
    """Words in English that can be said in another language: a `template`, and `values` for the names in braces in it.

    Templates are constants, by which the page's catalogues know them; what is found out only then is a value. `str()`,
    `+` and f-strings give plain text, which is English for good.

    >>> Phrase("Try again in {n} seconds.", n=40)
    'Try again in 40 seconds.'
    """

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Put the values into the template; a phrase stays what it is, and of an error its words are kept."""
        if isinstance(template, Phrase):
            values = {**template.values, **values}
            template = template.template
        values = {name: _words_of(value) for name, value in values.items()}
        phrase = super().__new__(cls, template.format(**values) if values else template)
        phrase.template, phrase.values = template, values
        return phrase


def _words_of(value: object) -> object:
    """An error's words in its place: kept itself, it would keep all that was at hand where it was raised."""
    return getattr(value, "phrase", str(value)) if isinstance(value, BaseException) else value


EDITORS_ALONE = Phrase("Only editors change the library: ask one of them, or whoever runs this server.")


class ReadacrossError(Exception):
    """Base of all errors that readacross raises on purpose.

    The message is a `Phrase`, made of a template and values, or given whole.

    >>> str(ReadacrossError("There is no folder {folder}.", folder="/a"))
    'There is no folder /a.'
    """

    def __init__(self, template: str = "", /, **values: object) -> None:
        self.phrase = Phrase(template, **values)
        super().__init__(self.phrase)


class SettingsError(ReadacrossError):
    """A setting has a value that cannot be used; the message names the variable.

    >>> Settings.from_environment({"READACROSS_MAX_USERS": "many"})
    Traceback (most recent call last):
    rag.errors.SettingsError: READACROSS_MAX_USERS: 'many' is not a whole number from 1 to 1000...
    """


class QuestionError(ReadacrossError):
    """A question is empty or longer than the limit.

    >>> library.ask(" ")
    Traceback (most recent call last):
    rag.errors.QuestionError: The question is empty: type one.
    """


class ArticleError(ReadacrossError):
    """One file cannot be read. `sync` reports it and goes on.

    >>> library.add(title="Nothing", text=" ")
    Traceback (most recent call last):
    rag.errors.ArticleError: the text is empty: paste the article's words
    """


class ExportError(ReadacrossError):
    """An export cannot be read again, or cannot be written where it should go.

    >>> library.recheck("no export")
    Traceback (most recent call last):
    rag.errors.ExportError: This is no export of readacross: give a .md, .html, .docx, .pdf or .json file ...
    """


class LibraryError(ReadacrossError):
    """A library folder or its store cannot be used.

    >>> issubclass(LibraryMissing, LibraryError)
    True
    """


class LibraryMissing(LibraryError):
    """The library folder does not exist, or is not a folder.

    >>> Library("no/such/folder")
    Traceback (most recent call last):
    rag.errors.LibraryMissing: There is no folder no/such/folder: create it, or name another.
    """


class LibraryLocked(LibraryError):
    """Another process owns the library; the message says which one.

    >>> issubclass(LibraryLocked, LibraryError)
    True
    """


class LibraryDamaged(LibraryError):
    """The library's index is damaged; the next opening puts it aside, and the articles are read again.

    >>> issubclass(LibraryDamaged, LibraryError)
    True
    """


class DiskFull(LibraryError):
    """The store could not be written because the disk is full.

    >>> issubclass(DiskFull, LibraryError)
    True
    """


class ModelError(ReadacrossError):
    """A language or embedding model failed.

    >>> [error.__name__ for error in ModelError.__subclasses__()]
    ['ModelUnavailable', 'ModelRefused', 'AnswerCutShort']
    """


class ModelUnavailable(ModelError):
    """The model cannot be reached or did not answer, also after retries.

    >>> list_models("http://127.0.0.1:1/v1")
    Traceback (most recent call last):
    rag.errors.ModelUnavailable: The server 127.0.0.1:1 cannot be reached: ... Check the address and the network.
    """


class ModelRefused(ModelError):
    """The model's server refused: the key, the model's name, or a context that is too long.

    >>> issubclass(ModelRefused, ModelError)
    True
    """


class AnswerCutShort(ModelError):
    """A model's stream ended unfinished. `text` holds what had come.

    >>> AnswerCutShort("The server ended the answer.", text="Rutte approved").text
    'Rutte approved'
    """

    def __init__(self, template: str, /, text: str = "", **values: object) -> None:
        super().__init__(template, **values)
        self.text = text


class NotAllowed(ReadacrossError):
    """A user who may only read asked for something that changes the library.

    >>> User("0123456789abcdef", "boris", hash="").require_editor()
    Traceback (most recent call last):
    rag.errors.NotAllowed: Only editors change the library: ask one of them, or whoever runs this server.
    """


class NothingToRead(ReadacrossError):
    """Something was asked of a library in which nothing is indexed yet.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, Library(folder) as empty:
    ...     empty.ask("Who?")
    Traceback (most recent call last):
    rag.errors.NothingToRead: Nothing is indexed yet in ...: put articles there and sync.
    """


class Cancelled(ReadacrossError):
    """The caller asked for the work to stop. What was finished until then is kept where it can be.

    >>> library.check("Rutte approved the transfer of jets.", cancel=lambda: True)
    Traceback (most recent call last):
    rag.errors.Cancelled: Stopped before it was done. Ask again to go on: what could be kept is not done twice.
    """
