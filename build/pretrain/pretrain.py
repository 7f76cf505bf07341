"""From data to ONNX: python build/pretrain/pretrain.py --shared FOLDER --work FOLDER

Every step leaves its result in the work folder and is skipped where that is there, so the same
command goes on where it was broken off."""

import argparse
from dataclasses import fields
from pathlib import Path

import torch

from even import even_out
from export import export
from judge import Judge
from material import SOURCES, held_out_pictures, make_views
from settings import Settings
from teacher import teach
from train import Lessons, train

HELD_OUT_EACH = 60  # pictures of each class


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder of pictures and teacher")
    parser.add_argument("--work", type=Path, required=True, help="folder for what is made between")
    for field in fields(Settings):
        if field.type in (int, float):
            parser.add_argument(f"--{field.name.replace('_', '-')}", type=field.type)
    parser.add_argument(
        "--device", default="cuda" if torch.cuda.is_available() else "cpu", help="as PyTorch names it"
    )
    given = vars(parser.parse_args())
    shared, work, device = given.pop("shared"), given.pop("work"), given.pop("device")
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    work.mkdir(parents=True, exist_ok=True)

    sources = []
    for source in SOURCES:
        views = min(settings.views, source.views or settings.views)
        for view in range(views):
            teach(shared, work, make_views(shared, work, source, view, settings), settings)
            print(f"{source.name}, view {view}: ready", flush=True)
        sources.append((source, views))
    # What is chosen is chosen by classes that no lesson has; the labelled photos judge once, at the end.
    chooser = Judge(held_out_pictures(shared, SOURCES[0], HELD_OUT_EACH), (64, 96, 112))
    lessons = Lessons(work, sources, settings)
    network = train(lessons, work, settings, chooser, device)
    even_out(network, lessons.generic_pictures(), settings)
    file = work / "network.onnx"
    export(network, file, settings)
    photos = Judge.of_folder(shared / "data/photos/labelled", ())
    for name, judge in (("held-out classes", chooser), ("labelled photos", photos)):
        reached = judge.of_onnx(file, settings.resize_short_side, settings.input_size)
        print(f"{file}: {file.stat().st_size} bytes, P@10 of {name} {reached:.4f} as exported")
    print("To ship it: copy network.onnx and network.json to electron/vision/built-in/, and run")
    print(f"node build/pretrain/base-model.ts {shared}")


if __name__ == "__main__":
    main()
