"""Texts with several articles: exports of Nexis, Factiva, ProQuest and Europresse, and digests parted by lines.

The words that an export adds (section, length, load date, copyright and so on) are no text; the by-line stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.ingest.budget import current_budget
from rag.ingest.dates import iso_date
from rag.ingest.europresse import lines_of_europresse
from rag.ingest.metadata import LONGEST_HEADLINE, facts_of_lines
from rag.ingest.raw_article import BY_WORDS, Draft, without_by
from rag.text.language import language_code

_LEAST_BODY = 40
"""Characters of the text of an article; shorter parts are none."""
_HEADER_LINES = 40
"""Lines at the head of an article among which the export's own stand."""

_LEADING = (
    "byline by-line section length highlight headline dateline body series column edition version autor auteur "
    "rubrik rubrique länge longueur title author publication publication-title publication-date publication-info "
    "publication-year publication-subject pages place-of-publication country-of-publication publisher issn source-type "
    "language-of-publication document-type proquest-document-id document-url full-text abstract last-updated database "
    "first-page issue volume publication-date "
    "sección longitud sezione lunghezza"
)
_TRAILING = (
    "load-date language graphic subject publication-type pub-type journal-code correction correction-date industry "
    "person "
    "geographic company ticker organization classification document-type type notes copyright update update-date "
    "title publication-title publication-date publication-year publication-subject database document-url "
    "proquest-document-id "
    "last-updated source-type country-of-publication place-of-publication issn sprache langue idioma lingua "
    "photo-credit credit source-note acc-no category country state city concept links "
    "location identifier-keyword company-organization people credit"
)
_FIELD = re.compile(r"([^\W\d_][\w/ -]{1,28}?)\s*:\s*(.*)")
_COPYRIGHT = re.compile(r"(?:copyright\b|©|\(c\)\s*\d{4}|all rights reserved).{0,200}", re.IGNORECASE)
_BY = re.compile(rf"(?:{BY_WORDS})\s+(?=[A-Z])(.{{2,120}})", re.IGNORECASE)
_NAME = re.compile(r"(?:[^\W\d_a-z][\w'’-]*\.?\s){1,3}[^\W\d_a-z][\w'’-]+")
"""What a by-line without "By" looks like: two to four words with capitals."""
_LENGTH = re.compile(r"\d[\d.,]* ?(?:words|wörter|worte|mots|palabras|parole|woorden|palavras|слов|字)", re.IGNORECASE)
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?:\s*[ap]\.?m\.?)?(?:\s+[A-Z]{2,4})?", re.IGNORECASE)
_EDITION = re.compile(r"(?:\S+ ){0,5}(?:edition|ausgabe|édition|edición|editie)(?: \S+){0,3}", re.IGNORECASE)
_COVER = re.compile(
    r"(?:date and time|job number|documents? \(\d+\)|client/matter|search terms|search type|narrowed by|content type"
    r"|user name|delivered? by|about lexisnexis|privacy policy|terms & conditions|total documents|news$|timeline)\b.*",
    re.IGNORECASE,
)
_END_OF_DOCUMENT = re.compile(
    r"[ \t]*(?:end of document|ende des dokuments|fin du document|fin de documento)[ \t]*", re.IGNORECASE
)
_NUMBERED = re.compile(
    r"[ \t]*(?:\d+ (?:of|von|sur|de|di|van) \d+ (?:documents?|dokumente?n?|documentos?|documenti|documenten)"
    r"|(?:document|dokument|documento|article|artikel) \d+ (?:of|von|sur|de|di|van) \d+)[ \t]*",
    re.IGNORECASE,
)
_FACTIVA_END = re.compile(
    r"[ \t]*(?:document|dokument|documento) [A-Z][A-Z0-9]{3,11}\d{8}\w{6,16}[ \t]*", re.IGNORECASE
)
_CODE = re.compile(
    r"(HD|BY|CR|WC|PD|ET|SN|SC|ED|PG|LA|CY|LP|TD|CT|RF|CO|IN|NS|RE|IPC|IPD|PUB|AN|SE|CLM|ART|VOL)(?:[ \t]+(.*)|)"
)
_LABEL = re.compile(
    r"[\s*_#]*(?:(title|headline|titel|schlagzeile|titre|título|titolo|заголовок|标题)[*_]*\s*[:：]"
    r"|(?:article|artikel|artículo|articolo|story|report|text|beitrag|document|статья|文章)\s+(\d{1,4})\s*(?:[:.)–—-]|$))[*_]*",
    re.IGNORECASE,
)
_PAGE = re.compile(r"(?:page|seite|página|pagina) \d+ (?:of|von|sur|de|di|van) \d+", re.IGNORECASE)
_RULE = re.compile(r"[ \t]*(?:(=)(?:[ \t]*=){4,}|([-_*#~—–+.•])(?:[ \t]*\2){2,}|(<)>(?:[ \t]*<>)+)[ \t]*")


