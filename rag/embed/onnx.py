"""Transformer embedders in ONNX form, run on the processor by onnxruntime. Their weights are files or hub models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.embed.model_folder import ModelFolder, Pooling, read_model_folder
from rag.embed.port import Vectors
from rag.errors import ModelRefused

if TYPE_CHECKING:
    from tokenizers import Tokenizer


Ids = NDArray[np.int64]

PASSAGE_TOKENS = 256
HEADER_ROOM = 40
"""Tokens left free for the title, publisher and date that are indexed with a passage."""

BATCH_TEXTS = 8
BATCH_TOKENS = 256
"""Larger batches are slower on a processor, as they leave its cache: passages go alone, sentences by eight."""

INPUTS = {"input_ids", "attention_mask", "token_type_ids"}


class Session(Protocol):
    """What is used of onnxruntime's InferenceSession, which has no types of its own."""

    def get_inputs(self) -> Sequence[Any]:
        """List the graph's inputs, each with its `name`."""

    def run(self, output_names: None, input_feed: dict[str, Ids]) -> list[NDArray[np.float32]]:
        """Compute the graph's outputs."""


class OnnxEmbedder:
    """Embeds with a transformer. It may be used by several threads at once.

    A text longer than the model's limit is embedded by its beginning. A text's vector may differ in its last bits
    with the texts embedded beside it.
    """

    def __init__(self, name: str, folder: ModelFolder) -> None:
        """Load the model and try it once. Raises ModelRefused if it cannot be loaded or used."""
        self.name = f"{name}:{folder.fingerprint}"
        self._folder = folder
        self._tokenizer = load_tokenizer(folder.tokenizer)
        self._session = load_session(folder.weights)
        self._inputs = {node.name for node in self._session.get_inputs()}
        if unknown := self._inputs - INPUTS:
            raise ModelRefused(
                "{weights} is no text embedder: it wants {unknown}.",
                weights=folder.weights,
                unknown=", ".join(sorted(unknown)),
            )
        self._dimension = self._run([self._encode("")]).shape[1]
        overhead = len(self._encode(folder.passage_prefix))
        self.passage_tokens = max(1, min(PASSAGE_TOKENS, folder.limit - overhead - HEADER_ROOM))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text, without prefix and special tokens."""
        return [len(self._tokenizer.encode(encodable(text), add_special_tokens=False).ids) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit vectors of shape (len(texts), dimension)."""
        return self._embed([self._folder.passage_prefix + text for text in texts])

    def embed_question(self, text: str) -> Vectors:
        """Embed a text as a unit vector of shape (dimension,), with the model's prefix for questions."""
        vector: Vectors = self._embed([self._folder.question_prefix + text])[0]
        return vector

    def _embed(self, texts: Sequence[str]) -> Vectors:
        encoded = [self._encode(text) for text in texts]
        vectors = np.empty((len(texts), self._dimension), np.float32)
        for batch in batches([len(ids) for ids in encoded]):
            vectors[batch] = self._run([encoded[i] for i in batch])
        return vectors

    def _encode(self, text: str) -> list[int]:
        """Find a text's token ids, cut to the model's limit but for the special tokens at its end."""
        encoding = self._tokenizer.encode(encodable(text))
        ids: list[int] = encoding.ids
        if len(ids) <= self._folder.limit:
            return ids
        closing = encoding.special_tokens_mask[::-1].index(0)
        return ids[: self._folder.limit - closing] + ids[len(ids) - closing :]

    def _run(self, batch: Sequence[list[int]]) -> Vectors:
        """Embed texts, given as token ids, in one call of the model."""
        shape = (len(batch), max(map(len, batch)))
        ids, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros(shape, np.int64)}
        outputs = self._session.run(None, {name: given[name] for name in self._inputs})
        vectors = _pool(outputs[0], mask, self._folder.pooling)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not (np.isfinite(norms).all() and norms.all()):
            raise ModelRefused(
                "{weights} gives vectors that are not numbers, or are all zero.", weights=self._folder.weights
            )
        vectors /= norms
        return vectors


def load_from_folder(folder: Path) -> OnnxEmbedder:
    """Load a model from its folder; its name is the folder's, and a fingerprint of the weights.

    Raises ModelRefused when the folder holds no embedding model that can be used.
    """
    name = folder.resolve().name
    return OnnxEmbedder(name, read_model_folder(folder, name))


def load_from_hub(name: str) -> OnnxEmbedder:
    """Load the model OWNER/NAME, downloaded from the Hugging Face hub unless it was before.

    Raises ModelUnavailable without a network, ModelRefused if there is no such model or it has no ONNX form.
    """
    from rag.embed.model_folder import model_files

    return OnnxEmbedder(name, read_model_folder(model_files(name), name))


def _pool(output: NDArray[np.float32], mask: Ids, pooling: Pooling) -> Vectors:
    """Make one vector a text of one vector a token; a model may have done so itself."""
    if output.ndim == 2:
        return output
    if pooling == "cls":
        first: Vectors = output[:, 0]
        return first
    weights = mask[:, :, None].astype(np.float32)
    mean: Vectors = (output * weights).sum(axis=1) / weights.sum(axis=1)
    return mean


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group the indices of texts of like length, longest first."""
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and (len(batch) == BATCH_TEXTS or (len(batch) + 1) * lengths[batch[0]] > BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def encodable(text: str) -> str:
    """Replace halves of surrogate pairs, which a tokenizer cannot take, by "?"."""
    return text.encode("utf-8", "replace").decode("utf-8")


def load_tokenizer(file: Path) -> Tokenizer:
    """Load a tokenizer.json, without padding and truncation. Raises ModelRefused if it cannot be read."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # tokenizers raises nothing narrower
        raise ModelRefused(
            "{file} cannot be read ({error}). Copy the model's folder again.", file=file, error=error
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True
    return tokenizer


def load_session(file: Path, threads: int = 0) -> Session:
    """Load a graph for the processor, run on that many of its cores, all by default.

    Raises ModelRefused if it cannot be loaded.
    """
    import onnxruntime  # type: ignore[import-untyped]  # it ships no types

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.enable_cpu_mem_arena = False  # or memory grows past a gigabyte
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    options.add_session_config_entry(
        "session.intra_op.allow_spinning", "0"
    )  # idle threads leave the processor to others
    try:
        session: Session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no common base of their own
        raise ModelRefused(
            "{file} cannot be loaded ({error}). Copy the model's folder again.", file=file, error=error
        ) from error
    return session
