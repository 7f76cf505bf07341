"""Teaches the student: the teacher's features, their relations within a batch, and the labels."""

import json
import math
import shutil
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, IterableDataset

from material import Source
from network import Student
from precision import half_where_fast
from settings import Settings


EVERY = 20  # of the first source's pictures, as a sample of what photos are like


class Target:
    """The teacher's space as the student learns it: centred, its first principal components, at
    length one. Centring alone lifts the teacher's own precision on photos it never saw."""

    def __init__(self, features: np.ndarray, dimensions: int):
        sample = features.astype(np.float32)
        self.mean = sample.mean(0)
        covariance = np.cov(sample - self.mean, rowvar=False)
        values, vectors = np.linalg.eigh(covariance)
        self.axes = vectors[:, np.argsort(values)[::-1][:dimensions]].astype(np.float32)

    def of(self, features: np.ndarray) -> np.ndarray:
        """[n, teacher's] to [n, dimensions], half precision."""
        parts = []
        for start in range(0, len(features), 10_000):
            part = (features[start : start + 10_000].astype(np.float32) - self.mean) @ self.axes
            parts.append((part / np.linalg.norm(part, axis=1, keepdims=True)).astype(np.float16))
        return np.concatenate(parts)


class Lessons:
    """Every picture once an epoch, each time in one of its views."""

    def __init__(self, work: Path, sources: list[tuple[Source, int]], settings: Settings):
        first = np.load(work / f"{sources[0][0].name}.teacher0.npy")
        self.target = Target(first, settings.dimensions)
        self.views: list[list[np.ndarray]] = []
        self.targets: list[list[np.ndarray]] = []
        self.labels: list[np.ndarray | None] = []
        places = []
        for number, (source, views) in enumerate(sources):
            name = source.name
            self.views.append([np.load(work / f"{name}.view{v}.npy") for v in range(views)])
            self.targets.append(
                [self.target.of(np.load(work / f"{name}.teacher{v}.npy")) for v in range(views)]
            )
            self.labels.append(np.load(work / f"{name}.labels.npy") if source.labelled else None)
            count = len(self.views[-1][0])
            places.append(np.stack([np.full(count, number), np.arange(count)], 1))
        self.places = places
        self.shares = [source.share for source, _ in sources]
        self.count = sum(int(len(p) * s) for p, s in zip(places, self.shares, strict=True))
        self.classes = max(int(part.max()) + 1 for part in self.labels if part is not None)

    def generic_pictures(self) -> np.ndarray:
        """[n, s, s, 3] bytes, whole pictures of all kinds."""
        return self.views[0][0][::EVERY]

    def batches(self, random: np.random.Generator, size: int):
        """Yields lists of (pictures, targets, labels), one for each size that views have."""
        drawn = np.concatenate(
            [
                random.permutation(places)[: int(len(places) * share)]
                for places, share in zip(self.places, self.shares, strict=True)
            ]
        )
        order = random.permutation(drawn)
        for start in range(0, len(order) - size + 1, size):
            groups: dict[int, tuple[list, list, list]] = {}
            for source, index in order[start : start + size]:
                view = random.integers(len(self.views[source]))
                picture = self.views[source][view][index]
                pictures, targets, labels = groups.setdefault(len(picture), ([], [], []))
                pictures.append(picture)
                targets.append(self.targets[source][view][index])
                known = self.labels[source]
                labels.append(-1 if known is None else known[index])
            yield [
                (
                    torch.from_numpy(np.stack(pictures)),
                    torch.from_numpy(np.stack(targets)).float(),
                    torch.tensor(labels),
                )
                for pictures, targets, labels in groups.values()
            ]


