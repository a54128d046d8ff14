"""A 1.5B-shaped model on the first GPU in bfloat16: tokens/s, memory, share of the card's peak; the same loop as everywhere."""

from dataclasses import asdict
from typing import Any

from ..figures import Figure, median_figure, ratio_figure
from ..floor import attention_only_floor, distilled_floor, places_of, plain_floor, sizes_of
from ..rounds import Rounds, measure
from ..work import Work, batches_of

SHAPE = "qwen2.5-1.5b"
PEERS = ("ours_plain", "ours_completion", "ours_all", "ours_attention_only", "naive_sft", "naive_kd")
PEAK_TFLOPS = {
    "H100": 989.0,
    "H200": 989.0,
    "A100": 312.0,
    "L40S": 362.0,
    "4090": 165.0,
    "GB200": 2250.0,
    "B200": 2250.0,
}
"""Dense bfloat16, by a word in the card's name, from its data sheet."""
TARGET = 45_000


def bench(rounds: int, _threads: int) -> tuple[list[Figure], Any]:
    """Rows of about 500 tokens in batches of 32, so that a step is large enough for a large card."""
    import torch

    if not torch.cuda.is_available():
        return [
            Figure(
                "no GPU here",
                None,
                f"nothing measured; on one: plain, self-distilled, attention only, {SHAPE}",
            )
        ], None
    name = torch.cuda.get_device_name()
    work = Work(
        "", SHAPE, warmup=4, steps=12, batch_size=32, device="cuda", bf16=True, repeat_row=28, threads=4
    )
    measured = measure(work, PEERS, rounds)
    raw = {peer: [asdict(one) for one in found] for peer, found in measured.of.items()}
    found = [Figure(f"{peer}: did not run", None, why) for peer, why in measured.failures.items()]
    return [Figure("device", None, name), *found, *_figures(measured, name)], raw


def _figures(measured: Rounds, device: str) -> list[Figure]:
    sizes = sizes_of(SHAPE)
    places = places_of(batches_of(measured.work)[measured.work.warmup :])
    floors = {
        "ours_plain": plain_floor(sizes, places),
        "ours_completion": distilled_floor(sizes, places, "completion"),
        "ours_all": distilled_floor(sizes, places, "all"),
        "ours_attention_only": attention_only_floor(sizes, places),
        "naive_sft": plain_floor(sizes, places),
        "naive_kd": distilled_floor(sizes, places, "all"),
    }
    peak = next((tflops for word, tflops in PEAK_TFLOPS.items() if word in device), None)
    found: list[Figure] = []
    for peer in measured.of:
        speeds = measured.speeds(peer)
        found.append(_speed(peer, speeds))
        found.append(
            median_figure(f"{peer}: memory", [value / 2**30 for value in measured.peaks(peer)], "GiB", 1)
        )
        if peak is not None:
            share = [100 * speed * floors[peer] / places.tokens / (peak * 1e12) for speed in speeds]
            found.append(median_figure(f"{peer}: share of {peak:.0f} TFLOP/s, by its floor", share, "%", 1))
        if peer not in ("ours_plain", "naive_sft") and measured.ran("ours_plain"):
            found.append(ratio_figure(f"{peer}: time over our plain", measured.faster("ours_plain", peer)))
    return found


def _speed(peer: str, speeds: list[float]) -> Figure:
    figure = median_figure(f"{peer}: quiet tokens/s", speeds, "tokens/s")
    if peer != "ours_plain" or figure.value is None:
        return figure
    return Figure(
        figure.name, figure.value, figure.text, f">= {TARGET} on an H100-class card", figure.value >= TARGET
    )
