"""How far the two engines are apart on the same work: both train by their own functions, from the same weights."""

from dataclasses import dataclass

import torch
from parity_training import Trained
from torch import Tensor

LOSSES = ("loss", "ce_loss", "kd_loss", "kd_factor", "learning_rate")
COUNTS = ("step", "ce_tokens", "kd_tokens", "tokens")

FLOOR = 1e-6
"""Of the global norm: a gradient smaller than that is zero but for rounding (DESIGN 8)."""


@dataclass(frozen=True)
class Errors:
    """The largest relative differences; L2 where of tensors, and of those the worst one."""

    losses: float
    """And learning rates; over all steps."""
    norms: float
    """Of all gradients together; over all steps."""
    gradients: float
    """Of the first step, before clipping; a difference below FLOOR of all of it counts nothing."""
    weights: float
    """After the last step."""
    updates: float
    """Of what training added to the weights; a difference below FLOOR of all of it counts nothing."""


def errors_between(ours: Trained, theirs: Trained, start: dict[str, Tensor]) -> Errors:
    """`start`: the weights before the first step."""
    pairs = list(zip(ours.reports, theirs.reports, strict=True))
    one, other = _updates(ours, start), _updates(theirs, start)
    return Errors(
        losses=max(_relative(a[key], b[key]) for a, b in pairs for key in LOSSES),
        norms=max(_relative(a["grad_norm"], b["grad_norm"]) for a, b in pairs),
        gradients=max(_distances(ours.gradients, theirs.gradients, FLOOR)),
        weights=max(_distances(ours.weights, theirs.weights)),
        updates=max(_distances(one, other, FLOOR)),
    )


def counts_of(trained: Trained) -> list[list[float]]:
    """Tokens of each step, which must be the same to the last one."""
    return [[report[key] for key in COUNTS] for report in trained.reports]


def _relative(one: float, other: float) -> float:
    return abs(one - other) / abs(other) if other != 0 else abs(one)


def _updates(trained: Trained, start: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: trained.weights[name].double() - start[name].double() for name in trained.trainable}


def _distances(ours: dict[str, Tensor], theirs: dict[str, Tensor], floor: float = 0.0) -> list[float]:
    """Relative L2 by tensor; at least `floor` of the norm of all tensors together is what each is measured by."""
    if ours.keys() != theirs.keys():
        raise ValueError(f"other tensors: {sorted(ours.keys() ^ theirs.keys())}")
    whole = float(torch.stack([value.double().norm() for value in theirs.values()]).norm())
    return [
        float((ours[name].double() - value.double()).norm())
        / max(float(value.double().norm()), floor * whole, 1e-30)
        for name, value in theirs.items()
    ]
