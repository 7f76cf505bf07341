"""Sources, and what is held out of them. Run: python -m unittest discover -s build/pretrain"""

import io
import tempfile
import unittest
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from material import Source, class_of, held_out_pictures, lesson_names, make_squares, squares_of

SMALL = Source("small", "small.zip", "", 32, 0.5, labelled=True, held_out=2)


class Material(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.shared = Path(place.name)
        random = np.random.default_rng(1)
        with zipfile.ZipFile(self.shared / SMALL.archive, "w") as archive:
            for i in range(30):
                data = io.BytesIO()
                pixels = random.integers(0, 256, (40, 50, 3)).astype(np.uint8)
                Image.fromarray(pixels).save(data, "PNG")
                archive.writestr(f"k{i % 6}/{i}.png", data.getvalue())

    def test_no_lesson_has_a_held_out_class(self):
        learned = {class_of(name) for name in lesson_names(self.shared, SMALL)}
        out = {kind for kind, _ in held_out_pictures(self.shared, SMALL, 3)}
        self.assertEqual(len(out), 2)
        self.assertEqual(learned | out, {f"k{i}" for i in range(6)})
        self.assertFalse(learned & out)
        self.assertEqual(len(held_out_pictures(self.shared, SMALL, 3)), 6)

    def test_squares_are_kept_once_with_the_labels_of_their_classes(self):
        file = make_squares(self.shared, self.shared, SMALL)
        self.assertEqual(np.load(file).shape, (20, 32, 32, 3))
        self.assertEqual(sorted(set(np.load(self.shared / "small.labels.npy"))), [0, 1, 2, 3])
        written = file.stat().st_mtime_ns
        make_squares(self.shared, self.shared, SMALL)
        self.assertEqual(file.stat().st_mtime_ns, written)

    def test_several_squares_go_from_one_end_of_a_picture_to_the_other(self):
        pixels = np.zeros((10, 30, 3), np.uint8)
        pixels[:, :10], pixels[:, 20:] = 50, 200
        first, middle, last = squares_of(Image.fromarray(pixels), 10, 3)
        self.assertEqual([first.mean(), middle.mean(), last.mean()], [50, 0, 200])
        (alone,) = squares_of(Image.fromarray(pixels.swapaxes(0, 1)), 10, 1)
        self.assertEqual(alone.mean(), 0)


if __name__ == "__main__":
    unittest.main()
