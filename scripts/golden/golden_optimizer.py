"""Reference values: AdamW with clipping as in torch, schedules as in transformers.get_scheduler."""

from __future__ import annotations

from typing import Any

import torch
from transformers import get_scheduler

HYPER = {"adam_beta1": 0.9, "adam_beta2": 0.999, "adam_epsilon": 1e-8, "max_grad_norm": 1.0}
SHAPES = {"weight": (2, 3), "bias": (3,)}
WEIGHT_DECAY = {"weight": 0.1, "bias": 0.0}
LEARNING_RATES = [0.01, 0.02, 0.02, 0.015, 0.005]
GRADIENT_SCALES = [2.0, 0.1, 1.0, 0.01, 5.0]
"""Some steps are clipped, some not."""

SCHEDULES = ("linear", "cosine", "constant", "constant_with_warmup")
TOTAL_STEPS = 20
WARMUP_STEPS = 5


def adamw_golden() -> dict[str, Any]:
    """Five steps with given gradients; `grad_norm` is before clipping, torch scales by 1 / (norm + 1e-6)."""
    random = torch.Generator().manual_seed(11)

    def draw(shape: tuple[int, ...]) -> torch.Tensor:
        return torch.randn(shape, generator=random, dtype=torch.float64)

    parameters = {name: torch.nn.Parameter(draw(shape)) for name, shape in SHAPES.items()}
    optimizer = torch.optim.AdamW(
        [
            {"params": [parameter], "weight_decay": WEIGHT_DECAY[name]}
            for name, parameter in parameters.items()
        ],
        betas=(HYPER["adam_beta1"], HYPER["adam_beta2"]),
        eps=HYPER["adam_epsilon"],
        foreach=False,
    )
    golden = {**HYPER, "weight_decay": WEIGHT_DECAY, "initial": snapshot(parameters), "steps": []}
    for learning_rate, scale in zip(LEARNING_RATES, GRADIENT_SCALES, strict=True):
        gradients = {name: scale * draw(shape) for name, shape in SHAPES.items()}
        for name, parameter in parameters.items():
            parameter.grad = gradients[name].clone()
        norm = torch.nn.utils.clip_grad_norm_(list(parameters.values()), HYPER["max_grad_norm"])
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
        optimizer.step()
        golden["steps"].append(
            {
                "learning_rate": learning_rate,
                "gradients": snapshot(gradients),
                "grad_norm": norm.item(),
                "parameters": snapshot(parameters),
            }
        )
    return golden


def snapshot(tensors: dict[str, torch.Tensor]) -> dict[str, list]:
    """The values as nested lists."""
    return {name: tensor.detach().tolist() for name, tensor in tensors.items()}


def schedules_golden() -> dict[str, Any]:
    """Per schedule: the factor on the learning rate in step 1, 2 ... and in the one after the last."""
    return {
        "total_steps": TOTAL_STEPS,
        "warmup_steps": WARMUP_STEPS,
        "factors": {name: schedule_factors(name, WARMUP_STEPS) for name in SCHEDULES},
        "factors_without_warmup": {name: schedule_factors(name, 0) for name in SCHEDULES},
    }


def schedule_factors(name: str, warmup_steps: int) -> list[float]:
    """TOTAL_STEPS + 1 factors. `constant` has no warm-up in Transformers, whatever is asked for."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = get_scheduler(name, optimizer, num_warmup_steps=warmup_steps, num_training_steps=TOTAL_STEPS)
    factors = []
    for _ in range(TOTAL_STEPS + 1):
        factors.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return factors
