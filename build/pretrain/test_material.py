"""Sources, and what is held out of them. Run: python -m unittest discover -s build/pretrain"""

import io
import tempfile
import unittest
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from material import Source, class_of, entries, held_out_pictures, make_views
from settings import Settings
from train import Lessons, Target, train

SETTINGS = replace(
    Settings(), view_size=32, views=1, dimensions=8, batch=8, epochs=1, decay_epochs=1, warmup_steps=1,
    sizes=((1.0, (32,)),),
)  # fmt: skip
SMALL = Source("small", "small.zip", "", labelled=True, held_out=2)
LARGE = Source("large", "large.zip", "", labelled=False, crops=3, view_size=48)


class Material(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.shared = Path(place.name)
        self.work = self.shared / "work"
        self.work.mkdir()
        random = np.random.default_rng(1)
        for source, kinds, side in ((SMALL, 6, 40), (LARGE, 2, 90)):
            with zipfile.ZipFile(self.shared / source.archive, "w") as archive:
                for i in range(kinds * 5):
                    data = io.BytesIO()
                    pixels = random.integers(0, 256, (side, side + 10, 3)).astype(np.uint8)
                    Image.fromarray(pixels).save(data, "PNG")
                    archive.writestr(f"k{i % kinds}/{i}.png", data.getvalue())

    def test_no_lesson_has_a_held_out_class(self):
        learned = {class_of(name) for name in entries(self.shared, SMALL)}
        out = {kind for kind, _ in held_out_pictures(self.shared, SMALL, 3)}
        self.assertEqual(len(out), 2)
        self.assertEqual(learned | out, {f"k{i}" for i in range(6)})
        self.assertFalse(learned & out)
        self.assertEqual(len(held_out_pictures(self.shared, SMALL, 3)), 6)

    def test_a_picture_with_more_to_show_is_cropped_several_times_and_kept_larger(self):
        views = np.load(make_views(self.shared, self.work, LARGE, 0, SETTINGS))
        self.assertEqual(views.shape, (30, 48, 48, 3))
        self.assertGreater(np.abs(views[0].astype(int) - views[1]).max(), 0)

    def test_views_of_two_sizes_are_learned_in_one_batch_and_a_run_goes_on(self):
        random = np.random.default_rng(2)
        for source in (SMALL, LARGE):
            count = len(np.load(make_views(self.shared, self.work, source, 0, SETTINGS)))
            features = random.normal(size=(count, 20)).astype(np.float16)
            np.save(self.work / f"{source.name}.teacher0.npy", features)
        lessons = Lessons(self.work, [(SMALL, 1), (LARGE, 1)], SETTINGS)
        self.assertEqual(lessons.classes, 4)
        (batch, *_) = lessons.batches(np.random.default_rng(3), 16)
        self.assertEqual(sorted(len(pictures[0]) for pictures, _, _ in batch), [32, 48])
        self.assertEqual(sum(len(pictures) for pictures, _, _ in batch), 16)
        network = train(lessons, self.work, SETTINGS)
        longer = train(lessons, self.work, replace(SETTINGS, epochs=2))
        moved = (network.head.weight - longer.head.weight).abs().max()
        self.assertGreater(moved, 0)
        self.assertTrue(torch.isfinite(longer.head.weight).all())

    def test_the_target_keeps_the_first_components(self):
        features = np.random.default_rng(4).normal(size=(200, 12)) * np.arange(1, 13)
        made = Target(features, 4).of(features).astype(np.float32)
        self.assertEqual(made.shape, (200, 4))
        np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, atol=1e-2)


if __name__ == "__main__":
    unittest.main()
