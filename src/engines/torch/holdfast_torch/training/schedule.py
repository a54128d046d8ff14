"""Learning rates over a run, as transformers' get_scheduler."""

import math


def steps_or_share(value: float, total_steps: int) -> int:
    """Hugging Face's convention for warmup_steps, eval_steps and save_steps: below 1 it is a share of all steps."""
    return math.ceil(value * total_steps) if value < 1 else math.floor(value + 0.5)


def learning_rate_at(step: int, total_steps: int, peak: float, kind: str, warmup_steps: float) -> float:
    """Of optimizer step `step`, counted from 0: a linear warm-up from 0, then the shape `kind`."""
    warmup = 0 if kind == "constant" else steps_or_share(warmup_steps, total_steps)
    if step < warmup:
        return peak * step / max(1, warmup)
    progress = (step - warmup) / max(1, total_steps - warmup)
    if kind == "linear":
        return peak * max(0.0, 1 - progress)
    if kind == "cosine":
        return peak * max(0.0, 0.5 * (1 + math.cos(math.pi * progress)))
    return peak
