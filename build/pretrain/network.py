"""The student: a residual network of dense 3x3 convolutions.

Dense rather than depthwise: on processors with matrix units a dense convolution trains some
thirty times faster for each multiplication, and in ONNX Runtime it is no slower."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from matrix import SmallMapConv2d

SMALL_MAPS_FROM = 128  # channels: the last two stages, maps of 3x3 to 12x12


def convolution(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Sequential:
    if kernel == 3 and outputs >= SMALL_MAPS_FROM:
        layer: nn.Conv2d = SmallMapConv2d(inputs, outputs, stride)
    else:
        layer = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs))


class Block(nn.Module):
    """Two 3x3 convolutions beside a shortcut (He et al., 2015, fig. 2), which averages before it
    projects where the block halves the picture (He et al., 2018, "Bag of tricks", fig. 2c)."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.first = convolution(inputs, outputs, 3, stride)
        self.second = convolution(outputs, outputs, 3)
        nn.init.zeros_(self.second[1].weight)
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
                convolution(inputs, outputs, 1),
            )

    def forward(self, x: Tensor) -> Tensor:
        inner = self.second(F.relu(self.first(x), inplace=True))
        return F.relu(inner + self.shortcut(x), inplace=True)


STAGES = ((64, 2), (128, 3), (256, 2))
MIXED = 1024  # channels that are averaged over the picture


class Student(nn.Module):
    """[n, 3, s, s] pixels of -1 to 1 to [n, dimensions]; `body` to [n, 256, s/16, s/16].

    Before the picture is averaged, each place is mixed into many more channels, as in the teacher
    (Sandler et al., "MobileNetV2", CVPR 2018, table 2)."""

    def __init__(self, dimensions: int):
        super().__init__()
        layers: list[nn.Module] = [convolution(3, 32, 3, 2), nn.ReLU(inplace=True)]
        width = 32
        for outputs, blocks in STAGES:
            for index in range(blocks):
                layers.append(Block(width, outputs, 2 if index == 0 else 1))
                width = outputs
        self.body = nn.Sequential(*layers)
        self.mix = nn.Sequential(convolution(width, MIXED, 1), nn.ReLU(inplace=True))
        self.width = MIXED
        self.head = nn.Linear(MIXED, dimensions)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def pooled(self, x: Tensor) -> Tensor:
        return self.mix(self.body(x)).mean((2, 3)).float()

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pooled(x))
