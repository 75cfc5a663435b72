"""A digest of what is new, for cron: python examples/daily_digest.py FOLDER DIGESTS.

  0 7 * * *  /home/me/.venv/bin/python /home/me/daily_digest.py /home/me/clippings /home/me/digests

It reads what has come into FOLDER and, if anything has, writes DIGESTS/YYYY-MM-DD.md with the facts that no older
article tells. The digest quotes: `readacross recheck` tells later which quotes still hold.
"""

import sys
from datetime import date
from pathlib import Path

from rag import Library


def main(folder: str, digests: str) -> None:
    with Library(folder) as library:
        report = library.sync()
        for skipped in report.skipped:
            print(f"{skipped.file}: {skipped.reason}", file=sys.stderr)
        if not report.added and not report.changed:
            return
        digest = Path(digests, f"{date.today().isoformat()}.md")
        digest.parent.mkdir(parents=True, exist_ok=True)
        digest.write_text(library.new().markdown(), encoding="utf-8")
        print(digest)


if __name__ == "__main__":
    main(*sys.argv[1:])
