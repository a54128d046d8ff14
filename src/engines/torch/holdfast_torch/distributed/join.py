"""Joins the processes that torchrun has started."""

import os
from datetime import timedelta

import torch

from .world import ALONE, World

# A rank may load a model or probe for long while the others wait.
PATIENCE = timedelta(hours=2)


def world_from_environment() -> World:
    """What torchrun says of this process; alone where it was started without."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    return ALONE if size == 1 else World(int(os.environ["RANK"]), size)


def join_world(world: World, device: torch.device) -> None:
    """Meets the other ranks; nccl between CUDA devices, gloo between processors."""
    if world.size == 1 or torch.distributed.is_initialized():
        return
    backend = "nccl" if device.type == "cuda" else "gloo"
    torch.distributed.init_process_group(backend, timeout=PATIENCE)


def leave_world() -> None:
    """Says goodbye, if there was anybody."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def local_rank() -> int:
    """Which of its machine's processes this one is."""
    return int(os.environ.get("LOCAL_RANK", "0"))
