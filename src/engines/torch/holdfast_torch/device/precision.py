"""In which numbers a run computes."""

import torch

from ..failure import Failure


def choose_dtype(bf16: bool | None, device: torch.device) -> torch.dtype:
    """bfloat16 where asked for, or, with None, where the device computes it natively; else float32."""
    if bf16 is None:
        return torch.bfloat16 if device.type == "cuda" and _has_bf16() else torch.float32
    if not bf16:
        return torch.float32
    if device.type == "cuda" and not _has_bf16():
        raise Failure(
            "device.bf16",
            f"{torch.cuda.get_device_name()} does not compute bfloat16, which bf16: true asks for: set bf16: false.",
        )
    return torch.bfloat16


def _has_bf16() -> bool:
    return bool(torch.cuda.is_bf16_supported(including_emulation=False))
