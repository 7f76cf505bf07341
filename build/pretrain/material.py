"""The pictures learned from, as fixed views: arrays on disk that teacher and student both read."""

import io
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from settings import Settings


@dataclass(frozen=True)
class Source:
    """A zip of pictures, one folder a class. `labelled`: whether the classes are learned too."""

    name: str
    archive: str
    prefix: str
    labelled: bool
    views: int | None = None  # fewer than the settings' where given
    share: float = 1.0  # of its pictures, drawn anew each epoch
    crops: int = 1  # entries for each picture; of several, each is a crop
    view_size: int | None = None  # px; larger than the settings' for pictures that have more to show
    held_out: int = 0  # classes that no lesson has: what is chosen is chosen by them


SOURCES = (
    Source("tiny-imagenet", "data/tiny-imagenet.zip", "", labelled=True, held_out=20),
    # Never the test part: the report is made on it.
    Source("cifar10", "data/cifar10.zip", "train/", labelled=False, views=1, share=0.5),
    # Photos of ordinary size are worth many crops.
    Source("assorted", "data/photos/assorted", "", labelled=False, crops=40, views=1, view_size=128),
    # Of 192 px on the short side, cats, dogs and weather; their classes are not learned.
    Source(
        "larger", "data/larger-pictures.zip", "", labelled=False, crops=3, views=1, view_size=128
    ),
)


def entries(shared: Path, source: Source) -> list[str]:
    place = shared / source.archive
    if place.is_dir():
        files = sorted(str(file) for file in place.rglob("*") if file.is_file())
    else:
        with zipfile.ZipFile(place) as archive:
            files = [
                name
                for name in archive.namelist()
                if name.startswith(source.prefix) and not name.endswith("/")
            ]
    out = set(held_out_classes(files, source))
    return [file for file in files if class_of(file) not in out for _ in range(source.crops)]


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
    with zipfile.ZipFile(shared / source.archive) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        out = set(held_out_classes(names, source))
        taken: dict[str, int] = {}
        pictures = []
        for name in names:
            kind = class_of(name)
            if kind not in out or taken.get(kind, 0) >= each:
                continue
            taken[kind] = taken.get(kind, 0) + 1
            pictures.append((kind, Image.open(io.BytesIO(archive.read(name))).convert("RGB")))
        return pictures


def labels(names: list[str]) -> np.ndarray:
    classes = sorted({class_of(name) for name in names})
    return np.array([classes.index(class_of(name)) for name in names], np.int64)


def view_of(image: Image.Image, view: int, size: int, smallest: float, random) -> Image.Image:
    """View 0 is the middle square, whole; the others are crops at random, half of them mirrored."""
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    if view == 0:
        box = (left, top, left + side, top + side)
        return image.resize((size, size), Image.Resampling.BICUBIC, box=box, reducing_gap=3)
    area = random.uniform(smallest, 1.0)
    stretch = np.exp(random.uniform(-0.2, 0.2))
    wide = min(side, side * np.sqrt(area) * stretch)
    high = min(side, side * np.sqrt(area) / stretch)
    left, top = random.uniform(0, width - wide), random.uniform(0, height - high)
    box = (left, top, left + wide, top + high)
    cut = image.resize((size, size), Image.Resampling.BICUBIC, box=box, reducing_gap=3)
    return cut.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if random.random() < 0.5 else cut


def _some_views(
    place: Path, source: Source, names: list[str], first: int, view: int, settings: Settings
):
    random = np.random.default_rng((settings.seed, view, first))
    archive = None if place.is_dir() else zipfile.ZipFile(place)
    made = []
    for name in names:
        data = Path(name).read_bytes() if archive is None else archive.read(name)
        image = Image.open(io.BytesIO(data)).convert("RGB")
        # Where a picture has several entries, each is a crop of it, in view 0 too.
        kind = max(view, 1) if source.crops > 1 else view
        size = source.view_size or settings.view_size
        made.append(np.asarray(view_of(image, kind, size, settings.smallest_crop, random)))
    return np.stack(made)


def make_views(shared: Path, work: Path, source: Source, view: int, settings: Settings) -> Path:
    """Writes [n, size, size, 3] bytes once; a file that is there is whole."""
    file = work / f"{source.name}.view{view}.npy"
    if file.exists():
        return file
    names = entries(shared, source)
    step = 500
    parts = [(names[i : i + step], i) for i in range(0, len(names), step)]
    with ProcessPoolExecutor() as pool:
        futures = [
            pool.submit(_some_views, shared / source.archive, source, part, first, view, settings)
            for part, first in parts
        ]
        whole = np.concatenate([future.result() for future in futures])
    unfinished = file.with_suffix(".part.npy")
    np.save(unfinished, whole)
    unfinished.rename(file)
    if source.labelled:
        np.save(work / f"{source.name}.labels.npy", labels(names))
    return file
