"""Signals that ask a process to end."""

import signal
import types
from collections.abc import Callable


def watch_signals() -> Callable[[], bool]:
    """A first SIGINT or SIGTERM asks for a polite stop; a second one ends the process.

    Returns whether one has come.
    """
    interrupted = False

    def handle(_number: int, _frame: types.FrameType | None) -> None:
        nonlocal interrupted
        if interrupted:
            raise SystemExit(130)
        interrupted = True

    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, handle)
    return lambda: interrupted
