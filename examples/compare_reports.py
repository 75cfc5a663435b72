"""Compare two reports of one event: python examples/compare_reports.py FOLDER FIRST SECOND."""

import sys

from rag import Library


def main(folder: str, first: str, second: str) -> None:
    with Library(folder) as library:
        library.sync()
        comparison = library.compare(files=[first, second])
        print(f"{len(comparison.agreed)} facts in both, {len(comparison.one)} in one of them")
        for row in comparison.agreed[:3]:
            print("-", *(cell.quote.text for cell in row.cells if cell), sep="\n  ")
        for disagreement in comparison.disagreed:
            print("They disagree:", disagreement.versions)


if __name__ == "__main__":
    main(*sys.argv[1:])
