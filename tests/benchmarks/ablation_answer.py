"""What each group of the answering rules is worth: one is switched off at a time, over desk's questions and dialogues
and those of answering.

    python -m tests.benchmarks.ablation_answer [--data ROOT] [--write FOLDER] [--only WORD]

Rules that feed the regressions are left out of their fit, and both are told by folds (`refitted`); the other rules are
switched off in the whole program with the numbers that it ships (`in_place`). Beside each figure stands its difference
to the full program, with the standard error of that difference over events and articles; a rule whose difference lies
within two of them everywhere is noticed by none of these sets. `--write` keeps what the reader made of the passages
there, which takes most of the time; `--only` runs the switches with a word in their name.
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np

from rag import Library
from rag.answer import answerer, conversation, follow_up, question, quoting
from rag.answer.evidence import PASSAGE_FEATURES, SENTENCE_FEATURES, Features, measure
from rag.answer.reader import Reader, Reading, load_reader
from rag.embed.wordllama import load_wordllama
from rag.retrieval import retriever
from rag.verify import corroboration
from tests.benchmarks import answering, desk, fit_answering
from tests.benchmarks.common import SHARED, Prediction, load_script, read_lines, table
from tests.benchmarks.fit_answering import Asked

Patch = tuple[object, str, Any]
Switches = Mapping[str, Sequence[Patch]]
PARTS = ("refitted", "in place")


def _same(first: Any, *_: object, **__: object) -> Any:
    return first


def _none(*_: object, **__: object) -> None:
    return None


def _second(_: object, second: Sequence[Any], *__: object) -> list[Any]:
    return list(second)


NEVER = re.compile(r"(?!)")
BRIEF = quoting.BRIEF

QUOTING: Switches = {
    "frames around a subject": ((question, "FRAME", NEVER),),
    "questions across sources": ((question, "ACROSS", NEVER),),
    "more for each source": ((quoting, "EACH_SOURCE", BRIEF),),
    "more for a list": ((quoting, "LIST", BRIEF),),
    "items behind their lead": ((quoting, "_with_items", _same),),
    "parts of a question": ((answerer, "parts_of", lambda text: [text]),),
    "further sentences": ((quoting, "CLEAR", 2.0),),
    "other articles": (
        (quoting, "BRIEF", replace(BRIEF, others=0)),
        (quoting, "LIST", replace(quoting.LIST, others=0)),
    ),
    "each fact once": ((answerer.Answerer, "_one_for_each_fact", _second),),
    "corroboration": ((corroboration, "find_witnesses", lambda quotes, *_: [()] * len(quotes)),),
    "spellings of names": ((retriever, "NAME", NEVER),),
    "coverage in retrieval": ((retriever.Retriever, "_coverage", lambda *_: 0.0),),
}
"""Rules between a question and its quotes."""
DIALOGUE: Switches = {
    "short forms": ((follow_up, "short_form", _none),),
    "asked again": ((follow_up, "asked_again", lambda *_: ""),),
    "fragments": ((follow_up, "_is_fragment", lambda *_: False),),
    "pronouns": ((follow_up, "_with_person", _same),),
    "there": ((follow_up, "_with_place", _same),),
    "pointing words": ((follow_up, "POINTING", NEVER),),
    "little said": ((follow_up, "_says_little", lambda *_: False),),
    "otherwise": ((conversation, "stand_alone", lambda *a: replace(follow_up.stand_alone(*a), otherwise="")),),
    "topic": ((conversation, "topic_of", lambda *_: ""),),
    "topic's names": ((answerer, "named_in", lambda *_: ()),),
    "the last part asks": ((answerer, "last_of", _same),),
}
"""Rules that complete a follow-up."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED, help="the folder of all benchmarks")
    parser.add_argument("--write", type=Path, help="keep what the reader made of the passages in this folder")
    parser.add_argument("--only", default="", help="the switches with this in their name")
    parser.add_argument("--parts", nargs="*", default=PARTS, choices=PARTS, help="which of the two")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept: Path = options.write or Path(folder)
        kept.mkdir(parents=True, exist_ok=True)
        if "refitted" in options.parts:
            print(table(refitted(questions(options.data, kept / "asked.pickle"), options.only)), flush=True)
        if "in place" in options.parts:
            memory = Memory(kept / "read.pickle")
            with patch.object(Reader, "_read", memory.read):
                print(table(in_place(options.data, options.only)), flush=True)
            memory.keep()


