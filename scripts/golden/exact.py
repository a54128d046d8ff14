"""A float64 forward pass that really is one.

Transformers computes norms and rotary angles in float32 whatever the model's type, which would put an error
of its own into the reference values. Those two are replaced here by the same formulas in float64; the
result is compared with the untouched model, so a slip here cannot become a reference value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from transformers import PreTrainedModel

TOLERANCE = 1e-4
"""Largest difference from the untouched model's logits: float32 noise, far below any mistake."""


def forward_exactly(
    model: PreTrainedModel, input_ids: torch.Tensor, attention_mask: torch.Tensor
) -> torch.Tensor:
    """Logits [batch, time, vocabulary] in float64, with gradients."""
    with torch.no_grad():
        usual = model(input_ids=input_ids, attention_mask=attention_mask, use_cache=False).logits
    with in_float64(model):
        logits = model(input_ids=input_ids, attention_mask=attention_mask, use_cache=False).logits
    worst = ((logits - usual) * attention_mask[:, :, None]).abs().max().item()
    if logits.dtype != torch.float64 or worst > TOLERANCE:
        raise SystemExit(f"logits in {logits.dtype}, {worst} away from Transformers' own")
    return logits


@contextmanager
def in_float64(model: PreTrainedModel) -> Iterator[None]:
    """Inside, norms and rotary angles of `model` are computed in float64."""
    changed = [
        module for module in model.modules() if type(module).__name__.endswith(("RMSNorm", "RotaryEmbedding"))
    ]
    for module in changed:
        is_norm = type(module).__name__.endswith("RMSNorm")
        module.forward = (norm_of if is_norm else angles_of)(module)
    try:
        yield
    finally:
        for module in changed:
            del module.forward


def norm_of(module: torch.nn.Module) -> Callable[..., torch.Tensor]:
    """RMSNorm (Zhang and Sennrich 2019): x / sqrt(mean(x^2) + eps) * weight."""

    def forward(x: torch.Tensor) -> torch.Tensor:
        return module.weight * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + module.variance_epsilon)

    return forward


def angles_of(module: torch.nn.Module) -> Callable[..., tuple[torch.Tensor, torch.Tensor]]:
    """Cosines and sines of rotary embedding (Su et al. 2021): position * theta^(-2 j / head_dim), both halves
    alike."""
    config = module.config
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    theta = config.rope_parameters["rope_theta"]
    speeds = theta ** (-torch.arange(0, head_dim, 2, dtype=torch.float64) / head_dim)

    def forward(_x: torch.Tensor, position_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        angles = position_ids[:, :, None].double() * speeds
        both = torch.cat((angles, angles), dim=-1)
        return both.cos(), both.sin()

    return forward
