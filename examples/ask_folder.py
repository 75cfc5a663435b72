"""Ask a folder of articles a question: python examples/ask_folder.py FOLDER "QUESTION"."""

import sys

from rag import Library


def main(folder: str, question: str) -> None:
    with Library(folder) as library:
        library.sync()
        answer = library.ask(question)
        print(answer.text)
        for citation in answer.citations:
            text = library.article(citation.file).text
            assert text[citation.start : citation.end] == citation.quote
            print(f"[{citation.number}] {citation.file}, characters {citation.start} to {citation.end}")


if __name__ == "__main__":
    main(*sys.argv[1:])
