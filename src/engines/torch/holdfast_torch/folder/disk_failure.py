"""What a disk refuses, as one sentence."""

import errno
import os
import re

from holdfast_torch.failure import Failure

_FULL = (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,)
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


def disk_failure(error: BaseException, path: str | os.PathLike[str]) -> Failure | None:
    """A full or read-only disk as one sentence; None for other errors."""
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


def system_error(error: Exception) -> Exception:
    """The system's error behind an error of a library in another language, where its text names one; else `error` itself."""
    number = None if isinstance(error, OSError) else _number_said(error)
    return error if number is None else OSError(number, os.strerror(number))


def _error_number(error: BaseException) -> int | None:
    """The first error number in the chain of causes."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if isinstance(current, OSError) and current.errno is not None:
            return current.errno
        said = _number_said(current)
        if said is not None:
            return said
        current = current.__cause__ or current.__context__
    return None


def _number_said(error: BaseException) -> int | None:
    """safetensors and tokenizers say in words what the system said in a number."""
    found = re.search(r"os error (\d+)", str(error))
    if found is not None:
        return int(found.group(1))
    return errno.ENOSPC if "No space left on device" in str(error) else None
