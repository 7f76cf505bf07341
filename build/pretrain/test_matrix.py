"""SmallMapConv2d against nn.Conv2d: python -m unittest discover -s build/pretrain"""

import unittest

import torch
from torch import nn

from matrix import SmallMapConv2d


class SmallMaps(unittest.TestCase):
    def test_learn_what_the_ordinary_convolution_learns(self):
        torch.manual_seed(5)
        for stride in (1, 2):
            for height, width in ((3, 3), (5, 4), (8, 8)):
                with self.subTest(stride=stride, height=height, width=width):
                    self.same_as_ordinary(stride, height, width)

    def same_as_ordinary(self, stride: int, height: int, width: int):
        ours = SmallMapConv2d(32, 48, stride).to(memory_format=torch.channels_last)
        ordinary = nn.Conv2d(32, 48, 3, stride, padding=1, bias=False)
        ordinary.load_state_dict(ours.state_dict())
        seen = torch.randn(4, 32, height, width).contiguous(memory_format=torch.channels_last)
        mine, theirs = seen.clone().requires_grad_(), seen.clone().requires_grad_()
        made, expected = ours(mine), ordinary(theirs)
        gradient = torch.randn_like(made)
        made.backward(gradient)
        expected.backward(gradient)
        self.assertTrue(made.is_contiguous(memory_format=torch.channels_last))
        for a, b in (
            (made, expected),
            (mine.grad, theirs.grad),
            (ours.weight.grad, ordinary.weight.grad),
        ):
            torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)


if __name__ == "__main__":
    unittest.main()
