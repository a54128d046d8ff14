"""Files that are never seen half written."""

import contextlib
import os
import time
import uuid

from holdfast_torch.folder.process_table import os_is_windows
from holdfast_torch.protocol.json_text import to_bytes

# Windows refuses to replace a file while a reader or a virus scanner has it open, for some milliseconds.
_RENAME_ATTEMPTS = 20
_RENAME_PAUSE_SECONDS = 0.025


def write_atomically(path: str | os.PathLike[str], data: str | bytes) -> None:
    """Replaces the file at `path` in one step: readers see all of the old content or all of the new.

    Also after a power cut. The temporary file lies in the same folder as `.<name>.<random>.tmp`, so readers
    of a folder skip it by its ending. A symbolic link at `path` is replaced, not followed. Raises OSError and
    leaves nothing behind.
    """
    folder, name = os.path.split(os.path.abspath(path))
    temporary = os.path.join(folder, f".{name}.{uuid.uuid4()}.tmp")
    try:
        _write_durably(temporary, to_bytes(data) if isinstance(data, str) else data)
        _replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.remove(temporary)
        raise
    sync_folder(folder)


def sync_folder(folder: str | os.PathLike[str]) -> None:
    """Makes a rename in `folder` survive a power cut, where the platform can (Windows cannot open a folder).

    The data itself is synced; without this the rename may be lost with the power, but nothing is ever torn.
    """
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write_durably(path: str, data: bytes) -> None:
    with open(path, "xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _replace(source: str, target: str | os.PathLike[str]) -> None:
    for attempt in range(1, _RENAME_ATTEMPTS + 1):
        try:
            os.replace(source, target)
            return
        except PermissionError:
            if not os_is_windows() or attempt == _RENAME_ATTEMPTS:
                raise
            time.sleep(_RENAME_PAUSE_SECONDS)
