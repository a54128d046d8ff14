"""A process as the operating system lists it."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class ProcessEntry:
    """`start`: opaque, two processes that had the same pid one after the other differ in it.

    `zombie`: ended, but not yet collected by its parent.
    """

    pid: int
    start: str
    zombie: bool


class ProcessTable(Protocol):
    """Raises OSError where it cannot be asked, which is not the same as "no such process"."""

    def entry_of(self, pid: int) -> ProcessEntry | None:
        """None where there is no such process."""

    def boot_id(self) -> str:
        """Names the span in which a pid means one thing; '' where the platform has no name for it."""
