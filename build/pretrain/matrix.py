"""A 3x3 convolution of small maps, whose weights learn by one matrix product.

oneDNN's training kernels go by the rows of a map, and a row of four leaves most of a matrix unit
idle: the gradient of the weights of 256 channels at 4x4 takes them four times as long as the same
sum written as one product."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def windows(maps: Tensor, stride: int) -> Tensor:
    """[n, h, w, c] to [n * h' * w', 9 * c]: what each place of the result sees, zeros outside."""
    padded = F.pad(maps, (0, 0, 1, 1, 1, 1)).contiguous()
    count, height, width, channels = padded.shape
    picture, row, column, _ = padded.stride()
    high, wide = (height - 3) // stride + 1, (width - 3) // stride + 1
    seen = padded.as_strided(
        (count, high, wide, 3, 3 * channels),
        (picture, row * stride, column * stride, row, 1),
    )
    return seen.reshape(count * high * wide, 9 * channels)


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, stride: int) -> Tensor:
        """[n, c, h, w] in channels_last and [o, c, 3, 3] to [n, o, h', w'] in channels_last."""
        seen = windows(x.permute(0, 2, 3, 1), stride)
        ctx.save_for_backward(seen, x, weight)
        ctx.stride = stride
        made = seen @ weight.permute(2, 3, 1, 0).reshape(-1, len(weight))
        high, wide = ((side - 1) // stride + 1 for side in x.shape[2:])
        return made.view(len(x), high, wide, -1).permute(0, 3, 1, 2)

    @staticmethod
    def backward(ctx, gradient: Tensor):
        seen, x, weight = ctx.saved_tensors
        outputs, inputs = weight.shape[:2]
        maps = gradient.permute(0, 2, 3, 1)
        of_weight = (maps.reshape(-1, outputs).T @ seen).view(outputs, 3, 3, inputs)
        if ctx.stride == 1:
            # Itself a convolution, by the filters turned around.
            turned = weight.flip(2, 3).permute(2, 3, 0, 1).reshape(-1, inputs)
            of_x = (windows(maps, 1) @ turned).view(*maps.shape[:3], inputs).permute(0, 3, 1, 2)
        else:
            of_x, _, _ = torch.ops.aten.convolution_backward(
                gradient, x, weight, None,
                [ctx.stride] * 2, [1, 1], [1, 1], False, [0, 0], 1, [True, False, False],
            )  # fmt: skip
        return of_x, of_weight.permute(0, 3, 1, 2), None


class SmallMapConv2d(nn.Conv2d):
    """nn.Conv2d of 3x3 with padding 1 and no bias, on channels_last maps."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1):
        super().__init__(inputs, outputs, 3, stride, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        # Other devices have kernels that keep up.
        if not self.training or x.device.type != "cpu":
            return super().forward(x)
        x = x.to(torch.bfloat16) if torch.is_autocast_enabled("cpu") else x
        return _Product.apply(x, self.weight.to(x.dtype), self.stride[0])
