"""What the cache of the teacher's outputs costs: once before training, on disk, and in memory."""

from dataclasses import asdict
from typing import Any

from ..figures import Figure, median_figure
from ..rounds import Rounds, measure
from ..work import Work, encoded_rows


def bench(rounds: int, threads: int) -> tuple[list[Figure], Any]:
    """Both shapes, few steps: as many as tell how long an epoch is."""
    figures: list[Figure] = []
    raw: dict[str, Any] = {}
    for shape in ("base", "deep"):
        measured = measure(
            Work("", shape, warmup=3, steps=6, threads=threads), ("ours_all", "ours_completion"), rounds
        )
        raw[shape] = {peer: [asdict(one) for one in found] for peer, found in measured.of.items()}
        for peer in measured.of:
            figures += _figures(shape, peer, measured)
        figures += [
            Figure(f"{shape}: {peer}: did not run", None, why) for peer, why in measured.failures.items()
        ]
    return figures, raw


def _figures(shape: str, peer: str, measured: Rounds) -> list[Figure]:
    positions = peer.removeprefix("ours_")
    tokens = sum(len(row.input_ids) for row in encoded_rows())
    seconds = [float(one.extra["cache_seconds"]) for one in measured.of[peer]]
    epochs = [tokens / speed for speed in measured.speeds(peer)]
    share = [100 * built / epoch for built, epoch in zip(seconds, epochs, strict=True)]
    size = [one.extra["cache_bytes"] / 2**20 for one in measured.of[peer]]
    growth = [(one.extra["cache_peak_bytes"] - one.loaded_bytes) / 2**20 for one in measured.of[peer]]
    return [
        median_figure(f"{shape}: {positions}: built and verified", seconds, "s", 1),
        median_figure(f"{shape}: {positions}: that is of one epoch of 2,048 rows", share, "%"),
        median_figure(f"{shape}: {positions}: on disk, and resident where read", size, "MB", 1),
        median_figure(f"{shape}: {positions}: memory over loaded while it is built", growth, "MB"),
    ]