def augment(pictures: Tensor, size: int, random: np.random.Generator) -> Tensor:
    """[n, s, s, 3] bytes to [n, 3, size, size] of about -1 to 1: mirrored, shifted by up to a
    sixteenth, a little brighter or darker. Little enough that the teacher would say the same."""
    count, side = pictures.shape[:2]
    reach = side // 16
    padded = F.pad(pictures.permute(0, 3, 1, 2).float(), (reach,) * 4, mode="reflect")
    rows = torch.from_numpy(random.integers(0, 2 * reach + 1, count))[:, None] + torch.arange(side)
    columns = torch.from_numpy(random.integers(0, 2 * reach + 1, count))[:, None]
    columns = columns + torch.arange(side)
    mirrored = torch.from_numpy(random.random(count) < 0.5)[:, None]
    columns = torch.where(mirrored, columns.flip(1), columns)
    each = torch.arange(count)[:, None, None]
    moved = padded.permute(0, 2, 3, 1)[each, rows[:, :, None], columns[:, None, :]]
    light = torch.from_numpy(random.uniform(-0.15, 0.15, (count, 1, 1, 3))).float() * 0.4
    light = light + torch.from_numpy(random.uniform(-0.2, 0.2, (count, 1, 1, 1))).float()
    contrast = torch.from_numpy(np.exp(random.uniform(-0.25, 0.25, (count, 1, 1, 1)))).float()
    pixels = (((moved - 127.5) / 127.5) * contrast + light).clamp(-1, 1).permute(0, 3, 1, 2)
    if size != side:
        pixels = F.interpolate(
            pixels, size=(size, size), mode="bilinear", antialias=size < side, align_corners=False
        )
    return pixels.contiguous(memory_format=torch.channels_last)


class Epoch(IterableDataset):
    """The batches of one epoch, made ready by a process of their own while the last one is learned."""

    def __init__(self, lessons: Lessons, settings: Settings, epoch: int):
        self.lessons, self.settings, self.epoch = lessons, settings, epoch

    def __iter__(self):
        settings, per_epoch = self.settings, self.lessons.count // self.settings.batch
        random = np.random.default_rng((settings.seed, self.epoch))
        for index, batch in enumerate(self.lessons.batches(random, settings.batch)):
            share = (self.epoch + index / per_epoch) / settings.epochs
            size = int(random.choice(sizes_at(share, settings)))
            yield (
                torch.cat([augment(pictures, size, random) for pictures, _, _ in batch]).contiguous(
                    memory_format=torch.channels_last
                ),
                torch.cat([target for _, target, _ in batch]),
                torch.cat([label for _, _, label in batch]),
            )


