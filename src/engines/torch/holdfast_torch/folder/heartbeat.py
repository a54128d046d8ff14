"""The sign of life beside a run: a file touched every 2 s."""

import contextlib
import os
import threading
import time
from collections.abc import Callable

INTERVAL_SECONDS = 2.0
SILENT_AFTER_SECONDS = 60.0
"""A heartbeat silent for longer belongs to an engine that is no longer there."""


def start_heartbeat(path: str) -> Callable[[], None]:
    """Touches the file every 2 s until the returned function is called."""
    stop = threading.Event()
    # A thread, so that a long step is not taken for a dead process: torch lets go of the interpreter lock in
    # its kernels and copies, and what holds on to it for long (reading a big JSON file) stays far below
    # SILENT_AFTER_SECONDS.
    thread = threading.Thread(target=_beat, args=(path, stop), name="heartbeat", daemon=True)
    touch(path)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join()

    return end


def age_seconds(path: str) -> float | None:
    """Seconds since the file was last touched, never negative; None where there is none.

    On a shared disk this compares two hosts' clocks, which must agree to well within SILENT_AFTER_SECONDS.
    """
    try:
        return max(0.0, time.time() - os.stat(path).st_mtime)
    except (OSError, ValueError):
        return None


def touch(path: str) -> None:
    """Sets the file's time to now; makes the file where there is none."""
    try:
        os.utime(path)
    except OSError:
        # Where the folder is gone, nobody is left to tell.
        with contextlib.suppress(OSError), open(path, "wb"):
            pass


def _beat(path: str, stop: threading.Event) -> None:
    while not stop.wait(INTERVAL_SECONDS):
        touch(path)
