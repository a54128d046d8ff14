"""Numbers of a section, as the table and the JSON have them."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    name: str
    value: float | None
    """None where there is only something to say."""
    text: str
    limit: str | None = None
    reached: bool | None = None


def quartile(values: Sequence[float], share: float) -> float:
    """Linear between neighbours; `share` 0.25 is the lower quartile."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def ratio_figure(
    name: str, ratios: Sequence[float], at_least: float | None = None, at_most: float | None = None
) -> Figure:
    """Median of per-round ratios, with its least and most, and whether the limit is reached."""
    middle = median(ratios)
    text = f"x{middle:.3f}  [{min(ratios):.3f} .. {max(ratios):.3f}, n {len(ratios)}]"
    if at_least is not None:
        return Figure(name, middle, text, f">= {at_least:.2f}", middle >= at_least)
    if at_most is not None:
        return Figure(name, middle, text, f"<= {at_most:.2f}", middle <= at_most)
    return Figure(name, middle, text)


def median_figure(name: str, values: Sequence[float], unit: str, digits: int = 0) -> Figure:
    """Median over rounds of a number with a unit."""
    middle = median(values)
    text = f"{middle:,.{digits}f} {unit}  [{min(values):,.{digits}f} .. {max(values):,.{digits}f}, n {len(values)}]"
    return Figure(name, middle, text)


def line_of(figure: Figure) -> str:
    """A line of the table."""
    verdict = "" if figure.limit is None else f"  (to reach: {figure.limit}{_word(figure.reached)})"
    return f"{figure.name:<72} {figure.text}{verdict}"


def _word(reached: bool | None) -> str:
    return "" if reached is None else ", reached" if reached else ", MISSED"
