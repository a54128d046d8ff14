"""What the processes of one run tell each other besides tensors: that the device is theirs, and that one of
them has failed.
"""

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from ..folder.heartbeat import SILENT_AFTER_SECONDS, age_seconds
from ..folder.identity import liveness_of
from ..folder.paths import RunPaths
from ..folder.read_capped import read_text_capped
from ..protocol.fields import FieldProblem
from ..protocol.json_text import JsonProblem, parse_capped
from ..protocol.process_identity import read_identity
from .last_words import FailureReport

if TYPE_CHECKING:
    from torch.distributed.distributed_c10d import Store

START = "holdfast/start"
FAILURE = "holdfast/failure"
LOOK_SECONDS = 0.5
LARGEST_FILE = 64_000


class Fellows:
    """Talks over torchrun's store; without torchrun nothing is told and nobody is waited for."""

    def __init__(self) -> None:
        self._is_there = os.environ.get("TORCHELASTIC_USE_AGENT_STORE") == "True"
        self._store = self._connect() if self._is_there else None

    def start(self, word: Literal["go", "stop"]) -> None:
        """Of the first process: whether the others shall come along."""
        if self._store is not None:
            self._store.set(START, word)

    def wait_for_start(self, interrupted: Callable[[], bool]) -> bool:
        """Of the others: whether to come along. Waits for as long as the first one waits for its device."""
        while self._store is not None and not self._store.check([START]):
            if interrupted():
                return False
            time.sleep(LOOK_SECONDS)
        return self._store is None or self._store.get(START) == b"go"

    def tell_failure(self, report: FailureReport) -> None:
        """Of the others: the first one says it for them."""
        if self._store is not None:
            # Where the store is gone, the run is over anyway.
            with contextlib.suppress(Exception):
                self._store.set(FAILURE, json.dumps(asdict(report)))

    def watch_for_failure(self, on_failure: Callable[[FailureReport], None]) -> Callable[[], None]:
        """Of the first one, which may be waiting inside a collective for somebody who has failed; until the
        returned function is called. It must be: a thread that is inside the store while Python ends takes the
        process down ("terminate called without an active exception").
        """
        if not self._is_there:
            return lambda: None
        stop = threading.Event()
        thread = threading.Thread(target=_watch, args=(self._connect(), stop, on_failure), daemon=True)
        thread.start()

        def end() -> None:
            stop.set()
            # Not for ever: it may be ending the process by itself, for the failure that is told right now.
            thread.join(4 * LOOK_SECONDS)

        return end

    def _connect(self) -> "Store":
        from torch.distributed import TCPStore  # type: ignore[attr-defined]

        host, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
        store: Store = TCPStore(
            host, port, is_master=False, wait_for_workers=False, timeout=timedelta(minutes=5)
        )
        return store


def _watch(store: "Store", stop: threading.Event, on_failure: Callable[[FailureReport], None]) -> None:
    with contextlib.suppress(Exception):
        while not store.check([FAILURE]):
            if stop.wait(LOOK_SECONDS):
                return
        on_failure(FailureReport(**json.loads(store.get(FAILURE))))


def end_with_first(paths: RunPaths) -> Callable[[], None]:
    """Ends this process when the first one, which it would wait for in vain, is gone; until the returned
    function is called.
    """
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(4 * LOOK_SECONDS):
            if first_is_gone(paths):
                os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    return stop.set


def first_is_gone(paths: RunPaths) -> bool:
    """Whether the process of process.json lives no more; of another host, whether its heartbeat is silent."""
    try:
        first = read_identity(parse_capped(read_text_capped(paths.process_file, LARGEST_FILE) or ""))
    except (OSError, JsonProblem, FieldProblem, ValueError):
        return False
    liveness = liveness_of(first)
    if liveness == "elsewhere":
        return (age_seconds(paths.heartbeat) or 0) > SILENT_AFTER_SECONDS
    return liveness == "gone"
