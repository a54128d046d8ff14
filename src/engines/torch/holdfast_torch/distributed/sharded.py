"""Parameters, gradients and optimizer state spread over the ranks: PyTorch's FSDP2."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard

from ..losses.head_loss import LossScales
from ..training.student import PLAIN, Student, prepare
from ..training.train import NO_ROWS
from .world import World


def shard(student: Student, world: World) -> None:
    """Shards each layer, and what is around the layers, over all ranks; gradients are summed in float32.

    Must come after it is decided what moves and before there is an optimizer. Moves the parameters to the device.
    """
    model = student.model
    mesh = init_device_mesh(model.device.type, (world.size,))
    policy = MixedPrecisionPolicy(reduce_dtype=torch.float32)
    for layer in model.layers:
        fully_shard(layer, mesh=mesh, mp_policy=policy)
    whole: Any = fully_shard(student, mesh=mesh, mp_policy=policy)

    @contextmanager
    def gathered() -> Iterator[None]:
        whole.unshard()
        try:
            yield
        finally:
            whole.reshard()

    model.gathered = gathered
    # Every rank runs every pass: one that did more of them would wait for the others.
    model.splitter.can_split = False
    # The first call decides which module is the outermost one: it must be the student, not one of the layers.
    with torch.no_grad():
        batch, targets, _ = prepare(model, [NO_ROWS], PLAIN)
        student(batch, targets, LossScales(1.0), None)
    # The outermost one stays gathered after a forward pass; what comes now (an optimizer, say) must see the parts.
    whole.reshard()
