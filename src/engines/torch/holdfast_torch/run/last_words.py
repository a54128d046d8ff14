"""The `failed` event."""

import sys
import threading
import traceback
from dataclasses import dataclass

from ..base.text import head, message_of
from ..failure import Failure
from ..folder.disk_failure import disk_failure
from ..folder.paths import RunPaths
from ..protocol.event_log import EventLog

MOST_MESSAGE = 4_000
MOST_DETAIL = 20_000


@dataclass(frozen=True)
class FailureReport:
    """The fields of a `failed` event. message: one sentence; detail: the trace."""

    code: str
    message: str
    detail: str


def describe(error: BaseException, paths: RunPaths) -> FailureReport:
    """What the event says of an error; one that is no Failure, no full memory and no disk's is a bug."""
    failure = (
        error if isinstance(error, Failure) else disk_failure(error, paths.folder) or _memory_failure(error)
    )
    detail = "".join(traceback.format_exception(error))
    if failure is not None:
        return FailureReport(failure.code, head(failure.message, MOST_MESSAGE), head(detail, MOST_DETAIL))
    said = f"The engine met a bug ({message_of(error)[:500]}): please report it with {paths.log}."
    return FailureReport("engine.bug", said, head(detail, MOST_DETAIL))


class LastWords:
    """Says one `failed` event, whoever comes first with it."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._once = threading.Lock()

    def say(self, report: FailureReport) -> None:
        """Writes the event, and the trace where people look for what an engine printed."""
        if not self._once.acquire(blocking=False):
            return
        sys.stderr.write(f"{report.detail}\n")
        sys.stderr.flush()
        try:
            self._log.write("failed", code=report.code, message=report.message, detail=report.detail)
        except Exception as second:
            # Not even the last event could be written (a full disk): the run shows as lost and can be
            # resumed.
            sys.stderr.write(f"{message_of(second)}\n")


def _memory_failure(error: BaseException) -> Failure | None:
    """A full device outside of a training step, which has a way of its own to go on."""
    if "torch" not in sys.modules:
        return None
    from ..device.out_of_memory import is_out_of_memory, no_memory

    if not is_out_of_memory(error):
        return None
    return no_memory(str(error).strip().split("\n")[0][:200], is_smallest=False)
