"""The trained network as one ONNX file: 8-bit weights that are widened when it is loaded."""

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional as F

from settings import Settings

# Smaller tensors (biases, the scales themselves) stay as they are.
LEAST_TO_QUANTIZE = 1024


class Sight(nn.Module):
    """Pixels as they come, 0 to 255, to vectors of length one."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        return F.normalize(self.network((pixels - 127.5) / 127.5), dim=1)


def quantize_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Weights as int8 with a scale for each output channel (Jacob et al., 2018, section 2, symmetric).
    Cast and Mul widen them: a session folds both when it is loaded, so nothing is slower after."""
    nodes, initializers = [], []
    for tensor in model.graph.initializer:
        weights = numpy_helper.to_array(tensor)
        if weights.dtype != np.float32 or weights.size < LEAST_TO_QUANTIZE or weights.ndim < 2:
            initializers.append(tensor)
            continue
        axes = tuple(range(1, weights.ndim))
        scale = np.maximum(np.abs(weights).max(axes, keepdims=True), 1e-12) / 127
        narrow = np.round(weights / scale).astype(np.int8)
        name = tensor.name
        initializers.append(numpy_helper.from_array(narrow, f"{name}.narrow"))
        initializers.append(numpy_helper.from_array(scale.astype(np.float32), f"{name}.scale"))
        nodes.append(
            helper.make_node("Cast", [f"{name}.narrow"], [f"{name}.wide"], to=onnx.TensorProto.FLOAT)
        )
        nodes.append(helper.make_node("Mul", [f"{name}.wide", f"{name}.scale"], [name]))
    del model.graph.initializer[:]
    model.graph.initializer.extend(initializers)
    nodes.extend(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model


def export(network: nn.Module, file: Path, settings: Settings) -> None:
    """Writes the ONNX file, and beside it the description that the product reads."""
    side = settings.input_size
    unfinished = file.with_suffix(".part.onnx")
    torch.onnx.export(
        Sight(network.eval()),
        (torch.zeros(1, 3, side, side),),
        str(unfinished),
        input_names=["pixels"],
        output_names=["features"],
        dynamic_axes={"pixels": {0: "batch"}, "features": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
    onnx.save(quantize_weights(onnx.load(str(unfinished))), str(file))
    unfinished.unlink()
    description = {
        "name": settings.name,
        "licence": "MIT",
        "file": file.name,
        "input": {
            "name": "pixels",
            "layout": "NCHW",
            "channels": "RGB",
            "resizeShortSide": settings.resize_short_side,
            "crop": "centre",
            "kernel": "linear",  # as in the lessons and in `judge.py`
            "size": [side, side],
            "mean": [0, 0, 0],
            "deviation": [1, 1, 1],
        },
        "output": {"name": "features", "dimensions": settings.dimensions},
    }
    file.with_suffix(".json").write_text(json.dumps(description, indent=2) + "\n", encoding="utf8")
    size = file.stat().st_size
    if size > settings.largest_file:
        raise RuntimeError(f"{file} takes {size} bytes; at most {settings.largest_file} may ship.")
