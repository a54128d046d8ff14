"""The operating system's list of processes."""

import sys

from holdfast_torch.folder.process_table.entry import ProcessEntry, ProcessTable
from holdfast_torch.folder.process_table.linux import LinuxTable
from holdfast_torch.folder.process_table.ps import PsTable
from holdfast_torch.folder.process_table.windows import WindowsTable

__all__ = ["ProcessEntry", "ProcessTable", "process_table"]


def process_table() -> ProcessTable:
    """The list of the platform this runs on."""
    if os_is_windows():
        return WindowsTable()
    return LinuxTable() if _platform() == "linux" else PsTable()


def os_is_windows() -> bool:
    """Whether files and signals are those of Windows."""
    return _platform() == "win32"


def _platform() -> str:
    """Behind a function, because a type checker takes a comparison of sys.platform itself for settled."""
    return sys.platform
