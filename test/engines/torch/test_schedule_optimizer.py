"""Learning rates as Transformers', steps as PyTorch's AdamW, float32 masters, clipping."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from holdfast_torch.failure import Failure
from holdfast_torch.training.optimizer import AdamWSettings, Optimizer, global_norm
from holdfast_torch.training.schedule import learning_rate_at, steps_or_share
from torch import nn

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.mark.parametrize("kind", ["linear", "cosine", "constant", "constant_with_warmup"])
@pytest.mark.parametrize("key", ["factors", "factors_without_warmup"])
def test_schedules_are_those_of_transformers(kind: str, key: str) -> None:
    golden = json.loads((FIXTURES / "schedules.json").read_text())
    warmup = golden["warmup_steps"] if key == "factors" else 0
    total, peak = golden["total_steps"], 3e-4
    wanted = [peak * factor for factor in golden[key][kind]]
    assert len(wanted) == total + 1
    found = [learning_rate_at(step, total, peak, kind, warmup) for step in range(total + 1)]
    assert found == pytest.approx(wanted, rel=1e-12, abs=1e-20)


def test_warmup_below_one_is_a_share() -> None:
    assert [steps_or_share(value, 30) for value in (0.1, 0.05, 0, 1, 12)] == [3, 2, 0, 1, 12]
    assert learning_rate_at(1, 20, 1.0, "linear", 0.25) == learning_rate_at(1, 20, 1.0, "linear", 5) == 0.2


def as_double(values: Any) -> nn.Parameter:
    return nn.Parameter(torch.tensor(values, dtype=torch.float64))


def test_steps_are_those_of_adamw() -> None:
    golden = json.loads((FIXTURES / "adamw.json").read_text())
    parameters = {f"layer.{name}": as_double(value) for name, value in golden["initial"].items()}
    settings = AdamWSettings(
        golden["adam_beta1"], golden["adam_beta2"], golden["adam_epsilon"], golden["weight_decay"]["weight"]
    )
    optimizer = Optimizer(parameters, settings)
    for step in golden["steps"]:
        for name, gradient in step["gradients"].items():
            parameters[f"layer.{name}"].grad = torch.tensor(gradient, dtype=torch.float64)
        assert optimizer.clip(golden["max_grad_norm"]) == pytest.approx(step["grad_norm"], rel=1e-6)
        optimizer.step(step["learning_rate"])
        for name, wanted in step["parameters"].items():
            found = parameters[f"layer.{name}"].detach()
            # The norm that clips is in float32.
            assert torch.allclose(found, torch.tensor(wanted, dtype=torch.float64), rtol=1e-8, atol=1e-9)


def filled(shapes: dict[str, tuple[int, ...]], dtype: torch.dtype = torch.float32) -> dict[str, nn.Parameter]:
    torch.manual_seed(3)
    return {name: nn.Parameter(torch.randn(shape).to(dtype)) for name, shape in shapes.items()}


SHAPES: dict[str, tuple[int, ...]] = {
    "a.weight": (5, 4),
    "a.bias": (5,),
    "b.norm.weight": (4,),
    "c.weight": (3, 5),
}


def give_gradients(parameters: dict[str, nn.Parameter], seed: int, scale: float = 1.0) -> None:
    torch.manual_seed(seed)
    for parameter in parameters.values():
        parameter.grad = (scale * torch.randn(parameter.shape)).to(parameter.dtype)


def test_neither_biases_nor_norms_decay() -> None:
    parameters = filled(SHAPES)
    before = {name: parameter.detach().clone() for name, parameter in parameters.items()}
    optimizer = Optimizer(parameters, AdamWSettings(weight_decay=0.5))
    for parameter in parameters.values():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step(0.1)
    decayed = {name for name, parameter in parameters.items() if not torch.equal(parameter, before[name])}
    assert decayed == {"a.weight", "c.weight"}
    assert torch.allclose(parameters["a.weight"], before["a.weight"] * (1 - 0.1 * 0.5))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("max_norm", [0.5, 1e3, 0.0])
def test_clipping_is_torchs(dtype: torch.dtype, max_norm: float) -> None:
    ours, theirs = filled(SHAPES, dtype), filled(SHAPES, dtype)
    give_gradients(ours, 5, 3.0)
    give_gradients(theirs, 5, 3.0)
    before = [p.grad.clone() for p in ours.values() if p.grad is not None]
    norm = Optimizer(ours, AdamWSettings()).clip(max_norm)
    exact = float(global_norm([gradient.double() for gradient in before]))
    assert norm == pytest.approx(exact, rel=1e-6)
    if max_norm > 0:
        torch.nn.utils.clip_grad_norm_(theirs.values(), max_norm)
    for one, other in zip(ours.values(), theirs.values(), strict=True):
        assert one.grad is not None
        assert other.grad is not None
        assert torch.allclose(
            one.grad.float(), other.grad.float(), rtol=1e-2 if dtype == torch.bfloat16 else 1e-6
        )


def test_norm_of_nothing_and_of_what_is_not_finite() -> None:
    parameters = filled(SHAPES)
    optimizer = Optimizer(parameters, AdamWSettings())
    assert optimizer.clip(1.0) == 0.0
    give_gradients(parameters, 1)
    grad = parameters["c.weight"].grad
    assert grad is not None
    grad[0, 0] = float("nan")
    assert optimizer.clip(1.0) != optimizer.clip(1.0)


def test_bfloat16_steps_in_float32_masters() -> None:
    """A thousand steps of 1e-5: bfloat16 alone would lose each of them, its masters go as far as float32 does."""
    halves = {"w.weight": nn.Parameter(torch.ones(4, dtype=torch.bfloat16))}
    whole = {"w.weight": nn.Parameter(torch.ones(4))}
    optimizer, reference = Optimizer(halves, AdamWSettings()), Optimizer(whole, AdamWSettings())
    assert optimizer.has_masters
    assert not reference.has_masters
    for _ in range(1000):
        for parameters, each in ((halves, optimizer), (whole, reference)):
            parameters["w.weight"].grad = torch.ones_like(parameters["w.weight"])
            each.step(1e-5)
    assert torch.equal(optimizer.masters["w.weight"], whole["w.weight"])
    assert torch.equal(halves["w.weight"], whole["w.weight"].to(torch.bfloat16))
    assert float(halves["w.weight"][0].detach()) < 1.0
    assert halves["w.weight"].grad is None
    kept = optimizer.tensors()
    assert {name: value.dtype for name, value in kept.items()} == dict.fromkeys(
        ["master.w.weight", "exp_avg.w.weight", "exp_avg_sq.w.weight", "step.w.weight"], torch.float32
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_restored_state_goes_on_bit_for_bit(dtype: torch.dtype) -> None:
    whole, parts = filled(SHAPES, dtype), filled(SHAPES, dtype)
    settings = AdamWSettings(weight_decay=0.1)
    first, second = Optimizer(whole, settings), Optimizer(parts, settings)
    for step in range(6):
        if step == 3:
            kept = {name: value.clone() for name, value in second.tensors().items()}
            parts = {name: nn.Parameter(parameter.detach().clone()) for name, parameter in parts.items()}
            second = Optimizer(parts, settings)
            second.restore(kept)
        for parameters, optimizer in ((whole, first), (parts, second)):
            give_gradients(parameters, step)
            optimizer.clip(1.0)
            optimizer.step(0.01)
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_reset_forgets_moments_and_keeps_weights() -> None:
    parameters = filled(SHAPES)
    optimizer = Optimizer(parameters, AdamWSettings())
    give_gradients(parameters, 1)
    optimizer.step(0.1)
    after = {name: parameter.detach().clone() for name, parameter in parameters.items()}
    assert optimizer.state_bytes() == sum(8 * parameter.numel() + 4 for parameter in parameters.values())
    optimizer.reset()
    assert optimizer.state_bytes() == 0
    assert all(torch.equal(parameters[name], after[name]) for name in after)


@pytest.mark.parametrize(
    "kept",
    [
        {"exp_avg.gone.weight": torch.zeros(2)},
        {"exp_avg.a.weight": torch.zeros(5, 5)},
        {"master.a.weight": torch.zeros(4)},
    ],
)
def test_state_of_another_model_is_refused(kept: dict[str, torch.Tensor]) -> None:
    with pytest.raises(Failure, match="does not fit the model") as caught:
        Optimizer(filled(SHAPES), AdamWSettings()).restore(kept)
    assert caught.value.code == "checkpoint.optimizer"


def test_eight_bits_need_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    # As if it was not installed, on machines that have it.
    monkeypatch.setitem(sys.modules, "bitsandbytes", None)
    with pytest.raises(Failure) as caught:
        Optimizer(filled(SHAPES), AdamWSettings(kind="adamw_8bit"))
    assert caught.value.code == "optim.bitsandbytes"
    assert "pip install bitsandbytes" in caught.value.message
    assert "\n" not in caught.value.message
