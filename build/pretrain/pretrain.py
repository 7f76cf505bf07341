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
from material import SOURCES, held_out_pictures, make_squares
from network import Student
from settings import Settings
from train import train
from views import Pictures

HELD_OUT_EACH = 60  # pictures of each class
TEACHER = "models/mobilenetv2-imagenet-224.onnx"


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

    for source in SOURCES:
        print(f"{source.name}: {make_squares(shared, work, source)}", flush=True)
    # What is chosen is chosen by classes that no lesson has; the labelled photos judge once, at the end.
    chooser = Judge(held_out_pictures(shared, SOURCES[0], HELD_OUT_EACH), (96, 128, 160))
    weights = work / "network.pt"
    if not weights.exists():
        pictures = Pictures(work, SOURCES, device, settings.seed)
        network = train(pictures, shared / TEACHER, work, settings, chooser, device)
        torch.save(network.state_dict(), weights)
        del pictures
    finish(shared, work, settings, chooser)


def finish(shared: Path, work: Path, settings: Settings, chooser: Judge) -> None:
    """Evens, exports and judges what was learned. Needs no GPU."""
    network = Student(settings.dimensions)
    network.load_state_dict(torch.load(work / "network.pt", weights_only=True))
    pictures = Pictures(work, SOURCES[:1], "cpu", settings.seed).whole(4000)
    even_out(network, pictures, settings)
    file = work / "network.onnx"
    export(network, file, settings)
    reached = chooser.of_onnx(file, settings.resize_short_side, settings.input_size)
    print(f"{file}: {file.stat().st_size} bytes, P@10 of held-out classes {reached:.4f} as exported")
    photos = shared / "data/photos/labelled"
    if photos.is_dir():
        reached = Judge.of_folder(photos, ()).of_onnx(
            file, settings.resize_short_side, settings.input_size
        )
        print(f"P@10 of the labelled photos {reached:.4f} as exported")
    print("To ship it: copy network.onnx and network.json to electron/vision/built-in/, and run")
    print(f"node build/pretrain/base-model.ts {shared}")


if __name__ == "__main__":
    main()
