"""Head, cross-entropy and self-distillation in one pass over chunks of positions, gradients included.

Logits [n, V] exist for one chunk at a time: the gradient with respect to hidden states and head is computed while they are
there, so that nothing of the size of the vocabulary is kept for a backward pass.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ..model.head import Head, wide
from .targets import Targets

# Bytes of one chunk's float32 logits: large enough for full-speed products, small beside everything else.
CHUNK_BYTES_CPU = 24 * 2**20
CHUNK_BYTES_GPU = 512 * 2**20


@dataclass(frozen=True)
class LossScales:
    """total = ce_scale * sum(ce) + kd_scale * sum(kl): the counts of the whole optimizer step are in the scales."""

    ce_scale: float
    kd_scale: float = 0.0
    temperature: float = 1.0


@dataclass(frozen=True)
class TeacherBatch:
    """What a teacher says at the distilled places of a batch."""

    head: Head
    hidden: Tensor
    """[K, H_teacher], in the order of `Targets.kd_index`."""


def head_loss(
    hidden: Tensor,
    head: Head,
    targets: Targets,
    scales: LossScales,
    teacher: TeacherBatch | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """The loss of DESIGN 5 (Li & Hoiem 2017; arXiv 2604.15574) for one batch.

    `hidden` is [B * T, H]. Returns (total, sum of cross-entropies, sum of KL(teacher || student) at the temperature), nats;
    only `total` can be differentiated, and only as the end of the graph: what it is multiplied with afterwards is ignored.
    """
    picked = hidden.index_select(0, targets.places)
    if not torch.is_grad_enabled():
        # Inside of a Function, parameters look as if their gradients were wanted.
        head = Head(
            head.weight.detach(), None if head.bias is None else head.bias.detach(), head.scale, head.softcap
        )
    total, ce_sum, kd_sum = _HeadLoss.apply(picked, head.weight, head.bias, head, targets, scales, teacher)  # type: ignore[no-untyped-call]
    return total, ce_sum, kd_sum


class _HeadLoss(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        picked: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        head: Head,
        targets: Targets,
        scales: LossScales,
        teacher: TeacherBatch | None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        wanted = (ctx.needs_input_grad[0], ctx.needs_input_grad[1], ctx.needs_input_grad[2])
        now = Head(weight, bias, head.scale, head.softcap)
        walk = _Walk(picked, now, targets, scales, teacher, wanted)
        ce_sum, kd_sum = walk.run()
        total = scales.ce_scale * ce_sum + scales.kd_scale * kd_sum
        ctx.gradients = (walk.grad_hidden, walk.grad_weight, walk.grad_bias)
        ctx.mark_non_differentiable(ce_sum, kd_sum)
        return total, ce_sum, kd_sum

    @staticmethod
    def backward(ctx: Any, *_outputs: Tensor) -> tuple[Tensor | None, ...]:
        hidden, weight, bias = ctx.gradients
        ctx.gradients = None
        return hidden, weight, bias, None, None, None, None


class _Walk:
    """One pass over the chunks; what it gathers are sums and gradients."""

    def __init__(
        self,
        picked: Tensor,
        head: Head,
        targets: Targets,
        scales: LossScales,
        teacher: TeacherBatch | None,
        wanted: tuple[bool, bool, bool],
    ) -> None:
        self.picked, self.head, self.targets = picked, head, targets
        self.scales, self.teacher = scales, teacher
        size = picked.shape[0]
        self.folds = teacher is not None and _may_fold(head, teacher.head, scales.temperature, picked.dtype)
        # Equal chunks: a short last one would pass over the whole head for a few rows.
        most = chunk_rows(head.weight.shape[0], picked.device)
        self.chunk = max(1, -(-size // max(1, -(-size // most))))
        # Sums over many chunks in bfloat16 would lose what the later ones add.
        is_one = size <= self.chunk
        self.exact = head.weight.dtype if is_one else wide(head.weight.dtype)
        self.wants_weight = wanted[1]
        self.grad_hidden = torch.empty_like(picked) if wanted[0] else None
        self.grad_weight: Tensor | None = None
        self.grad_bias = torch.zeros_like(head.bias) if wanted[2] and head.bias is not None else None

    def run(self) -> tuple[Tensor, Tensor]:
        """Sums of cross-entropy and divergence, nats."""
        device = self.picked.device
        dtype = wide(self.picked.dtype)
        ce_sum, kd_sum = (torch.zeros((), dtype=dtype, device=device) for _ in range(2))
        for part in _parts(self.targets, self.picked.shape[0], self.chunk):
            ce, kd = self._visit(part)
            ce_sum += ce
            kd_sum += kd
        if self.wants_weight:
            weight = self.head.weight
            found = torch.zeros_like(weight) if self.grad_weight is None else self.grad_weight
            self.grad_weight = found.to(weight.dtype)
        return ce_sum, kd_sum

    def _visit(self, part: "_Part") -> tuple[Tensor | float, Tensor | float]:
        """One chunk: logits, losses, and the gradient with respect to its logits turned into those that are wanted."""
        rows = self.picked[part.rows]
        is_both = part.is_shared and self.teacher is not None and self.scales.temperature == 0.5
        is_folded = self.folds and part.kd.stop > part.kd.start and not is_both
        logits = self.head.logits(rows * (1 / self.scales.temperature) if is_folded else rows)
        cap = None if self.head.softcap is None else 1 - (logits / self.head.softcap).square()
        ce: Tensor | float
        kd: Tensor | float
        grad: Tensor | None
        if is_both and self.teacher is not None:
            ce, kd, grad, factors = self._both(logits, part, self.teacher)
        else:
            ce, ce_grad = self._cross_entropy(logits, part, is_folded)
            kd, grad, factors = self._divergence(logits, part, is_folded)
            if ce_grad is not None and ce_grad.shape == logits.shape and grad is None:
                grad = ce_grad
            else:
                grad = logits.zero_() if grad is None else grad
                if ce_grad is not None:
                    _add_rows(grad, self.targets.ce_index[part.ce] - part.rows.start, ce_grad, factors)
        if cap is not None:
            grad.mul_(cap)
        self._spread(part, rows, grad, factors * self.head.scale)
        return ce, kd

    def _cross_entropy(
        self, logits: Tensor, part: "_Part", is_folded: bool
    ) -> tuple[Tensor | float, Tensor | None]:
        """Sum, and ce_scale * d sum / d logits of the rows of the chunk that have labels. `is_folded`: `logits` are those
        over the temperature."""
        if part.ce.stop == part.ce.start:
            return 0.0, None
        rows = self.targets.ce_index[part.ce] - part.rows.start
        counts, labels, owner = self._labels(logits, part)
        own = logits if rows.shape[0] == logits.shape[0] else logits.index_select(0, rows)
        own = own * self.scales.temperature if is_folded else own
        said = own[owner, labels]
        grad, norms = _softmax_with_norm(own)
        total = (counts * norms).sum() - said.sum()
        grad.mul_(counts.unsqueeze(1) * self.scales.ce_scale)
        ones = logits.new_full(labels.shape, -self.scales.ce_scale)
        grad.index_put_((owner, labels), ones, accumulate=True)
        return total, grad

    def _divergence(
        self, logits: Tensor, part: "_Part", is_folded: bool
    ) -> tuple[Tensor | float, Tensor | None, Tensor]:
        """Sum of KL, and d / d logits of all rows of the chunk as (gradient, factor per row). `logits` are used up, unless
        nothing is distilled here: then there is no gradient."""
        if part.kd.stop == part.kd.start or self.teacher is None:
            return 0.0, None, logits.new_ones(())
        inverse = 1 / self.scales.temperature
        at = self.targets.kd_index[part.kd] - part.rows.start
        weights = self.targets.kd_weights[part.kd].to(logits.dtype)
        student = logits if at.shape[0] == logits.shape[0] else logits.index_select(0, at)
        student = student if is_folded or inverse == 1 else student.mul_(inverse)
        wanted = self._wanted(self.teacher, part)
        p, log_p_norm = _softmax_with_norm(wanted)
        q, log_q_norm = _softmax_with_norm(student)
        # sum p (log p - log q), log p = wanted - log_p_norm: log-softmaxes would pass over the vocabulary twice more.
        gap = wanted.sub_(student).mul_(p).sum(-1)
        total = (weights * (gap - log_p_norm + log_q_norm)).sum()
        grad = q.sub_(p)
        factor = self.scales.kd_scale * inverse
        if at.shape[0] == logits.shape[0]:
            return total, grad, weights * factor
        whole = torch.zeros_like(logits).index_copy_(0, at, grad)
        factors = logits.new_full((logits.shape[0],), factor).index_copy_(0, at, weights * factor)
        return total, whole, factors

    def _both(
        self, logits: Tensor, part: "_Part", teacher: TeacherBatch
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Both losses and their gradient, (ce, kd, gradient, factor per row), where every row has both and T = 1/2: then
        softmax(2 z) is softmax(z) squared and divided by its sum, so that one exponential per logit does for both."""
        counts, labels, owner = self._labels(logits, part)
        weights = self.targets.kd_weights[part.kd].to(logits.dtype)
        said = logits[owner, labels]
        s, norms = _softmax_with_norm(logits)
        ce = (counts * norms).sum() - said.sum()
        squares = torch.linalg.vector_norm(s, dim=-1).square()
        wanted = self._wanted(teacher, part)
        p, log_p_norm = _softmax_with_norm(wanted)
        gap = wanted.sub_(logits, alpha=2).mul_(p).sum(-1)
        kd = (weights * (gap - log_p_norm + 2 * norms + squares.log())).sum()
        factors = weights * (2 * self.scales.kd_scale)
        # q + (ce_scale * counts / factors) * s - p, q = s * s / squares; the labels' ones follow.
        share = self.scales.ce_scale / factors
        grad = torch.mul(s, squares.reciprocal().unsqueeze(1), out=logits)
        grad.add_((share * counts).unsqueeze(1)).mul_(s).sub_(p)
        grad.index_put_((owner, labels), -share.index_select(0, owner), accumulate=True)
        return ce, kd, grad, factors

    def _wanted(self, teacher: TeacherBatch, part: "_Part") -> Tensor:
        """The teacher's logits over the temperature, [k, V]."""
        hidden, inverse = teacher.hidden[part.kd], 1 / self.scales.temperature
        if inverse == 1 or self.folds:
            return teacher.head.logits(hidden * inverse if inverse != 1 else hidden)
        return teacher.head.logits(hidden).mul_(inverse)

    def _labels(self, logits: Tensor, part: "_Part") -> tuple[Tensor, Tensor, Tensor]:
        """How many labels each row has, the labels, and the row of each."""
        counts = self.targets.ce_counts[part.ce].to(logits.dtype)
        labels = self.targets.ce_labels[part.labels]
        owner = self.targets.ce_owner[part.labels] - part.ce.start
        return counts, labels, owner

    def _spread(self, part: "_Part", rows: Tensor, grad: Tensor, factors: Tensor) -> None:
        """d / d logits -> d / d hidden, d / d head. Row factors are applied on the narrow side."""
        factors = factors.reshape(-1, 1)
        grad = grad.to(self.head.weight.dtype)
        if self.grad_hidden is not None:
            into = self.grad_hidden[part.rows]
            torch.mm(grad, self.head.weight, out=into)
            into.mul_(factors)
        if self.wants_weight:
            scaled = (rows * factors).to(grad.dtype)
            if self.grad_weight is None:
                self.grad_weight = (grad.T @ scaled).to(self.exact)
            elif self.grad_weight.dtype == grad.dtype:
                self.grad_weight.addmm_(grad.T, scaled)
            else:
                self.grad_weight.add_(grad.T @ scaled)
        if self.grad_bias is not None:
            self.grad_bias.add_((grad * factors).sum(0).to(self.grad_bias.dtype))


