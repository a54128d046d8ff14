"""Reading what lies in a run folder, which is other people's."""

import os
import stat


class ReadProblem(Exception):
    """Why a file cannot be had, in a few words."""


# What a file may gain between its size being asked and its being read; more shows up at the next reading.
_GROWTH = 4_096


def read_text_capped(path: str, max_bytes: int) -> str | None:
    """A whole UTF-8 file of at most `max_bytes`; None where there is no file. Raises ReadProblem.

    Never blocks on a pipe or a device. Links are followed; who minds uses `resolve_inside` first.
    """
    try:
        # Without O_NONBLOCK, opening a FIFO waits for a writer, for ever. Windows has no such files and no
        # such flag.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ReadProblem(str(error)) from error
    try:
        return _read_all(handle, max_bytes).decode("utf-8", "replace")
    except OSError as error:
        raise ReadProblem(str(error)) from error
    finally:
        os.close(handle)


def _read_all(handle: int, max_bytes: int) -> bytes:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        raise ReadProblem("not a regular file")
    if status.st_size > max_bytes:
        raise ReadProblem(f"{status.st_size} bytes long, more than {max_bytes}")
    left = min(max_bytes, status.st_size + _GROWTH) + 1
    data = b""
    while left > 0:
        block = os.read(handle, left)
        if not block:
            break
        data += block
        left -= len(block)
    if len(data) > max_bytes:
        raise ReadProblem(f"more than {max_bytes} bytes long")
    return data
