"""Tiny data in the form of every benchmark's set, made of invented reports, so that all benchmarks can run anywhere.

The reports tell three kinds of events in two wordings each, in three towns. The scorers are stand-ins: every figure is
the share of the set's items that have a prediction.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.common import write_lines
from tests.benchmarks.desk import FIGURES, REQUESTS
from tests.benchmarks.storyfacts import BASELINES, PARTS

Record = dict[str, Any]
PLACES = (
    {"town": "Holmsund", "person": "Erik Lund", "chief": "Marta Dahl", "number": 12, "sum": 340, "date": "3 May 2021"},
    {"town": "Tarvo", "person": "Anna Berg", "chief": "Jon Hakala", "number": 25, "sum": 510, "date": "14 June 2022"},
    {"town": "Kelby", "person": "Paul Stone", "chief": "Ruth Mills", "number": 41, "sum": 780, "date": "9 April 2023"},
)
REPORTS = {
    "fire": (
        """A fire destroyed the old paper mill in {town} on {date}.
Some {number} workers were led out of the building by the night guard, {person}.
Fire chief {chief} said the flames had started in a store room for rags.
Nobody was killed, but three people were taken to hospital with burns.
The owners put the damage at {sum} million crowns.
The mill was built in 1898 and made paper for newspapers in Germany.
Police said they did not suspect arson.""",
        """Flames that were seen for miles have gutted a historic factory near the harbour of {town}.
Night guard {person} brought {number} people to safety before the roof fell in, witnesses told reporters.
"It began where the rags are kept," {chief}, who leads the fire service, announced.
Doctors treated three burnt workers, and their lives are not in danger.
According to the company, the loss amounts to {sum} million crowns.
Production will move to Poland until a new hall has been raised.
The blaze broke out on {date} shortly before midnight.""",
    ),
    "strike": (
        """Ferry crews in {town} stopped work on {date} in a dispute about night shifts.
Union leader {person} said that {number} sailings had been cancelled.
The company offered a rise of 4 percent, which the crews refused.
Manager {chief} called the strike a danger to the islands.
About {sum} passengers had to wait in the terminal in Denmark.
The harbour office said that freight would be carried by road.
Talks are to go on at the ministry of labour.""",
        """Travellers bound for the islands were stranded when sailors of {town} walked out.
{number} crossings did not take place, the union's head {person} announced.
The men and women on board want fewer hours after dark, and more rest between two trips.
An offer of 4 percent more pay was turned down by a large majority.
{chief}, who runs the shipping line, argued that medicine no longer reached the islands.
Nearly {sum} tourists from Norway slept on benches.
The walkout started on {date} at dawn, and nobody knows when it will end.""",
    ),
    "theft": (
        """Thieves took {number} paintings from the city museum of {town} on {date}.
Director {person} said that the alarm had been switched off for repairs.
The stolen works are worth {sum} million crowns, an insurer said.
Among them is a winter landscape that was lent by a collector from Austria.
Inspector {chief} said a white van had been seen behind the building.
Two men wearing masks had tied up the only guard.
The museum remains closed until Friday.""",
        """An empty wall and broken frames are all that is left in a gallery of {town} after a raid at night.
{number} pictures are missing, {person}, the head of the house, announced.
Experts guess their value at {sum} million crowns.
No bell rang, as electricians had been at work on the wires since Monday.
The masked robbers bound a watchman and fled in a pale van, according to {chief} of the police.
A snow scene owned by a lender in Vienna is the best known of the lost works.
Border guards in Sweden have been warned since {date}.""",
    ),
}
"""For each kind of event, what two reports say of it."""
QUESTIONS = {
    "fire": ("Who led the workers of {town} out?", "How many people were at the mill in {town}?"),
    "strike": ("How many sailings from {town} were cancelled?", "What did the company in {town} offer?"),
    "theft": ("What did thieves take in {town}?", "Who is the bishop of {town}?"),
}
SCORER = """
import argparse
import gzip
import json
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("predictions", type=Path)
parser.add_argument("--data", type=Path)
parser.add_argument("--json", action="store_true")
parser.add_argument("--library")
options = parser.parse_args()
gold = options.data / {gold!r}
text = gzip.open(gold, "rt").read() if gold.suffix == ".gz" else gold.read_text()
wanted = [json.loads(line)[{key!r}] for line in text.splitlines()]
predicted = {{json.loads(line)[{key!r}] for line in options.predictions.read_text().splitlines()}}
share = sum(name in predicted for name in wanted) / len(wanted)
result = {{figure: share for figure in {figures!r}}}
print(json.dumps({{{group!r}: result}} if {group!r} else result))
"""
SUMMARIES = """
import argparse
import json
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--data", type=Path)
parser.add_argument("--write", type=Path)
options = parser.parse_args()
events = [json.loads(line)["event"] for line in (options.data / "events.jsonl").read_text().splitlines()]
for name in {names!r}:
    lines = [json.dumps({{"event": event, "summary": []}}) for event in events]
    (options.write / f"{{name}}.jsonl").write_text("\\n".join(lines) + "\\n")