class Memory:
    """What the reader made of each passage for each question; the same for every switch."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[tuple[str, str, tuple[str, ...]], Reading] = {}
        self._read = Reader._read
        if path.is_file():
            self._kept |= pickle.loads(path.read_bytes())

    @property
    def read(self) -> Callable[[Reader, str, str, Sequence[str]], Reading]:
        def read(reader: Reader, asked: str, title: str, sentences: Sequence[str]) -> Reading:
            key = (asked, title, tuple(sentences))
            if key not in self._kept:
                self._kept[key] = self._read(reader, asked, title, sentences)
            return self._kept[key]

        return read

    def keep(self) -> None:
        """Write it down."""
        self._path.write_bytes(pickle.dumps(self._kept))


# -- what feeds the regressions: fitted again --------------------------------------------------------------------------


def questions(root: Path, file: Path) -> list[Asked]:
    """The questions with the features of their passages, asked anew unless the file holds them."""
    if not file.is_file():
        file.write_bytes(pickle.dumps(fit_answering.load(root, load_reader())))
    found: list[Asked] = pickle.loads(file.read_bytes())
    return found


def refitted(asked: Sequence[Asked], only: str) -> dict[str, dict[str, str]]:
    """For each feature, and for the titles in them, the utilities without it by folds, with the reader and without."""
    changed: dict[str, Callable[[], list[Asked]]] = {"full": lambda: list(asked)}
    changed["title"] = partial(_untitled, asked)
    for i, name in enumerate(PASSAGE_FEATURES):
        changed[f"passage: {name}"] = partial(_without, asked, passage=(i,))
    for i, name in enumerate(SENTENCE_FEATURES):
        changed[f"sentence: {name}"] = partial(_without, asked, sentence=(i,))
    rows: dict[str, dict[str, str]] = {}
    full: dict[str, list[float]] = {}
    for name, make in changed.items():
        if name != "full" and only not in name:
            continue
        own = _by_folds(make())
        full = full or own
        rows[name] = {
            column: f"{np.mean(values):.3f} {_difference(values, full[column])}" for column, values in own.items()
        }
        print(name, rows[name], flush=True)
    return rows


def _difference(values: Sequence[float], full: Sequence[float]) -> str:
    apart = np.array(values) - np.array(full)
    return f"{apart.mean():+.3f} ± {np.std(apart):.3f}" if apart.any() else f"± {np.std(full):.3f}"


def _by_folds(asked: Sequence[Asked]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for seed in range(fit_answering.CUTS):
        for name, value in fit_answering.cross_validate(asked, lambda one: one.read, seed).items():
            found[name].append(value)
        for name, value in fit_answering.cross_validate(asked, lambda one: one.unread, seed).items():
            found[f"{name}, no reader"].append(value)
    return found


def _untitled(asked: Sequence[Asked]) -> list[Asked]:
    """The questions with what is measured where no words of a title count."""
    embed = load_wordllama().embed_passages
    made = []
    for one in asked:
        candidates = [replace(c, title="") for c in one.candidates]
        unread = measure(one.question, candidates, embed, [None] * len(candidates))
        read = tuple(_with_read(new, old) for new, old in zip(unread, one.read, strict=True))
        made.append(replace(one, read=read, unread=unread))
    return made


def _with_read(unread: Features, read: Features) -> Features:
    """New shared words beside the reader's columns as they were."""
    if not read.read:
        return unread
    passage = np.concatenate([unread.passage, read.passage[len(unread.passage) :]])
    sentences = np.column_stack([unread.sentences, read.sentences[:, unread.sentences.shape[1] :]])
    return Features(passage, sentences, True)


