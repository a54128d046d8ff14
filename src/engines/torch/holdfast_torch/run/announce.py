"""What is about to happen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ..data.batches import epoch_order, padding_share
from ..data.encode import EncodedRow, counted_tokens
from ..data.knowledge import Knowledge
from ..model.language_model import LanguageModel
from .context import RunContext
from .plan import RunPlan


@dataclass(frozen=True)
class Announcement:
    """trainable: names of the parameters that move; knowledge: how the training rows fell out."""

    plan: RunPlan
    rows: Sequence[EncodedRow]
    model: LanguageModel
    trainable: Collection[str]
    knowledge: Mapping[Knowledge, int]
    resumed_from: int


def announce(context: RunContext, announcement: Announcement) -> None:
    """The `started` event."""
    plan, rows = announcement.plan, announcement.rows
    lengths = [len(row.input_ids) for row in rows]
    moving = frozenset(announcement.trainable)
    sizes = {name: tensor.numel() for name, tensor in announcement.model.parameters_by_name().items()}
    context.log.write(
        "started",
        total_steps=plan.total_steps,
        steps_per_epoch=plan.main.steps_per_epoch,
        snapshot_steps=plan.snapshot_steps,
        num_rows=len(rows),
        num_train_tokens=sum(lengths),
        effective_batch_size=plan.batches.batch_size * plan.batches.accumulation,
        gradient_accumulation_steps=plan.batches.accumulation,
        num_parameters=sum(sizes.values()),
        num_trainable_parameters=sum(size for name, size in sizes.items() if name in moving),
        resumed_from_step=announcement.resumed_from,
        num_completion_tokens=sum(counted_tokens(row) for row in rows),
        padding_share=padding_share(lengths, epoch_order(lengths, plan.batches, 0)),
        train_knowledge=dict(announcement.knowledge),
    )
