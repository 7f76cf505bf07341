"""The finished network's last layer, evened: weak directions lifted a little, as whitening would do
in full (Jégou and Chum, "Negative evidences and co-occurrences in image retrieval: the benefit of
PCA and whitening", ECCV 2012). It costs nothing when a photo is looked at. The mean stays: that of
small generic pictures, taken out, did harm to photos."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from network import Student
from precision import half_where_fast
from settings import Settings


def outputs(network: Student, pictures: Tensor, settings: Settings) -> Tensor:
    """[n, s, s, 3] bytes, seen as photos are, to [n, dimensions]."""
    short, side = settings.resize_short_side, settings.input_size
    cut = slice((short - side) // 2, (short - side) // 2 + side)
    made = []
    with torch.no_grad():
        for part in pictures.split(100):
            pixels = F.interpolate(
                part.permute(0, 3, 1, 2).float(), size=(short, short), mode="bilinear"
            )[:, :, cut, cut]
            pixels = ((pixels - 127.5) / 127.5).contiguous(memory_format=torch.channels_last)
            with half_where_fast("cpu"):
                pooled = network.pooled(pixels)
            made.append(network.head(pooled))
    return torch.cat(made)


def even_out(network: Student, pictures: np.ndarray, settings: Settings) -> None:
    """Rotates the network's outputs to their principal components and divides each by its standard
    deviation to the power of 2 * `settings.evening`: 0 leaves them as they are, 0.5 whitens them."""
    network.eval()
    made = outputs(network, torch.from_numpy(pictures), settings).double()
    variances, axes = torch.linalg.eigh(torch.cov(made.T))
    scales = variances.clamp_min(variances.max() * 1e-6) ** -settings.evening
    turn = (axes * scales).T.flip(0).float()
    with torch.no_grad():
        network.head.bias.copy_(turn @ network.head.bias)
        network.head.weight.copy_(turn @ network.head.weight)
