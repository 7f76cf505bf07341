"""Teaches the student: the teacher's features, its map, the relations within a batch, and the labels."""

import json
import math
import time
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from network import Student
from optimiser import Optimiser
from precision import half_where_fast
from settings import Settings
from teacher import Target, Teacher
from views import Pictures, as_student

CHECKPOINT_EVERY = 300.0  # seconds
SAY_EVERY = 15.0


def relations_apart(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """How far each picture's neighbours within the batch are from the teacher's: the divergence of
    the softmax over similarities (Fang et al., "SEED", ICLR 2021, eq. 4), itself left out."""
    nobody = torch.eye(len(student), dtype=torch.bool, device=student.device)
    mine = (student @ student.T / temperature).masked_fill(nobody, -1e4)
    theirs = (teacher @ teacher.T / temperature).masked_fill(nobody, -1e4)
    return F.kl_div(
        mine.log_softmax(1), theirs.log_softmax(1), reduction="batchmean", log_target=True
    )


def rate_at(share: float, step: int, settings: Settings) -> float:
    """The share of the learning rates when `share` of the time is over: up, level, and down in the
    last part (Hägele et al., "Scaling laws and compute-optimal training", 2024)."""
    return min(1.0, (step + 1) / settings.warmup_steps, max(0.0, (1 - share) / settings.decay))


class Learning(nn.Module):
    """The student with its classifier, and what it has to learn."""

    def __init__(self, network: Student, classes: int, settings: Settings):
        super().__init__()
        self.network = network
        self.classifier = nn.Linear(network.width, classes)
        self.settings = settings

    def forward(self, pixels: Tensor, whole: Tensor, places: Tensor, label: Tensor) -> Tensor:
        """The parts of the loss: [apart, relations, places, labels]."""
        settings, network = self.settings, self.network
        with half_where_fast(pixels.device.type):
            map = network.map(pixels)
        map = map.float()
        pooled = map.mean((2, 3))
        made = F.normalize(network.head(pooled), dim=1)
        near = F.normalize(network.head(map.permute(0, 2, 3, 1)), dim=3).permute(0, 3, 1, 2)
        return torch.stack(
            [
                (1 - (made * whole).sum(1)).mean(),
                relations_apart(made, whole, settings.temperature),
                (1 - (near * places).sum(1)).mean(),
                F.cross_entropy(
                    self.classifier(pooled),
                    label,
                    ignore_index=-1,
                    label_smoothing=settings.label_smoothing,
                ),
            ]
        )


class Seeing:
    """The teacher in half precision where the device has it."""

    def __init__(self, file: Path, device: str):
        self.half = device.split(":")[0] == "cuda"
        teacher = Teacher(file).to(device, memory_format=torch.channels_last)
        self.see = torch.compile(teacher.half(), dynamic=False) if self.half else teacher

    def __call__(self, views: Tensor) -> Tensor:
        with torch.no_grad():
            views = views.half() if self.half else views
            return self.see(views.contiguous(memory_format=torch.channels_last))


def find_target(pictures: Pictures, seeing: Seeing, settings: Settings) -> Target:
    features: list[Tensor] = []
    while sum(map(len, features)) < settings.target_sample:
        views, _ = pictures.draw(settings.batch, settings.teacher_size, settings)
        features.append(seeing(views).float().mean((2, 3)))
    return Target(torch.cat(features), settings.dimensions)


def train(
    pictures: Pictures, teacher: Path, work: Path, settings: Settings, judge=None, device: str = "cpu"
) -> Student:
    """Goes on from `checkpoint.pt` where there is one. `judge`: is given the averaged network at
    each checkpoint, and says what it reached. `device`: as PyTorch names it."""
    torch.manual_seed(settings.seed)
    torch.backends.cudnn.benchmark = True
    torch.set_float32_matmul_precision("high")
    network = Student(settings.dimensions).to(device, memory_format=torch.channels_last)
    learning = Learning(network, pictures.classes, settings).to(device)
    averaged = torch.optim.swa_utils.AveragedModel(
        network,
        multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(settings.average),
        use_buffers=True,
    )
    optimiser = Optimiser([learning], settings)
    seeing = Seeing(teacher, device)
    target = find_target(pictures, seeing, settings)
    print(f"the target keeps {target.explained:.3f} of the teacher's variance", flush=True)
    target.to(device)
    weights = torch.tensor(
        [1.0, settings.relations, settings.places, settings.labels], device=device
    )
    checkpoint = work / "checkpoint.pt"
    step, before = 0, 0.0  # `before`: seconds that earlier runs learned for
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True, map_location=device)
        learning.load_state_dict(kept["learning"])
        averaged.load_state_dict(kept["averaged"])
        optimiser.load_state_dict(kept["optimiser"])
        step, before = kept["step"], kept["seconds"]

    def save(seconds: float, losses: list[float]) -> None:
        unfinished = checkpoint.with_suffix(".part")
        torch.save(
            {
                "learning": learning.state_dict(),
                "averaged": averaged.state_dict(),
                "optimiser": optimiser.state_dict(),
                "step": step,
                "seconds": seconds,
            },
            unfinished,
        )
        unfinished.rename(checkpoint)
        reached = {} if judge is None else judge(averaged.module)
        line = {"step": step, "seconds": round(seconds), "losses": losses, **reached}
        with open(work / "log.jsonl", "a", encoding="utf8") as log:
            log.write(json.dumps(line) + "\n")
        print(line, flush=True)

    began = time.monotonic()
    seconds, said, saved = before, before, before
    totals, counted, losses = torch.zeros(4, device=device), 0, []
    while seconds < settings.minutes * 60:
        share = seconds / (settings.minutes * 60)
        learning.train()
        views, label = pictures.draw(settings.batch, settings.teacher_size, settings)
        with torch.no_grad():
            whole, places = target.of(seeing(views), settings.student_size // 32)
        parts = learning(as_student(views, settings.student_size), whole, places, label)
        learning.zero_grad()
        (parts * weights).sum().backward()
        nn.utils.clip_grad_norm_(learning.parameters(), 5.0)
        optimiser.step(rate_at(share, step, settings))
        averaged.update_parameters(network)
        totals += parts.detach()
        step, counted = step + 1, counted + 1
        if step % 10 == 0 and seeing.half:
            torch.cuda.synchronize()  # so that the clock tells what is learned, not what is asked for
        seconds = before + time.monotonic() - began
        if seconds - said > SAY_EVERY:
            losses = [round(value, 4) for value in (totals / counted).tolist()]
            if not all(map(math.isfinite, losses)):
                raise RuntimeError(f"The losses are {losses} at step {step}.")
            speed = counted * settings.batch / (seconds - said)
            print(f"{seconds:.0f} s, step {step}, {losses}, {speed:.0f} views a second", flush=True)
            totals, counted, said = torch.zeros(4, device=device), 0, seconds
        if seconds - saved > CHECKPOINT_EVERY:
            save(seconds, losses)
            saved = seconds
    save(seconds, losses)
    return averaged.module.cpu()
