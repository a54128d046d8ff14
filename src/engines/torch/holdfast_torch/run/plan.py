"""How long a run is and what happens when."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..data.batches import BatchPlan, RowGroup, epoch_order, rows_of_epoch, steps_per_epoch
from ..data.encode import EncodedRow
from ..distributed.world import ALONE, World
from ..protocol.config import RunConfig
from ..training.schedule import steps_or_share

MicroBatches = list[list[EncodedRow]]


@dataclass(frozen=True)
class Phase:
    """A stretch of training with one loss, one optimizer and one schedule.

    first_step: steps of the run before this phase.
    batches_of: the micro-batches of a step of this phase, counted from 1: this rank's share of them, which
    may be empty.
    """

    name: Literal["snapshot", "main"]
    first_step: int
    steps: int
    steps_per_epoch: int
    batches_of: Callable[[int], MicroBatches]


@dataclass(frozen=True)
class RunPlan:
    """Steps count from 1 over the whole run, the warm-up that a snapshot teacher is taken after included.

    snapshot: that warm-up; None where there is none.
    """

    snapshot: Phase | None
    main: Phase
    batches: BatchPlan
    _evaluates: Callable[[int], bool]
    _saves: Callable[[int], bool]

    @property
    def snapshot_steps(self) -> int:
        """Steps of the warm-up."""
        return 0 if self.snapshot is None else self.snapshot.steps

    @property
    def total_steps(self) -> int:
        """Of the whole run."""
        return self.snapshot_steps + self.main.steps

    def epoch_of(self, step: int) -> float:
        """Passes over the training rows; 0 during the warm-up, which is no part of them."""
        return max(0, step - self.snapshot_steps) / self.main.steps_per_epoch

    def evaluates_at(self, step: int) -> bool:
        """By eval_strategy; never during the warm-up."""
        return self._is_due(step, self._evaluates)

    def saves_at(self, step: int) -> bool:
        """By save_strategy; never during the warm-up."""
        return self._is_due(step, self._saves)

    def _is_due(self, step: int, every: Callable[[int], bool]) -> bool:
        return step > self.snapshot_steps and every(step - self.snapshot_steps)


LEAST_SNAPSHOT_STEPS = 20
"""A teacher that has seen the answer format only a few times would teach the wrong one (DESIGN 5)."""


def plan_run(
    config: RunConfig,
    rows: Sequence[EncodedRow],
    groups: Sequence[RowGroup],
    snapshot_rows: Sequence[EncodedRow] | None = None,
    world: World = ALONE,
) -> RunPlan:
    """The plan of a run. snapshot_rows: what the warm-up trains on; None: no warm-up.

    A micro-batch has per_device_train_batch_size rows for every rank of `world`, so several processes meet
    the same rows in the same steps as one process with a batch that many times larger.
    """
    batches = BatchPlan(
        batch_size=config.per_device_train_batch_size * world.size,
        accumulation=config.gradient_accumulation_steps,
        group_by_length=config.group_by_length,
        seed=config.seed if config.data_seed is None else config.data_seed,
    )
    snapshot = None if snapshot_rows is None else _plan_snapshot(config, snapshot_rows, batches, world)
    per_epoch = steps_per_epoch(len(rows_of_epoch(groups, batches.seed, 0)), batches)
    steps = (
        config.max_steps if config.max_steps > 0 else max(1, math.ceil(config.num_train_epochs * per_epoch))
    )
    main = Phase(
        name="main",
        first_step=0 if snapshot is None else snapshot.steps,
        steps=steps,
        steps_per_epoch=per_epoch,
        batches_of=_create_batches(rows, groups, batches, per_epoch, world),
    )
    return RunPlan(
        snapshot=snapshot,
        main=main,
        batches=batches,
        _evaluates=_every(config.eval_strategy, config.eval_steps, main),
        _saves=_every(config.save_strategy, config.save_steps, main),
    )


def _plan_snapshot(config: RunConfig, rows: Sequence[EncodedRow], batches: BatchPlan, world: World) -> Phase:
    own = replace(batches, stream="snapshot")
    per_epoch = steps_per_epoch(len(rows), own)
    epochs = 1.0 if config.self_distill is None else config.self_distill.snapshot_epochs
    return Phase(
        name="snapshot",
        first_step=0,
        steps=max(LEAST_SNAPSHOT_STEPS, math.ceil(epochs * per_epoch)),
        steps_per_epoch=per_epoch,
        batches_of=_create_batches(rows, [RowGroup(0, len(rows), 1)], own, per_epoch, world),
    )


def _every(strategy: str, interval: float, main: Phase) -> Callable[[int], bool]:
    """Whether something is due after a step of the main phase."""
    if strategy == "steps":
        every = max(1, steps_or_share(interval, main.steps))
        return lambda step: step % every == 0
    if strategy == "epoch":
        return lambda step: step % main.steps_per_epoch == 0
    return lambda _step: False


def _create_batches(
    rows: Sequence[EncodedRow],
    groups: Sequence[RowGroup],
    plan: BatchPlan,
    per_epoch: int,
    world: World,
) -> Callable[[int], MicroBatches]:
    """Remembers the order of the epoch it was last asked for."""
    current: tuple[int, list[list[list[int]]]] | None = None

    def batches_of(step: int) -> MicroBatches:
        nonlocal current
        epoch, at = divmod(step - 1, per_epoch)
        if current is None or current[0] != epoch:
            chosen = rows_of_epoch(groups, plan.seed, epoch)
            order = epoch_order([len(rows[row].input_ids) for row in chosen], plan, epoch)
            current = (epoch, [[[chosen[i] for i in micro] for micro in step_] for step_ in order])
        steps = current[1]
        micro_batches = steps[at] if at < len(steps) else []
        return [[rows[row] for row in micro[world.rank :: world.size]] for micro in micro_batches]

    return batches_of
