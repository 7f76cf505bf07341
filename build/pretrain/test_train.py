"""Teacher and lessons. Run: python -m unittest discover -s build/pretrain"""

import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

from material import Source
from settings import Settings
from teacher import Target, Teacher
from train import rate_at, train
from views import Pictures

SETTINGS = replace(
    Settings(), dimensions=4, batch=8, minutes=0.02, warmup_steps=1, target_sample=40,
    student_size=32, teacher_size=64,
)  # fmt: skip


def small_teacher(file: Path) -> None:
    """A chain as the teacher's: a padded step of two, a clip, a sum, a mean over the places."""
    random = np.random.default_rng(5)
    tensors = {
        "w0": random.normal(size=(8, 3, 3, 3)), "b0": random.normal(size=8),
        "w1": random.normal(size=(8, 1, 3, 3)), "b1": random.normal(size=8),
    }  # fmt: skip
    initializers = [numpy_helper.from_array(v.astype(np.float32), k) for k, v in tensors.items()]
    for name, value in (("low", 0.0), ("high", 6.0)):
        initializers.append(numpy_helper.from_array(np.array(value, np.float32), name))
    for name, pads in (("uneven", [0] * 6 + [1, 1]), ("even", [0, 0, 1, 1, 0, 0, 1, 1])):
        initializers.append(numpy_helper.from_array(np.array(pads, np.int64), name))
    nodes = [
        helper.make_node("Pad", ["pixels", "uneven"], ["padded"]),
        helper.make_node("Conv", ["padded", "w0", "b0"], ["first"], strides=[2, 2]),
        helper.make_node("Clip", ["first", "low", "high"], ["clipped"]),
        helper.make_node("Pad", ["clipped", "even"], ["wider"]),
        helper.make_node("Conv", ["wider", "w1", "b1"], ["second"], group=8),
        helper.make_node("Add", ["clipped", "second"], ["sum"]),
        helper.make_node("Clip", ["sum", "low", "high"], ["map"]),
        helper.make_node("ReduceMean", ["map"], ["features"], axes=[2, 3], keepdims=0),
    ]
    given = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, "h", "w"])
    made = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 8])
    graph = helper.make_graph(nodes, "teacher", [given], [made], initializers)
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), str(file))


class Lessons(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.work = Path(place.name)
        self.teacher = self.work / "teacher.onnx"
        small_teacher(self.teacher)

    def test_the_teacher_says_what_its_file_says(self):
        pixels = np.random.default_rng(1).uniform(-1, 1, (2, 3, 32, 32)).astype(np.float32)
        session = onnxruntime.InferenceSession(str(self.teacher))
        (expected,) = session.run(None, {"pixels": pixels})
        made = Teacher(self.teacher)(torch.from_numpy(pixels)).mean((2, 3))
        np.testing.assert_allclose(made.numpy(), expected, rtol=1e-4, atol=1e-4)

    def test_the_target_is_of_length_one_and_its_places_make_the_whole(self):
        maps = torch.rand(50, 12, 6, 6)
        target = Target(maps.mean((2, 3)), 4).to("cpu")
        whole, places = target.of(maps, 3)
        self.assertEqual((whole.shape, places.shape), ((50, 4), (50, 4, 3, 3)))
        for made in (whole, places):
            torch.testing.assert_close(made.norm(dim=1), torch.ones_like(made.norm(dim=1)))
        (alone,) = target.of(maps[:1], 1)[1]
        torch.testing.assert_close(alone.flatten(), whole[0], rtol=1e-3, atol=1e-3)

    def test_the_rates_rise_stay_and_fall_with_the_time(self):
        settings = replace(SETTINGS, warmup_steps=10, decay=0.5)
        self.assertEqual(rate_at(0.0, 4, settings), 0.5)
        self.assertEqual(rate_at(0.4, 100, settings), 1.0)
        self.assertEqual(rate_at(0.75, 1000, settings), 0.5)
        self.assertEqual(rate_at(1.2, 2000, settings), 0.0)

    def test_a_run_that_was_broken_off_goes_on(self):
        source = Source("named", "", "", 32, 1.0, labelled=True)
        random = np.random.default_rng(2)
        np.save(self.work / "named.npy", random.integers(0, 256, (40, 32, 32, 3)).astype(np.uint8))
        np.save(self.work / "named.labels.npy", np.arange(40) % 4)
        pictures = Pictures(self.work, (source,), "cpu", 1)
        first = train(pictures, self.teacher, self.work, SETTINGS)
        # What is over is not learned again.
        same = train(pictures, self.teacher, self.work, SETTINGS)
        self.assertTrue(torch.equal(first.head.weight, same.head.weight))
        before = torch.load(self.work / "checkpoint.pt", weights_only=True)
        longer = train(pictures, self.teacher, self.work, replace(SETTINGS, minutes=0.04))
        kept = torch.load(self.work / "checkpoint.pt", weights_only=True)
        self.assertGreater(kept["step"], before["step"])
        self.assertGreater(kept["seconds"], 0.04 * 60)
        self.assertGreater((first.head.weight - longer.head.weight).abs().max(), 0)
        self.assertTrue(torch.isfinite(longer.head.weight).all())


if __name__ == "__main__":
    unittest.main()
