"""Lock files: made whole or not at all, read whatever they hold."""

import contextlib
import errno
import os
import time
import uuid
from dataclasses import dataclass

from holdfast_torch.folder.read_capped import ReadProblem, read_text_capped
from holdfast_torch.protocol.fields import FieldProblem
from holdfast_torch.protocol.json_text import JsonProblem, encode_json, parse_capped, to_bytes
from holdfast_torch.protocol.process_identity import LockFile, read_lock_file

_MAX_LOCK_BYTES = 16_384
_NO_LINKS_HERE = ("EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EISDIR", "EINVAL")


@dataclass(frozen=True)
class Sighting:
    """A lock seen at a path: its file's age in seconds, and its holder where it could be read."""

    holder: LockFile | None
    age: float

    @property
    def token(self) -> str | None:
        """The holder's; None where it could not be read."""
        return None if self.holder is None else self.holder.token


def sight(path: str) -> Sighting | None:
    """What lies at `path`; None where nothing does."""
    try:
        age = time.time() - os.lstat(path).st_mtime
    except FileNotFoundError:
        return None
    try:
        text = read_text_capped(path, _MAX_LOCK_BYTES)
        return Sighting(None if text is None else read_lock_file(parse_capped(text)), age)
    except (ReadProblem, JsonProblem, FieldProblem):
        return Sighting(None, age)


def create_exclusively(path: str, mine: LockFile) -> bool:
    """Makes the lock file, whole or not at all; False where somebody else's lock is there.

    link(2) of a written file fails if `path` exists, also on network file systems.
    """
    temporary = _write_temporary(path, mine)
    try:
        os.link(temporary, path)
        return True
    except OSError as error:
        code = _code_of(error)
        if code in _NO_LINKS_HERE:
            return _create_without_link(path, mine)
        if code != "EEXIST":
            raise
        # A network file system may repeat a request whose answer was lost, and then trip over its own
        # success.
        seen = sight(path)
        return seen is not None and seen.token == mine.token
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(temporary)


def _create_without_link(path: str, mine: LockFile) -> bool:
    """For file systems without hard links (exFAT, some network and FUSE ones).

    Readers may see it half written: unreadable, hence held.
    """
    try:
        _write_new(path, mine)
        return True
    except FileExistsError:
        return False


def replace_with(path: str, mine: LockFile) -> None:
    """Puts our lock in the place of what is there, without a moment in which nothing is."""
    temporary = _write_temporary(path, mine)
    try:
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(FileNotFoundError):
            os.remove(temporary)
        raise


def _write_temporary(path: str, mine: LockFile) -> str:
    temporary = f"{path}.{uuid.uuid4()}.tmp"
    try:
        _write_new(temporary, mine)
    except OSError:
        with contextlib.suppress(FileNotFoundError):
            os.remove(temporary)
        raise
    return temporary


def _write_new(path: str, mine: LockFile) -> None:
    with open(path, "xb") as file:
        file.write(to_bytes(encode_json(mine.as_json())))


def _code_of(error: OSError) -> str | None:
    return None if error.errno is None else errno.errorcode.get(error.errno)
