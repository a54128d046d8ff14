"""A padded batch as every Hugging Face collator makes it."""

from collections.abc import Sequence

import torch

from ..vocabulary import END_ID
from ..work import TrainingRow


def pad(rows: Sequence[TrainingRow]) -> dict[str, torch.Tensor]:
    """`input_ids`, `attention_mask`, `labels`, each [rows, longest row], padded on the right."""
    width = max(len(row.input_ids) for row in rows)

    def filled(values: Sequence[int], filler: int) -> list[int]:
        return [*values, *[filler] * (width - len(values))]

    return {
        "input_ids": torch.tensor([filled(row.input_ids, END_ID) for row in rows]),
        "attention_mask": torch.tensor([filled([1] * len(row.input_ids), 0) for row in rows]),
        "labels": torch.tensor([filled(row.labels, -100) for row in rows]),
    }
