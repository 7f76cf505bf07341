"""The pictures learned from, as arrays of squares on disk, one file a source."""

import io
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class Source:
    """A zip or a folder of pictures, one folder a class."""

    name: str
    archive: str
    prefix: str
    side: int  # px, of the squares that are kept
    weight: float  # share of each batch
    labelled: bool = False  # whether its classes are learned too
    squares: int = 1  # of each picture, from one end to the other; one is the middle
    smallest_crop: float = 0.35  # of a square's area
    held_out: int = 0  # classes that no lesson has: what is chosen is chosen by them


SOURCES = (
    Source("tiny-imagenet", "data/tiny-imagenet.zip", "", 64, 0.6, labelled=True, held_out=20),
    # Never the test part: the report is made on it.
    Source("cifar10", "data/cifar10.zip", "train/", 32, 0.04, smallest_crop=0.6),
    # Photos of ordinary size are worth many crops.
    Source("assorted", "data/photos/assorted", "", 320, 0.08, squares=3, smallest_crop=0.15),
    # Cats, dogs and weather; their classes are not learned.
    Source("larger", "data/larger-pictures.zip", "", 192, 0.28, squares=2, smallest_crop=0.2),
)


def names_of(shared: Path, source: Source) -> list[str]:
    place = shared / source.archive
    if place.is_dir():
        return sorted(str(file) for file in place.rglob("*") if file.is_file())
    with zipfile.ZipFile(place) as archive:
        names = archive.namelist()
    return [name for name in names if name.startswith(source.prefix) and not name.endswith("/")]


def lesson_names(shared: Path, source: Source) -> list[str]:
    names = names_of(shared, source)
    out = set(held_out_classes(names, source))
    return [name for name in names if class_of(name) not in out]


def class_of(name: str) -> str:
    return name.split("/")[-2]


def held_out_classes(names: list[str], source: Source) -> list[str]:
    """Spread over the classes in their order, so that whatever is near in it is on both sides."""
    if source.held_out == 0:
        return []
    classes = sorted({class_of(name) for name in names})
    return classes[:: max(1, len(classes) // source.held_out)][: source.held_out]


def held_out_pictures(shared: Path, source: Source, each: int) -> list[tuple[str, Image.Image]]:
    """The first pictures of each class that no lesson has, with the name of the class."""
    out = set(held_out_classes(names_of(shared, source), source))
    taken: dict[str, int] = {}
    pictures = []
    with zipfile.ZipFile(shared / source.archive) as archive:
        for name in names_of(shared, source):
            kind = class_of(name)
            if kind not in out or taken.get(kind, 0) >= each:
                continue
            taken[kind] = taken.get(kind, 0) + 1
            pictures.append((kind, Image.open(io.BytesIO(archive.read(name))).convert("RGB")))
    return pictures


def squares_of(image: Image.Image, side: int, count: int) -> list[np.ndarray]:
    """Squares as high or wide as the picture, evenly from one end of it to the other."""
    width, height = image.size
    short, spare = min(width, height), max(width, height) - min(width, height)
    shares = [0.5] if count == 1 else [i / (count - 1) for i in range(count)]
    made = []
    for share in shares:
        left, top = (spare * share, 0.0) if width > height else (0.0, spare * share)
        box = (left, top, left + short, top + short)
        cut = image.resize((side, side), Image.Resampling.BICUBIC, box=box, reducing_gap=3)
        made.append(np.asarray(cut))
    return made


def _some_squares(place: Path, source: Source, names: list[str]) -> np.ndarray:
    archive = None if place.is_dir() else zipfile.ZipFile(place)
    made = []
    for name in names:
        data = Path(name).read_bytes() if archive is None else archive.read(name)
        image = Image.open(io.BytesIO(data)).convert("RGB")
        made.extend(squares_of(image, source.side, source.squares))
    return np.stack(made)


def make_squares(shared: Path, work: Path, source: Source) -> Path:
    """Writes [n, side, side, 3] bytes once, and labels beside them; a file that is there is whole."""
    file = work / f"{source.name}.npy"
    if file.exists():
        return file
    names = lesson_names(shared, source)
    if source.labelled:
        classes = {kind: number for number, kind in enumerate(sorted({class_of(n) for n in names}))}
        labels = [classes[class_of(name)] for name in names for _ in range(source.squares)]
        np.save(work / f"{source.name}.labels.npy", np.array(labels, np.int64))
    step = 500
    with ProcessPoolExecutor() as pool:
        futures = [
            pool.submit(_some_squares, shared / source.archive, source, names[i : i + step])
            for i in range(0, len(names), step)
        ]
        whole = np.concatenate([future.result() for future in futures])
    unfinished = file.with_suffix(".part.npy")
    np.save(unfinished, whole)
    unfinished.rename(file)
    return file
