"""The loss of DESIGN 5 as one would write it first: all logits of all rows, float64, PyTorch's own functions."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from holdfast_torch.losses.head_loss import LossScales
from holdfast_torch.losses.targets import DistilledPositions
from holdfast_torch.model.head import Head
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class PlainRow:
    """An encoded row, made by hand."""

    input_ids: tuple[int, ...]
    labels: tuple[int, ...]
    prompt_length: int


def completion_row(ids: Sequence[int], prompt_length: int) -> PlainRow:
    """Labels on everything after the prompt."""
    labels = tuple(-100 if t < prompt_length else token for t, token in enumerate(ids))
    return PlainRow(tuple(ids), labels, prompt_length)


def naive_logits(hidden: Tensor, head: Head) -> Tensor:
    """[n, V], differentiable."""
    bias = None if head.bias is None else head.bias.double()
    logits = functional.linear(hidden.double(), head.weight.double(), bias) * head.scale
    return logits if head.softcap is None else head.softcap * torch.tanh(logits / head.softcap)


def naive_loss(
    student: Sequence[Tensor],
    teacher: Sequence[Tensor] | None,
    rows: Sequence[PlainRow],
    scales: LossScales,
    which: DistilledPositions | None,
) -> tuple[Tensor, Tensor, Tensor]:
    """`student` and `teacher`: logits [T, V] of each row. Returns (total, sum of cross-entropies, sum of divergences)."""
    ce_sum, kd_sum = torch.zeros(2, dtype=torch.float64).unbind()
    for index, row in enumerate(rows):
        ce_sum = ce_sum + functional.cross_entropy(
            student[index][:-1],
            torch.tensor(row.labels[1:], dtype=torch.long),
            reduction="sum",
            ignore_index=-100,
        )
        for t in range(len(row.input_ids) - 1):
            is_completion = t + 1 >= row.prompt_length and row.labels[t + 1] != -100
            if teacher is not None and (which == "all" or (which == "completion" and is_completion)):
                ours = functional.log_softmax(student[index][t] / scales.temperature, -1)
                theirs = functional.log_softmax(teacher[index][t].detach() / scales.temperature, -1)
                kd_sum = kd_sum + functional.kl_div(ours, theirs, reduction="sum", log_target=True)
    return scales.ce_scale * ce_sum + scales.kd_scale * kd_sum, ce_sum, kd_sum
