"""From a file to its articles: one reader for each file type, one clean-up for all.

Which files of a folder are to be read.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from rag.errors import ArticleError, LibraryMissing, Phrase
from rag.ingest.archives import unfolded
from rag.ingest.budget import Budget
from rag.ingest.clean import clean_text, decode, one_line
from rag.ingest.dates import date_of_address, date_of_name
from rag.ingest.exports import split_export
from rag.ingest.formats import reader_of, why_unread
from rag.ingest.mojibake import mended
from rag.ingest.raw_article import Draft, Drafts, Member, without_by, without_marks
from rag.progress import Skipped
from rag.render.record import is_export
from rag.results.answers import Article
from rag.text.injection import is_injection
from rag.text.language import detect_language

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Line ends, control characters, marks that turn the direction of writing, and bytes that are no UTF-8."""
_DEEPEST = 4
"""Archives inside one another."""
_LONGEST_NAME = 200
_SYSTEM = re.compile(r"~\$.*|Thumbs\.db|desktop\.ini|Icon\r", re.IGNORECASE)
"""Files that systems and Office put into folders by themselves."""
_PARTS_OF_PAGE = re.compile(
    r"(.+)(?:_files|\.files|-Dateien|_Dateien|_fichiers|_archivos|_arquivos|_file|-filer|_bestanden)"
)
"""Folders in which browsers keep the pictures and scripts of a page that they saved beside it."""


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file to read: `path` opens it, `name` is its path below the folder with "/" between the parts."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class FileListing:
    """The files to read, sorted by name, and what was left out although it may hold articles."""

    files: tuple[ListedFile, ...]
    skipped: tuple[Skipped, ...] = ()


def list_files(folder: Path, *, store: str = ".readacross", only: Collection[str] | None = None) -> FileListing:
    """List all files below `folder` that can be read, without hidden ones and without the folder's own `store`.

    With `only`, nothing is looked at but the files of these names, where they are.

    Symbolic links are followed if they stay inside the folder. What is left out is told in `skipped`, with the reason
    and what to do; only what systems put there by themselves, and the pictures and scripts that a browser keeps beside
    a saved page, are passed over. Raises LibraryMissing if there is no such folder.
    """
    if not folder.is_dir():
        raise LibraryMissing("There is no folder {folder}: create it, or name another.", folder=folder)
    walk = _Walk(folder, store, only)
    files = sorted(walk.files(), key=lambda f: f.name)
    taken = {f.name for f in files}
    kept = []
    for file in files:
        parts = file.name.split("#")
        other = next((o for n in range(1, len(parts)) if (o := "#".join(parts[:n])) in taken), "")
        if other:
            walk.skip(file.name, f"its name could be taken for a record of {other}: rename it")
        else:
            kept.append(file)
    return FileListing(tuple(kept), tuple(sorted(walk.skipped, key=lambda s: s.file)))


def listed_file(folder: Path, name: str) -> ListedFile | None:
    """The file of a name that `list_files` gave, without a look at the others; None if it is not there."""
    parts = PurePosixPath(name).parts
    path = folder.joinpath(*parts)
    unsafe = not parts or is_unsafe(name) or any(part == ".." or is_passed_over(part) for part in parts)
    if unsafe or not _resolved(path).is_relative_to(folder.resolve()) or not path.is_file():
        return None
    return ListedFile(path, name)


