"""JSON of the run folder: written so that every reader can read it, read as if it came from a stranger.

Everything in a run folder is untrusted, because folders travel inside other people's repositories. The caps
keep a hostile or broken one from costing memory.
"""

import json
import math
import re
from typing import Any, NoReturn

MAX_LINE_LENGTH = 1_000_000
MAX_STRING_LENGTH = 100_000
MAX_NESTING = 32

_NON_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class JsonProblem(Exception):
    """What is wrong with a text, in a few words."""


def parse_capped(text: str) -> Any:
    """Parses JSON under the caps; a bare NaN or Infinity is no JSON. Raises JsonProblem."""
    if len(text) > MAX_LINE_LENGTH:
        raise JsonProblem(f"longer than {MAX_LINE_LENGTH} characters")
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        start = re.sub(r"\s+", " ", text[:60])
        raise JsonProblem(f"not JSON: {start}") from None
    _check_caps(value, 0)
    return value


def encode_json(value: Any, indent: int | None = None) -> str:
    """JSON text in which every non-finite number is its named string; the only encoder of the run folder.

    JSON has no NaN or infinities: Python writes them bare, which no other reader takes. A diverging loss is
    exactly when the value matters.
    """
    try:
        return _dump(value, indent)
    except ValueError:
        return _dump(_named(value), indent)


def wire_number(value: float | str) -> float:
    """The number that stands on the wire, of which the three non-finite ones are strings.

    Raises JsonProblem.
    """
    if isinstance(value, str):
        if value not in _NON_FINITE:
            raise JsonProblem("must be a number")
        return _NON_FINITE[value]
    return float(value)


def to_bytes(text: str) -> bytes:
    """UTF-8; half a surrogate pair, which a JSON text may bring along, as its escape."""
    return text.encode("utf-8", "backslashreplace")


def _dump(value: Any, indent: int | None) -> str:
    separators = (",", ": ") if indent is not None else (",", ":")
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)


def _named(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: _named(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_named(item) for item in value]
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _check_caps(value: Any, depth: int) -> None:
    if isinstance(value, str) and len(value) > MAX_STRING_LENGTH:
        raise JsonProblem(f"holds a string of {len(value)} characters")
    if not isinstance(value, dict | list):
        return
    if depth >= MAX_NESTING:
        raise JsonProblem(f"nested deeper than {MAX_NESTING} levels")
    for item in value.values() if isinstance(value, dict) else value:
        _check_caps(item, depth + 1)
