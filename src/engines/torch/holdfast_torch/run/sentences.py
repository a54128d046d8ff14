"""Sentences of a run."""

from ..protocol.config import RunConfig


def percent(share: float) -> str:
    """A share as people read it."""
    return f"{100 * share:.1f} %"


def forgetting_warning(config: RunConfig, step: int, forgetting: float) -> str:
    """What to do about a model that forgets too much."""
    distill = config.self_distill
    cure = (
        "add self_distill"
        if distill is None or distill.kd_weight == 0
        else f"raise self_distill.kd_weight above {distill.kd_weight:g}"
    )
    return (
        f"Forgetting reached {percent(forgetting)} at step {step}, above max_forgetting "
        f"{percent(config.probes.max_forgetting)}: {cure}, lower learning_rate or "
        "num_train_epochs, or use the best checkpoint."
    )