def split_export(text: str) -> tuple[Draft, ...]:
    """Give the articles of a text that holds several, or one with the words of an export around it; else none."""
    lines = text.split("\n")
    for split in (lines_of_europresse, _by_codes, _by_ends, _by_numbers, _by_rules, _by_labels):
        drafts = tuple(draft for draft in split(lines) if len(draft.text) >= _LEAST_BODY)
        if drafts:
            return tuple(replace(draft, number=number) for number, draft in enumerate(drafts, 1))
    return ()


def _cut(lines: Sequence[str], mark: Callable[[str], object]) -> list[list[str]]:
    """The lines between those that `mark` takes for marks."""
    parts: list[list[str]] = [[]]
    for line in lines:
        if mark(line):
            parts.append([])
        else:
            parts[-1].append(line.strip())
    return parts


def _in_time(parts: Iterable[list[str]]) -> Iterator[list[str]]:
    """The parts, as long as the file has time left. Raises ArticleError."""
    budget = current_budget()
    for part in parts:
        budget.check()
        yield part


def _by_ends(lines: Sequence[str]) -> Iterator[Draft]:
    """Exports that end each article with a line of their own: Nexis since 2018, and Factiva."""
    for end in (_END_OF_DOCUMENT, _FACTIVA_END):
        parts = _cut(lines, end.fullmatch)
        if len(parts) > 1:
            yield from filter(None, map(_exported, _in_time(parts)))
            return


def _by_numbers(lines: Sequence[str]) -> Iterator[Draft]:
    """Exports that begin each article with its number: Nexis before 2018, and ProQuest."""
    parts = _cut(lines, _NUMBERED.fullmatch)
    if len(parts) > 1:
        yield from filter(None, map(_exported, _in_time(parts[1:])))


def _by_rules(lines: Sequence[str]) -> Iterator[Draft]:
    """Digests: each part between lines of "=====" has a headline, and more facts if it is between other marks."""
    parts = [part for part in _cut(lines, _RULE.fullmatch) if any(part)]
    if len(parts) < 2:
        return
    firm = all("=" in line for line in lines if _RULE.fullmatch(line)) or all(
        next(filter(None, part)).startswith("#") for part in parts
    )
    drafts = [_exported(part) or facts_of_lines("\n".join(part).strip()) for part in _in_time(parts)]
    if all(d.title and len(d.text) > _LEAST_BODY and (firm or d.published or d.publisher) for d in drafts):
        yield from drafts


def _by_labels(lines: Sequence[str]) -> Iterator[Draft]:
    """Digests whose parts each begin with a label: "Title: …" every time, or "Article 1: …", "Article 2: …"."""
    found = [(n, match) for n, line in enumerate(lines) if (match := _LABEL.match(line[:LONGEST_HEADLINE]))]
    firsts = {match.group(1).lower() if match.group(1) else "" for _, match in found}
    numbers = [int(match.group(2)) for _, match in found if match.group(2)]
    if len(found) < 2 or len(firsts) > 1 or (numbers and numbers != list(range(1, len(found) + 1))):
        return
    if sum(map(len, lines[: found[0][0]])) > LONGEST_HEADLINE:
        return
    ends = [*(n for n, _ in found[1:]), len(lines)]
    if any(sum(map(len, lines[n + 1 : end])) < _LEAST_BODY for (n, _), end in zip(found, ends, strict=True)):
        return
    drafts = []
    for (start, match), end in zip(found, ends, strict=True):
        first = [title] if (title := lines[start][match.end() :].strip()) else []
        part = facts_of_lines("\n".join([*first, *lines[start + 1 : end]]).strip())
        drafts.append(replace(part, title=(first or [part.title])[0]))
    known = (d.published or d.publisher or not numbers for d in drafts)  # else it may be a law with its articles
    if all(known) and all(d.title and len(d.text) > len(d.title) + _LEAST_BODY for d in drafts):
        yield from drafts


