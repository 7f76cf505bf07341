"""The evened last layer. Run: python -m unittest discover -s build/pretrain"""

import unittest
from dataclasses import replace

import numpy as np
import torch

from even import even_out, outputs
from network import Student
from settings import Settings

SETTINGS = replace(Settings(), resize_short_side=40, input_size=32)


class Evening(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(1)
        random = np.random.default_rng(1)
        colours = random.integers(0, 256, (300, 4, 4, 3))
        self.pictures = colours.repeat(10, 1).repeat(10, 2).astype(np.uint8)
        self.network = Student(8).to(memory_format=torch.channels_last).eval()
        self.before = self.made()

    def made(self) -> torch.Tensor:
        return outputs(self.network, torch.from_numpy(self.pictures), SETTINGS).double()

    def test_whitens_at_a_half(self):
        even_out(self.network, self.pictures, replace(SETTINGS, evening=0.5))
        after = self.made()
        self.assertLess((torch.cov(after.T) - torch.eye(8)).abs().max(), 0.1)

    def test_only_turns_at_nought(self):
        even_out(self.network, self.pictures, replace(SETTINGS, evening=0.0))
        after, before = self.made(), self.before
        apart = (after @ after.T - before @ before.T).abs().max()
        self.assertLess(apart, 1e-4 * (before @ before.T).abs().max())


if __name__ == "__main__":
    unittest.main()