def relations_apart(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """How far each picture's neighbours within the batch are from the teacher's: the divergence of
    the softmax over similarities (Fang et al., "SEED", ICLR 2021, eq. 4), itself left out."""
    nobody = torch.eye(len(student), dtype=torch.bool, device=student.device)
    mine = (student @ student.T / temperature).masked_fill(nobody, -1e4)
    theirs = (teacher @ teacher.T / temperature).masked_fill(nobody, -1e4)
    return F.kl_div(
        mine.log_softmax(1), theirs.log_softmax(1), reduction="batchmean", log_target=True
    )


def rate_at(step: float, steps: float, settings: Settings) -> float:
    """The share of the learning rates: up, level, and down in the last epochs. Where the fall
    begins can be put off, so that a run can be lengthened (Hägele et al., 2024)."""
    fall = steps * settings.decay_epochs / settings.epochs
    return min(1.0, step / settings.warmup_steps, (steps - step) / fall)


class Optimiser:
    """Muon (Jordan et al., 2024) for the convolutions, as matrices of [outputs, 9 * inputs];
    AdamW for everything else. In 200 steps it came as far as AdamW alone in 350."""

    def __init__(self, modules: list[nn.Module], settings: Settings):
        parameters = [p for module in modules for p in module.parameters()]
        self.filters = [p for p in parameters if p.ndim == 4]
        # The same memory, seen as matrices: Muon takes no others.
        self.matrices = [nn.Parameter(self._matrix(p.data)) for p in self.filters]
        self.muon = torch.optim.Muon(
            self.matrices,
            lr=settings.learning_rate,
            weight_decay=settings.weight_decay,
            adjust_lr_fn="match_rms_adamw",
        )
        self.adamw = torch.optim.AdamW(
            [
                {"params": [p for p in parameters if p.ndim == 2]},
                {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0.0},
            ],
            lr=settings.other_learning_rate,
            weight_decay=settings.weight_decay,
            betas=(0.9, 0.98),
        )
        self.full = [
            (group, group["lr"]) for o in (self.muon, self.adamw) for group in o.param_groups
        ]

    @staticmethod
    def _matrix(filters: Tensor) -> Tensor:
        """[o, i, 3, 3] in channels_last to [o, 9 * i]."""
        return filters.permute(0, 2, 3, 1).flatten(1)

    def step(self, share: float) -> None:
        """`share`: of the full learning rates."""
        for group, full in self.full:
            group["lr"] = full * share
        for matrix, filters in zip(self.matrices, self.filters, strict=True):
            if matrix.data_ptr() != filters.data_ptr():
                raise RuntimeError("A filter is not in channels_last, so it would learn nothing.")
            matrix.grad = self._matrix(filters.grad)
        self.muon.step()
        self.adamw.step()

    def state_dict(self) -> dict:
        return {"muon": self.muon.state_dict(), "adamw": self.adamw.state_dict()}

    def load_state_dict(self, kept: dict) -> None:
        self.muon.load_state_dict(kept["muon"])
        self.adamw.load_state_dict(kept["adamw"])


def sizes_at(share: float, settings: Settings) -> tuple[int, ...]:
    return next(sizes for end, sizes in settings.sizes if share < end)


def train(
    lessons: Lessons, work: Path, settings: Settings, judge=None, device: str = "cpu"
) -> Student:
    """Goes on from `checkpoint.pt` where there is one. `judge`: is given the averaged network
    after each epoch, and says what it reached. `device`: as PyTorch names it."""
    torch.manual_seed(settings.seed)
    network = Student(settings.dimensions).to(device, memory_format=torch.channels_last)
    classifier = nn.Linear(network.width, lessons.classes).to(device)
    averaged = torch.optim.swa_utils.AveragedModel(
        network,
        multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(settings.average),
        use_buffers=True,
    )
    optimiser = Optimiser([network, classifier], settings)
    checkpoint = work / "checkpoint.pt"
    epoch, seconds = 0, 0.0
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True, map_location=device)
        network.load_state_dict(kept["network"])
        classifier.load_state_dict(kept["classifier"])
        averaged.load_state_dict(kept["averaged"])
        optimiser.load_state_dict(kept["optimiser"])
        epoch, seconds = kept["epoch"], kept["seconds"]
    per_epoch = lessons.count // settings.batch
    steps = per_epoch * settings.epochs
    while epoch < settings.epochs:
        began, totals = time.monotonic(), np.zeros(3)
        network.train()
        batches = DataLoader(Epoch(lessons, settings, epoch), batch_size=None, num_workers=1)
        for index, (pixels, target, label) in enumerate(batches):
            step = epoch * per_epoch + index
            pixels, target, label = pixels.to(device), target.to(device), label.to(device)
            with half_where_fast(device):
                pooled = network.pooled(pixels)
            made = F.normalize(network.head(pooled), dim=1)
            apart = (1 - (made * target).sum(1)).mean()
            relations = relations_apart(made, target, settings.temperature)
            named = F.cross_entropy(
                classifier(pooled), label, ignore_index=-1, label_smoothing=settings.label_smoothing
            )
            loss = apart + settings.relations * relations + settings.labels * named
            network.zero_grad()
            classifier.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step(rate_at(step + 1, steps, settings))
            averaged.update_parameters(network)
            totals += (apart.item(), relations.item(), named.item())
            if not math.isfinite(loss.item()):
                raise RuntimeError(f"The loss is {loss.item()} at step {step}.")
            if index % 50 == 49:
                print(
                    f"epoch {epoch} {index + 1}/{per_epoch}",
                    np.round(totals / (index + 1), 4).tolist(),
                    f"{(time.monotonic() - began) / (index + 1) / settings.batch * 1e3:.2f} ms",
                    flush=True,
                )
        epoch += 1
        seconds += time.monotonic() - began
        unfinished = checkpoint.with_suffix(".part")
        torch.save(
            {
                "network": network.state_dict(),
                "classifier": classifier.state_dict(),
                "averaged": averaged.state_dict(),
                "optimiser": optimiser.state_dict(),
                "epoch": epoch,
                "seconds": seconds,
                "settings": {k: v for k, v in asdict(settings).items() if k != "sizes"},
            },
            unfinished,
        )
        unfinished.rename(checkpoint)
        if epoch == settings.epochs - settings.decay_epochs:
            shutil.copy(checkpoint, work / "level.pt")
        reached = {} if judge is None else judge(averaged.module)
        line = {
            "epoch": epoch,
            "seconds": round(seconds),
            "apart": round(totals[0] / per_epoch, 4),
            "relations": round(totals[1] / per_epoch, 4),
            "labels": round(totals[2] / per_epoch, 4),
            **reached,
        }
        with open(work / "log.jsonl", "a", encoding="utf8") as log:
            log.write(json.dumps(line) + "\n")
        print(line, flush=True)
    return averaged.module.cpu()
