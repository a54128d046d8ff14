"""What both trainers of TRL are told, so that they do the work of everybody else: no more, no less."""

import tempfile
from typing import Any

from transformers import TrainerCallback

from ..meter import Meter
from ..work import TrainingRow, Work


def shared_arguments(work: Work) -> dict[str, Any]:
    """File order, constant learning rate, fused AdamW without decay, float32 unless asked, nothing saved or reported."""
    return {
        "output_dir": tempfile.mkdtemp(prefix="holdfast-bench-"),
        "max_steps": work.all_steps,
        "per_device_train_batch_size": work.batch_size,
        "gradient_accumulation_steps": 1,
        "learning_rate": work.learning_rate,
        "lr_scheduler_type": "constant",
        "warmup_steps": 0,
        "weight_decay": 0.0,
        "max_grad_norm": work.max_grad_norm,
        "optim": "adamw_torch_fused",
        "bf16": work.bf16,
        "gradient_checkpointing": False,
        "train_sampling_strategy": "sequential",
        "logging_strategy": "no",
        "save_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "use_cpu": work.device == "cpu",
        "max_length": None,
        "seed": 20,
    }


class StepClock(TrainerCallback):  # type: ignore[misc]
    """Tells the meter of every optimizer step. Losses are handed in by the trainer, which keeps none to read."""

    def __init__(self, meter: Meter, batches: list[list[TrainingRow]]) -> None:
        self._meter = meter
        self._tokens = [sum(len(row.input_ids) for row in batch) for batch in batches]
        self.loss = 0.0

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        self._meter.loaded()

    def on_step_end(self, _args: Any, state: Any, _control: Any, **__: Any) -> None:
        self._meter.step_ended(self.loss, self._tokens[state.global_step - 1])


def noting_losses(trainer_class: Any, clock: StepClock) -> Any:
    """The same trainer; each step's loss is noted for the clock."""

    class Noting(trainer_class):  # type: ignore[misc]
        def training_step(self, *arguments: Any, **keywords: Any) -> Any:
            loss = super().training_step(*arguments, **keywords)
            clock.loss = loss.item()
            return loss

    return Noting
