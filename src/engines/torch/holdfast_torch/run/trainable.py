"""What moves in a run, decided before there is an optimizer, and the proof that the rest stands still."""

from dataclasses import dataclass

import torch

from ..data.parameter_groups import choose_trainable
from ..failure import Failure
from ..model.language_model import LanguageModel
from ..model.lora import add_lora, lora_names
from ..protocol.config import RunConfig


@dataclass(frozen=True)
class Trainable:
    names: list[str]
    frozen_names: list[str]
    fingerprint: str
    """Of the frozen parameters, before the first step."""

    def verify(self, model: LanguageModel) -> None:
        """Compares the frozen parameters bit for bit with what they were. Raises Failure when one has moved."""
        if model.fingerprint(self.frozen_names) == self.fingerprint:
            return
        raise Failure(
            "freeze.moved",
            f"Parameters that freeze holds still have changed ({len(self.frozen_names)} of them were checked): this is a bug "
            "of Holdfast, please report it with this run's folder.",
        )


def prepare_trainable(model: LanguageModel, config: RunConfig) -> Trainable:
    """Applies `lora` or `freeze`: what stands still gets no gradient, no decay and no state."""
    if config.lora is not None:
        if config.freeze is not None:
            raise Failure(
                "config.lora-with-freeze",
                "`freeze` and `lora` do not go together, because adapters train beside weights that all stand still: delete "
                "`freeze` and name the modules to adapt under `lora.target_modules`, or delete `lora`.",
            )
        # Adapters begin with random numbers, and every attempt and every rank must draw the same.
        torch.manual_seed(config.seed)
        add_lora(model, config.lora)
    names = list(model.parameters_by_name())
    chosen = lora_names(names) if config.lora is not None else choose_trainable(names, config.freeze)
    moving = set(chosen)
    for name, parameter in model.parameters_by_name().items():
        parameter.requires_grad_(name in moving)
    frozen = [name for name in names if name not in moving]
    return Trainable([name for name in names if name in moving], frozen, model.fingerprint(frozen))