"""


def make_data(root: Path) -> None:
    """Write the folders of all sets below the root."""
    for make in (make_answering, make_summhay, make_grounding, make_events, make_desk, make_storyfacts):
        make(root)


def reports(places: int = len(PLACES)) -> list[Record]:
    """The reports of the events of so many towns."""
    return [
        {
            "doc_id": f"{kind}{number}{side}",
            "event": f"{kind}{number}",
            "topic": number,
            "kind": kind,
            "town": place["town"],
            "text": text.format(**place),
        }
        for kind, wordings in REPORTS.items()
        for number, place in enumerate(PLACES[:places])
        for side, text in zip("ab", wordings, strict=True)
    ]


def make_answering(root: Path) -> None:
    documents = [{"doc_id": r["doc_id"], "title": r["kind"].title(), "text": r["text"]} for r in reports()]
    questions = []
    for r in reports()[::2]:
        for number, question in enumerate(QUESTIONS[r["kind"]]):
            first = r["text"].index("\n")
            found = {"answerable": True, "gold_spans": [[0, first]], "answers": [r["text"][:first]]}
            missing = {"answerable": False, "gold_spans": [], "answers": []}
            asked = {"id": f"{r['event']}-{number}", "question": question.format(**r), "doc_id": r["doc_id"]}
            questions.append(asked | (missing if "bishop" in question else found))
    folder = make_folder(root, "answering", "questions.jsonl.gz", "id", ("utility",))
    write_packed(folder / "documents.jsonl.gz", documents)
    write_packed(folder / "questions.jsonl.gz", questions)


def make_summhay(root: Path) -> None:
    documents = [
        {"doc_id": r["doc_id"], "topic": r["kind"], "publisher": f"{r['town']} Times", "text": r["text"]}
        for r in reports()
    ]
    queries = [
        {
            "query_id": kind,
            "topic": kind,
            "subtopic": f"The {kind}",
            "query": "What was the damage?",
            "insights": [
                {"insight": line, "doc_ids": [f"{kind}0a"]} for line in wordings[0].format(**PLACES[0]).split("\n")[:3]
            ],
        }
        for kind, wordings in REPORTS.items()
    ]
    folder = make_folder(root, "summhay", "queries.jsonl", "query_id", ("coverage", "citation", "joint"))
    write_packed(folder / "documents.jsonl.gz", documents)
    write_lines(folder / "queries.jsonl", queries)
    (folder / "published.json").write_text(json.dumps({"invented": [0.5, 0.5, 0.25]}))


def make_grounding(root: Path) -> None:
    """Each report's first sentences as claims, the very first one with another town."""
    claims = []
    for r in reports():
        for number, line in enumerate(r["text"].split("\n")[:3]):
            false = line.replace(r["town"], "Oslo").replace(" on ", " never on ")
            label = "unsupported" if number == 0 and false != line else "supported"
            claim = {"id": f"{r['doc_id']}-{number}", "set": "wice", "label": label, "evidence": [r["text"]]}
            claims.append(claim | {"claim": false if label == "unsupported" else line})
    figures = ("auroc", "balanced_accuracy")
    folder = make_folder(root, "grounding", "claims.jsonl.gz", "id", figures, group="wice")
    write_packed(folder / "claims.jsonl.gz", claims)


def make_events(root: Path) -> None:
    folder = make_folder(root, "events", "documents.jsonl.gz", "doc_id", ("bcubed_f1",))
    write_packed(folder / "documents.jsonl.gz", reports())


