"""From data to ONNX: python build/pretrain/pretrain.py --shared FOLDER --work FOLDER

Every step leaves its result in the work folder and is skipped where that is there, so the same
command goes on where it was broken off."""

import argparse
from dataclasses import fields
from pathlib import Path

from even import even_out
from export import export
from judge import LabelledPhotos
from material import SOURCES, make_views
from settings import Settings
from teacher import teach
from train import Lessons, train


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder of pictures and teacher")
    parser.add_argument("--work", type=Path, required=True, help="folder for what is made between")
    for field in fields(Settings):
        if field.type in (int, float):
            parser.add_argument(f"--{field.name.replace('_', '-')}", type=field.type)
    given = vars(parser.parse_args())
    shared, work = given.pop("shared"), given.pop("work")
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    work.mkdir(parents=True, exist_ok=True)

    sources = []
    for source in SOURCES:
        views = min(settings.views, source.views or settings.views)
        for view in range(views):
            teach(shared, work, make_views(shared, work, source, view, settings), settings)
            print(f"{source.name}, view {view}: ready", flush=True)
        sources.append((source, views))
    judge = LabelledPhotos(shared / "data/photos/labelled", (64, 96, 112, 128))
    lessons = Lessons(work, sources, settings)
    network = train(lessons, work, settings, judge)
    even_out(network, lessons.generic_pictures(), settings)
    file = work / "network.onnx"
    export(network, file, settings)
    reached = judge.of_onnx(file, settings.resize_short_side, settings.input_size)
    print(f"{file}: {file.stat().st_size} bytes, P@10 {reached:.4f} as exported")
    print("To ship it: copy network.onnx and network.json to electron/vision/built-in/, and run")
    print(f"node build/pretrain/base-model.ts {shared}")


if __name__ == "__main__":
    main()