# -- one article of an export ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Parts:
    """The lines of an article in their order, told apart."""

    free: list[str]
    fields: dict[str, str]
    body: list[str]


def _exported(lines: Sequence[str]) -> Draft | None:
    """One article with the lines that an export puts around it; None if there are none."""
    parts = _told_apart(_without_cover(_without_page_heads(lines)))
    if not parts.fields:
        return None
    fields = parts.fields
    dated = next((n for n, line in enumerate(parts.free) if len(line) <= 90 and iso_date(line)), -1)
    stated = fields.get("headline") or fields.get("title", "")
    publisher, title = _named_by(parts.free, dated)
    body = "\n".join(parts.body).strip()
    byline = next(
        (fields[name] for name in ("byline", "by-line", "author", "autor", "autor-en") if fields.get(name)), ""
    )
    return Draft(
        text=_signed(byline, body),
        author=byline,
        title=stated or title,
        publisher=fields.get("publication-title", "").partition(";")[0] or publisher,
        published=iso_date(fields.get("publication-date", "")) or (iso_date(parts.free[dated]) if dated >= 0 else ""),
        language=language_code(fields.get("language") or fields.get("language-of-publication") or ""),
    )


def _signed(byline: str, body: str) -> str:
    """The text with its by-line above it."""
    name = without_by(byline)
    return f"By {name}\n{body}" if name else body


def _named_by(free: Sequence[str], dated: int) -> tuple[str, str]:
    """Publisher and title by their places around the date.

    They stand as title, publisher, date (Nexis), as publisher, date, title (older), or, with the number of words
    after the title, as title, date, publisher (Factiva).
    """
    if dated < 0:
        return "", next((line for line in free if line and line != _WORDS), "")
    before = [line for line in free[:dated] if line and line != _WORDS]
    after = _block_after(free, dated)
    if _WORDS in free[:dated]:
        return after[0] if after else "", " ".join(before)
    if len(before) >= 2:
        return before[-1], " ".join(before[:-1])
    return before[0] if before else "", " ".join(after)


def _block_after(free: Sequence[str], dated: int) -> list[str]:
    """The first lines after the date that no blank line parts."""
    block: list[str] = []
    for line in free[dated + 1 :]:
        if line and line != _WORDS and not _CLOCK.fullmatch(line) and not _EDITION.fullmatch(line):
            block.append(line)
        elif block:
            break
    return block


_WORDS = "\0words"
"""Stands for the line with the number of words."""


def _without_page_heads(lines: Sequence[str]) -> list[str]:
    """The lines without the numbers of the export's own pages, and the title that is repeated below each."""
    kept: list[str] = []
    seen: set[str] = set()
    head = False
    for line in lines:
        if _PAGE.fullmatch(line):
            head = True
        elif not (head and line and line in seen):
            kept.append(line)
            seen.add(line)
            head = head and not line
        else:
            head = False
    return kept


def _without_cover(lines: Sequence[str]) -> list[str]:
    """The lines after the list of search terms and articles that some exports begin with."""
    covered = [n for n, line in enumerate(lines) if _COVER.fullmatch(line)]
    return list(lines[covered[-1] + 1 :] if covered else lines)


def _told_apart(lines: Sequence[str]) -> _Parts:
    parts = _Parts([], {}, [])
    end = _header_end(lines)
    for line in lines[:end]:
        field = _field(line)
        if field and field[0] in _KNOWN:
            parts.fields.setdefault(*field)
        elif _LENGTH.fullmatch(line):
            parts.fields.setdefault("length", line)
            named = [free for free in parts.free if free]
            if len(named) > 1 and _NAME.fullmatch(named[-1]) and not _NAME.fullmatch(named[-2]):
                parts.fields.setdefault("byline", named[-1])
                parts.free = named[:-1]
            parts.free.append(_WORDS)
        elif _COPYRIGHT.fullmatch(line):
            parts.fields.setdefault("copyright", line)
        elif (by := _BY.fullmatch(line)) and parts.free:
            parts.fields.setdefault("byline", by.group(1))
        elif line.lower() not in ("body", "text", "corps", "cuerpo", "full text"):
            parts.free.append(line)
    rest = [*([text] if (text := parts.fields.pop("full-text", "")) else []), *lines[end:]]
    stop = next((n for n, line in enumerate(rest) if _is_trailer(line, n, rest)), len(rest))
    parts.body = rest[:stop]
    for field in filter(None, map(_field, rest[stop:])):
        parts.fields.setdefault(*field)
    return parts


