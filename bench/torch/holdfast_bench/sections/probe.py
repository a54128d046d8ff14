"""Asking facts: ours against generate(), one at a time and in batches, on models that answer shortly."""

import json
from typing import Any

from ..figures import Figure, median_figure, ratio_figure
from ..probe_child import ONE_BY_ONE, WAYS
from ..questions import asked
from ..rounds import last_line, say

MODELS = ("lab", "taught")


def bench(rounds: int, threads: int) -> tuple[list[Figure], Any]:
    """Interleaved rounds of all ways on both models."""
    last_line("holdfast_bench.teach")
    figures: list[Figure] = []
    raw: dict[str, Any] = {}
    for model in MODELS:
        told: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
        for number in range(rounds):
            for way in WAYS:
                one = json.loads(last_line("holdfast_bench.probe_child", way, model, str(threads)))
                told[way].append(one)
                say(f"  {model} round {number + 1}/{rounds}  {way:<14} {_speed(one):8.0f} facts/s")
        raw[model] = told
        figures += _figures(model, told)
    return figures, raw


def _figures(model: str, told: dict[str, list[dict[str, Any]]]) -> list[Figure]:
    speeds = {way: [_speed(one) for one in found] for way, found in told.items()}
    facts = len(asked(model).facts)
    right = sum(told["decoded"][0]["verdicts"])
    found = [Figure(f"{model}: facts", None, f"{facts} asked, {right} right; one at a time: {ONE_BY_ONE}")]
    found += [median_figure(f"{model}: {way}", values, "facts/s") for way, values in speeds.items()]
    batched = [max(pair) for pair in zip(speeds["generate_64"], speeds["generate_256"], strict=True)]
    for way in ("forced", "decoded"):
        one_by_one = [mine / other for mine, other in zip(speeds[way], speeds["one_by_one"], strict=True)]
        over_batched = [mine / other for mine, other in zip(speeds[way], batched, strict=True)]
        live = way == "forced"
        found.append(
            ratio_figure(f"{model}: {way} over one at a time", one_by_one, at_least=10.0 if live else None)
        )
        found.append(
            ratio_figure(
                f"{model}: {way} over generate() in its faster batch",
                over_batched,
                at_least=2.0 if live else None,
            )
        )
    return found + [_same_verdicts(model, told, way) for way in WAYS if way != "decoded"]


def _same_verdicts(model: str, told: dict[str, list[dict[str, Any]]], way: str) -> Figure:
    mine, theirs = told["decoded"][0]["verdicts"], told[way][0]["verdicts"]
    differ = sum(one != other for one, other in zip(mine, theirs, strict=False))
    compared = min(len(mine), len(theirs))
    name = f"{model}: verdicts of decoded and {way}"
    return Figure(name, differ, f"{differ} of {compared} facts differ", "0 differ", differ == 0)


def _speed(one: dict[str, Any]) -> float:
    """Facts a second in the fastest repeat, which the machine disturbed least."""
    return float(one["facts"] / min(one["seconds"]))
