"""The training loop. Objective and batches are arguments, and everything to tell leaves through `after_step`."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from ..device.out_of_memory import Splitter
from ..distributed.world import ALONE, World
from ..losses.head_loss import LossScales
from ..losses.targets import Labelled
from ..model.language_model import LanguageModel
from .optimizer import Optimizer
from .student import Objective, Student, prepare

MicroBatches = Sequence[Sequence[Labelled]]


@dataclass(frozen=True)
class StepReport:
    """What one optimizer step did; over all ranks."""

    step: int
    """Counts from 1."""
    learning_rate: float
    loss: float
    """What was differentiated: ce_loss + kd_factor * kd_loss."""
    ce_loss: float
    """Mean nats per labelled token."""
    kd_loss: float
    """Mean KL(teacher || student) per distilled token, without its weight; 0 where nothing is distilled."""
    kd_factor: float
    ce_tokens: int
    kd_tokens: int
    tokens: int
    """Tokens of the rows, padding not counted."""
    grad_norm: float
    """Before clipping."""
    seconds: float


@dataclass(frozen=True)
class Training:
    student: Student
    objective: Objective
    optimizer: Optimizer
    max_grad_norm: float
    start_step: int
    """Steps done before this call: 0, or where a resumed run goes on."""
    total_steps: int
    batches_of: Callable[[int], MicroBatches]
    """The micro-batches of a step, counted from 1: a function of the step alone. Of this rank; one may be empty."""
    learning_rate_of: Callable[[int], float]
    after_step: Callable[[StepReport], bool]
    """Reports, evaluates, saves, obeys; False ends training after this step."""
    seed_of: Callable[[int], int]
    """Seed of a step's dropout: a resumed run meets the same."""
    splitter: Splitter
    world: World = ALONE
    first_step: int = 0
    """Steps of the run before this phase: reports count over the run."""


def train(training: Training) -> Literal["finished", "stopped"]:
    """Runs the steps from start_step + 1 to total_steps."""
    for step in range(training.start_step + 1, training.total_steps + 1):
        report = train_step(training, step)
        if not training.after_step(report):
            return "stopped"
    return "finished"


def train_step(training: Training, step: int) -> StepReport:
    """One optimizer step: gradients of all micro-batches, clipping, AdamW. Non-finite steps change nothing."""
    began = time.perf_counter()
    learning_rate = training.learning_rate_of(step)

    def work(split: Callable[[MicroBatches], MicroBatches]) -> StepSums:
        # With every attempt: a run that had to try again drops what one resumed in the same parts drops.
        torch.manual_seed(training.seed_of(step))
        return accumulate(training, split(training.batches_of(step)))

    sums = training.splitter.attempt(work, training.optimizer.forget_gradients)
    norm = training.optimizer.clip(training.max_grad_norm)
    ce_loss = sums.ce / max(1, sums.num_ce)
    kd_loss = sums.kd / max(1, sums.num_kd)
    loss = ce_loss + training.objective.kd_factor * kd_loss
    if _is_finite(loss) and _is_finite(norm):
        training.optimizer.step(learning_rate)
    else:
        training.optimizer.forget_gradients()
    return StepReport(
        step=step + training.first_step,
        learning_rate=learning_rate,
        loss=loss,
        ce_loss=ce_loss,
        kd_loss=kd_loss,
        kd_factor=training.objective.kd_factor,
        ce_tokens=sums.num_ce,
        kd_tokens=sums.num_kd,
        tokens=sums.tokens,
        grad_norm=norm,
        seconds=time.perf_counter() - began,
    )


@dataclass(frozen=True)
class StepSums:
    """Of one optimizer step, over micro-batches and ranks; losses in nats."""

    ce: float
    kd: float
    num_ce: int
    num_kd: int
    tokens: int


def accumulate(training: Training, micro_batches: MicroBatches) -> StepSums:
    """Adds the gradients of a step's micro-batches to the parameters'. Each is divided by the counts of the whole step,
    over ranks too, so that neither accumulation nor the number of GPUs changes the loss."""
    student, objective, world = training.student, training.objective, training.world
    model = student.model
    own = [objective.counts(rows) for rows in micro_batches]
    tokens = sum(len(row.input_ids) for rows in micro_batches for row in rows)
    num_ce, num_kd, all_tokens = world.sum_ints([sum(ce for ce, _ in own), sum(kd for _, kd in own), tokens])
    scales = objective.scales(num_ce, num_kd, world.gradient_divisor)
    device = model.device
    ce_sum, kd_sum = torch.zeros((), device=device), torch.zeros((), device=device)
    for number, rows in enumerate(micro_batches):
        world.sync_gradients(student, is_last=number == len(micro_batches) - 1)
        total, ce, kd = _loss_of(student, model, rows, objective, scales)
        total.backward()  # type: ignore[no-untyped-call]
        ce_sum += ce.detach()
        kd_sum += kd.detach()
    ce_total, kd_total = world.sum_floats(torch.stack([ce_sum, kd_sum]))
    return StepSums(ce_total, kd_total, num_ce, num_kd, all_tokens)


def _loss_of(
    student: Student, model: LanguageModel, rows: Sequence[Labelled], objective: Objective, scales: LossScales
) -> tuple[Tensor, Tensor, Tensor]:
    batch, targets, teacher = prepare(model, rows or [NO_ROWS], objective)
    result: tuple[Tensor, Tensor, Tensor] = student(batch, targets, scales, teacher)
    return result


@dataclass(frozen=True)
class _Nothing:
    """Stands in where a rank has no rows: every rank must run every forward pass."""

    input_ids: tuple[int, ...] = (0,)
    labels: tuple[int, ...] = (-100,)
    prompt_length: int = 1


NO_ROWS = _Nothing()


def _is_finite(value: float) -> bool:
    return value - value == 0
