"""One way to write JSON fixtures."""

from __future__ import annotations

import json
from pathlib import Path


def write_json(file: Path, value: object) -> None:
    """One key a line down to the second level, lists of numbers on one line: readable in a diff."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(layout(value, 0) + "\n", "utf-8", newline="\n")


def layout(value: object, depth: int) -> str:
    """JSON text; containers that hold containers are opened, others stay on one line. Refuses NaN."""
    pad, close = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict) and value:
        lines = [f"{pad}{json.dumps(key)}: {layout(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{close}}}"
    if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        return "[\n" + ",\n".join(pad + layout(item, depth + 1) for item in value) + f"\n{close}]"
    return json.dumps(value, allow_nan=False, ensure_ascii=False)
