"""Which rows meet in which step: indices only. The same orders as the TypeScript engine's."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from holdfast_torch.base.random import create_random, shuffled

Item = TypeVar("Item")


@dataclass(frozen=True)
class BatchPlan:
    """How rows become steps. `stream`: which of the seed's random orders; the warm-up has one of its own."""

    batch_size: int
    accumulation: int
    group_by_length: bool
    seed: int
    stream: Literal["order", "snapshot"] = "order"


@dataclass(frozen=True)
class RowGroup:
    """One training file's rows among all rows, and how often they appear per epoch."""

    start: int
    count: int
    weight: float


def steps_per_epoch(row_count: int, plan: BatchPlan) -> int:
    """At least 1."""
    return max(1, math.ceil(row_count / (plan.batch_size * plan.accumulation)))


def epoch_order(lengths: Sequence[int], plan: BatchPlan, epoch: int) -> list[list[list[int]]]:
    """The row groups of one epoch: per step, per micro-batch, row indices.

    A function of (plan, epoch) alone, so that a resumed run meets the same rows in the same order. With
    `group_by_length`, rows are shuffled, cut into windows of 50 micro-batches, sorted by length inside each
    window and dealt out in random order (as Hugging Face's group_by_length).
    """
    random = create_random(plan.seed, plan.stream, epoch)
    order = shuffled(range(len(lengths)), random)
    micro = (
        shuffled(_grouped_by_length(order, lengths, plan.batch_size), random)
        if plan.group_by_length
        else chunks(order, plan.batch_size)
    )
    # A short micro-batch (the epoch's rest) goes last, wherever the shuffle put it.
    micro.sort(key=lambda rows: len(rows) < plan.batch_size)
    return chunks(micro, plan.accumulation)


def padding_share(lengths: Sequence[int], order: Sequence[Sequence[Sequence[int]]]) -> float:
    """Share of the padded grid that is padding, over one epoch."""
    cells = tokens = 0
    for step in order:
        for rows in step:
            row_lengths = [lengths[row] for row in rows]
            cells += len(row_lengths) * max(row_lengths, default=0)
            tokens += sum(row_lengths)
    return 0.0 if cells == 0 else 1 - tokens / cells


def rows_of_epoch(groups: Sequence[RowGroup], seed: int, epoch: int) -> list[int]:
    """Rows of one epoch: every group `floor(weight)` times, the rest a sample that changes with the epoch."""
    rows: list[int] = []
    for index, group in enumerate(groups):
        own = list(range(group.start, group.start + group.count))
        whole = math.floor(group.weight)
        sampled = _rounded((group.weight - whole) * group.count)
        rows += own * whole
        if sampled > 0:
            rows += shuffled(own, create_random(seed, "weight", epoch, index))[:sampled]
    return rows


def chunks(items: Sequence[Item], size: int) -> list[list[Item]]:
    """Consecutive pieces of `size`, the last one shorter where they do not come out even."""
    return [list(items[start : start + size]) for start in range(0, len(items), size)]


def _grouped_by_length(order: Sequence[int], lengths: Sequence[int], batch_size: int) -> list[list[int]]:
    return [
        batch
        for window in chunks(order, batch_size * 50)
        for batch in chunks(sorted(window, key=lambda row: -lengths[row]), batch_size)
    ]


def _rounded(value: float) -> int:
    """Halves go up, as JavaScript's do; Python's go to the even neighbour."""
    whole = math.floor(value)
    return whole + (value - whole >= 0.5)
