"""How much memory a process needs."""

import os
import sys
from pathlib import Path

import torch


def memory_bytes(device: torch.device) -> int:
    """On a GPU the most that tensors have taken at one time; else the process's memory, on Linux as it is
    now.
    """
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    if device.type == "mps":
        return torch.mps.driver_allocated_memory()
    return _resident_bytes()


def _resident_bytes() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return _highest_resident_bytes()


def _highest_resident_bytes() -> int:
    """0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Kilobytes, but on macOS bytes.
    return most if sys.platform == "darwin" else most * 1024
