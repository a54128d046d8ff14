"""Who a process is: pids are reused, so a pid counts only together with its start time, boot and host.

The host compares what stands here with what it finds itself (src/folder/identity.ts), so both must write the
same texts.

Containers: `hostname` is the container's own unless it was started with the host's; `boot_id` is the
kernel's, shared by all containers of a machine, with the pid namespace after a blank. Another namespace is
'elsewhere', like another host. A writer that leaves the namespace out is taken to live in the reader's.
"""

import os
import socket
from typing import Literal, TypeAlias

from holdfast_torch.folder.process_table import os_is_windows, process_table
from holdfast_torch.protocol.process_identity import ProcessIdentity

Liveness: TypeAlias = Literal["alive", "gone", "elsewhere"]


def current_identity() -> ProcessIdentity:
    """This process's own."""
    identity = identity_of(os.getpid())
    if identity is None:
        raise RuntimeError(f"Cannot tell when process {os.getpid()}, this one, was started.")
    return identity


def identity_of(pid: int) -> ProcessIdentity | None:
    """Of a living process on this host; None where there is none (a zombie is none).

    OSError where it cannot be told.
    """
    entry = process_table().entry_of(pid)
    if entry is None or entry.zombie:
        return None
    return ProcessIdentity(pid, entry.start, socket.gethostname(), process_table().boot_id())


def liveness_of(identity: ProcessIdentity) -> Liveness:
    """Whether that very process still lives; 'elsewhere' = cannot be told from this host.

    In doubt 'alive': its locks stay its own.
    """
    if identity.hostname != socket.gethostname():
        return "elsewhere"
    try:
        span = compare_boots(identity.boot_id, process_table().boot_id())
        return _liveness_here(identity) if span == "same" else span
    except OSError:
        return "alive"


def compare_boots(recorded: str, here: str) -> Literal["same", "gone", "elsewhere"]:
    """'gone' = this host was started anew since; 'elsewhere' = same kernel, other pid namespace."""
    boot, _, namespace = recorded.partition(" ")
    boot_here, _, namespace_here = here.partition(" ")
    if boot != boot_here:
        return "gone"
    return "same" if namespace in ("", namespace_here) else "elsewhere"


def _liveness_here(identity: ProcessIdentity) -> Literal["alive", "gone"]:
    existence = _existence_of(identity.pid)
    if existence == "none":
        return "gone"
    found = identity_of(identity.pid)
    if found is not None:
        return "alive" if found.process_start == identity.process_start else "gone"
    # Other users' processes may be there without being listed (/proc mounted with hidepid).
    return "alive" if existence == "foreign" else "gone"


def _existence_of(pid: int) -> Literal["mine", "foreign", "none"]:
    """Signal 0 asks without signalling, and cheaper than any list of processes."""
    if os_is_windows():
        # There os.kill with 0 is no question: it sends CTRL_C.
        return "mine"
    try:
        os.kill(pid, 0)
    except PermissionError:
        return "foreign"
    except (OSError, OverflowError):
        return "none"
    return "mine"
