"""Who speaks, on what: the `hello` event."""

import os
import platform
import socket
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import VERSION
from ..failure import Failure
from ..protocol.config import RunConfig
from ..protocol.event_log import EventLog
from ..protocol.version import PROTOCOL_VERSION

if TYPE_CHECKING:
    import torch

ENGINE = "torch"
PACKAGES = ("torch", "transformers", "tokenizers", "safetensors", "accelerate", "peft")


def say_hello(
    log: EventLog, attempt: int, device: "torch.device | None", config: RunConfig, world_size: int
) -> None:
    """The first event of an attempt. device: None where PyTorch cannot even be imported."""
    log.write(
        "hello",
        protocol=PROTOCOL_VERSION,
        attempt=attempt,
        engine=ENGINE,
        engine_version=VERSION,
        versions=versions(),
        pid=os.getpid(),
        hostname=socket.gethostname(),
        device=_processor() if device is None else device_of(device),
        backend="cpu" if device is None else backend_of(device),
        dtype="float32" if device is None else _dtype_name(config, device),
        world_size=world_size,
    )


def versions() -> dict[str, str]:
    """Of Python and of the packages that are there."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def device_of(device: "torch.device") -> dict[str, Any]:
    """name, kind and memory_bytes of a device."""
    import torch

    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        return {"name": properties.name, "kind": "cuda", "memory_bytes": properties.total_memory}
    if device.type == "mps":
        size = torch.mps.recommended_max_memory()
        return {"name": f"Apple GPU ({platform.machine()})", "kind": "mps", "memory_bytes": size}
    return _processor()


def backend_of(device: "torch.device") -> str:
    """cuda, rocm, mps or cpu: AMD's GPUs go by the name of cuda inside PyTorch."""
    import torch

    return "rocm" if device.type == "cuda" and torch.version.hip is not None else device.type


def _dtype_name(config: RunConfig, device: "torch.device") -> str:
    from ..device.precision import choose_dtype

    try:
        return str(choose_dtype(config.bf16, device)).removeprefix("torch.")
    except Failure:
        # It is reported when the model is loaded; hello only says what was asked for.
        return "bfloat16"


def _processor() -> dict[str, Any]:
    return {"name": _processor_name(), "kind": "cpu", "memory_bytes": _machine_bytes()}


def _processor_name() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine() or "CPU"


def _machine_bytes() -> int:
    """0 where the system does not tell."""
    if sys.platform == "win32":
        return _windows_bytes()
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0


def _windows_bytes() -> int:
    import ctypes

    # GetPhysicallyInstalledSystemMemory, in kilobytes.
    size = ctypes.c_ulonglong(0)
    windll: Any = getattr(ctypes, "windll", None)
    has_told = windll is not None and windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(size))
    return size.value * 1024 if has_told else 0
