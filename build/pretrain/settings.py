"""What the recipe is run with: one place for every number that changes the result."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    seed: int = 5
    # Views: fixed crops, the same for teacher and student ("Knowledge distillation: a good
    # teacher is patient and consistent", Beyer et al., CVPR 2022: both must see the same).
    view_size: int = 64
    views: int = 2
    smallest_crop: float = 0.35  # of the picture's area
    teacher_size: int = 160  # px, bicubic: a 64 px picture enlarged further tells it no more
    dimensions: int = 256  # of the embedding: the teacher's principal components kept
    # Training
    batch: int = 256
    epochs: int = 23
    decay_epochs: int = 4  # the last of them, in which the rates fall to nothing
    learning_rate: float = 2e-2  # of convolutions, by Muon
    other_learning_rate: float = 2e-3  # of everything else, by AdamW
    warmup_steps: int = 200
    weight_decay: float = 0.05
    average: float = 0.9985  # of the weights, a step
    temperature: float = 0.07  # of the relations within a batch
    relations: float = 1.0
    labels: float = 0.1
    label_smoothing: float = 0.1
    # Side of what the student sees, px, by the share of the training that is done.
    sizes: tuple[tuple[float, tuple[int, ...]], ...] = (
        (0.35, (48,)),
        (0.83, (64,)),
        (0.957, (64, 80)),
        (1.0, (80, 96)),
    )
    # The finished network
    evening: float = 0.125  # see `even.py`; as the labelled photos chose
    name: str = "Likeness sight 3"
    # As the labelled photos chose among those well within 8 ms: photos are scaled to the first, and
    # the middle of the second is looked at, as large as things were in training.
    resize_short_side: int = 112
    input_size: int = 96
    largest_file: int = 4_000_000  # bytes
