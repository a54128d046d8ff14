"""Commands for tests, as a host writes them."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine_runs import events_of, of_type


def send(folder: Path, name: str, command: str, **fields: Any) -> None:
    """A complete file at once, as hosts write them."""
    said = {"protocol": "1.0", "command": command, "time": "2026-01-01T00:00:00.000Z", **fields}
    put(folder, name, json.dumps(said))


def put(folder: Path, name: str, text: str) -> None:
    """Whatever it says."""
    building = folder / f"{name}.tmp"
    building.write_text(text)
    os.replace(building, folder / "commands" / f"{name}.json")


def at_steps(folder: Path, actions: Mapping[int, Callable[[], object]]) -> Callable[[], bool]:
    """For `interrupted`, which a run asks after every step: acts once when a step is in the log; never
    interrupts.
    """
    left = dict(actions)

    def look() -> bool:
        told = [event["step"] for event in of_type(events_of(folder), "stepped")]
        for step in [step for step in left if told and told[-1] >= step]:
            left.pop(step)()
        return False

    return look
