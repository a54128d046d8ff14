"""AdamW over the parameters that move; whatever stands still has no state here and so costs none."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import torch
from torch import Tensor, nn

from ..failure import Failure
from ..model.head import wide

OptimizerKind = Literal["adamw", "adamw_8bit"]


class Optimizer:
    """Steps in float32, also where the model computes in bfloat16: then it keeps float32 masters of what moves
    (Micikevicius et al. 2018), because bfloat16 cannot hold a weight plus a small step."""

    def __init__(self, parameters: Mapping[str, nn.Parameter], settings: "AdamWSettings") -> None:
        self.parameters = dict(parameters)
        self.masters = {
            name: _master_of(parameter) if parameter.dtype in (torch.bfloat16, torch.float16) else parameter
            for name, parameter in parameters.items()
        }
        self.has_masters = any(self.masters[name] is not self.parameters[name] for name in self.masters)
        groups = [
            {"params": [self.masters[name] for name in names], "weight_decay": decay}
            for names, decay in _groups(self.masters, settings.weight_decay)
            if names
        ]
        self.inner = _create(groups, settings)
        self.kind = settings.kind

    def clip(self, max_norm: float) -> float:
        """Scales gradients down to a global norm (0: never); returns the norm before, as torch's clip_grad_norm_."""
        gradients = [p.grad for p in self.parameters.values() if p.grad is not None]
        norm = global_norm(gradients)
        if max_norm > 0:
            scale = (max_norm / (norm + 1e-6)).clamp(max=1.0)
            for gradient in gradients:
                local = getattr(gradient, "to_local", lambda g=gradient: g)()
                local.mul_(scale.to(local.dtype))
        return float(norm)

    def step(self, learning_rate: float) -> None:
        """One step on every parameter that has a gradient; gradients are gone afterwards."""
        for group in self.inner.param_groups:
            group["lr"] = learning_rate
        for name, parameter in self.parameters.items():
            master = self.masters[name]
            if master is not parameter and parameter.grad is not None:
                master.grad = parameter.grad.float()
                parameter.grad = None
        self.inner.step()
        with torch.no_grad():
            for name, parameter in self.parameters.items():
                master = self.masters[name]
                master.grad = None
                if master is not parameter:
                    parameter.copy_(master)

    def forget_gradients(self) -> None:
        """Without a step."""
        for parameter in self.parameters.values():
            parameter.grad = None

    def reset(self) -> None:
        """Zero moments: the next step is a first one."""
        self.inner.state.clear()

    def tensors(self) -> dict[str, Tensor]:
        """Everything that a resumed run needs, by `<what>.<parameter>`."""
        kept: dict[str, Tensor] = {}
        for name, master in self.masters.items():
            if master is not self.parameters[name]:
                kept[f"master.{name}"] = master.detach()
            for what, value in self.inner.state.get(master, {}).items():
                if isinstance(value, Tensor):
                    kept[f"{what}.{name}"] = value
                elif isinstance(value, (int, float)):
                    kept[f"{what}.{name}"] = torch.tensor(float(value))
        return kept

    def restore(self, kept: Mapping[str, Tensor]) -> None:
        """Takes back what `tensors` gave. Raises Failure where it is that of another model."""
        by_parameter: dict[str, dict[str, Tensor]] = {}
        for key, value in kept.items():
            what, _, name = key.partition(".")
            by_parameter.setdefault(name, {})[what] = value
        for name, values in by_parameter.items():
            master = self.masters.get(name)
            if master is None:
                raise _misfit(name)
            state: dict[str, Any] = {}
            for what, value in values.items():
                fits = value.shape == master.shape or what not in ("master", "exp_avg", "exp_avg_sq")
                if not fits:
                    raise _misfit(name)
                if what == "master":
                    with torch.no_grad():
                        master.copy_(value)
                else:
                    is_number = what == "step" and self.kind == "adamw_8bit"
                    # bitsandbytes counts steps in a plain number, torch in a tensor.
                    state[what] = int(value) if is_number else _placed(value, what, master)
            if state:
                self.inner.state[master] = state

    def state_bytes(self) -> int:
        """Bytes of moments and masters."""
        return sum(value.numel() * value.element_size() for value in self.tensors().values())


class AdamWSettings:
    """Hugging Face's names: adam_beta1, adam_beta2, adam_epsilon, weight_decay, optim."""

    def __init__(
        self,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
        kind: OptimizerKind = "adamw",
    ) -> None:
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.weight_decay, self.kind = weight_decay, kind


def global_norm(gradients: Iterable[Tensor]) -> Tensor:
    """L2 norm over all gradients together, in float32 or wider; of parts that lie on several devices, the whole."""
    given = list(gradients)
    if not given:
        return torch.zeros(())
    norms = torch._foreach_norm(given, 2, wide(given[0].dtype))
    whole = [getattr(norm, "full_tensor", lambda n=norm: n)() for norm in norms]
    norm: Tensor = torch.linalg.vector_norm(torch.stack(whole))
    return norm


def _master_of(parameter: nn.Parameter) -> nn.Parameter:
    return nn.Parameter(parameter.detach().float())


def _groups(parameters: Mapping[str, nn.Parameter], decay: float) -> list[tuple[list[str], float]]:
    """Hugging Face's Trainer decays neither biases nor norms."""
    still = [name for name in parameters if name.endswith(".bias") or "norm" in name or ".ln_" in name]
    rest = [name for name in parameters if name not in set(still)]
    return [(rest, decay), (still, 0.0)]


def _create(groups: list[dict[str, Any]], settings: AdamWSettings) -> torch.optim.Optimizer:
    common = {"lr": 0.0, "betas": (settings.beta1, settings.beta2), "eps": settings.epsilon}
    if settings.kind == "adamw_8bit":
        try:
            import bitsandbytes
        except Exception:
            raise Failure(
                "optim.bitsandbytes",
                "optim: adamw_8bit needs the package bitsandbytes, which cannot be imported here: install it with "
                "`pip install bitsandbytes`, or set optim: adamw.",
            ) from None
        eight_bit: torch.optim.Optimizer = bitsandbytes.optim.AdamW8bit(groups, **common)
        return eight_bit
    return torch.optim.AdamW(groups, fused=_can_fuse(groups), **common)  # type: ignore[arg-type]


def _can_fuse(groups: list[dict[str, Any]]) -> bool:
    kinds = {parameter.device.type for group in groups for parameter in group["params"]}
    return kinds <= {"cpu", "cuda", "mps"}


def _placed(value: Tensor, what: str, master: nn.Parameter) -> Tensor:
    mesh = getattr(master, "device_mesh", None)
    if mesh is not None and value.shape == master.shape:
        from torch.distributed.tensor import distribute_tensor

        return distribute_tensor(value.to(master.device), mesh, master.placements)  # type: ignore[attr-defined]
    # torch's fused kernels want the count of steps beside the parameter.
    return value.to(master.device) if what != "step" or value.dim() == 0 else value


def _misfit(name: str) -> Failure:
    return Failure(
        "checkpoint.optimizer",
        f"The checkpoint holds optimizer state of {name} that does not fit the model: remove that checkpoint folder, then "
        "resume from an earlier one.",
    )
