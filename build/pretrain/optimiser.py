"""Muon for the convolutions, AdamW for everything else."""

import torch
from torch import Tensor, nn

from settings import Settings


class Optimiser:
    """Muon (Jordan et al., 2024) for the convolutions, as matrices of [outputs, k * k * inputs];
    AdamW for everything else, filters by depth among it: they are no matrices."""

    def __init__(self, modules: list[nn.Module], settings: Settings):
        parameters = [p for module in modules for p in module.parameters()]
        self.filters = [p for p in parameters if p.ndim == 4 and p.shape[1] > 1]
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
                {"params": [p for p in parameters if p.ndim == 4 and p.shape[1] == 1]},
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
        """[o, i, k, k] in channels_last to [o, k * k * i]."""
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
