"""What the sections that compare training loops have in common: one set of rounds, and each section's own ratios of it."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from ..agreement import agreement
from ..figures import Figure, median_figure, ratio_figure
from ..floor import Places, Sizes, distilled_floor, places_of, plain_floor, sizes_of
from ..places import PACKAGE
from ..rounds import Rounds
from ..work import batches_of


@dataclass(frozen=True)
class TrainingSection:
    """Which peers it needs, and what it says of their rounds."""

    peers: tuple[str, ...]
    figures: Callable[[Rounds], list[Figure]]


def sft(rounds: Rounds) -> list[Figure]:
    """Plain fine-tuning against the naive loop; TRL's trainer is in its own section."""
    found = speeds(rounds, ("ours_plain", "naive_sft", "naive_sft_grouped"))
    if rounds.ran("ours_plain", "naive_sft"):
        found.append(
            ratio_figure("plain over the naive loop, tokens/s", rounds.faster("ours_plain", "naive_sft"))
        )
    if rounds.ran("ours_plain", "naive_sft_grouped"):
        ratios = rounds.faster("ours_plain", "naive_sft_grouped")
        found.append(ratio_figure("plain over the naive loop grouped by length, tokens/s", ratios))
    found += _at_best(rounds, (("ours_plain", "naive_sft"), ("ours_plain", "naive_sft_grouped")))
    return found + agreement(rounds, ("ours_plain", "naive_sft"))


def self_distill(rounds: Rounds) -> list[Figure]:
    """What the teacher costs over our own plain fine-tuning, in time and memory, beside what it cannot cost less than."""
    found = speeds(rounds, ("ours_plain", "ours_completion", "ours_all"))
    sizes, places = sizes_of(rounds.work.shape), timed_places(rounds)
    found.append(Figure("batches", None, places_text(places)))
    for positions in ("completion", "all"):
        peer = f"ours_{positions}"
        if not rounds.ran("ours_plain", peer):
            continue
        slower = rounds.faster("ours_plain", peer)
        floor = distilled_floor(sizes, places, positions) / plain_floor(sizes, places)
        at_most = 1.05 if positions == "completion" else None
        found.append(ratio_figure(f"{positions}: time over own plain", slower, at_most=at_most))
        over_floor = [ratio / floor for ratio in slower]
        at_most = 1.10 if positions == "all" else None
        found.append(
            ratio_figure(f"{positions}: time over its floor, x{floor:.3f}", over_floor, at_most=at_most)
        )
        found.append(_memory(rounds, peer, positions))
        found.append(_growth(rounds, peer, positions))
    return found + _at_best(rounds, (("ours_plain", "ours_completion"), ("ours_plain", "ours_all")))


def naive(rounds: Rounds) -> list[Figure]:
    """Self-distillation at all positions against the loop most people write."""
    found = speeds(rounds, ("ours_all", "naive_kd", "naive_kd_grouped"))
    for peer, text, at_least in (
        ("naive_kd", "all over the naive live-teacher loop, tokens/s", 1.8),
        ("naive_kd_grouped", "all over the same loop grouped by length, tokens/s", 1.35),
    ):
        if rounds.ran("ours_all", peer):
            found.append(ratio_figure(text, rounds.faster("ours_all", peer), at_least=at_least))
    found += _at_best(rounds, (("ours_all", "naive_kd"), ("ours_all", "naive_kd_grouped")))
    return found + agreement(rounds, ("ours_all", "naive_kd"))


def trl(rounds: Rounds) -> list[Figure]:
    """TRL's own trainers."""
    found = speeds(rounds, ("ours_plain", "trl_sft", "ours_completion", "trl_gkd"))
    if find_spec("trl") is None:
        cure = f"{sys.executable} -m pip install -r {PACKAGE / 'requirements.txt'}"
        found.append(Figure("TRL is not installed", None, f"to measure it: {cure}"))
    for ours, peer, text, at_least in (
        ("ours_plain", "trl_sft", "plain over SFTTrainer, tokens/s", 1.8),
        ("ours_completion", "trl_gkd", "completion over GKDTrainer, tokens/s", 2.2),
    ):
        if rounds.ran(ours, peer):
            found.append(ratio_figure(text, rounds.faster(ours, peer), at_least=at_least))
    found += _at_best(rounds, (("ours_plain", "trl_sft"), ("ours_completion", "trl_gkd")))
    return found + agreement(rounds, ("ours_plain", "trl_sft"))


