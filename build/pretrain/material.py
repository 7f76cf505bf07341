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


SOURCES = (
    Source("tiny-imagenet", "data/tiny-imagenet.zip", "", labelled=True),
    # Never the test part: the report is made on it.
    Source("cifar10", "data/cifar10.zip", "train/", labelled=False, views=1, share=0.5),
    Source("assorted", "data/photos/assorted", "", labelled=False),
)

# A photo of ordinary size is worth many crops.
CROPS_OF_A_LARGE_PHOTO = 40


def entries(shared: Path, source: Source) -> list[str]:
    place = shared / source.archive
    if place.is_dir():
        files = sorted(str(file) for file in place.rglob("*") if file.is_file())
        return [file for file in files for _ in range(CROPS_OF_A_LARGE_PHOTO)]
    with zipfile.ZipFile(place) as archive:
        return [
            name
            for name in archive.namelist()
            if name.startswith(source.prefix) and not name.endswith("/")
        ]


def labels(names: list[str]) -> np.ndarray:
    classes = sorted({name.split("/")[-2] for name in names})
    return np.array([classes.index(name.split("/")[-2]) for name in names], np.int64)


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


def _some_views(place: Path, names: list[str], first: int, view: int, settings: Settings):
    random = np.random.default_rng((settings.seed, view, first))
    archive = None if place.is_dir() else zipfile.ZipFile(place)
    made = []
    for name in names:
        data = Path(name).read_bytes() if archive is None else archive.read(name)
        image = Image.open(io.BytesIO(data)).convert("RGB")
        # Every entry of a large photo is a crop of it, in view 0 too.
        kind = max(view, 1) if archive is None else view
        made.append(
            np.asarray(view_of(image, kind, settings.view_size, settings.smallest_crop, random))
        )
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
            pool.submit(_some_views, shared / source.archive, part, first, view, settings)
            for part, first in parts
        ]
        whole = np.concatenate([future.result() for future in futures])
    unfinished = file.with_suffix(".part.npy")
    np.save(unfinished, whole)
    unfinished.rename(file)
    if source.labelled:
        np.save(work / f"{source.name}.labels.npy", labels(names))
    return file