def _without(asked: Sequence[Asked], passage: Sequence[int] = (), sentence: Sequence[int] = ()) -> list[Asked]:
    def blank(features: Features) -> Features:
        own, sentences = features.passage.copy(), features.sentences.copy()
        own[list(passage)] = 0
        sentences[:, list(sentence)] = 0
        return Features(own, sentences, features.read)

    return [replace(one, read=tuple(map(blank, one.read)), unread=tuple(map(blank, one.unread))) for one in asked]


# -- all else: switched off in the whole program -----------------------------------------------------------------------

FIRST = "first turns"
Values = dict[tuple[str, str], tuple[str, float]]
"""For a set and an item, the event or article that it belongs to, and its utility."""


def in_place(root: Path, only: str) -> dict[str, dict[str, str]]:
    """For each rule, the utilities of questions and follow-ups without it."""
    switches: Switches = {"full": ()} | {
        name: patches for name, patches in (QUOTING | DIALOGUE).items() if only in name
    }
    found: dict[str, Values] = {name: {} for name in switches}
    for library, items, score in _libraries(root):
        for name, patches in switches.items():
            with ExitStack() as stack:
                for patched in patches:
                    stack.enter_context(patch.object(*patched))
                asked = [i for i in items if name == "full" or (i["type"] == "turn") == (name in DIALOGUE)]
                found[name] |= score(library, asked)
    rows = {}
    for name, values in found.items():
        columns = [c for c in dict.fromkeys(c for c, _ in values) if c != FIRST]
        rows[name] = {column: _told(values, found["full"], column) for column in columns}
        print(name, rows[name], flush=True)
    return rows


def _told(values: Values, full: Values, column: str) -> str:
    own = {key: value for key, value in values.items() if key[0] == column}
    mean = np.mean([value for _, value in own.values()])
    apart: dict[str, float] = defaultdict(float)
    for key, (group, value) in own.items():
        apart[group] += value - full[key][1]
    differences = np.array(list(apart.values())) / len(own)
    if not differences.any():
        return f"{mean:.3f}"
    error = np.sqrt(len(differences) * np.var(differences, ddof=1)) if len(differences) > 1 else 0.0
    return f"{mean:.3f} {differences.sum():+.3f} ± {error:.3f}"


Score = Callable[[Library, Sequence[dict[str, Any]]], Values]


def _libraries(root: Path) -> Iterator[tuple[Library, list[dict[str, Any]], Score]]:
    scorer = load_script("desk", root / "desk")
    members = json.loads((root / "desk" / "libraries.json").read_text("utf-8"))
    for which in desk.WHICH:
        for library, items in desk.libraries(root / "desk", which):
            asked = [i for i in items if i["type"] != "request" and (which == "own" or i["names_event"])]
            yield library, asked, partial(_desk, scorer, members, which)
    scorer_of_answering = load_script("answering", root / "answering")
    with answering.library_of(root / "answering") as library:
        asked = read_lines(root / "answering" / "questions.jsonl.gz")
        yield library, asked, partial(_answering, scorer_of_answering)


def _desk(scorer: ModuleType, members: Any, which: str, library: Library, items: Sequence[dict[str, Any]]) -> Values:
    predictions: dict[str, Prediction] = {p["id"]: p for p in desk.answer_all(library, items)}
    values: Values = {}
    for item in items:
        value = scorer.score([item], predictions, members, which)["utility"]
        turn = int(item.get("turn") or 0)
        column = f"follow-ups, {which}" if turn > 1 else FIRST if turn else f"desk, {which}"
        values[column, item["id"]] = (item["library"]["own"], float(value))
    return values


def _answering(scorer: ModuleType, library: Library, items: Sequence[dict[str, Any]]) -> Values:
    values: Values = {}
    for item in items:
        value = scorer.score([item], {item["id"]: answering.ask(library, item)})["utility"]
        values["answering", item["id"]] = (item["doc_id"], float(value))
    return values


if __name__ == "__main__":
    main()
