"""Export trained reader weights as int8 ONNX: `python -m training.export_reader --data FOLDER WEIGHTS.pt… OUT.onnx`.

Of several weights the mean is exported: of a network before and after tuning it keeps most of what either can
(Wortsman et al. 2022, Robust fine-tuning of zero-shot models). Weights that are named twice count twice; an exported
graph may be among them.

Matrix products are quantised dynamically to 8 bits, a scale for each column; the word table to 8 bits as well.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from training.reader_network import ReaderNetwork, load_network


class Exported(nn.Module):
    """The network with the inputs and outputs that the package expects."""

    def __init__(self, network: ReaderNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, token_type_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, ...]:
        """Shapes as in `ReaderNetwork.forward`."""
        answerable, sentence, span = self.network(input_ids, token_type_ids, attention_mask.float())
        return answerable, sentence, span


def mean_of(data: Path, weights: Sequence[Path]) -> ReaderNetwork:
    """The network whose weights are the mean of several."""
    network, *others = (load_network(data / "base.pt", path).eval() for path in weights)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter.copy_(torch.stack([parameter, *(o.get_parameter(name) for o in others)]).mean(0))
    return network


def export(data: Path, weights: Sequence[Path], out: Path) -> None:
    """Write the graph, and print its size and hash."""
    network = mean_of(data, weights)
    ids = torch.randint(1000, 2000, (2, 40))
    names = ("input_ids", "token_type_ids", "attention_mask")
    axes = {0: "batch", 1: "tokens"}
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "reader.onnx"
        torch.onnx.export(
            Exported(network),
            (ids, torch.ones_like(ids), torch.ones_like(ids)),
            str(plain),
            input_names=list(names),
            output_names=["answerable", "sentence", "span"],
            dynamic_axes={**dict.fromkeys(names, axes), "answerable": {0: "batch"}, "sentence": axes, "span": axes},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            plain, out, weight_type=QuantType.QInt8, per_channel=True, extra_options={"MatMulConstBOnly": True}
        )
    content = out.read_bytes()
    print(f"{len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("weights", type=Path, nargs="+")
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    export(given.data, given.weights, given.out)
