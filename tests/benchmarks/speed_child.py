"""One measured process of the speed benchmark: speed_child ours|stock|ask|page FOLDER STORE QUESTIONS."""

from __future__ import annotations

import cProfile
import json
import pstats
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STOCK = "stock"
STEPS = ("query", "retrieve", "gather", "quote", "find_witnesses")
"""The functions that an `ask` spends its time in."""


def ours(folder: Path, store: Path, questions: list[str]) -> dict[str, Any]:
    import chromadb
    import llama_index.core

    from rag import Library, Settings
    from rag.models import make_embedder

    del chromadb, llama_index, questions
    make_embedder("").embed_question("warm")
    with Library(folder, store=store, settings=Settings()) as library:
        report, first = timed(library.sync)
        again = statistics.median(timed(library.sync)[1] for _ in range(3))
        passages = library._store.catalogue.count("passages")
    return {"sync": first, "stages": report.seconds, "again": again, "passages": passages}


def stock(folder: Path, store: Path, questions: list[str]) -> dict[str, Any]:
    import chromadb
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from rag.models import make_embedder
    from tests.benchmarks.stock_embedding import StockEmbedding

    del questions
    embedder = StockEmbedding(make_embedder(""))
    embedder.get_query_embedding("warm")
    splitter = SentenceSplitter(chunk_size=256, chunk_overlap=0)
    splitter.split_text("warm")
    client = chromadb.PersistentClient(str(store))

    def sync() -> int:
        documents = [
            Document(text=path.read_text("utf-8"), metadata={"file": path.name})
            for path in sorted(folder.glob("*.txt"))
        ]
        nodes = splitter.get_nodes_from_documents(documents)
        collection = client.create_collection(STOCK, configuration={"hnsw": {"space": "cosine"}})
        context = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
        VectorStoreIndex(nodes, storage_context=context, embed_model=embedder)
        return len(nodes)

    passages, seconds = timed(sync)
    return {"sync": seconds, "passages": passages}


def ask(folder: Path, store: Path, questions: list[str]) -> dict[str, Any]:
    """Our `ask` and stock's retriever in turn, question by question; stock's store lies beside ours."""
    import chromadb
    from llama_index.core import VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from rag import Library, Settings
    from rag.models import make_embedder
    from tests.benchmarks.stock_embedding import StockEmbedding

    client = chromadb.PersistentClient(str(store.with_name(store.name.replace("ours", "stock"))))
    vectors = ChromaVectorStore(chroma_collection=client.get_collection(STOCK, embedding_function=None))
    index = VectorStoreIndex.from_vector_store(vectors, embed_model=StockEmbedding(make_embedder("")))
    retriever = index.as_retriever(similarity_top_k=8)
    library, opened = timed(lambda: Library(folder, store=store, settings=Settings()))
    with library:
        library.ask(questions[0])
        retriever.retrieve(questions[0])
        times = [(timed(lambda q=q: library.ask(q))[1], timed(lambda q=q: retriever.retrieve(q))[1]) for q in questions]
        steps = profiled(library.ask, questions)
    return {
        "ask": statistics.median(ours for ours, _ in times),
        "retrieve": statistics.median(stocks for _, stocks in times),
        "open": opened,
        "steps": steps,
    }


def page(folder: Path, store: Path, questions: list[str]) -> dict[str, Any]:
    """Seconds from the start of `readacross serve` until a browser shows the page, and the first answer."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        return {"page": "not measured: no Chromium was found"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "rag.cli",
        "serve",
        "--library",
        str(folder),
        "--store",
        str(store),
        "--port",
        str(port),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        tab = browser.new_page()
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until_open(port)
            tab.goto(f"http://127.0.0.1:{port}/")
            tab.wait_for_selector("html[data-ready=yes]")
            shown = time.perf_counter() - begun
            tab.fill("#question textarea", questions[0])
            tab.press("#question textarea", "Enter")
            tab.wait_for_selector("#turn-1:not([aria-busy])")
            answered = time.perf_counter() - begun
        finally:
            process.terminate()
            process.wait()
            browser.close()
    return {
        "page shown, s after the start": round(shown, 2),
        "first question answered, s after the start": round(answered, 2),
    }


def wait_until_open(port: int) -> None:
    while True:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.perf_counter()
    value = work()
    return value, time.perf_counter() - begun


def profiled(work: Callable[[str], Any], questions: list[str]) -> dict[str, float]:
    profile = cProfile.Profile()
    profile.enable()
    for q in questions:
        work(q)
    profile.disable()
    stats: Any = pstats.Stats(profile)
    times = {name: value[3] for (_, _, name), value in stats.stats.items() if name in STEPS}
    return {name: round(times.get(name, 0.0) / stats.total_tt, 3) for name in STEPS}


if __name__ == "__main__":
    what, folder, store, questions = sys.argv[1:]
    asked: list[str] = json.loads(Path(questions).read_text("utf-8"))
    result = {"ours": ours, "stock": stock, "ask": ask, "page": page}[what](Path(folder), Path(store), asked)
    result["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(result))
