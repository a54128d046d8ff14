"""What does not fit is tried again in smaller parts: the same rows, the same gradient and answers, less memory at once."""

import gc
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import torch

from ..failure import Failure

Result = TypeVar("Result")
Row = TypeVar("Row")

# What torch's allocator of the processor says, which has no error class of its own.
NO_MEMORY_TEXTS = ("not enough memory", "can't allocate memory", "allocate memory", "out of memory")


class Splitter:
    """Remembers into how many parts batches are cut; grows when memory runs out, and never shrinks in a run."""

    def __init__(
        self,
        parts: int = 1,
        on_change: Callable[[int], None] | None = None,
        can_split: bool = True,
        explain: Callable[[str, bool], Failure] | None = None,
    ) -> None:
        """explain: the Failure where splitting does not help, of what the allocator said and whether single rows were tried;
        that of a training step where there is none."""
        self.parts = parts
        self.on_change = on_change
        # Several processes would have to agree on when to try again.
        self.can_split = can_split
        self._explain = explain or no_memory

    def each(self, batch: Sequence[Row], work: Callable[[Sequence[Row]], Sequence[Result]]) -> list[Result]:
        """What `work` says of a batch, whole or part by part. Where memory runs out it is called again for all rows of the
        batch, so what it leaves behind must be the same when it is done twice."""
        return self.attempt(
            lambda split: [said for part in split([batch]) for said in work(part)], lambda: None
        )

    def attempt(
        self,
        work: Callable[[Callable[[Sequence[Sequence[Any]]], list[list[Any]]]], Result],
        undo: Callable[[], None],
    ) -> Result:
        """Runs `work`, which is given the function that cuts micro-batches; after `undo`, again with smaller parts for
        as long as memory runs out. Raises Failure where single rows do not fit."""
        while True:
            longest = 0

            def split(batches: Sequence[Sequence[Any]]) -> list[list[Any]]:
                nonlocal longest
                longest = max((len(batch) for batch in batches), default=0)
                return [part for batch in batches for part in cut(batch, self.parts)]

            try:
                return work(split)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                reason = str(error).strip().split("\n")[0][:200]
            undo()
            release_memory()
            if not self.can_split or self.parts >= longest:
                raise self._explain(reason, self.parts > 1 or longest <= 1)
            self.parts *= 2
            if self.on_change is not None:
                self.on_change(self.parts)


def cut(batch: Sequence[Row], parts: int) -> list[list[Row]]:
    """A micro-batch in `parts` parts of like size; empty ones are left out, unless all are."""
    size = max(1, -(-len(batch) // parts))
    return [list(batch[start : start + size]) for start in range(0, max(1, len(batch)), size)]


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that the device, or the machine, has no memory left."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(part in text for part in NO_MEMORY_TEXTS)


def release_memory() -> None:
    """Gives back what no tensor holds any more."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def no_memory(reason: str, is_smallest: bool) -> Failure:
    """The one sentence for a device that is too small."""
    return _full(
        "not even single rows fit" if is_smallest else "a step does not fit",
        reason,
        "lower max_length or per_device_train_batch_size, set gradient_checkpointing: true, bf16: true or optim: "
        "adamw_8bit, or train fewer parameters (freeze, lora)",
    )


def no_memory_to_measure(reason: str, is_smallest: bool) -> Failure:
    """The same of what is computed without gradients: probing, evaluation, caching a teacher."""
    return _full(
        "not even single rows fit" if is_smallest else "a batch outside of training does not fit",
        reason,
        "lower max_length, per_device_eval_batch_size or probes.num_fewshot, or set bf16: true",
    )


def _full(what: str, reason: str, cure: str) -> Failure:
    return Failure("memory.device", f"The memory of this device is full and {what} ({reason}): {cure}.")
