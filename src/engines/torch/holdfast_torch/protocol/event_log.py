"""The writer of events.jsonl: one line = one write, `seq` without gaps, over attempts too."""

import contextlib
import json
import os
import re
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, Protocol

from holdfast_torch.failure import Failure
from holdfast_torch.folder.disk_failure import disk_failure
from holdfast_torch.protocol.json_text import encode_json, to_bytes

_BLOCK = 65_536


class EventLog(Protocol):
    """Where an engine says what happens."""

    def write(self, type: str, **fields: Any) -> None:
        """Adds an event; `seq` and `time` are the log's own.

        Fields: src/protocol/events.ts. Raises Failure.
        """

    def close(self) -> None:
        """Writing after it is an error."""


class NullLog:
    """For processes beside the first one, which says everything for all."""

    def write(self, type: str, **fields: Any) -> None:
        """Says nothing."""

    def close(self) -> None:
        """Does nothing."""


class FileLog:
    """A log at a path, opened for appending: see open_event_log."""

    def __init__(self, path: str, seq: int) -> None:
        self._path = path
        self._seq = seq
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        self._handle = os.open(path, flags, 0o666)

    def write(self, type: str, **fields: Any) -> None:
        """One line, newline included, in one write; non-finite numbers by their names."""
        line = encode_json({"seq": self._seq, "time": _now(), "type": type, **fields})
        _append_whole(self._handle, to_bytes(f"{line}\n"), self._path)
        self._seq += 1

    def close(self) -> None:
        """Writing after it is an error."""
        os.close(self._handle)


def open_event_log(path: str) -> FileLog:
    """Opens the log for appending. A torn last line (the earlier attempt died within a write) is cut off.

    Raises Failure('run.events', ...) where the file does not end with an event.
    """
    return FileLog(path, _prepare_log(path))


def last_attempt(path: str) -> int:
    """Highest attempt that said hello in an existing log; 0 if none."""
    if not os.path.exists(path):
        return 0
    with open(path, "rb") as file:
        found = re.findall(rb'"type":"hello".*?"attempt":(\d+)', file.read())
    return max(map(int, found), default=0)


def _prepare_log(path: str) -> int:
    """Cuts the torn tail and returns the next seq: the number after the last complete line's."""
    if not os.path.exists(path):
        return 0
    with open(path, "r+b") as file:
        size = os.fstat(file.fileno()).st_size

        def read(start: int, end: int) -> bytes:
            file.seek(start)
            return file.read(end - start)

        end = _last_newline(read, size) + 1
        if end < size:
            file.truncate(end)
        if end == 0:
            return 0
        return _seq_of(read(_last_newline(read, end - 1) + 1, end - 1)) + 1


def _last_newline(read: Callable[[int, int], bytes], end: int) -> int:
    """Offset of the last newline before `end`; -1 if there is none."""
    for stop in range(end, 0, -_BLOCK):
        start = max(0, stop - _BLOCK)
        found = read(start, stop).rfind(b"\n")
        if found >= 0:
            return start + found
    return -1


def _seq_of(line: bytes) -> int:
    try:
        value = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict) and type(value.get("seq")) is int:
        return int(value["seq"])
    raise Failure(
        "run.events",
        "The last line of events.jsonl is not an event of Holdfast: restore the file, or start a new run.",
    )


def _append_whole(handle: int, line: bytes, path: str) -> None:
    """Writes a line whole or not at all: a half line, of a full disk, is taken back."""
    before = os.fstat(handle).st_size
    try:
        written = os.write(handle, line)
        while written < len(line):
            written += os.write(handle, line[written:])
    except OSError as error:
        with contextlib.suppress(OSError):
            os.ftruncate(handle, before)
        failure = disk_failure(error, path)
        if failure is None:
            raise
        raise failure from error


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