@dataclass(frozen=True)
class _Part:
    """A chunk of places, and which entries of the targets lie in it."""

    rows: slice
    ce: slice
    labels: slice
    kd: slice

    @property
    def is_shared(self) -> bool:
        """Whether every place has labels and is distilled."""
        size = self.rows.stop - self.rows.start
        return bool(self.ce.stop - self.ce.start == size == self.kd.stop - self.kd.start)


def _may_fold(head: Head, other: Head, temperature: float, dtype: torch.dtype) -> bool:
    """Whether hidden states may be divided by the temperature instead of logits, which are so much wider: where the head is
    linear and without a bias, and where that loses nothing (bfloat16 divides exactly by powers of two alone)."""
    is_linear = all(one.softcap is None and one.bias is None for one in (head, other))
    is_exact = dtype in (torch.float32, torch.float64) or math.frexp(temperature)[0] == 0.5
    return is_linear and is_exact


def _add_rows(grad: Tensor, rows: Tensor, part: Tensor, factors: Tensor) -> None:
    """Adds to rows of a gradient what does not share the factors that whole rows are multiplied with later."""
    if factors.dim() > 0:
        part = part.div_(factors.index_select(0, rows).unsqueeze(1))
    if rows.shape[0] == grad.shape[0]:
        grad.add_(part)
    else:
        grad.index_add_(0, rows, part)


def _parts(targets: Targets, size: int, chunk: int) -> Iterator[_Part]:
    starts = targets.starts
    for start in range(0, size, chunk):
        rows = slice(start, min(start + chunk, size))
        ce = _between(starts.ce_index, rows)
        yield _Part(rows, ce, _between(starts.ce_owner, ce), _between(starts.kd_index, rows))


def _between(ascending: npt.NDArray[np.int64], span: slice) -> slice:
    first, last = np.searchsorted(ascending, [span.start, span.stop])
    return slice(int(first), int(last))


def _softmax_with_norm(logits: Tensor) -> tuple[Tensor, Tensor]:
    """softmax(logits) [n, V], and log sum exp of each row [n], taken from the likeliest entry."""
    probabilities = torch.softmax(logits, dim=-1)
    return probabilities, logits.amax(dim=-1) - probabilities.amax(dim=-1).log()


def chunk_rows(vocab_size: int, device: torch.device) -> int:
    """Positions whose logits fit a chunk."""
    most = CHUNK_BYTES_GPU if device.type == "cuda" else CHUNK_BYTES_CPU
    return max(16, most // (4 * vocab_size))