class _Walk:
    """One walk through a folder, which remembers what it left out."""

    def __init__(self, folder: Path, store: str, only: Collection[str] | None) -> None:
        self._only = only
        self._folders = {parent.as_posix() for name in only or () for parent in Path(name).parents}
        self._folder = folder
        self._root = folder.resolve()
        self._store = folder / store
        self.skipped: list[Skipped] = []

    def files(self) -> Iterator[ListedFile]:
        yield from self._below(self._folder, (self._root,))

    def skip(self, name: str, reason: str) -> None:
        visible = _UNSAFE.sub(lambda m: m.group().encode("unicode-escape", "surrogatepass").decode("ascii"), name)
        self.skipped.append(Skipped(visible, reason))

    def _below(self, folder: Path, parents: Sequence[Path]) -> Iterator[ListedFile]:
        """The files of a folder and of those in it; `parents` are the real paths on the way, against loops."""
        try:
            names = sorted(os.listdir(folder))
        except OSError as error:
            self.skip(self._name(folder), f"the folder cannot be listed ({error.strerror}): give yourself the right to")
            return
        pages = {Path(name).stem for name in names if name.lower().endswith((".html", ".htm", ".xhtml"))}
        for path in (folder / name for name in names if not is_passed_over(name)):
            if not self._wanted(path):
                continue
            page = _PARTS_OF_PAGE.fullmatch(path.name)
            if path == self._store or (page and page.group(1) in pages and path.is_dir()):
                continue
            if path.is_dir():
                yield from self._folder_at(path, parents)
            else:
                yield from self._file_at(path)

    def _wanted(self, path: Path) -> bool:
        return self._only is None or (name := self._name(path)) in self._only or name in self._folders

    def _folder_at(self, path: Path, parents: Sequence[Path]) -> Iterator[ListedFile]:
        real = path.resolve()
        if not real.is_relative_to(self._root):
            self.skip(self._name(path), "the link leads out of the folder: copy what it points to into the folder")
        elif real not in parents:
            yield from self._below(path, (*parents, real))

    def _file_at(self, path: Path) -> Iterator[ListedFile]:
        name = self._name(path)
        unreadable = why_unread(path.suffix.lower().removeprefix("."))
        if unreadable:
            self.skip(name, unreadable)
        elif _UNSAFE.search(name):
            self.skip(name, "its name holds line ends, control characters or damaged letters: rename it")
        elif not _resolved(path).is_relative_to(self._root):
            self.skip(name, "the link leads out of the folder: copy the file into it")
        elif path.is_file():
            yield ListedFile(path, name)
        else:
            self.skip(name, "it is no ordinary file, or a link to nothing: remove it")

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()


def _resolved(path: Path) -> Path:
    """Where a path leads; links in a loop lead nowhere."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return Path("/")


__all__ = [
    "FileListing",
    "ListedFile",
    "ReadFile",
    "article_bytes",
    "is_passed_over",
    "is_unsafe",
    "list_files",
    "listed_file",
    "read_data",
    "read_file",
    "read_one_text",
    "read_plain_text",
    "too_large",
]


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The articles of one file, and the records of a dump that could not be read."""

    articles: tuple[Article, ...]
    skipped: tuple[Skipped, ...] = ()


def read_file(path: Path, name: str, *, max_bytes: int) -> ReadFile:
    """Read one file. `name` is its path below the library folder.

    Each of several articles gets "#" after it and the record's id or number, or the name of the file in an archive.

    Raises ArticleError, saying what is wrong and what to do, if the file is larger than `max_bytes` (it is then not
    read), has vanished, cannot be decoded, holds no text, or is of a kind that holds no articles.
    """
    return read_data(article_bytes(path, max_bytes), path.name, name, max_bytes=max_bytes, budget=Budget())


def article_bytes(path: Path, max_bytes: int) -> bytes:
    """The bytes of a file that may hold articles. Raises ArticleError as `read_file` does of what is no such file."""
    data = _read_bytes(path, max_bytes)
    if is_export(data):
        raise ArticleError("is an export of readacross, no article: its quotes are those of the articles")
    return data


ONE_CUT = Phrase("gives only the beginning of its article: get the whole text from its address")
CUT = Phrase("gives only the beginning of {n} articles: get the whole text from its address")
MENDED = Phrase("had letters that a wrong encoding had damaged (“Ã©” for “é”): they are mended")


