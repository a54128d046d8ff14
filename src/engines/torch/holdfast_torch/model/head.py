"""The projection to the vocabulary, apart from the rest of the model, so that it is applied where a loss needs it only."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .prepack import prepack, prepacked_product


def wide(dtype: torch.dtype) -> torch.dtype:
    """In which losses are computed: float32, or float64 where the model is."""
    return torch.promote_types(dtype, torch.float32)


@dataclass(frozen=True)
class Head:
    """logits = cap(scale * (hidden @ weight.T + bias)), cap(x) = softcap * tanh(x / softcap) where there is one."""

    weight: Tensor
    """[V, H]; of a head that stands still perhaps prepacked."""
    bias: Tensor | None = None
    scale: float = 1.0
    softcap: float | None = None

    def logits(self, hidden: Tensor) -> Tensor:
        """[n, H] -> float32 [n, V]; float64 of a float64 model."""
        product = prepacked_product if self.weight.is_mkldnn else torch.nn.functional.linear
        logits = product(hidden, self.weight, self.bias)
        return self.finish(logits.to(wide(logits.dtype)))

    def finish(self, logits: Tensor) -> Tensor:
        """What follows the product; in place."""
        if self.scale != 1.0:
            logits = logits.mul_(self.scale)
        if self.softcap is not None:
            logits = logits.div_(self.softcap).tanh_().mul_(self.softcap)
        return logits

    def detached(self) -> "Head":
        """A copy that stays as it is while the model is trained, made for many products: no gradient reaches it."""
        bias = None if self.bias is None else self.bias.detach().clone()
        return Head(prepack(self.weight.detach()), bias, self.scale, self.softcap)


@contextmanager
def reading_whole_rows(head: nn.Module) -> Iterator[None]:
    """Inside, a head that Transformers calls is given rows that lie one after another.

    The last positions of a batch are a view with gaps. PyTorch makes one product of them where the head is trained; where it
    stands still, a product for each row, for which bfloat16 on a processor copies the head as often (measured, 32 rows,
    32,000 x 512: 948 MB and 3.6 s instead of nothing and 0.02 s).
    """
    handle = head.register_forward_pre_hook(lambda _head, given: (given[0].contiguous(), *given[1:]))
    try:
        yield
    finally:
        handle.remove()
