"""The projection to the vocabulary, apart from the rest of the model, so that it is applied where a loss needs it only."""

from dataclasses import dataclass

import torch
from torch import Tensor

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