TRAINING_SECTIONS = {
    "sft": TrainingSection(("ours_plain", "naive_sft", "naive_sft_grouped"), sft),
    "self-distill": TrainingSection(("ours_plain", "ours_completion", "ours_all"), self_distill),
    "naive": TrainingSection(("ours_all", "naive_kd", "naive_kd_grouped"), naive),
    "trl": TrainingSection(("ours_plain", "trl_sft", "ours_completion", "trl_gkd"), trl),
}


def speeds(rounds: Rounds, peers: Sequence[str]) -> list[Figure]:
    """Quiet tokens/s, with operations a second against the floor where we know it; and who did not run."""
    found = [
        Figure(f"{peer}: did not run", None, rounds.failures[peer])
        for peer in peers
        if peer in rounds.failures
    ]
    sizes, places = sizes_of(rounds.work.shape), timed_places(rounds)
    for peer in peers:
        if not rounds.ran(peer):
            continue
        found.append(median_figure(f"{peer}: quiet tokens/s", rounds.speeds(peer), "tokens/s"))
        floor = floor_of(peer, sizes, places)
        if floor is not None:
            useful = [speed * floor / places.tokens / 1e9 for speed in rounds.speeds(peer)]
            found.append(median_figure(f"{peer}: operations of its floor a second", useful, "GFLOP/s"))
        growth = [value / 2**20 for value in rounds.growths(peer)]
        found.append(median_figure(f"{peer}: resident at the most over loaded", growth, "MB"))
    return found


def floor_of(peer: str, sizes: Sizes, places: Places) -> float | None:
    """Operations a step of what the peer computes; None where it computes something of its own."""
    if peer in ("ours_plain", "naive_sft", "naive_sft_grouped", "trl_sft"):
        return plain_floor(sizes, places)
    if peer in ("ours_all", "naive_kd", "naive_kd_grouped"):
        return distilled_floor(sizes, places, "all")
    if peer in ("ours_completion", "naive_kd_completion"):
        return distilled_floor(sizes, places, "completion")
    return None


def timed_places(rounds: Rounds) -> Places:
    return places_of(batches_of(rounds.work)[rounds.work.warmup :])


def places_text(places: Places) -> str:
    """What the batches are like, on a line."""
    padding = 1 - places.tokens / places.padded
    return (
        f"{places.tokens:.0f} tokens a step, {places.distinct:.0f} distinct places, {places.completion:.0f} of them for "
        f"completions; padded {places.padded:.0f} ({padding:.0%} padding)"
    )


def _at_best(rounds: Rounds, pairs: Sequence[tuple[str, str]]) -> list[Figure]:
    """For a busy machine: the same ratios of every step's fastest round. The median decides, this helps to judge it."""
    return [
        Figure(f"{peer} over {than}: every step at its fastest", ratio, f"x{ratio:.3f} tokens/s")
        for peer, than in pairs
        if rounds.ran(peer, than)
        for ratio in [rounds.faster_at_best(peer, than)]
    ]


def _memory(rounds: Rounds, peer: str, positions: str) -> Figure:
    ratios = [
        mine / plain for mine, plain in zip(rounds.peaks(peer), rounds.peaks("ours_plain"), strict=True)
    ]
    return ratio_figure(
        f"{positions}: peak memory over own plain",
        ratios,
        at_most=1.10 if positions == "completion" else 1.25,
    )


def _growth(rounds: Rounds, peer: str, positions: str) -> Figure:
    pairs = zip(rounds.growths(peer), rounds.growths("ours_plain"), strict=True)
    return ratio_figure(
        f"{positions}: memory over loaded, over own plain's", [mine / plain for mine, plain in pairs]
    )
