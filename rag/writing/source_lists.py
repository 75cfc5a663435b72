"""Lists of sources in a model's text, and the titles in them: taken out line by line, as the text streams in.

It reads what `MarkParser` gives, with a sign for each mark. A head such as "Sources:" opens a list only if lines that
begin with a mark, a bullet or a number follow it, or a mark on the same line; the first other line ends the list.
"""

from __future__ import annotations

import re
from typing import Literal

from rag.grounding.marks import MARK

HEADS = frozenset(
    head.strip()
    for head in """
source, sources, source(s), the sources, sources used, sources cited, cited sources, used sources, reference,
references, reference list, citation, citations, works cited, bibliography, footnotes, note, notes, key, keys, keys used
, evidence, evidence used, articles, articles cited, quelle, quellen, quellenangaben, quellenverzeichnis, belege,
nachweise, literatur, fußnoten, artikel, fuente, fuentes, fuentes citadas, referencia, referencias, notas, artículos,
référence, références, sources citées, notes de bas de page, fonte, fonti, riferimenti, note, fontes, referência,
referências, artigos, bron, bronnen, verwijzingen, noten, källor, källa, kilder, lähteet, źródła, źródło, zdroje,
izvori, források, surse, kaynaklar, источник, источники, джерела, джерело, извори, πηγές, 来源, 來源, 参考来源,
资料来源, 資料來源, 参考文献, 參考文獻, 引用, 出典, 参照, 出처, 출처, 참고문헌, المصادر, مصادر, المراجع, מקורות, स्रोत
""".replace("\n", " ").split(",")
)
"""What heads a list of sources, lowered."""
LONGEST_HEAD = 40
"""Characters of a head; after a head and a colon, a mark comes within as many or the line is prose."""
LONGEST_TITLE = 200
SIGNS = " \t#*_>•–-"
NUMBER = r"\(?\d{1,2}[.):]?"
ITEM = re.compile(rf"[\s#*_>•–\-]*(?:{NUMBER}[\s*_]*)?{MARK}")
POINT = re.compile(rf"\s*(?:[*>•–\-]\s|{NUMBER}\s)")
MAY_BE_ITEM = re.compile(rf"[\s#*_>•–\-]*(?:{NUMBER}[\s*_]*)?")
STOPS = frozenset(".!?…。！？।؟۔")
CLOSERS = f" \t*_`\"'”’»)]」』）{MARK}"

Kind = Literal["open", "prose", "listed", "head", "blank"]
"""What a line is; "open" if more of it must come first."""


class SourceLists:
    """Leaves lists of sources out of a text that comes in pieces.

    Without a head, lines at the end that begin with a mark and end without a stop are titles, if prose came before.
    """

    def __init__(self) -> None:
        self._line = ""
        self._kind: Kind = "open"
        self._head = ""  # a head, and the blank lines after it, while it may open a list
        self._listing = False
        self._told = False  # whether a line of prose came before
        self._out: list[str] = []

    def feed(self, piece: str) -> str:
        """Take the next piece; returns what is in no list."""
        for character in piece:
            self._take(character)
        return self._given()

    def close(self) -> str:
        """End the text; returns the rest of what is in no list."""
        if self._kind == "open":
            self._settle(self._kind_of(self._line, ended=True))
        self._out.append(self._head)
        return self._given()

    def _given(self) -> str:
        given = "".join(self._out)
        self._out.clear()
        return given

    def _take(self, character: str) -> None:
        if self._kind == "prose":
            self._line = (self._line + character)[-LONGEST_HEAD:]
            self._out.append(character)
        elif self._kind == "open":
            self._line += character
            self._settle(self._kind_of(self._line.removesuffix("\n"), ended=character == "\n"))
        if character == "\n":
            self._told = self._told or (self._kind == "prose" and not _is_unstopped(self._line))
            self._line, self._kind = "", "open"

    def _settle(self, kind: Kind) -> None:
        """Act on what the line in hand turned out to be."""
        self._kind = kind
        if kind == "head":
            self._out.append(self._head)
            self._head, self._listing = self._line, True
        elif kind == "listed":
            self._head, self._listing = "", True
        elif kind == "blank" and self._head:
            self._head += self._line
        elif kind in ("prose", "blank"):
            self._out.append(self._head + self._line)
            self._head, self._listing = "", self._listing and kind == "blank"

    def _kind_of(self, line: str, *, ended: bool) -> Kind:
        if not line.strip():
            return "blank" if ended else "open" if len(line) <= LONGEST_TITLE else "prose"
        if ITEM.match(line):
            return self._kind_of_item(line, ended)
        if self._listing and POINT.match(line):
            return self._kind_of_title(line, ended)
        if (self._listing or self._told) and not ended and len(line) < LONGEST_HEAD and MAY_BE_ITEM.fullmatch(line):
            return "open"
        return _kind_by_head(line, ended)

    def _kind_of_item(self, line: str, ended: bool) -> Kind:
        if not (self._listing or self._told):
            return "prose"
        return "listed" if self._listing and self._told else self._kind_of_title(line, ended)

    def _kind_of_title(self, line: str, ended: bool) -> Kind:
        if len(line) > LONGEST_TITLE:
            return "prose"
        return "open" if not ended else "listed" if _is_unstopped(line) else "prose"


def _kind_by_head(line: str, ended: bool) -> Kind:
    """What a line is that begins like a head, or turns out not to."""
    text = MAY_BE_ITEM.sub("", line, count=1).lower()
    name, colon, rest = text.replace("：", ":").partition(":")
    name = name.rstrip(SIGNS)
    if not colon:
        begins = len(line) <= LONGEST_HEAD and (not name or any(head.startswith(name) for head in HEADS))
        return "open" if begins and not ended else "head" if name in HEADS else "prose"
    if name not in HEADS or len(name) > LONGEST_HEAD:
        return "prose"
    rest = rest.strip(SIGNS)
    if MARK in rest[:LONGEST_HEAD]:
        return "listed"
    if ended or len(rest) > LONGEST_HEAD:
        return "prose" if rest else "head"
    return "open"


def _is_unstopped(line: str) -> bool:
    """Whether a line ends as titles do, without a stop."""
    bare = line.rstrip(f"\n{CLOSERS}")
    return not bare or bare[-1] not in STOPS
