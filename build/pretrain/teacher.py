"""The teacher: MobileNetV2 from its ONNX file, as a PyTorch module that any device runs."""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional as F


class Teacher(nn.Module):
    """[n, 3, s, s] pixels of -1 to 1 to its last map, [n, 1280, s/32, s/32], whose mean over the
    places is the feature vector. The graph is a chain of convolutions, clips to 0..6 and sums."""

    def __init__(self, file: Path):
        super().__init__()
        graph = onnx.load(str(file)).graph
        weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        source = {output: node for node in graph.node for output in node.output}
        self.steps: list[tuple[str, list[str], str]] = []
        self.layers = nn.ModuleDict()
        for node in graph.node:
            inputs = list(node.input)
            if node.op_type == "Conv":
                # Pads of their own before a convolution of stride 2 are put into it.
                before = source.get(inputs[0])
                padded = before is not None and before.op_type == "Pad"
                layer = self._convolution(node, weights, padded)
                name = f"c{len(self.layers)}"
                self.layers[name] = layer
                come_from = before.input[0] if padded else inputs[0]
                self.steps.append((name, [come_from], node.output[0]))
            elif node.op_type == "Clip":
                self.steps.append(("clip", [inputs[0]], node.output[0]))
            elif node.op_type == "Add":
                self.steps.append(("add", inputs, node.output[0]))
            elif node.op_type == "ReduceMean":
                self.map = inputs[0]
        self.input = graph.input[0].name
        self.requires_grad_(False).eval()

    @staticmethod
    def _convolution(node: onnx.NodeProto, weights: dict[str, np.ndarray], padded: bool) -> nn.Conv2d:
        given = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        weight = weights[node.input[1]]
        kernel, group = weight.shape[2], given.get("group", 1)
        stride = given.get("strides", [1])[0]
        # Before a step of two only the right and the lower edge are padded, as in TensorFlow's "same"
        # for even sides.
        uneven = padded and stride == 2
        padding = kernel // 2 if padded and not uneven else given.get("pads", [0])[0]
        layer = nn.Conv2d(
            weight.shape[1] * group, weight.shape[0], kernel, stride, padding, groups=group, bias=True
        )
        layer.uneven = uneven
        layer.weight.data = torch.from_numpy(weight.copy())
        layer.bias.data = torch.from_numpy(weights[node.input[2]].copy())
        return layer

    def forward(self, pixels: Tensor) -> Tensor:
        values = {self.input: pixels}
        for kind, inputs, output in self.steps:
            if kind == "clip":
                values[output] = F.relu6(values[inputs[0]])
            elif kind == "add":
                values[output] = values[inputs[0]] + values[inputs[1]]
            else:
                layer, given = self.layers[kind], values[inputs[0]]
                values[output] = layer(F.pad(given, (0, 1, 0, 1)) if layer.uneven else given)
        return values[self.map]


class Target:
    """The teacher's space as the student learns it: centred, its first principal components.
    Centring alone lifts the teacher's own precision on photos it never saw."""

    def __init__(self, features: Tensor, dimensions: int):
        """From [n, 1280]."""
        features = features.double().cpu()
        self.mean = features.mean(0)
        values, vectors = torch.linalg.eigh(torch.cov(features.T))
        self.axes = vectors.flip(1)[:, :dimensions]
        self.explained = float(values.flip(0)[:dimensions].sum() / values.sum())

    def to(self, device: str) -> "Target":
        self.mean, self.axes = self.mean.float().to(device), self.axes.float().to(device)
        return self

    def of(self, maps: Tensor, side: int) -> tuple[Tensor, Tensor]:
        """[n, 1280, h, w] to ([n, d], [n, d, side, side]), each vector of length one."""
        whole = (maps.float().mean((2, 3)) - self.mean) @ self.axes
        near = F.adaptive_avg_pool2d(maps.float(), side).permute(0, 2, 3, 1)
        places = ((near - self.mean) @ self.axes).permute(0, 3, 1, 2)
        return F.normalize(whole, dim=1), F.normalize(places, dim=1)
