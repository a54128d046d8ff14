"""The processes of one run. Rank 0 speaks and writes; the others compute the same and stay silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

Item = TypeVar("Item")


@dataclass(frozen=True)
class World:
    rank: int = 0
    size: int = 1

    @property
    def is_main(self) -> bool:
        return self.rank == 0

    @property
    def gradient_divisor(self) -> int:
        """Sharding averages gradients over ranks, and the loss is a sum."""
        return self.size

    def broadcast(self, item: Item) -> Item:
        """Rank 0's, on every rank; must be picklable."""
        if self.size == 1:
            return item
        box: list[Any] = [item]
        torch.distributed.broadcast_object_list(box, src=0)
        received: Item = box[0]
        return received

    def sum_ints(self, values: Sequence[int]) -> list[int]:
        """Element by element, over ranks."""
        if self.size == 1:
            return list(values)
        tensor = torch.tensor(values, dtype=torch.int64, device=_device())
        torch.distributed.all_reduce(tensor)
        return [int(value) for value in tensor.tolist()]

    def sum_floats(self, values: Tensor) -> list[float]:
        """Element by element, over ranks, in float64."""
        if self.size == 1:
            return [float(value) for value in values.tolist()]
        tensor = values.to(torch.float64)
        torch.distributed.all_reduce(tensor)
        return [float(value) for value in tensor.tolist()]

    def max_int(self, value: int) -> int:
        """Over ranks."""
        if self.size == 1:
            return value
        tensor = torch.tensor(value, dtype=torch.int64, device=_device())
        torch.distributed.all_reduce(tensor, op=torch.distributed.ReduceOp.MAX)
        return int(tensor)

    def barrier(self) -> None:
        """Waits until every rank is here."""
        if self.size > 1:
            torch.distributed.barrier()

    def sync_gradients(self, module: nn.Module, is_last: bool) -> None:
        """Gradients travel between ranks with the last micro-batch of a step only."""
        setter = getattr(module, "set_requires_gradient_sync", None)
        if self.size > 1 and setter is not None:
            setter(is_last)


ALONE = World()


def _device() -> torch.device:
    """Where collectives of small numbers run."""
    is_nccl = torch.distributed.get_backend() == "nccl"
    return torch.device("cuda", torch.cuda.current_device()) if is_nccl else torch.device("cpu")
