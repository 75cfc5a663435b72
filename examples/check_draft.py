"""Check a draft against a folder: python examples/check_draft.py FOLDER DRAFT.txt. Exits with 1 if a sentence fails."""

import sys
from pathlib import Path

from rag import Library


def main(folder: str, draft: str) -> int:
    with Library(folder) as library:
        library.sync()
        checked = library.check(Path(draft).read_text(encoding="utf-8"))
        for sentence in checked:
            if sentence.support == "supported":
                continue
            print(f"{sentence.support}: {sentence.text}")
            for fault in sentence.faults:
                print(f"  {fault.reason}")
            for citation in sentence.citations[:1]:
                print(f"  nearest: {citation.quote} ({citation.file})")
        print(checked.summary)
        return int(checked.counts["supported"] < len(checked))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
