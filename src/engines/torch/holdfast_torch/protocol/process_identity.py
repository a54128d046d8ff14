"""Who runs, as process.json and the lock files say it."""

from dataclasses import asdict, dataclass
from typing import Any

from holdfast_torch.protocol.fields import Fields


@dataclass(frozen=True)
class ProcessIdentity:
    """Enough to tell a process from a later one of the same pid; `process_start` and `boot_id` are opaque."""

    pid: int
    process_start: str
    hostname: str
    boot_id: str

    def as_json(self) -> dict[str, Any]:
        """The fields, by the names they have on the wire."""
        return asdict(self)


@dataclass(frozen=True)
class LockFile:
    """engine.lock and the device locks: who holds it, and for what.

    `token`: random, so that a holder recognises its own lock. `folder`: the run folder the holder works on.
    """

    identity: ProcessIdentity
    token: str
    folder: str

    def as_json(self) -> dict[str, Any]:
        """The fields, by the names they have on the wire."""
        return {**self.identity.as_json(), "token": self.token, "folder": self.folder}


def read_identity(value: Any, where: str = "") -> ProcessIdentity:
    """Raises FieldProblem."""
    return _identity(Fields(value, where))


def read_lock_file(value: Any) -> LockFile:
    """Raises FieldProblem."""
    fields = Fields(value)
    return LockFile(
        _identity(fields), fields.text("token", longest=200), fields.text("folder", longest=4_096)
    )


def _identity(fields: Fields) -> ProcessIdentity:
    return ProcessIdentity(
        pid=fields.whole("pid", least=1),
        process_start=fields.text("process_start", longest=200),
        hostname=fields.text("hostname", longest=300),
        boot_id=fields.text("boot_id", longest=200),
    )
