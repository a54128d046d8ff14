"""What a disk refuses, as one sentence."""

import errno
import os

from holdfast_torch.failure import Failure

_FULL = (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,)
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


def disk_failure(error: BaseException, path: str | os.PathLike[str]) -> Failure | None:
    """A full or read-only disk as one sentence; None for other errors.

    Libraries in other languages wrap the system's error in one of their own, so causes and texts are looked
    at too.
    """
    code = _error_number(error)
    if code in _FULL:
        return Failure(
            "disk.full",
            f"No space was left for {path}: free some disk space, then resume the run; "
            "everything up to its last checkpoint is kept.",
        )
    if code in _READ_ONLY:
        name = errno.errorcode[code] if code is not None else "EACCES"
        return Failure(
            "disk.readonly",
            f"{path} could not be written ({name}): make the folder writable, then resume the run.",
        )
    return None


def _error_number(error: BaseException) -> int | None:
    """The first error number in the chain of causes."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if isinstance(current, OSError) and current.errno is not None:
            return current.errno
        if "No space left on device" in str(current):
            return errno.ENOSPC
        current = current.__cause__ or current.__context__
    return None