def read_data(data: bytes, file: str, name: str, *, max_bytes: int, budget: Budget) -> ReadFile:
    """Read the bytes of a file that is called `file`, within its budget. Raises ArticleError as `read_file` does."""
    content = _Content(max_bytes, budget)
    with budget.scope():
        content.read(file, data)
        articles = tuple(_finish(draft, name, budget) for draft in content.drafts)
    if not any(a.text.strip() for a in articles):
        if content.skipped:
            first = content.skipped[0]
            raise ArticleError("holds no text ({told}): remove it, or fill it", told=f"{first.file} {first.reason}")
        raise ArticleError("holds no text: remove it, or fill it")
    skipped = [Skipped(f"{name}#{s.file}" if s.file else name, s.reason) for s in content.skipped]
    cut = sum(draft.cut for draft in content.drafts)
    if cut:
        skipped.append(Skipped(name, Phrase(ONE_CUT if cut == 1 else CUT, n=cut)))
    if any(draft.mended for draft in content.drafts):
        skipped.append(Skipped(name, MENDED))
    return ReadFile(articles, tuple(skipped))


class _Content:
    """What one file holds, with the files within it; `drafts` have different records."""

    def __init__(self, max_bytes: int, budget: Budget) -> None:
        self._max_bytes = max_bytes
        self._budget = budget
        self._records: set[str] = set()
        self.drafts: list[Draft] = []
        self.skipped: list[Skipped] = []

    def read(self, name: str, data: bytes, within: str = "", depth: int = 0) -> None:
        """Read the articles of bytes under a name, `within` a file of another."""
        if depth > _DEEPEST:
            raise ArticleError("is packed too many times over: unpack it")
        inner = unfolded(data)
        if inner is not None:
            self._budget.unfold(len(inner))
            self.read(name.rpartition(".")[0].removesuffix(".") or name, inner, within, depth + 1)
            return
        try:
            suffix = os.path.splitext(name)[1].lower()
            read = reader_of(".tar" if suffix == ".tgz" else suffix, data)(data)
            self._take(read, within)
            self._read_members(read, within, depth)
        except RecursionError as error:  # files that were made to do this
            raise ArticleError("is built in a way that no program can follow: save its text as .txt") from error

    def _take(self, read: Drafts, within: str) -> None:
        for draft in map(mended, _parted(read.drafts)):
            record = "#".join(filter(None, (within, draft.record)))
            copy = 1
            while record in self._records:
                copy += 1
                record = f"{'#'.join(filter(None, (within, draft.record)))} ({copy})"
            self._records.add(record)
            self._budget.take(len(draft.text))
            self._budget.check()
            self.drafts.append(replace(draft, record=record))
        self.skipped += (replace(s, file="#".join(filter(None, (within, s.file)))) for s in read.skipped)

    def _read_members(self, read: Drafts, within: str, depth: int) -> None:
        """Read the files within, and tell of those that cannot be read; one that fails does not spoil the others."""
        for member in self._unfolded(read.members, within):
            self._budget.check()
            name = member.name if isinstance(member, Member) else member.file
            label = "#".join(filter(None, (within, one_line(_UNSAFE.sub(" ", name), _LONGEST_NAME) or "?")))
            if isinstance(member, Skipped):
                self.skipped.append(Skipped(label, member.reason))
                continue
            try:
                self._budget.unfold(len(member.data))
                self._read_member(member, label, depth)
            except ArticleError as error:
                self.skipped.append(Skipped(label, error.phrase))

    def _unfolded(self, members: Iterable[Member | Skipped], within: str) -> Iterator[Member | Skipped]:
        """The files within, up to the first that is damaged beyond telling where the next begins."""
        try:
            yield from members
        except ArticleError as error:
            if not self.drafts:
                raise
            self.skipped.append(
                Skipped(within, Phrase("{reason} (what could be read of it is kept)", reason=error.phrase))
            )

    def _read_member(self, member: Member, label: str, depth: int) -> None:
        unreadable = why_unread(os.path.splitext(member.name)[1].lower().removeprefix("."), attached=True)
        if unreadable:
            raise ArticleError(unreadable)
        if len(member.data) > self._max_bytes:
            raise ArticleError(too_large(len(member.data), self._max_bytes))
        before = len(self.drafts)
        self.read(member.name, member.data, label, depth + 1)
        if not any(draft.text.strip() for draft in self.drafts[before:]):
            del self.drafts[before:]
            raise ArticleError("holds no text")


