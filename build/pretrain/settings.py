"""What the recipe is run with: one place for every number that changes the result."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    seed: int = 7
    dimensions: int = 256  # of the embedding: the teacher's principal components kept
    target_sample: int = 20_000  # views by which the teacher's components are found
    # Lessons
    minutes: float = 160.0  # the rates follow the time, so any length is a whole run
    batch: int = 1024
    student_size: int = 128  # px, a multiple of 32
    teacher_size: int = 192  # px; the student learns to say from fewer what the teacher sees in more
    decay: float = 0.4  # the last part of the time, in which the rates fall to nothing
    learning_rate: float = 2e-2  # of convolutions, by Muon
    other_learning_rate: float = 2e-3  # of everything else, by AdamW
    warmup_steps: int = 200
    weight_decay: float = 0.05
    average: float = 0.998  # of the weights, a step
    mixed: float = 0.4  # share of a batch whose pictures are blends of two
    temperature: float = 0.07  # of the relations within a batch
    relations: float = 1.0
    places: float = 0.5  # weight of the map's places, each held against the teacher's
    labels: float = 0.1
    label_smoothing: float = 0.1
    # The finished network
    evening: float = 0.125  # see `even.py`
    name: str = "Likeness sight 4"
    resize_short_side: int = 144  # photos are scaled to this, and the middle of them is looked at
    input_size: int = 128
    largest_file: int = 4_000_000  # bytes
