"""TRL's GKDTrainer, nothing sampled (`lmbda` 0), forward KL (`beta` 0). Its loss is its own: completions only, T = 1, no
cross-entropy; so it does less than ours, and its losses are compared with nobody's."""

import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl.experimental.gkd import GKDConfig, GKDTrainer

from ..meter import Meter
from ..shapes import model_folder
from ..work import TrainingRow, Work, batches_of
from .padded import pad
from .trl_arguments import StepClock, noting_losses, shared_arguments


def train(work: Work, meter: Meter) -> None:
    folder = model_folder(work.shape)
    batches = batches_of(work)
    rows = [row for batch in batches for row in batch]
    clock = StepClock(meter, batches)

    def load() -> torch.nn.Module:
        model: torch.nn.Module = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        return model

    trainer = noting_losses(GKDTrainer, clock)(
        model=load(),
        teacher_model=load(),
        args=GKDConfig(**shared_arguments(work), lmbda=0.0, beta=0.0, seq_kd=False),
        data_collator=_collate,
        train_dataset=Dataset.from_list(
            [{"input_ids": row.input_ids, "prompt_length": row.prompt_length} for row in rows]
        ),
        processing_class=AutoTokenizer.from_pretrained(folder),
        callbacks=[clock],
    )
    trainer.train()


def _collate(examples: list[dict[str, list[int]]]) -> dict[str, torch.Tensor]:
    """Sampling would need prompts of their own; without it the padded batch is all that is read."""
    rows = [TrainingRow(tuple(example["input_ids"]), int(example["prompt_length"])) for example in examples]  # type: ignore[call-overload]
    return pad(rows)
