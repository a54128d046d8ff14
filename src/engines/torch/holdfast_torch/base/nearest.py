"""What a misspelt word was meant to be."""

import math
import re
from collections.abc import Iterable

# Short words share letters by accident; only longer ones may match by containing each other.
_SHORTEST_CONTAINED = 4


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `word` most likely was meant to be; None if none is near.

    Case, `-` and `_` do not count.
    """
    wanted = _bare(word)
    # Levenshtein's cost is the product of the lengths: text of any length may stand where a word is expected.
    if not 0 < len(wanted) <= 100:
        return None
    best: str | None = None
    least = 1.0
    for candidate in candidates:
        far = _farness(wanted, _bare(candidate))
        if far < least or (best is None and far <= 1):
            best, least = candidate, far
    return best


def _farness(wanted: str, candidate: str) -> float:
    """0 = the same, up to 1 = near enough.

    More than one edit per three letters is another word; swapped letters are two.
    """
    edits = _distance(wanted, candidate)
    allowed = max(1, math.ceil(max(len(wanted), len(candidate)) / 3))
    contained = min(len(wanted), len(candidate)) >= _SHORTEST_CONTAINED and (
        wanted in candidate or candidate in wanted
    )
    return min(1.0, edits / allowed) if contained else edits / allowed


def _distance(one: str, other: str) -> int:
    """Levenshtein's, row by row."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        diagonal, row[0] = row[0], i
        for j, right in enumerate(other, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (left != right))
    return row[-1]


def _bare(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word.lower())
