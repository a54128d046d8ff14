"""Memory of this process: resident, and the most it has been since a moment of our choice."""

import ctypes
import gc
import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def resident_bytes() -> int:
    """Resident now; the peak where the system does not tell (not Linux)."""
    return _from_status("VmRSS") or _max_rss()


def forget_peak() -> bool:
    """Lets the peak begin anew at what is resident now. False where the system does not permit that."""
    gc.collect()
    _return_free_memory()
    try:
        _CLEAR.write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def peak_bytes() -> int:
    """The most that was resident since `forget_peak`, or since the start."""
    return _from_status("VmHWM") or _max_rss()


def _return_free_memory() -> None:
    """glibc keeps what was freed; loading a model would be counted as training."""
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):
        return


def _from_status(field: str) -> int | None:
    try:
        lines = _STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [line for line in lines if line.startswith(f"{field}:")]
    return int(found[0].split()[1]) * 1024 if found else None


def _max_rss() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
