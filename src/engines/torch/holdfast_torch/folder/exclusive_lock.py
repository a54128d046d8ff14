"""Locks that survive the death of their holders.

The same files as src/folder/exclusiveLock.ts makes: either engine may meet the other's.
"""

import contextlib
import hashlib
import os
import uuid
from dataclasses import dataclass

from holdfast_torch.folder.heartbeat import SILENT_AFTER_SECONDS, age_seconds
from holdfast_torch.folder.identity import current_identity, liveness_of
from holdfast_torch.folder.lock_file import Sighting, create_exclusively, replace_with, sight
from holdfast_torch.protocol.process_identity import LockFile

# The lock may be released between two looks; somebody else's constant coming and going must not hold us for
# ever.
_MAX_LOOKS = 5
# A claim is stale only if its holder died within it, so two levels are already very rare.
_MAX_CLAIMS = 3


@dataclass(frozen=True)
class Lock:
    """A held lock."""

    path: str
    token: str

    def release(self) -> None:
        """Removes the file, if it is still ours; calling it again does nothing."""
        # Where the folder went away or read-only, the lock is stale as soon as this process ends.
        with contextlib.suppress(OSError):
            seen = sight(self.path)
            if seen is not None and seen.token == self.token:
                os.remove(self.path)


@dataclass(frozen=True)
class Held:
    """Somebody else has the lock; `holder` is None where the lock file cannot be read."""

    holder: LockFile | None


def try_lock(path: str, folder: str) -> Lock | Held:
    """Tries, without waiting, to hold the lock file at `path` for work on the run in `folder`.

    Raises OSError where the file cannot be made.

    A lock is stale when its holder is gone from this host, when its file has been unreadable for 60 s, or
    when its holder is on another host and both the lock and the `heartbeat` beside it are older than 60 s;
    without a heartbeat beside it a holder elsewhere keeps it. A stale lock is taken over by the one process
    that holds the *claim* on it: a second lock, named after the stale one's token. Only its holder may
    replace that stale lock, after looking again, and a token never comes back; so of many racers exactly one
    wins, and none can sweep away the winner's fresh lock.
    """
    return _acquire(path, LockFile(current_identity(), str(uuid.uuid4()), folder), 0)


def _acquire(path: str, mine: LockFile, claims: int) -> Lock | Held:
    holder: LockFile | None = None
    for _ in range(_MAX_LOOKS):
        if create_exclusively(path, mine):
            return Lock(path, mine.token)
        seen = sight(path)
        if seen is None:
            continue
        holder = seen.holder
        if claims >= _MAX_CLAIMS or not _is_stale(path, seen):
            break
        result = _take_over(path, seen, mine, claims)
        if result is not None:
            return result
    return Held(holder)


def _take_over(path: str, stale: Sighting, mine: LockFile, claims: int) -> Lock | Held | None:
    """Replaces a stale lock by ours; None where it was no longer there once we held the claim on it."""
    claim = _acquire(
        _claim_path(path, stale), LockFile(mine.identity, str(uuid.uuid4()), mine.folder), claims + 1
    )
    if isinstance(claim, Held):
        return claim
    try:
        seen = sight(path)
        if seen is None or seen.token != stale.token or not _is_stale(path, seen):
            return None
        replace_with(path, mine)
        return Lock(path, mine.token)
    finally:
        claim.release()


def _is_stale(path: str, seen: Sighting) -> bool:
    if seen.holder is None:
        return seen.age > SILENT_AFTER_SECONDS
    liveness = liveness_of(seen.holder.identity)
    if liveness != "elsewhere":
        return liveness == "gone"
    # A fresh lock beside an old heartbeat is a holder that has not come to its first beat yet.
    silence = age_seconds(os.path.join(os.path.dirname(path), "heartbeat")) or 0.0
    return min(seen.age, silence) > SILENT_AFTER_SECONDS


def _claim_path(path: str, stale: Sighting) -> str:
    """Hashed, because a token is read from a file and must not name a path."""
    name = hashlib.sha256((stale.token or "").encode("utf-8", "replace")).hexdigest()[:12]
    return f"{path}.{name}.claim"
