"""Trunk, head and loss as one module: what a training step calls once per micro-batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from ..losses.head_loss import LossScales, TeacherBatch, head_loss
from ..losses.targets import DistilledPositions, Labelled, Targets, count_tokens, targets_of
from ..model.language_model import LanguageModel
from ..model.layout import TokenBatch


class Teacher(Protocol):
    """What the student is held to: hidden states of a frozen model at the distilled places of a batch, and its head."""

    def batch(self, rows: Sequence[Labelled], targets: Targets) -> TeacherBatch: ...


@dataclass(frozen=True)
class Objective:
    """What is minimised: sum(ce) / N_ce + kd_weight * T^2 * sum(kl) / N_kd (DESIGN 5), or its first part alone."""

    teacher: Teacher | None = None
    kd_weight: float = 0.0
    temperature: float = 1.0
    positions: DistilledPositions = "all"

    @property
    def distilled(self) -> DistilledPositions | None:
        return None if self.teacher is None else self.positions

    @property
    def kd_factor(self) -> float:
        """What a mean divergence is multiplied with in the loss."""
        return 0.0 if self.teacher is None else self.kd_weight * self.temperature**2

    def counts(self, rows: Sequence[Labelled]) -> tuple[int, int]:
        """(N_ce, N_kd) of rows."""
        return count_tokens(rows, self.distilled)

    def scales(self, num_ce: int, num_kd: int, world_size: int = 1) -> LossScales:
        """For the counts of a whole optimizer step, over micro-batches and ranks."""
        return LossScales(
            world_size / max(1, num_ce), world_size * self.kd_factor / max(1, num_kd), self.temperature
        )


PLAIN = Objective()


class Student(nn.Module):
    """A module, because sharding gathers parameters around a module's forward."""

    def __init__(self, model: LanguageModel) -> None:
        super().__init__()
        self.model = model
        # Registered under this name so that it is part of the module; its own names stay what they are.
        self.hf = model.hf

    def forward(
        self, batch: TokenBatch, targets: Targets, scales: LossScales, teacher: TeacherBatch | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        hidden = self.model.hidden(batch).last
        return head_loss(hidden, self.model.head(), targets, scales, teacher)


def prepare(
    model: LanguageModel, rows: Sequence[Labelled], objective: Objective
) -> tuple[TokenBatch, Targets, TeacherBatch | None]:
    """Rows as a forward pass takes them."""
    batch = model.lay_out_known([row.input_ids for row in rows])
    targets = targets_of(rows, batch.places, objective.distilled, model.device)
    teacher = None if objective.teacher is None else objective.teacher.batch(rows, targets)
    return batch, targets, teacher


@torch.no_grad()
def mean_cross_entropy(model: LanguageModel, batches: Sequence[Sequence[Labelled]]) -> float | None:
    """Nats per labelled token over batches of rows; None where there is none."""

    def measure(rows: Sequence[Labelled]) -> list[tuple[float, int]]:
        batch, targets, _ = prepare(model, rows, PLAIN)
        hidden = model.hidden(batch).last
        _, ce_sum, _ = head_loss(hidden, model.head(), targets, LossScales(1.0))
        return [(float(ce_sum), targets.num_ce_tokens)]

    with model.evaluating():
        sums = [one for rows in batches for one in model.splitter.each(rows, measure)]
    count = sum(tokens for _, tokens in sums)
    return None if count == 0 else sum(nats for nats, _ in sums) / count
