"""Data files from the disk."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from holdfast_torch.base.notice import Notice
from holdfast_torch.base.text import message_of, plural
from holdfast_torch.data.parse_rows import parse_rows
from holdfast_torch.data.row import Row
from holdfast_torch.failure import Failure
from holdfast_torch.protocol.run_file import DataFingerprint


@dataclass(frozen=True)
class LoadedRows:
    """The rows of a file, and what is worth telling of it."""

    rows: list[Row]
    warnings: list[Notice]


def load_rows(path: str, fingerprints: Sequence[DataFingerprint]) -> LoadedRows:
    """Reads a data file, and checks that it is still what the run was asked for, by its fingerprint.

    Raises Failure when it is missing, changed or without a single readable row.
    """
    data = _read_data(path)
    expected = next((item for item in fingerprints if item.path == path), None)
    if expected is not None and expected.sha256 != hashlib.sha256(data).hexdigest():
        raise Failure(
            "data.changed",
            f"{path} has changed since this run was asked for: put the old file back, or start a new run.",
        )
    parsed = parse_rows(data.decode("utf-8", "replace"), Path(path).name)
    first = parsed.problems[0] if parsed.problems else None
    if not parsed.rows:
        reason = (
            "has no rows" if first is None else f"has no readable row (line {first.line} {first.message})"
        )
        raise Failure(
            "data.empty", f'{path} {reason}: give it rows such as {{"prompt": "...", "completion": "..."}}.'
        )
    if first is None:
        return LoadedRows(parsed.rows, [])
    said = (
        f"{path}: {plural(len(parsed.problems), 'row')} left out, the first in line {first.line}, "
        f"which {first.message}; mend or remove them."
    )
    return LoadedRows(parsed.rows, [Notice("data.unreadable-rows", said)])


def _read_data(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise Failure(
            "data.missing",
            f"{path} could not be read ({message_of(error)}): give the path of an existing file.",
        ) from error
