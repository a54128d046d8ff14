"""Reading a JSON object key by key, with what is wrong said in a few words."""

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Value = TypeVar("Value")

_REQUIRED: Any = object()


class FieldProblem(Exception):
    """`config.learning_rate: must be a number above 0, not -1`."""


class Fields:
    """A JSON object of which every key is asked for once; `where` is its dotted path, '' at the top.

    Every reader takes what an absent key stands for; without it the key must be there. null stands for itself
    only.
    """

    def __init__(self, value: object, where: str = "") -> None:
        self._where = where
        if not isinstance(value, dict):
            raise FieldProblem(f"{where or 'the file'}: must be an object")
        self._left: dict[str, Any] = dict(value)

    def at(self, key: str) -> str:
        """The dotted path of a key."""
        return f"{self._where}.{key}" if self._where else key

    def take(self, key: str, absent: Any = _REQUIRED) -> Any:
        """Whatever stands there."""
        if key not in self._left:
            if absent is _REQUIRED:
                raise FieldProblem(f"{self.at(key)}: is missing")
            return absent
        return self._left.pop(key)

    def end(self) -> None:
        """Refuses what nobody has asked for: an unknown setting must not be ignored."""
        for key in self._left:
            raise FieldProblem(f"{self.at(key)}: is not known to this engine")

    def read(self, key: str, parse: Callable[[Any, str], Value], absent: Any = _REQUIRED) -> Value:
        """`parse(value, dotted path)`; `absent` as it is."""
        if key not in self._left and absent is not _REQUIRED:
            return absent  # type: ignore[no-any-return]
        return parse(self.take(key), self.at(key))

    def text(self, key: str, absent: Any = _REQUIRED, *, longest: int | None = None, least: int = 0) -> str:
        """A string of at least `least` and at most `longest` characters."""
        return self.read(key, text_of(longest=longest, least=least), absent)

    def flag(self, key: str, absent: Any = _REQUIRED) -> bool:
        """true or false."""
        return self.read(key, _flag, absent)

    def choice(self, key: str, choices: Sequence[str], absent: Any = _REQUIRED) -> str:
        """One of some words."""
        return self.read(key, lambda value, where: _choice(value, where, choices), absent)

    def number(
        self,
        key: str,
        absent: Any = _REQUIRED,
        *,
        least: float = -math.inf,
        most: float = math.inf,
        above: float = -math.inf,
        below: float = math.inf,
    ) -> float:
        """A finite number within bounds."""

        def parse(value: Any, where: str) -> float:
            number = _number(value, where)
            if least <= number <= most and above < number < below:
                return number
            raise FieldProblem(f"{where}: must be {_bounds(least, most, above, below)}, not {value}")

        return self.read(key, parse, absent)

    def whole(self, key: str, absent: Any = _REQUIRED, *, least: int = 0, most: int = 2**53 - 1) -> int:
        """A whole number within bounds."""

        def parse(value: Any, where: str) -> int:
            number = _number(value, where)
            if number == int(number) and least <= number <= most:
                return int(number)
            raise FieldProblem(f"{where}: must be a whole number, {_bounds(least, most)}, not {value}")

        return self.read(key, parse, absent)

    def items(
        self, key: str, parse: Callable[[Any, str], Value], absent: Any = _REQUIRED, *, least: int = 0
    ) -> tuple[Value, ...]:
        """A list of at least `least` items."""

        def parse_all(value: Any, where: str) -> tuple[Value, ...]:
            if not isinstance(value, list) or len(value) < least:
                raise FieldProblem(f"{where}: must be a list{' that is not empty' if least > 0 else ''}")
            return tuple(parse(item, f"{where}.{index}") for index, item in enumerate(value))

        return self.read(key, parse_all, absent)


def text_of(*, longest: int | None = None, least: int = 0, containing: str = "") -> Callable[[Any, str], str]:
    """A parser of strings."""

    def parse(value: Any, where: str) -> str:
        if not isinstance(value, str):
            raise FieldProblem(f"{where}: must be a text")
        if len(value) < least:
            raise FieldProblem(f"{where}: must not be empty")
        if longest is not None and len(value) > longest:
            raise FieldProblem(f"{where}: must not be longer than {longest} characters")
        if containing not in value:
            raise FieldProblem(f"{where}: must contain {containing}")
        return value

    return parse


def _flag(value: Any, where: str) -> bool:
    if isinstance(value, bool):
        return value
    raise FieldProblem(f"{where}: must be true or false")


def _choice(value: Any, where: str, choices: Sequence[str]) -> str:
    if isinstance(value, str) and value in choices:
        return value
    raise FieldProblem(f"{where}: must be one of {', '.join(choices)}")


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise FieldProblem(f"{where}: must be a number")
    return float(value)


def _bounds(
    least: float = -math.inf, most: float = math.inf, above: float = -math.inf, below: float = math.inf
) -> str:
    said = [
        text
        for bound, text in [
            (least, f"at least {least:g}"),
            (above, f"above {above:g}"),
            (most, f"at most {most:.16g}"),
            (below, f"below {below:g}"),
        ]
        if math.isfinite(bound)
    ]
    return " and ".join(said) or "finite"
