"""A model's text, separated from its thoughts, and the tags by which models mark thoughts in a stream."""

from __future__ import annotations

import re

TAGS = "think|thinking|thoughts?|reasoning|reflection|scratchpad"
"""The names of the tags between which models write their thoughts, as a regular expression."""
THINK = re.compile(rf"\s*<(?:{TAGS})>", re.IGNORECASE)
THOUGHT = re.compile(rf"</(?:{TAGS})>", re.IGNORECASE)
LONGEST_SIGN = 15
"""Characters of a sign at most."""


class Said:
    """The text of a model as it comes: thoughts stand before the answer, up to a </think>, or come beside the text."""

    def __init__(self) -> None:
        self.text = ""
        self.beside = 0
        self._answer_at = 0
        self._undecided = True

    def add(self, piece: str, thought: str = "") -> None:
        """Take the next piece, and what was thought beside it."""
        self.beside += len(thought)
        start = max(0, len(self.text) - LONGEST_SIGN)
        self.text += piece
        if self._undecided:
            ended = THOUGHT.search(self.text, start)
            if ended:
                self._answer_at, self._undecided = ended.end(), False

    @property
    def thinking(self) -> bool:
        """Whether all that came are thoughts."""
        return not self.text[self._answer_at :].strip() or (self._undecided and self._begins_with_thought)

    @property
    def thoughts(self) -> int:
        """The characters that were thought."""
        inside = len(self.text) if self._undecided and self._begins_with_thought else self._answer_at
        return self.beside + inside

    @property
    def answer(self) -> int:
        """The characters that were said."""
        return len(self.text) + self.beside - self.thoughts

    @property
    def _begins_with_thought(self) -> bool:
        return THINK.match(self.text) is not None


TAG = re.compile(
    rf"<(?P<end>/?)(?P<thought>{TAGS})>"
    r"|<(?P<speaker>[|｜](?:start|im_start|start_header_id)[|｜])>"
    r"|<(?P<channel>[|｜]channel[|｜])>"
    r"|</?(?P<sign>[|｜][^<>]+[|｜]|s|eos|bos|pad|(?:start|end)_of_turn|answer|final_answer|response)>",
    re.IGNORECASE,
)
MAY_BEGIN = re.compile(r"<(?:/?[a-z_]{0,12}|[|｜][\w▁\-]{0,30}[|｜]?)", re.IGNORECASE)
MAY_NAME = re.compile(r"[a-z]{0,12}")
HEADER = re.compile(r"(assistant|user|system|model|tool|analysis|commentary|final)?\s?")
"""Who speaks, or in which channel, after the sign for it."""
ASIDE = frozenset(("analysis", "commentary"))
"""Channels in which a model does not speak to the reader."""


class Thoughts:
    """Leaves thoughts out of a text that comes in pieces: <think>…</think>, and all channels of gpt-oss but the final.

    It also leaves out what marks turns and ends, such as </s>. Some models begin to think without a sign: a </think>
    that ends nothing makes a thought of all that was fed before, and `unsaid` is True until the next piece.
    """

    def __init__(self) -> None:
        self.unsaid = False
        self._held = ""
        self._thinking = False
        self._header = ""  # "speaker" or "channel" while the name of one is expected
        self._said: list[str] = []

    def feed(self, piece: str) -> str:
        """Take the next piece; returns what is no thought."""
        self.unsaid = False
        self._held += piece
        self._read(ended=False)
        return self._given()

    def close(self) -> str:
        """End the text; returns what was held back and is no thought."""
        self.unsaid = False
        self._read(ended=True)
        return self._given()

    def _given(self) -> str:
        given = "".join(self._said)
        self._said.clear()
        return given

    def _read(self, *, ended: bool) -> None:
        held, at = self._held, 0
        while at < len(held):
            if self._header:
                after = self._after_header(held, at, ended)
                if not self._header:
                    at = after
                    continue
            elif held[at] == "<":
                after = self._after_tag(held, at, ended)
            else:
                found = held.find("<", at)
                after = found if found >= 0 else len(held)
                self._say(held[at:after])
            if after == at:
                break
            at = after
        self._held = held[at:]

    def _say(self, text: str) -> None:
        if not self._thinking:
            self._said.append(text)

    def _after_tag(self, held: str, at: int, ended: bool) -> int:
        """Read what begins with "<" at `at`; returns where it ends, or `at` if more must come first."""
        tag = TAG.match(held, at)
        if tag is None:
            if not ended and MAY_BEGIN.fullmatch(held, at):
                return at
            self._say("<")
            return at + 1
        if tag["thought"]:
            self._think(begins=not tag["end"])
        elif tag["speaker"] or tag["channel"]:
            self._header = "channel" if tag["channel"] else "speaker"
        elif tag["sign"].strip("|｜").lower() in ("end", "return"):
            self._thinking = False
        return tag.end()

    def _think(self, *, begins: bool) -> None:
        if not begins and not self._thinking:
            self._said.clear()
            self.unsaid = True
        self._thinking = begins

    def _after_header(self, held: str, at: int, ended: bool) -> int:
        """Read the name of a speaker or a channel; returns where it ends, or `at` if more must come first."""
        header = HEADER.match(held, at)
        if header is None or (MAY_NAME.fullmatch(held, at) and not ended):
            return at
        if self._header == "channel":
            self._thinking = header[1] in ASIDE
        self._header = ""
        return header.end()
