"""Round trip: articles go into made files of every format, and must come out with all that the format carries.

The words are those of the text files in the data folder. A file holds whatever it should if each article is there
once, with its words (precision and recall), its facts, and sentences whose places give their exact words. The last
column is the processor's time to read a hundred files, of which those with several articles have five.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.errors import ArticleError
from rag.ingest.files import read_file
from rag.results.answers import Article
from rag.text.sentences import split_sentences
from tests.benchmarks.common import table
from tests.benchmarks.made_files import FORMATS, Format, Made

FILES = 2000
SEVERAL = 5
SENTENCE = re.compile(r"[A-Z][^.!?\n]{40,200}[.!?](?=\s)")
_PUBLISHERS = ("The Linden Courier", "Brackwater Gazette", "Radio Harwick", "Northern Times", "Il Giornale di Mola")
_NAMES = ("Jane Porter", "Tom Reed", "Ana Lindström", "José García", "Mara Voss")
_WORD = re.compile(r"\w+")


def run(data: Path, *, as_json: bool) -> None:
    sentences = [
        s for path in sorted(data.rglob("*.txt"))[:200] for s in SENTENCE.findall(path.read_text("utf-8", "replace"))
    ]
    rng = random.Random(1)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    seconds: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        for number in range(FILES):
            name = list(FORMATS)[number % len(FORMATS)]
            given = list(articles(rng, sentences, SEVERAL if FORMATS[name].several else 1))
            path = Path(place) / f"{number}.{FORMATS[name].suffix}"
            path.write_bytes(FORMATS[name].make(given))
            start = time.process_time()
            try:
                read: Sequence[Article] = read_file(path, path.name, max_bytes=20_000_000).articles
            except ArticleError:
                read = ()
            seconds[name] += time.process_time() - start
            counts[name].update(_compared(FORMATS[name], given, read))
    rows = {name: _figures(count, seconds[name]) for name, count in sorted(counts.items())}
    whole = _figures(sum(counts.values(), Counter()), seconds.total())
    print(table({**rows, "all": whole}))
    if as_json:
        print(json.dumps(whole))


def articles(rng: random.Random, sentences: Sequence[str], count: int) -> Iterator[Made]:
    for _ in range(count):
        chosen = rng.sample(sentences, rng.randint(8, 14))
        title = " ".join(_WORD.findall(chosen[0])[:8])
        day = f"{rng.randint(2015, 2024)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        paragraphs = tuple(" ".join(chosen[n : n + 3]) for n in range(1, len(chosen), 3))
        yield Made(title, rng.choice(_PUBLISHERS), day, rng.choice(_NAMES), paragraphs)


def _compared(form: Format, given: Sequence[Made], read: Sequence[Article]) -> Counter[str]:
    count = Counter({"files": 1, "given": len(given), "read": len(read)})
    left = list(read)
    for made in given:
        own = Counter(_WORD.findall(made.text))
        best = max(left, key=lambda a: (own & Counter(_WORD.findall(a.text))).total(), default=None)
        if best is None:
            continue
        left.remove(best)
        found = Counter(_WORD.findall(best.text)) - Counter(
            _WORD.findall(f"{made.title} {made.publisher} {made.written} By {made.author}")
        )
        common = (own & Counter(_WORD.findall(best.text))).total()
        count["whole"] += common >= 0.99 * own.total()
        count.update({"words": own.total(), "common": common, "more": max(0, found.total() - common)})
        stated = {"title": made.title, "publisher": made.publisher, "published": made.day, "author": made.author}
        for fact in form.carries:
            known = getattr(best, fact)
            count[fact] += (known[:10] if fact == "published" else known) == stated[fact]
            count[f"{fact} carried"] += 1
        cut = split_sentences(best.text, best.language)
        count["exact"] += all(best.text[s.start : s.end].strip() == best.text[s.start : s.end] != "" for s in cut)
    return count


def _figures(count: Counter[str], seconds: float) -> dict[str, object]:
    facts = {
        fact: _share(count[fact], count[f"{fact} carried"]) for fact in ("title", "publisher", "published", "author")
    }
    return {
        "files": count["files"],
        "given": count["given"],
        "read": count["read"],
        "whole": count["whole"],
        "recall": _share(count["common"], count["words"]),
        "precision": _share(count["common"], count["common"] + count["more"]),
        **facts,
        "exact": _share(count["exact"], count["given"]),
        "s/100": round(100 * seconds / max(1, count["files"]), 2),
    }


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"