_KNOWN = frozenset((*_LEADING.split(), *_TRAILING.split()))
_TRAILERS = frozenset(_TRAILING.split())


def _field(line: str) -> tuple[str, str] | None:
    match = _FIELD.fullmatch(line)
    name = re.sub(r"[\s/]+", "-", match.group(1).strip().lower()) if match else ""
    return (name, match.group(2)) if match and name in _KNOWN else None


def _header_end(lines: Sequence[str]) -> int:
    """The number of the line after the header: after "Body", or after the last leading field near the head."""
    end = 0
    for number, line in enumerate(lines[:_HEADER_LINES]):
        if line.lower() in ("body", "full text:", "corps", "cuerpo"):
            return number + 1
        field = _field(line)
        if field and field[0] == "full-text":
            return number + 1
        if end and len(line) > LONGEST_HEADLINE:
            break
        leading = field and field[0] not in _TRAILERS
        if leading or _LENGTH.fullmatch(line) or (_COPYRIGHT.fullmatch(line) and not _is_last(number, lines)):
            end = number + 1
    return end


def _is_last(number: int, lines: Sequence[str]) -> bool:
    return sum(len(line) for line in lines[number + 1 :]) < _LEAST_BODY


def _is_trailer(line: str, number: int, lines: Sequence[str]) -> bool:
    """Whether a line begins what an export adds after the text."""
    field = _field(line)
    if field and field[0] in _TRAILERS:
        if field[0] in _SURE or line[: len(field[0])].isupper() or number > 0.5 * len(lines):
            return True
        rest = [other for other in lines[number:] if other]
        return len(rest) > 3 and sum(_field(other) is not None for other in rest) > _MOSTLY * len(rest)
    if line.lower() in ("classification", "load-date", "graphic", "notes"):
        return True
    return (
        bool(_COPYRIGHT.fullmatch(line))
        and number > 0
        and sum(map(len, lines[number + 1 :])) < 0.5 * sum(map(len, lines))
    )


_MOSTLY = 0.8
"""Share of the lines that are fields of the export where its trailer has begun."""
_SURE = frozenset(
    "load-date publication-type journal-code classification title publication-title publication-date "
    "proquest-document-id".split()
)


# -- Factiva's coded fields --------------------------------------------------------------------------------------------

_TAIL = frozenset("CO IN NS RE IPC IPD PUB AN CT RF ART".split())


def _by_codes(lines: Sequence[str]) -> Iterator[Draft]:
    """Exports in which each field begins with its code of two or three letters."""
    if not any(line.strip().startswith("HD") for line in lines):
        return
    fields: dict[str, list[str]] = {}
    code = ""
    for line in (line.strip() for line in lines):
        match = _CODE.fullmatch(line)
        begins = match is not None and (code not in ("LP", "TD") or match.group(1) in (*_TAIL, "TD", "HD"))
        if match and begins:
            if match.group(1) == "HD" and "HD" in fields:
                yield from _coded(fields)
                fields = {}
            code = match.group(1)
            fields.setdefault(code, []).append(match.group(2) or "")
        elif code:
            fields[code].append(line)
    yield from _coded(fields)


def _coded(fields: dict[str, list[str]]) -> Iterator[Draft]:
    values = {code: "\n".join(filter(None, lines)).strip() for code, lines in fields.items()}
    if not (values.get("HD") and (values.get("LP") or values.get("TD")) and (values.get("SN") or values.get("PD"))):
        return
    yield Draft(
        text=_signed(values.get("BY", ""), "\n".join(filter(None, (values.get("LP"), values.get("TD"))))),
        author=values.get("BY", ""),
        title=values["HD"].replace("\n", " "),
        publisher=values.get("SN", ""),
        published=iso_date(values.get("PD", "")),
        language=language_code(values.get("LA", "")),
    )
