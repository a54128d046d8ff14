"""Whether weights are the same, bit for bit."""

import hashlib
from collections.abc import Iterable

import torch
from torch import Tensor


def fingerprint(named: Iterable[tuple[str, Tensor]]) -> str:
    """SHA-256 over names, shapes and values, in the order given; of tensors on the processor, one after the other."""
    digest = hashlib.sha256()
    for name, values in named:
        digest.update(f"{name}\0{values.dtype}{tuple(values.shape)}\0".encode())
        digest.update(values.contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()
