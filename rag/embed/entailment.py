"""Entailment models (natural language inference) in ONNX form, which tell whether one text follows from another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embed.model_folder import TOKENIZER, ModelFolder, read_labels, read_model_folder, wanted_files
from rag.embed.onnx import INPUTS, batches, encodable, load_session, load_tokenizer
from rag.embed.port import Entailment
from rag.errors import ModelRefused, Phrase
from rag.net.hub import Wish, fetch

MEANINGS = {
    "entailment": "entailment", "entail": "entailment", "entails": "entailment", "supported": "entailment",
    "neutral": "neutral", "not_entailment": "neutral", "unsupported": "neutral",
    "contradiction": "contradiction", "contradicts": "contradiction", "refuted": "contradiction",
}  # fmt: skip
"""What the labels of models mean, in small letters."""
HUB_MODEL = Wish(
    wanted_files,
    Phrase(
        "{name} has no ONNX form on the hub (onnx/model.onnx and tokenizer.json). Choose an entailment model that has "
        "one."
    ),
    Phrase(
        "copy the model's folder here by hand and set READACROSS_CHECKER to its path, or leave that empty for the "
        "embedded rules"
    ),
)


class OnnxEntailment:
    """Judges pairs with a transformer that classifies them. It may be used by several threads at once.

    A pair longer than the model's limit is cut, the longer text first. A model with one label gives the probability of
    entailment as the logistic of its output, others by a softmax over their labels.
    """

    def __init__(self, name: str, folder: ModelFolder, labels: Sequence[str]) -> None:
        """Load the model and try it once. Raises ModelRefused if it cannot be loaded or is no entailment model."""
        self.name = name
        self._folder = folder
        self._meanings = _meanings(name, labels)
        self._tokenizer = load_tokenizer(folder.tokenizer)
        self._tokenizer.enable_truncation(folder.limit, strategy="longest_first")
        self._session = load_session(folder.weights)
        self._inputs = {node.name for node in self._session.get_inputs()}
        if unknown := self._inputs - INPUTS:
            raise ModelRefused(
                "{weights} is no text classifier: it wants {unknown}.",
                weights=folder.weights,
                unknown=", ".join(sorted(unknown)),
            )
        self.entail([("", "")])

    def entail(self, pairs: Sequence[tuple[str, str]]) -> list[Entailment]:
        """Judge pairs of a premise and a hypothesis. Raises ModelRefused if the model's output cannot be used."""
        encoded = [self._tokenizer.encode(encodable(premise), encodable(claim)) for premise, claim in pairs]
        scores = np.empty((len(pairs), len(self._meanings)))
        for batch in batches([len(e.ids) for e in encoded]):
            scores[batch] = self._run([(encoded[i].ids, encoded[i].type_ids) for i in batch])
        return [self._read(row) for row in scores]

    def _run(self, batch: Sequence[tuple[list[int], list[int]]]) -> NDArray[np.float32]:
        shape = (len(batch), max(len(ids) for ids, _ in batch))
        given = {name: np.zeros(shape, np.int64) for name in INPUTS}
        for row, (ids, types) in enumerate(batch):
            given["input_ids"][row, : len(ids)] = ids
            given["token_type_ids"][row, : len(ids)] = types
            given["attention_mask"][row, : len(ids)] = 1
        output = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        if output.shape != (len(batch), len(self._meanings)) or not np.isfinite(output).all():
            raise ModelRefused(
                "{weights} gives {shape} for {pairs} pairs, but its config.json names {labels} labels, "
                "or what it gives are no numbers.",
                weights=self._folder.weights,
                shape=output.shape,
                pairs=len(batch),
                labels=len(self._meanings),
            )
        return output

    def _read(self, scores: NDArray[np.float64]) -> Entailment:
        if len(scores) == 1:
            entailed = float(1 / (1 + np.exp(-np.clip(scores[0], -50, 50))))
            return Entailment(entailed, 1 - entailed, 0.0)
        powers = np.exp(scores - scores.max())
        shares = powers / powers.sum()
        found = {"entailment": 0.0, "neutral": 0.0, "contradiction": 0.0}
        for meaning, share in zip(self._meanings, shares.tolist(), strict=True):
            found[meaning] += share
        return Entailment(found["entailment"], found["neutral"], found["contradiction"])


def _meanings(name: str, labels: Sequence[str]) -> tuple[str, ...]:
    meanings = tuple(MEANINGS.get(label.strip().lower().replace("-", "_").replace(" ", "_"), "") for label in labels)
    if "" in meanings or meanings.count("entailment") != 1:
        named = ", ".join(labels) or "none"
        raise ModelRefused(
            "{name} is no entailment model that can be read: its config.json names the labels {named} "
            "(id2label), and needed are entailment, and neutral and contradiction or not_entailment.",
            name=name,
            named=named,
        )
    return meanings


def load_from_folder(folder: Path) -> OnnxEntailment:
    """Load a model from its folder. Raises ModelRefused when the folder holds no entailment model that can be used."""
    name = folder.resolve().name
    return OnnxEntailment(name, read_model_folder(folder, name), read_labels(folder))


def load_from_hub(name: str) -> OnnxEntailment:
    """Load the model OWNER/NAME, fetched from the Hugging Face hub unless it was before. Raises as `fetch` does."""
    paths = fetch(name, HUB_MODEL)
    folder = next(path for path in paths if path.name == TOKENIZER).parent
    return OnnxEntailment(name, read_model_folder(folder, name), read_labels(folder))
