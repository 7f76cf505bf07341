"""The student: an inverted residual network, with dense convolutions where a picture has few channels.

Each kind stands where ONNX Runtime is fastest with it on a processor: a dense 3x3 convolution of 64
channels costs little more than a depthwise one between two 1x1, and one of 256 five times as much."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def convolution(inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
    )


class Dense(nn.Module):
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
                nn.AvgPool2d(stride) if stride > 1 else nn.Identity(),
                convolution(inputs, outputs, 1),
            )

    def forward(self, x: Tensor) -> Tensor:
        inner = self.second(F.relu(self.first(x), inplace=True))
        return F.relu(inner + self.shortcut(x), inplace=True)


class Inverted(nn.Module):
    """Widened, filtered by depth and narrowed again (Sandler et al., "MobileNetV2", CVPR 2018,
    fig. 3), the channels weighted by what the whole picture shows (Howard et al., "Searching for
    MobileNetV3", ICCV 2019, fig. 4)."""

    def __init__(self, inputs: int, outputs: int, stride: int, wider: int = 4):
        super().__init__()
        inner = inputs * wider
        self.widen = convolution(inputs, inner, 1)
        self.filter = convolution(inner, inner, 3, stride, groups=inner)
        self.weigh = nn.Sequential(
            nn.Conv2d(inner, inputs // 2, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(inputs // 2, inner, 1),
            nn.Hardsigmoid(),
        )
        self.narrow = convolution(inner, outputs, 1)
        self.adds = stride == 1 and inputs == outputs
        if self.adds:
            nn.init.zeros_(self.narrow[1].weight)

    def forward(self, x: Tensor) -> Tensor:
        inner = F.hardswish(self.filter(F.hardswish(self.widen(x))))
        made = self.narrow(inner * self.weigh(inner.mean((2, 3), keepdim=True)))
        return x + made if self.adds else made


# Channels and blocks of each stage, which halves the picture first.
DENSE_STAGES = ((32, 1), (64, 3))
INVERTED_STAGES = ((128, 5), (208, 4))
MIXED = 1280  # channels that are averaged over the picture


class Student(nn.Module):
    """[n, 3, s, s] pixels of -1 to 1 to [n, dimensions]; `map` to [n, 1280, s/32, s/32].

    Before the picture is averaged, each place is mixed into many more channels, as in the teacher
    (Sandler et al., "MobileNetV2", CVPR 2018, table 2)."""

    def __init__(self, dimensions: int):
        super().__init__()
        width = 24
        layers: list[nn.Module] = [convolution(3, width, 3, 2), nn.ReLU(inplace=True)]
        for kind, stages in ((Dense, DENSE_STAGES), (Inverted, INVERTED_STAGES)):
            for outputs, blocks in stages:
                for index in range(blocks):
                    layers.append(kind(width, outputs, 2 if index == 0 else 1))
                    width = outputs
        self.body = nn.Sequential(*layers)
        self.mix = nn.Sequential(convolution(width, MIXED, 1), nn.Hardswish(inplace=True))
        self.width = MIXED
        self.head = nn.Linear(MIXED, dimensions)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def map(self, x: Tensor) -> Tensor:
        return self.mix(self.body(x))

    def pooled(self, x: Tensor) -> Tensor:
        return self.map(x).mean((2, 3)).float()

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pooled(x))