def make_desk(root: Path) -> None:
    """Two questions, a dialogue of two turns and a request for each event of one town."""
    documents = reports(1)
    libraries = {r["event"]: [r["event"] + side for side in "ab"] for r in documents}
    items = []
    for r in documents[::2]:
        first, second = (question.format(**r) for question in QUESTIONS[r["kind"]])
        asked: tuple[Record, ...] = (
            {"type": "question", "question": first},
            {"type": "turn", "question": first, "dialogue": f"{r['event']}-d", "turn": 1},
            {"type": "turn", "question": "And the police?", "dialogue": f"{r['event']}-d", "turn": 2},
            {"type": "question", "question": second},
            {"type": "request", "question": f"Summarise what happened in {r['town']}"},
        )
        library = {"own": r["event"], "all": "everything"}
        items += [item | {"id": f"{r['event']}-{n}", "library": library} for n, item in enumerate(asked)]
    folder = make_folder(root, "desk", "questions.jsonl", "id", (*FIGURES, *REQUESTS))
    write_packed(folder / "documents.jsonl.gz", documents)
    write_lines(folder / "questions.jsonl", items)
    everything = {"everything": [r["doc_id"] for r in documents]}
    (folder / "libraries.json").write_text(json.dumps(libraries | everything))


def make_storyfacts(root: Path) -> None:
    documents = reports(1)
    events = [{"event": event, "points_asked": 3} for event in dict.fromkeys(r["event"] for r in documents)]
    figures = tuple(figure for own in PARTS.values() for figure in own)
    folder = make_folder(root, "storyfacts", "events.jsonl", "event", figures)
    write_packed(folder / "documents.jsonl.gz", documents)
    write_lines(folder / "events.jsonl", events)
    (folder / "baselines.py").write_text(SUMMARIES.format(names=BASELINES))


def make_folder(root: Path, name: str, gold: str, key: str, figures: tuple[str, ...], group: str = "") -> Path:
    """The folder of a set, with its stand-in of a scorer."""
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "score.py").write_text(SCORER.format(gold=gold, key=key, figures=figures, group=group))
    return folder


def write_packed(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    text = "".join(json.dumps(record) + "\n" for record in records)
    path.write_bytes(gzip.compress(text.encode()))


def make_cases(root: Path) -> None:
    """One case that holds, and one that does not."""
    first, second = (text.format(**PLACES[0]) for text in REPORTS["fire"])
    holding = [
        {"do": "sync", "articles": 2, "mentions": ["broken.pdf"]},
        {"do": "sync", "mentions": ["a.txt"]},
        {"do": "articles", "dates": ["", ""]},
        {
            "do": "text",
            "file": "a.txt",
            "contains": ["paper mill"],
            "not_contains": ["bank"],
            "count": {"Erik Lund": 1},
        },
        {"do": "ask", "question": "Who led the workers out?", "found": True, "contains": ["Erik Lund"]},
        {"do": "ask", "question": "Who is the bishop of Rome?", "found": False},
        {"do": "summarise", "not_contains": ["bank"], "never_together": [["paper mill", "bishop"]]},
        {"do": "compare", "not_disagreed": ["bishop"]},
        {"do": "check", "draft": "The mill was built in 1698.", "verdict": "not supported"},
    ]
    failing = [
        {"do": "sync", "articles": 3, "mentions": ["c.txt"]},
        {"do": "articles", "titles": ["News"]},
        {"do": "text", "file": "c.txt"},
        {"do": "text", "file": "a.txt", "contains": ["bank"], "not_contains": ["mill"], "count": {"mill": 7}},
        {"do": "ask", "question": "Who led the workers out?", "found": False},
        {"do": "ask", "question": "Who led the workers out?", "cites": ["c.txt"], "most_sentences": 0},
        {"do": "summarise", "not_contains": ["mill"]},
        {"do": "compare", "disagreed": ["bishop"], "together": [["bank", "bishop"]]},
        {"do": "check", "draft": "The mill was built in 1898.", "verdict": "not supported"},
    ]
    for name, checks in (("holding", holding), ("failing", failing)):
        files = root / name / "files"
        files.mkdir(parents=True)
        (files / "a.txt").write_text(first)
        (files / "b.txt").write_text(second)
        (files / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
        (root / name / "expected.json").write_text(json.dumps({"kind": name, "checks": checks}))
