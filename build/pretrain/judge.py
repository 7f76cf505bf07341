"""How well an embedding ranks: the share of a photo's nearest that are of its class."""

from pathlib import Path

import numpy as np
import onnxruntime
import torch
from PIL import Image
from torch.nn import functional as F


def precision_at_10(features: np.ndarray, classes: np.ndarray) -> float:
    """Each of [n, d] queries the others by cosine."""
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    similar = unit @ unit.T
    np.fill_diagonal(similar, -2)
    nearest = np.argpartition(-similar, 10, axis=1)[:, :10]
    return float((classes[nearest] == classes[:, None]).mean())


class Judge:
    """Photos with classes, that were never learned from."""

    def __init__(self, pictures: list[tuple[str, Image.Image]], sizes: tuple[int, ...]):
        names = sorted({kind for kind, _ in pictures})
        self.classes = np.array([names.index(kind) for kind, _ in pictures])
        photos = [np.asarray(middle_square(image)) for _, image in pictures]
        self.photos = torch.from_numpy(np.stack(photos)).permute(0, 3, 1, 2)
        self.sizes = sizes

    @classmethod
    def of_folder(cls, folder: Path, sizes: tuple[int, ...]) -> "Judge":
        """A folder of class folders."""
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        return cls([(file.parent.name, Image.open(file)) for file in files], sizes)

    def pixels(self, start: int, end: int, size: int) -> torch.Tensor:
        part = self.photos[start:end].float()
        part = F.interpolate(part, size=(size, size), mode="bilinear", antialias=True)
        return ((part - 127.5) / 127.5).contiguous(memory_format=torch.channels_last)

    def __call__(self, network: torch.nn.Module) -> dict[str, float]:
        network.eval()
        device = next(network.parameters()).device
        reached = {}
        with torch.no_grad():
            for size in self.sizes:
                features = [
                    network(self.pixels(start, start + 100, size).to(device)).float().cpu().numpy()
                    for start in range(0, len(self.photos), 100)
                ]
                found = precision_at_10(np.concatenate(features), self.classes)
                reached[f"P@10 at {size}"] = round(found, 4)
        return reached

    def of_onnx(self, file: Path, short_side: int, size: int) -> float:
        """The same of an exported network, fed as the product feeds it, by the runtime that it uses."""
        cut = slice((short_side - size) // 2, (short_side - size) // 2 + size)
        session = onnxruntime.InferenceSession(str(file))
        features = []
        for start in range(0, len(self.photos), 100):
            pixels = self.pixels(start, start + 100, short_side)[:, :, cut, cut] * 127.5 + 127.5
            features.append(session.run(None, {"pixels": pixels.contiguous().numpy()})[0])
        return precision_at_10(np.concatenate(features), self.classes)


def middle_square(image: Image.Image, side: int = 224) -> Image.Image:
    image = image.convert("RGB")
    short = min(image.size)
    left, top = (image.width - short) / 2, (image.height - short) / 2
    box = (left, top, left + short, top + short)
    return image.resize((side, side), Image.Resampling.BICUBIC, box=box)
