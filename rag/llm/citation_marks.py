"""Citation marks in a model's stream: each becomes one character, `MARK`, which later steps remove.

Of a mark only whether it is a known key is used: each sentence is checked against all the evidence and its citations
are looked up. The result does not depend on how the stream is cut into pieces, and takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from hashlib import sha256
from typing import Literal

MARK = "\udc00"
"""Stands where a mark stood. It is half a character, so that no text has it of its own."""
KEY = re.compile(r"(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{6}")
"""The shape of a key. It has a digit and a letter, so that neither a number nor a word is taken for one."""
ROUND = {"(": ")", "（": "）"}
PAIRS = {"[": "]", "【": "】", "［": "］", "〔": "〕", "{": "}", **ROUND}
BRACKETS = "".join((*PAIRS, *PAIRS.values()))
LONGEST_MARK = 160
"""Characters between the brackets of a mark."""
DECORATION = "*_^#\"'`<>\\:"
BETWEEN = re.compile(r"(?:[;|&/\s]|,(?![0-9]{3}(?![0-9])))+")
KEY_WORD = re.compile(r"[0-9A-Za-z]+")
FILLING = re.compile(
    r"(?:sources?|keys?|refs?|references?|citations?|see|evidence|cf|and|ids?|quellen?|siehe|und|fuentes?|fontes?|fonti"
    r"|bron|bronnen|voir|et|y|e|来源|出典)\.?"
)
ARTICLE = re.compile(
    r"(?:articles?|docs?|documents?|texts?|passages?|artikel|art[íi]culos?|artigos?|articol[oi]|no)\.?"
)
"""What numbers an article of the prompt, or a real one: "[Article 5]"."""
CERTAIN = re.compile(
    r"[0-9]{1,3}(?:[-–][0-9]{1,3})?|[0-9]{6}|(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{4,8}(?:[-–][0-9a-f]{4,8})*"
    r"|\S+\.(?:txt|md|html?|pdf|docx|jsonl?|csv)"
)
"""What nobody writes in square brackets but for a mark: a number, the shape of a key or nearly so, the name of a file.

