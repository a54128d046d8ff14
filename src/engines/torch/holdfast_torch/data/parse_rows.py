"""Data files as rows."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from holdfast_torch.base.text import WHITE_SPACE, head, trimmed
from holdfast_torch.data.formats import ROW_FORMATS
from holdfast_torch.data.row import Row


@dataclass(frozen=True)
class RowProblem:
    """A record that could not be read; `line` counts from 1 (records, in a JSON array)."""

    line: int
    message: str


@dataclass(frozen=True)
class ParsedRows:
    """What a data file holds."""

    rows: list[Row]
    problems: list[RowProblem]


def parse_rows(text: str, name: str) -> ParsedRows:
    """Reads a data file: JSON Lines, or one JSON array of records. Records that cannot be read are problems.

    `name`: short name of the file; row ids are `name:line`.
    """
    parsed = ParsedRows([], [])
    for line, value in _records(text.removeprefix("\ufeff")):
        row = value.message if isinstance(value, _NoJson) else _parse_record(value, f"{name}:{line}")
        if isinstance(row, str):
            parsed.problems.append(RowProblem(line, row))
        else:
            parsed.rows.append(row)
    return parsed


@dataclass(frozen=True)
class _NoJson:
    message: str


def _records(text: str) -> Iterator[tuple[int, Any]]:
    """Line number and value, which is _NoJson where there is none."""
    if text.lstrip(WHITE_SPACE).startswith("["):
        array = _parse_json(text)
        if isinstance(array, list):
            yield from enumerate(array, start=1)
        else:
            yield 1, array if isinstance(array, _NoJson) else _NoJson("must be a list of records")
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if trimmed(line) != "":
            yield number, _parse_json(line)


def _parse_json(text: str) -> Any:
    try:
        # No number of a row is ever looked at; as floats, those of thousands of digits are no error.
        return json.loads(text, parse_constant=_refuse, parse_int=float)
    except (ValueError, RecursionError):
        return _NoJson(f"not JSON: {head(trimmed(text), 60)}")


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _parse_record(value: Any, row_id: str) -> Row | str:
    if not isinstance(value, dict):
        return "must be an object"
    for row_format in ROW_FORMATS:
        if row_format.matches(value):
            return row_format.parse(value, row_id)
    keys = ", ".join(_keys_as_javascript(value)[:6])
    names = ", ".join(row_format.name for row_format in ROW_FORMATS)
    return f"has the keys {keys or '(none)'}, which is no known row format: {names}"


def _keys_as_javascript(record: dict[str, Any]) -> list[str]:
    """JavaScript lists keys that are array indices first, in ascending order."""
    indices = [key for key in record if re.fullmatch(r"0|[1-9][0-9]{0,9}", key) and int(key) < 2**32 - 1]
    taken = set(indices)
    return sorted(indices, key=int) + [key for key in record if key not in taken]
