"""The reader's network: a BERT encoder with three heads, in plain PyTorch.

Heads, for a question and a passage of sentences, each behind a marker token:
is the question answered here; which sentences answer it; where the words of the short answer start and end.
"""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import Tensor, nn

HIDDEN, HEADS, INNER, PIECES, POSITIONS = 384, 12, 1536, 30522, 512


class Layer(nn.Module):
    """A transformer layer with layer norm after each block, as in BERT (Devlin et al. 2019)."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(HIDDEN, HIDDEN) for _ in range(4))
        self.i, self.u = nn.Linear(HIDDEN, INNER), nn.Linear(INNER, HIDDEN)
        self.n1, self.n2 = nn.LayerNorm(HIDDEN, eps=1e-12), nn.LayerNorm(HIDDEN, eps=1e-12)
        self.drop = nn.Dropout(dropout) if dropout else nn.Identity()

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """`x` is (batch, tokens, hidden); `bias` (batch, 1, 1, tokens) is 0 for a token and very low for padding."""
        q, k, v = (_heads(part(x)) for part in (self.q, self.k, self.v))
        mixed = (q @ k.transpose(2, 3) * (HIDDEN // HEADS) ** -0.5 + bias.to(q.dtype)).softmax(-1).to(q.dtype) @ v
        x = self.n1(x + self.drop(self.o(mixed.transpose(1, 2).reshape(x.shape))))
        return self.n2(x + self.drop(self.u(F.gelu(self.i(x)))))


class ReaderNetwork(nn.Module):
    """The encoder and its heads; parameter names are those of the base weights."""

    def __init__(self, layers: int = 6, dropout: float = 0.0) -> None:
        super().__init__()
        self.w, self.p, self.t = nn.Embedding(PIECES, HIDDEN), nn.Embedding(POSITIONS, HIDDEN), nn.Embedding(2, HIDDEN)
        self.n, self.drop = nn.LayerNorm(HIDDEN, eps=1e-12), nn.Dropout(dropout) if dropout else nn.Identity()
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))
        self.ans = nn.Sequential(nn.Linear(HIDDEN, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 1))
        self.sen, self.spn = nn.Linear(HIDDEN, 1), nn.Linear(HIDDEN, 2)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits: answerable (batch), sentence (batch, tokens; read at markers), span (batch, tokens, 2)."""
        x = self.w(ids) + self.t(types) + self.p(torch.arange(ids.shape[1]))[None]
        x = self.drop(self.n(x))
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return self.ans(x[:, 0]).squeeze(-1), self.sen(x).squeeze(-1), self.spn(x)


def _heads(x: Tensor) -> Tensor:
    return x.view(*x.shape[:2], HEADS, HIDDEN // HEADS).transpose(1, 2)


def load_network(base: Path, start: Path | None = None, layers: int = 6) -> ReaderNetwork:
    """The network with the word table of `base` (8 bits, never trained) and, over its weights, those of `start`.

    `start` is a file of `save_network`, or the exported graph of a network of as many layers.
    """
    network = ReaderNetwork(layers)
    weights = torch.load(base, map_location="cpu")
    weights["w.weight"] = weights.pop("w.q8").float() * weights.pop("w.scale").float()
    if start is not None:
        weights |= weights_of_graph(start) if start.suffix == ".onnx" else torch.load(start, map_location="cpu")
    known = network.state_dict()
    network.load_state_dict({k: v.float() for k, v in weights.items() if k in known}, strict=False)
    network.w.weight.requires_grad = False
    return network


def weights_of_graph(path: Path) -> dict[str, Tensor]:
    """All weights of an exported 8-bit graph but the word table, as near to those exported as 8 bits are."""
    graph = onnx.load(path).graph
    values = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}

    def full(name: str) -> Tensor:
        return (values[f"{name}_quantized"].float() - values[f"{name}_zero_point"].float()) * values[f"{name}_scale"]

    weights = {k.removeprefix("network."): v for k, v in values.items() if k.endswith((".weight", ".bias"))}
    weights |= {f"{table}.weight": full(f"network.{table}.weight") for table in ("p", "t")}
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            module = node.name.removeprefix("/network/").removeprefix("ans/").rpartition("/")[0]
            weights[f"{module.replace('/', '.')}.weight"] = full(node.input[1].removesuffix("_quantized")).T
    return weights


def save_network(network: ReaderNetwork, path: Path) -> None:
    """Keep all but the word table, in 16 bits."""
    torch.save({k: v.half().cpu() for k, v in network.state_dict().items() if k != "w.weight"}, path)