Other numbers are prose: "[2024]" is a year that an editor put in.
"""
DOUBTFUL = re.compile(r"[a-f]{4,8}|[a-z]{1,4}[0-9]{1,3}")
"""What may be a mark, "[S1]", or a word that an editor put in, "[G20]": it is a mark if a sentence ends there."""
ENDS = frozenset(".!?…。！？।؟]】［〔[\n")
ADDRESS = re.compile(r"(?:\w+:|www\.|[#/.])\S*")
UNCLOSED = re.compile(r"[\[(【［〔{（]?[\^\\]?(?<![0-9A-Za-z_])([0-9A-Fa-f]{6})(?!\w)")


def key_of(file: str, text: str, taken: Collection[str] = ()) -> str:
    """The key of a sentence of a file: six hexadecimal digits of a hash, none that is `taken`."""
    seed = f"{file}\0{text}".encode("utf-8", "replace")
    while True:
        digest = sha256(seed).hexdigest()
        for match in re.finditer(r"(?=(.{6}))", digest):
            if KEY.fullmatch(match[1]) and match[1] not in taken:
                return match[1]
        seed = digest.encode()


class MarkParser:
    """Puts `MARK` for each mark in a text that comes in pieces; `unknown` counts the keys in them that are nobody's.

    A mark is a bracket that holds a known key or what looks like one, and a known key that stands alone.
    """

    def __init__(self, known: Collection[str]) -> None:
        self.unknown = 0
        self._known = frozenset(known)
        self._open: list[str] = []  # the brackets that are not closed yet, outermost first
        self._word = ""  # what may become a key outside brackets
        self._in_word = False
        self._doubt = ""  # a bracket that is a mark if the sentence ends here, and the blanks after it
        self._last = ""
        self._out: list[str] = []

    def feed(self, piece: str) -> str:
        """Take the next piece of the text; returns what is certain now."""
        for character in piece.replace(MARK, ""):
            self._take(character)
        return self._given()

    def close(self) -> str:
        """End the text; returns the rest."""
        self._settle_doubt("\n")
        self._flush()
        self._end_word()
        return self._given()

    def _given(self) -> str:
        given = "".join(self._out)
        self._out.clear()
        return given

    def _put(self, text: str) -> None:
        if self._open:
            self._open[-1] += text
        elif text:
            self._out.append(text)
            self._last = text[-1]

    def _take(self, character: str) -> None:
        if self._doubt and character.isspace() and character != "\n" and len(self._doubt) < LONGEST_MARK:
            self._doubt += character
            return
        self._settle_doubt(character)
        if self._open and (character == "\n" or sum(map(len, self._open)) > LONGEST_MARK):
            self._flush()
        if character in PAIRS:
            self._begin_bracket(character)
        elif self._open and character == PAIRS[self._open[-1].lstrip("\\^")[0]]:
            self._close_bracket(character)
        elif self._open:
            self._open[-1] += character
        else:
            self._outside(character)

    # -- outside brackets -------------------------------------------------------------------------------------------

    def _outside(self, character: str) -> None:
        if not (character.isalnum() or character == "_"):
            self._end_word()
            if character in "^\\":
                self._word = character
            else:
                self._put(character)
        elif self._in_word:
            self._put(character)
        else:
            self._word += character
            if len(self._word.lstrip("^\\")) > 6 or character not in "0123456789abcdefABCDEF":
                self._put(self._word)
                self._word, self._in_word = "", True

    def _end_word(self) -> None:
        word, self._word, self._in_word = self._word, "", False
        self._put(MARK if self._is_known(word.lstrip("^\\")) else word)

    def _is_known(self, word: str) -> bool:
        return word.lower() in self._known

    # -- brackets ---------------------------------------------------------------------------------------------------

    def _begin_bracket(self, opening: str) -> None:
        before = ""
        if self._word in ("^", "\\"):
            before, self._word = self._word, ""
        self._end_word()
        self._open.append(before + opening)

    def _flush(self) -> None:
        """What began as marks is none, except for the known keys in it."""
        held = "".join(self._open)
        self._open.clear()
        if held:
            self._put(UNCLOSED.sub(lambda m: MARK if self._is_known(m[1]) else m[0], held))
            self._in_word = held[-1].isalnum()

    def _close_bracket(self, closing: str) -> None:
        text = self._open.pop()
        opening = text.lstrip("\\^")[0]
        content = text.partition(opening)[2]
        kind = self._kind_in_round(content) if opening in ROUND else self._kind_in_square(content)
        if kind == "mark":
            self._put_mark(content)
        elif kind == "doubt" and not self._open:
            self._doubt = text + closing
        elif kind != "address":
            inner = content if kind else UNCLOSED.sub(lambda m: MARK if self._is_known(m[1]) else m[0], content)
            self._put(f"{text[: len(text) - len(content)]}{inner}{closing}")

    def _kind_in_square(self, content: str) -> Literal["mark", "doubt", ""]:
        if MARK in content or any(self._is_known(word) for word in KEY_WORD.findall(content)):
            return "mark"
        words = list(_words(content))
        items = [w for w in words if not FILLING.fullmatch(w) and not ARTICLE.fullmatch(w)]
        if not items or not all(CERTAIN.fullmatch(w) or DOUBTFUL.fullmatch(w) for w in items):
            return ""
        certain = all(CERTAIN.fullmatch(w) for w in items) and not any(ARTICLE.fullmatch(w) for w in words)
        return "mark" if certain else "doubt"

    def _kind_in_round(self, content: str) -> Literal["mark", "address", ""]:
        before = self._open[-1] if self._open else self._last
        if before.endswith(MARK) and ADDRESS.fullmatch(content):
            return "address"
        items = [w for w in _words(content.replace(MARK, " ")) if not FILLING.fullmatch(w)]
        if not items:
            return "mark" if MARK in content else ""
        if self._is_known(items[0]) or all(KEY.fullmatch(w) for w in items):
            return "mark"
        numbered = all(self._is_known(w) or re.fullmatch("[0-9]{1,3}", w) for w in items)
        return "mark" if numbered and any(self._is_known(w) for w in items) else ""

    def _put_mark(self, content: str) -> None:
        items = [w for w in _words(content) if CERTAIN.fullmatch(w) or DOUBTFUL.fullmatch(w)]
        if any(self._is_known(w) for w in KEY_WORD.findall(content)):  # beside a known key, other words may be a title
            items = [w for w in items if KEY.fullmatch(w)]
        self.unknown += sum(not self._is_known(w) for w in items)
        self._put(MARK)

    def _settle_doubt(self, following: str) -> None:
        held, self._doubt = self._doubt, ""
        if held and following in ENDS:
            bracket = held.rstrip()
            self._put_mark(bracket[1:-1])
            self._put(held[len(bracket) :])
        else:
            self._put(held)


def _words(content: str) -> Iterator[str]:
    """The words between brackets, lowered and without what decorates them."""
    for word in BETWEEN.split(content.translate(dict.fromkeys(map(ord, BRACKETS + MARK), " "))):
        bare = word.partition("†")[0].strip(DECORATION).lower()
        if bare:
            yield bare
