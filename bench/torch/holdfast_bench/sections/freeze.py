"""Attention only against all parameters: memory of gradients and optimizer state against what theory predicts, and speed
against what the operations allow."""

from dataclasses import asdict
from typing import Any

from ..figures import Figure, median_figure, ratio_figure
from ..floor import attention_only_floor, plain_floor, sizes_of
from ..rounds import Rounds, measure
from ..work import Work
from .training import timed_places

_BYTES_PER_TRAINED = 4 + 8
"""float32: a gradient of 4 bytes, two moments of 4. (bf16 with float32 masters: 2 + 12, as in the usual 16 bytes with the
weight itself.)"""
_TOLERANCE = 0.01


def bench(rounds: int, threads: int) -> tuple[list[Figure], Any]:
    """On `deep`, which has a trunk to freeze."""
    work = Work("", "deep", warmup=3, steps=8, threads=threads)
    measured = measure(work, ("ours_plain", "ours_attention_only"), rounds)
    raw = {peer: [asdict(one) for one in found] for peer, found in measured.of.items()}
    if measured.failures:
        return [Figure(f"{peer}: did not run", None, why) for peer, why in measured.failures.items()], raw
    return [*_memory(measured), *_time(measured)], raw


def _memory(measured: Rounds) -> list[Figure]:
    sizes = sizes_of(measured.work.shape)
    total = sizes.body + sizes.head
    found: list[Figure] = []
    for peer, trained in (("ours_plain", total), ("ours_attention_only", sizes.attention)):
        extra = measured.of[peer][0].extra
        tensors = extra["state_bytes"] + extra["gradient_bytes"]
        predicted = trained * _BYTES_PER_TRAINED
        off = tensors / predicted - 1
        name = f"{peer}: gradients and state, {trained / 1e6:.1f} of {total / 1e6:.1f} M trained"
        text = f"{tensors / 2**20:.1f} MB, predicted {predicted / 2**20:.1f} MB ({off:+.2%})"
        found.append(Figure(name, off, text, f"within {_TOLERANCE:.0%}", abs(off) <= _TOLERANCE))
        growth = [value / 2**20 for value in measured.growths(peer)]
        found.append(median_figure(f"{peer}: resident at the most over loaded", growth, "MB"))
    return found


def _time(measured: Rounds) -> list[Figure]:
    sizes, places = sizes_of(measured.work.shape), timed_places(measured)
    ceiling = plain_floor(sizes, places) / attention_only_floor(sizes, places)
    ratios = measured.faster("ours_attention_only", "ours_plain")
    return [
        median_figure("ours_plain: quiet tokens/s", measured.speeds("ours_plain"), "tokens/s"),
        median_figure(
            "ours_attention_only: quiet tokens/s", measured.speeds("ours_attention_only"), "tokens/s"
        ),
        ratio_figure(
            f"attention only over all, tokens/s; operations allow x{ceiling:.2f}", ratios, at_least=1.0
        ),
    ]
