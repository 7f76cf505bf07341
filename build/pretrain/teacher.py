"""The teacher's features of the views, computed once and kept."""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper
from torch.nn import functional as F

from settings import Settings

CHUNK = 2000  # pictures a file, so that a run that breaks off loses a minute


def at_any_size(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network for pictures of any size, with its padding inside the convolutions: as
    steps of their own the pads take half of the time and more."""
    height, width = model.graph.input[0].type.tensor_type.shape.dim[2:4]
    height.dim_param, width.dim_param = "height", "width"
    padded = [node for node in model.graph.node if node.op_type == "Pad"]
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    for node in padded:
        watched.graph.output.append(
            helper.make_tensor_value_info(node.input[1], onnx.TensorProto.INT64, None)
        )
    session = onnxruntime.InferenceSession(watched.SerializeToString())
    amounts = session.run(
        [node.input[1] for node in padded],
        {model.graph.input[0].name: np.zeros((1, 3, 224, 224), np.float32)},
    )
    for node, amount in zip(padded, amounts, strict=True):
        (convolution,) = [user for user in model.graph.node if node.output[0] in user.input]
        for attribute in list(convolution.attribute):
            if attribute.name == "pads":
                convolution.attribute.remove(attribute)
        pads = [int(amount[i]) for i in (2, 3, 6, 7)]
        convolution.attribute.append(helper.make_attribute("pads", pads))
        convolution.input[0] = node.input[0]
    needed, kept = {model.graph.output[0].name}, []
    for node in reversed(model.graph.node):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    del model.graph.node[:]
    model.graph.node.extend(reversed(kept))
    return model


def _chunk(network: Path, views: Path, first: int, size: int, file: Path) -> None:
    torch.set_num_threads(1)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(network), options)
    pictures = np.load(views, mmap_mode="r")[first : first + CHUNK]
    features = []
    for start in range(0, len(pictures), 16):
        batch = torch.tensor(pictures[start : start + 16]).permute(0, 3, 1, 2).float()
        batch = F.interpolate(batch, size=(size, size), mode="bicubic").clamp_(0, 255)
        pixels = ((batch - 127.5) / 127.5).contiguous().numpy()
        features.append(session.run(None, {session.get_inputs()[0].name: pixels})[0])
    unfinished = file.with_suffix(".part.npy")
    np.save(unfinished, np.concatenate(features).astype(np.float16))
    unfinished.rename(file)


def teach(shared: Path, work: Path, views: Path, settings: Settings) -> Path:
    """Features of all views of a file, [n, 1280] half precision; goes on where it was left."""
    whole = Path(str(views).replace(".view", ".teacher"))
    if whole.exists():
        return whole
    network = work / "teacher.onnx"
    if not network.exists():
        model = onnx.load(str(shared / "models/mobilenetv2-imagenet-224.onnx"))
        onnx.save(at_any_size(model), str(network))
    count = len(np.load(views, mmap_mode="r"))
    parts = [whole.with_suffix(f".{first:06d}.npy") for first in range(0, count, CHUNK)]
    with ProcessPoolExecutor() as pool:
        futures = [
            pool.submit(_chunk, network, views, index * CHUNK, settings.teacher_size, part)
            for index, part in enumerate(parts)
            if not part.exists()
        ]
        for future in futures:
            future.result()
    features = np.concatenate([np.load(part) for part in parts])
    unfinished = whole.with_suffix(".part.npy")
    np.save(unfinished, features)
    unfinished.rename(whole)
    for part in parts:
        part.unlink()
    return whole
