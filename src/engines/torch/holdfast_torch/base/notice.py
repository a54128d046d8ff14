"""Things worth telling."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """Something worth telling that does not stop the run: a `warned` event."""

    code: str
    message: str
