"""Seeded randomness, the same numbers as the TypeScript engine's.

The same seed gives the same run on every platform and in both engines. Streams are derived by name, so that
drawing once more for one purpose does not move every other one.
"""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")

_WORD = 0xFFFFFFFF


class Random:
    """A stream of random numbers."""

    def __init__(self, next_word: Callable[[], int]) -> None:
        self._next = next_word
        self._spare: float | None = None

    def uniform(self) -> float:
        """Uniform in [0, 1), 32 bits."""
        return self._next() / 4_294_967_296

    def below(self, bound: int) -> int:
        """Uniform integer in [0, bound)."""
        return math.floor(self.uniform() * bound)

    def normal(self) -> float:
        """Standard normal (Box-Muller)."""
        if self._spare is not None:
            value, self._spare = self._spare, None
            return value
        # 1 - u keeps the logarithm finite.
        radius = math.sqrt(-2 * math.log(1 - self.uniform()))
        angle = 2 * math.pi * self.uniform()
        self._spare = radius * math.sin(angle)
        return radius * math.cos(angle)


def create_random(seed: int, *names: str | int) -> Random:
    """A stream of its own for (seed, names...)."""
    return Random(_sfc32(*_hash("\0".join(str(part) for part in (seed, *names)))))


def shuffled(items: Sequence[Item], random: Random) -> list[Item]:
    """A shuffled copy (Fisher-Yates)."""
    result = list(items)
    for i in range(len(result) - 1, 0, -1):
        j = random.below(i + 1)
        result[i], result[j] = result[j], result[i]
    return result


def _hash(text: str) -> tuple[int, int, int, int]:
    """Four 32-bit words from the UTF-16 code units of a text (cyrb128-style mixing)."""
    a, b, c, d = 1_779_033_703, 3_144_134_277, 1_013_904_242, 2_773_480_762
    units = text.encode("utf-16-le", "surrogatepass")
    for at in range(0, len(units), 2):
        code = units[at] | units[at + 1] << 8
        a = b ^ ((a ^ code) * 597_399_067 & _WORD)
        b = c ^ ((b ^ code) * 2_869_860_233 & _WORD)
        c = d ^ ((c ^ code) * 951_274_213 & _WORD)
        d = a ^ ((d ^ code) * 2_716_044_179 & _WORD)
    return a, b, c, d


def _sfc32(a: int, b: int, c: int, d: int) -> Callable[[], int]:
    """sfc32 (Chris Doty-Humphrey's PractRand): small, fast, passes the usual batteries."""

    def next_word() -> int:
        nonlocal a, b, c, d
        total = (a + b + d) & _WORD
        d = (d + 1) & _WORD
        a = b ^ (b >> 9)
        b = (c + (c << 3)) & _WORD
        c = (((c << 21) | (c >> 11)) + total) & _WORD
        return total

    for _ in range(15):
        next_word()
    return next_word
