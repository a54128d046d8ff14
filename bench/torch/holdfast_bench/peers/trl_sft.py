"""TRL's SFTTrainer on tokens that are already there. On a CPU its fused head projects all positions, on a GPU only those
that count: ratios against it do not carry over from one to the other."""

import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer

from ..meter import Meter
from ..shapes import model_folder
from ..work import Work, batches_of
from .trl_arguments import StepClock, noting_losses, shared_arguments


def train(work: Work, meter: Meter) -> None:
    folder = model_folder(work.shape)
    batches = batches_of(work)
    rows = [row for batch in batches for row in batch]
    clock = StepClock(meter, batches)
    columns = {"input_ids": [list(row.input_ids) for row in rows], "labels": [row.labels for row in rows]}
    trainer = noting_losses(SFTTrainer, clock)(
        model=AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32),
        args=SFTConfig(**shared_arguments(work), packing=False),
        train_dataset=Dataset.from_dict(columns),
        processing_class=AutoTokenizer.from_pretrained(folder),
        callbacks=[clock],
    )
    trainer.train()
