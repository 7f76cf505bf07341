"""Views of pictures. Run: python -m unittest discover -s build/pretrain"""

import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from material import Source
from settings import Settings
from views import Pictures, as_student, blended, crops, recoloured

SOURCES = (
    Source("named", "", "", 32, 0.75, labelled=True),
    Source("larger", "", "", 48, 0.25),
)


class Views(unittest.TestCase):
    def setUp(self):
        self.random = torch.Generator().manual_seed(1)

    def test_crops_show_a_part_of_their_square_and_half_of_them_are_mirrored(self):
        # Rises from left to right, from 0 to 255.
        squares = torch.linspace(0, 255, 16).byte().view(1, 1, 16, 1).expand(64, 16, 16, 3)
        made = crops(squares, 8, 0.3, self.random)
        self.assertEqual(made.shape, (64, 3, 8, 8))
        self.assertLessEqual(made.abs().max(), 1)
        rises = made[:, 0, 4, -1] - made[:, 0, 4, 0]
        self.assertTrue(10 < int((rises < 0).sum()) < 54)
        # The narrowest is a quarter narrower than a square of 0.3 of the area.
        self.assertGreater(rises.abs().min(), 2 * 0.3**0.5 * 0.7 * 0.8)
        self.assertLess(rises.abs().min(), 1.5)

    def test_colours_stay_within_what_a_picture_can_have(self):
        made = recoloured(torch.rand(32, 3, 8, 8) * 2 - 1, self.random)
        self.assertLessEqual(made.abs().max(), 1)

    def test_only_the_first_share_is_blended_and_its_own_picture_weighs_most(self):
        pixels = torch.arange(10.0)[:, None, None, None].expand(10, 3, 4, 4)
        made = blended(pixels, 0.4, self.random)
        self.assertTrue(torch.equal(made[4:], pixels[4:]))
        others = pixels[:, 0, 0, 0]
        for own, mixed in zip(others[:4], made[:4, 0, 0, 0], strict=True):
            self.assertLessEqual((mixed - own).abs(), (others - own).abs().max() / 2)

    def test_a_batch_has_its_share_of_each_source_and_no_label_for_blends(self):
        with tempfile.TemporaryDirectory() as place:
            for source in SOURCES:
                shape = (6, source.side, source.side, 3)
                np.save(Path(place) / f"{source.name}.npy", np.zeros(shape, np.uint8))
            np.save(Path(place) / "named.labels.npy", np.arange(6) % 3)
            pictures = Pictures(Path(place), SOURCES, "cpu", 1)
        self.assertEqual(pictures.classes, 3)
        self.assertEqual(pictures.shares(16), [12, 4])
        views, labels = pictures.draw(16, 24, replace(Settings(), mixed=0.5))
        self.assertEqual(views.shape, (16, 3, 24, 24))
        self.assertTrue((labels[:8] == -1).all())
        self.assertGreaterEqual(int((labels[8:] >= 0).sum()), 4)

    def test_the_student_sees_the_same_in_fewer_pixels(self):
        views = torch.full((2, 3, 24, 24), 0.5)
        self.assertTrue(torch.allclose(as_student(views, 16), torch.full((2, 3, 16, 16), 0.5)))


if __name__ == "__main__":
    unittest.main()
