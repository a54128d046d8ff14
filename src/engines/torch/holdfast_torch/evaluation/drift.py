"""How far a model has moved from its base on held facts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor


@dataclass(frozen=True)
class Drift:
    """layers: by layer, the mean of 1 - cos(h now, h before) at the last prompt token (arXiv 2604.15574,
    5.2).

    kl_to_base: mean KL(base || now) of the next token there, nats; None where nothing was traced.
    """

    layers: dict[str, float] = field(default_factory=dict)
    kl_to_base: float | None = None


@dataclass(frozen=True)
class Trace:
    """The base model's state at one fact's last prompt token, on the CPU, float32.

    hidden: residual stream by layer (from 1), [H]. log_probabilities: of the next token, [V].
    """

    hidden: dict[int, Tensor]
    log_probabilities: Tensor


class TraceRecorder:
    """Keeps what it is shown: the base, to be compared with later. Facts are numbered as in the check."""

    def __init__(self, facts: frozenset[int], layers: Sequence[int]) -> None:
        self._facts = facts
        self.layers = tuple(layers)
        self.traces: dict[int, Trace] = {}

    def wants(self, fact: int) -> bool:
        """Each fact once, however many accepted answers it has."""
        return fact in self._facts and fact not in self.traces

    def take(self, facts: Sequence[int], states: dict[int, Tensor], logits: Tensor) -> None:
        """Copies states and log-probabilities to the CPU."""
        hidden = {layer: state.float().cpu() for layer, state in states.items()}
        log_probabilities = torch.log_softmax(logits.float(), -1).cpu()
        for at, fact in enumerate(facts):
            # A view would keep the whole batch.
            own = {layer: state[at].clone() for layer, state in hidden.items()}
            self.traces[fact] = Trace(own, log_probabilities[at].clone())


class DriftMeter:
    """Compares what it is shown with the base, and keeps sums only."""

    def __init__(self, base: dict[int, Trace], layers: Sequence[int]) -> None:
        self._base = base
        self._met: set[int] = set()
        self._sums = dict.fromkeys(layers, 0.0)
        self._kl = 0.0
        self.layers = tuple(layers)

    def wants(self, fact: int) -> bool:
        """The facts that the base was traced on, each once."""
        return fact in self._base and fact not in self._met

    def take(self, facts: Sequence[int], states: dict[int, Tensor], logits: Tensor) -> None:
        """Adds the distances of these facts: all, or none where memory runs out, for they are shown again then."""
        base = [self._base[fact] for fact in facts]
        distances: dict[int, float] = {}
        for layer, now in states.items():
            before = torch.stack([trace.hidden[layer] for trace in base]).to(now.device)
            distances[layer] = float((1 - cosine(now.float(), before)).sum())
        before = torch.stack([trace.log_probabilities for trace in base]).to(logits.device)
        divergence = kl_divergence(before, torch.log_softmax(logits.float(), -1))
        self._kl += float(_wide(divergence).sum())
        for layer, distance in distances.items():
            self._sums[layer] += distance
        self._met.update(facts)

    def drift(self) -> Drift:
        """The means over all facts that were taken."""
        count = len(self._met)
        if count == 0:
            return Drift()
        return Drift({str(layer): total / count for layer, total in self._sums.items()}, self._kl / count)


def cosine(a: Tensor, b: Tensor) -> Tensor:
    """cos of the angle between vectors [n, H], summed in float64; 1 where one is zero. Returns [n]."""
    a, b = _wide(a), _wide(b)
    norm = (a.square().sum(-1) * b.square().sum(-1)).sqrt()
    return torch.where(norm == 0, torch.ones_like(norm), (a * b).sum(-1) / norm.clamp(min=1e-300))


def kl_divergence(log_p: Tensor, log_q: Tensor) -> Tensor:
    """KL(p || q), nats, of distributions given as log-probabilities [n, V]. Returns [n]."""
    p = log_p.exp()
    return torch.where(p > 0, p * (log_p - log_q), torch.zeros_like(p)).sum(-1)


def _wide(values: Tensor) -> Tensor:
    """As float64; MPS has none, so there the few vectors are compared on the CPU."""
    return (values.cpu() if values.device.type == "mps" else values).double()