def _parted(drafts: Sequence[Draft]) -> Sequence[Draft]:
    """The articles of a file's text if it holds several; records of a dump are articles each."""
    if len(drafts) != 1 or drafts[0].record or not drafts[0].text.strip():
        return drafts
    found = split_export(clean_text(without_marks(drafts[0].text)[0]))
    if len(found) < 2:
        return found or drafts
    return [replace(draft, record=str(draft.number)) for draft in found]


def read_one_text(path: Path, *, max_bytes: int) -> str:
    """The text of a file that holds a single one, such as a draft, which may have begun as an export.

    Raises ArticleError as `read_file` does, and for a dump.
    """
    if not path.exists():
        raise ArticleError("does not exist: check its name")
    if path.suffix.lower() in (".txt", ".md", ""):
        return read_plain_text(_read_bytes(path, max_bytes), max_bytes=max_bytes)
    data = _read_bytes(path, max_bytes)
    articles = read_data(data, path.name, path.name, max_bytes=max_bytes, budget=Budget()).articles
    if len(articles) > 1 or articles[0].file != path.name:
        raise ArticleError("may hold many articles: give a file with one text")
    return articles[0].text


def read_plain_text(data: bytes, *, max_bytes: int) -> str:
    """The text of bytes in any encoding, cleaned as an article's. Raises ArticleError as `read_file`."""
    if len(data) > max_bytes:
        raise ArticleError(too_large(len(data), max_bytes))
    text = clean_text(decode(data))
    if not text.strip():
        raise ArticleError("holds no text: fill it")
    return text


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as file:
            facts = os.fstat(handle)
            if not stat.S_ISREG(facts.st_mode):
                raise ArticleError("is no ordinary file: remove it from the folder")
            if facts.st_size > max_bytes:
                raise ArticleError(too_large(facts.st_size, max_bytes))
            data = file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise ArticleError("vanished while it was being read: sync again") from error
    except PermissionError as error:
        raise ArticleError("may not be read: give yourself the right to read it") from error
    except OSError as error:
        problem = Phrase("is a folder") if error.errno == errno.EISDIR else error.strerror or str(error)
        raise ArticleError("cannot be read ({problem}): check the file and sync again", problem=problem) from error
    if len(data) > max_bytes:
        raise ArticleError(too_large(len(data), max_bytes))
    return data


def is_unsafe(text: str) -> bool:
    """Whether a name with this in it is not read: a reader, or a terminal, could be tricked by it."""
    return _UNSAFE.search(text) is not None


def is_passed_over(name: str) -> bool:
    """Whether a file of this name is left out, as one that is hidden or that systems put there by themselves."""
    return name.startswith(".") or _SYSTEM.fullmatch(name) is not None


def too_large(size: int, limit: int) -> Phrase:
    """Why a file with so many bytes is not read, and what to do."""
    return Phrase(
        "is too large ({size} MB; the limit is {most} MB): split it, or raise the limit",
        size=f"{size / 1e6:.1f}",
        most=f"{limit / 1e6:.1f}",
    )


def _finish(draft: Draft, name: str, budget: Budget) -> Article:
    budget.check()
    text, locators = without_marks(clean_text(draft.text))
    return Article(
        file=f"{name}#{draft.record}" if draft.record else name,
        text=text,
        title=_name(draft.title),
        publisher=_name(draft.publisher),
        published=draft.published or date_of_address(draft.address) or date_of_name(_own_name(name, draft)),
        # What a text is written in weighs more than what a template says of it.
        language=detect_language(text) or draft.language,
        address=one_line(draft.address, 2000),
        author=_name(without_by(draft.author)),
        locators=locators,
    )


def _own_name(name: str, draft: Draft) -> str:
    """The name of the file that holds one article alone, be it in an archive; "" for a record of a dump."""
    if not draft.record:
        return name
    within, _, record = draft.record.rpartition("#")
    return record if not within and draft.number == 0 else ""


def _name(value: str) -> str:
    """A title or a publisher's name on one line; "" for words that speak to a machine."""
    line = one_line(value)
    return "" if not line or is_injection(line) else line
