"""Who may use a device, over all runs of a user; the same files as src/folder/deviceLock.ts."""

import hashlib
import os
import re
import socket

from holdfast_torch.folder.exclusive_lock import Held, Lock, try_lock


def holdfast_home() -> str:
    """Where Holdfast keeps what belongs to the user and to no project: $HOLDFAST_HOME, else ~/.holdfast."""
    return os.environ.get("HOLDFAST_HOME") or os.path.join(os.path.expanduser("~"), ".holdfast")


def try_device_lock(device: str, folder: str, places: int = 1) -> Lock | Held:
    """Tries, without waiting, to be one of at most `places` runs of this user on `device` ('cuda:0', 'cpu').

    `folder` is the run that wants it. A GPU has one place; processors have one per core for engines that use
    one. Where all are taken, the holder of the first is named. The file name carries the host: clusters share
    home folders, and cuda:0 of another machine is another device.
    """
    home = holdfast_home()
    os.makedirs(home, mode=0o700, exist_ok=True)
    devices = os.path.join(home, "devices")
    os.makedirs(devices, mode=0o700, exist_ok=True)

    def try_place(place: int) -> Lock | Held:
        name = device if place == 0 else f"{device}.{place}"
        return try_lock(
            os.path.join(devices, f"{_file_name(name)}@{_file_name(socket.gethostname())}.lock"), folder
        )

    first = try_place(0)
    if isinstance(first, Lock):
        return first
    for place in range(1, places):
        found = try_place(place)
        if isinstance(found, Lock):
            return found
    return first


def places_on_cpu() -> int:
    """How many runs of one core each may share this machine's processors.

    HOLDFAST_CPU_RUNS, else one per core.
    """
    wanted = os.environ.get("HOLDFAST_CPU_RUNS", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", wanted) and int(wanted) > 0:
        return int(wanted)
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def _file_name(name: str) -> str:
    """The name with everything odd replaced; where that lost something, a hash keeps two names apart."""
    plain = re.sub(r"[^A-Za-z0-9_.-]", "-", name)[:60]
    if plain == name:
        return name
    return f"{plain}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:6]}"
