"""Views of the pictures, drawn anew for every batch on the device that learns. Teacher and student
see the same one ("Knowledge distillation: a good teacher is patient and consistent", Beyer et al.,
CVPR 2022), so a view may be changed as much as the teacher bears."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from material import Source
from settings import Settings


def crops(squares: Tensor, size: int, smallest: float, random: torch.Generator) -> Tensor:
    """[n, s, s, 3] bytes to [n, 3, size, size] of -1 to 1: each a part of its square, of `smallest`
    to all of its area and sides up to a quarter apart, half of them mirrored."""
    count, device = len(squares), squares.device

    def drawn(low: float, high: float) -> Tensor:
        return torch.rand(count, device=device, generator=random) * (high - low) + low

    area, stretch = drawn(smallest, 1.0), drawn(-0.25, 0.25).exp()
    wide = (area * stretch).sqrt().clamp(max=1.0)
    high = (area / stretch).sqrt().clamp(max=1.0)
    across, down = drawn(-1, 1) * (1 - wide), drawn(-1, 1) * (1 - high)
    mirrored = torch.where(drawn(0, 1) < 0.5, -1.0, 1.0)
    nought = torch.zeros_like(wide)
    affine = torch.stack(
        [torch.stack([wide * mirrored, nought, across], 1), torch.stack([nought, high, down], 1)], 1
    )
    grid = F.affine_grid(affine, [count, 3, size, size], align_corners=False)
    pixels = squares.permute(0, 3, 1, 2).float() / 127.5 - 1
    pixels = F.grid_sample(pixels, grid, mode="bicubic", padding_mode="reflection", align_corners=False)
    return pixels.clamp_(-1, 1)


def recoloured(pixels: Tensor, random: torch.Generator) -> Tensor:
    """Lighter or darker, of more or less contrast and colour, and of another white."""
    count, device = len(pixels), pixels.device

    def drawn(spread: float, channels: int = 1) -> Tensor:
        shape = (count, channels, 1, 1)
        return (torch.rand(shape, device=device, generator=random) * 2 - 1) * spread

    grey = pixels.mean(1, keepdim=True)
    colour = torch.where(drawn(1.0) > 0.94, torch.zeros((), device=device), drawn(0.5).exp())
    made = (grey + (pixels - grey) * colour) * drawn(0.35).exp() + drawn(0.25) + drawn(0.08, 3)
    return made.clamp_(-1, 1)


def blended(pixels: Tensor, share: float, random: torch.Generator) -> Tensor:
    """The first `share` of a batch, each blended with another of the batch (Zhang et al., "mixup",
    ICLR 2018). What the teacher says of a blend is learned, so no label is needed."""
    count, device = int(len(pixels) * share), pixels.device
    other = torch.randperm(len(pixels), device=device, generator=random)[:count]
    weight = torch.rand((count, 1, 1, 1), device=device, generator=random) * 0.5 + 0.5
    mixed = pixels[:count] * weight + pixels[other] * (1 - weight)
    return torch.cat([mixed, pixels[count:]])


class Pictures:
    """All sources on the device, and batches of views of them."""

    def __init__(self, work: Path, sources: tuple[Source, ...], device: str, seed: int):
        self.sources = sources
        self.device = device
        self.squares = [torch.from_numpy(np.load(work / f"{s.name}.npy")).to(device) for s in sources]
        self.labels = [
            torch.from_numpy(np.load(work / f"{s.name}.labels.npy")).to(device) if s.labelled else None
            for s in sources
        ]
        self.classes = max(int(known.max()) + 1 for known in self.labels if known is not None)
        self.random = torch.Generator(device).manual_seed(seed)

    def shares(self, batch: int) -> list[int]:
        """How many of each source a batch has."""
        total = sum(source.weight for source in self.sources)
        counts = [int(batch * source.weight / total) for source in self.sources]
        counts[0] += batch - sum(counts)
        return counts

    def draw(self, batch: int, size: int, settings: Settings) -> tuple[Tensor, Tensor]:
        """([batch, 3, size, size] of -1 to 1, labels with -1 where none is known)."""
        views, labels = [], []
        for source, squares, known, count in zip(
            self.sources, self.squares, self.labels, self.shares(batch), strict=True
        ):
            if count == 0:
                continue
            chosen = torch.randint(
                len(squares), (count,), device=self.device, generator=self.random
            )
            views.append(crops(squares[chosen], size, source.smallest_crop, self.random))
            labels.append(torch.full_like(chosen, -1) if known is None else known[chosen])
        order = torch.randperm(batch, device=self.device, generator=self.random)
        pixels = recoloured(torch.cat(views)[order], self.random)
        label = torch.cat(labels)[order]
        label[: int(batch * settings.mixed)] = -1
        return blended(pixels, settings.mixed, self.random), label

    def whole(self, count: int) -> np.ndarray:
        """[n, s, s, 3] bytes: whole squares of the first source, spread over it."""
        return self.squares[0][:: max(1, len(self.squares[0]) // count)].cpu().numpy()


def as_student(views: Tensor, size: int) -> Tensor:
    """The teacher's view at the student's size."""
    if views.shape[2] != size:
        views = F.interpolate(
            views, size=(size, size), mode="bilinear", antialias=True, align_corners=False
        )
    return views.contiguous(memory_format=torch.channels_last)
