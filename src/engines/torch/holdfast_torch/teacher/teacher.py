"""A frozen teacher that is asked once: its last hidden states are kept, and of the model only its head."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from ..distributed.world import World
from ..folder.disk_failure import disk_failure
from ..losses.head_loss import LossScales, TeacherBatch, head_loss
from ..losses.targets import DistilledPositions, Labelled, Targets, targets_of
from ..model.head import Head
from ..model.language_model import LanguageModel, full_tensor
from .cache import (
    FORMAT,
    CacheHeader,
    Slots,
    create_data,
    hash_rows,
    open_data,
    read_header,
    seal,
    stale,
)

# Tokens of one forward pass of the teacher.
TOKENS_PER_PASS = 4096
# Passes that are computed a second time and compared: a tenth of them, from one to three.
MOST_SAMPLED_PASSES = 3
# Nats. The same passes on the same machine differ by nothing, on another by the order of additions.
MOST_SELF_DIVERGENCE = {torch.float32: 1e-5, torch.float64: 1e-10}
MOST_SELF_DIVERGENCE_OF_HALVES = 1e-2
# Of a GPU's free memory, what kept outputs may take; beyond it they stay mapped from disk.
SHARE_OF_DEVICE = 0.2


@dataclass(frozen=True)
class TeacherSettings:
    folder: Path
    """teacher/ of the run."""
    rows: Sequence[Labelled]
    positions: DistilledPositions
    temperature: float
    teacher_hash: str
    """Of the teacher's weights, whoever holds them (`model.save.fingerprint_weights`)."""
    share_head: bool
    """The student's head is this teacher's and stands still: it need not be kept twice."""
    on_progress: Callable[[str, int, int], None]
    """Phase (caching_teacher, verifying), done, total."""
    world: World


class CachedTeacher:
    """Satisfies `training.student.Teacher`."""

    def __init__(
        self, header: CacheHeader, slots: Slots, data: Tensor, head: Head, device: torch.device
    ) -> None:
        self.header, self.slots, self.data, self.head, self.device = header, slots, data, head, device

    @property
    def cache_bytes(self) -> int:
        return self.data.numel() * self.data.element_size()

    def batch(self, rows: Sequence[Labelled], targets: Targets) -> TeacherBatch:
        """What the teacher says at the distilled places of a batch."""
        at = torch.from_numpy(self.slots.of(rows, targets))
        vectors = self.data.index_select(0, at.to(self.data.device))
        return TeacherBatch(self.head, vectors.to(self.device, non_blocking=True))


def prepare_teacher(model: LanguageModel, settings: TeacherSettings) -> CachedTeacher:
    """The outputs of `model`, as it is now, on all rows: read from the run folder if they are there, else computed once.

    Either way some are computed again and must agree: KL(teacher, teacher) = 0. `model` is not needed any more afterwards.
    Raises Failure where what is kept is not what this teacher says.
    """
    slots = Slots(settings.rows, settings.positions)
    wanted = CacheHeader(
        format=FORMAT,
        kind="hidden_states",
        width=model.hidden_size,
        vectors=slots.count,
        dtype=str(model.dtype).removeprefix("torch."),
        positions=settings.positions,
        teacher_hash=settings.teacher_hash,
        rows_hash=hash_rows(settings.rows),
        self_test_kl=0.0,
    )
    found = settings.world.broadcast(read_header(settings.folder) if settings.world.is_main else None)
    if found is None:
        _compute(model, settings, slots, wanted)
    else:
        _check_header(found, wanted, settings.folder)
    data = _placed(open_data(settings.folder, wanted), model.device)
    head = _head_of(model, settings.share_head)
    teacher = CachedTeacher(wanted, slots, data, head, model.device)
    divergence = _self_divergence(model, teacher, settings)
    if not divergence <= MOST_SELF_DIVERGENCE.get(model.dtype, MOST_SELF_DIVERGENCE_OF_HALVES):
        raise stale(settings.folder, f"KL(teacher, teacher) is {divergence:.2g} instead of 0")
    teacher.header = replace(wanted, self_test_kl=divergence)
    return teacher


def passes(rows: Sequence[Labelled], tokens_per_pass: int = TOKENS_PER_PASS) -> Iterator[list[Labelled]]:
    """Rows in groups of at most so many tokens; those that share a beginning are together."""
    group: list[Labelled] = []
    tokens = 0
    for row in sorted(rows, key=lambda row: tuple(row.input_ids)):
        if group and tokens + len(row.input_ids) > tokens_per_pass:
            yield group
            group, tokens = [], 0
        group.append(row)
        tokens += len(row.input_ids)
    if group:
        yield group


def _compute(model: LanguageModel, settings: TeacherSettings, slots: Slots, header: CacheHeader) -> None:
    """Every rank runs every pass, because a sharded model needs them all; rank 0 writes."""
    is_main = settings.world.is_main
    try:
        data = create_data(settings.folder, header) if is_main else None

        def keep(rows: Sequence[Labelled]) -> tuple[()]:
            targets, hidden = _ask(model, rows, settings.positions)
            if data is not None:
                data[torch.from_numpy(slots.of(rows, targets))] = hidden.to("cpu")
            return ()

        done = 0
        for group in passes(settings.rows):
            settings.on_progress("caching_teacher", done, len(settings.rows))
            model.splitter.each(group, keep)
            done += len(group)
        settings.on_progress("caching_teacher", done, len(settings.rows))
        if is_main:
            seal(settings.folder, header)
    except OSError as error:
        raise disk_failure(error, settings.folder) or error from error
    settings.world.barrier()


def _ask(
    model: LanguageModel, rows: Sequence[Labelled], positions: DistilledPositions
) -> tuple[Targets, Tensor]:
    """The targets of rows, and the model's hidden states [K, H] at the distilled places."""
    with model.evaluating():
        batch = model.lay_out_known([row.input_ids for row in rows])
        targets = targets_of(rows, batch.places, positions, model.device)
        hidden = model.hidden(batch).last
        return targets, hidden.index_select(0, targets.places.index_select(0, targets.kd_index))


def _check_header(found: CacheHeader, wanted: CacheHeader, folder: Path) -> None:
    reasons = {
        "format": "they were written by another version of Holdfast",
        "teacher_hash": "they are those of another teacher",
        "rows_hash": "the training rows, or how they are worded, have changed",
        "dtype": "they were computed in another precision",
    }
    for name, reason in reasons.items():
        if getattr(found, name) != getattr(wanted, name):
            raise stale(folder, reason)
    if replace(found, self_test_kl=0.0) != wanted:
        raise stale(folder, "they were kept for other settings of self_distill")


def _placed(data: Tensor, device: torch.device) -> Tensor:
    if device.type != "cuda" or data.numel() == 0:
        return data
    free, _total = torch.cuda.mem_get_info(device)
    is_small = data.numel() * data.element_size() <= SHARE_OF_DEVICE * free
    return data.to(device) if is_small else data


def _head_of(model: LanguageModel, share: bool) -> Head:
    head = model.head()
    weight = full_tensor(head.weight.detach())
    bias = None if head.bias is None else full_tensor(head.bias.detach())
    own = Head(weight, bias, head.scale, head.softcap)
    return own if share else own.detached()


@torch.no_grad()
def _self_divergence(model: LanguageModel, teacher: CachedTeacher, settings: TeacherSettings) -> float:
    """Mean KL(teacher, teacher) over sampled passes, computed again against what is kept; nats."""
    groups = list(passes(settings.rows))
    count_sampled = max(1, min(MOST_SAMPLED_PASSES, len(groups) // 10))
    sampled = groups[:: max(1, len(groups) // count_sampled)][:count_sampled]

    def measure(rows: Sequence[Labelled]) -> list[tuple[float, int]]:
        batch = model.lay_out_known([row.input_ids for row in rows])
        targets = targets_of(rows, batch.places, settings.positions, model.device)
        hidden = model.hidden(batch).last
        head = _head_of(model, share=True)
        scales = LossScales(0.0, 0.0, settings.temperature)
        _, _, kd_sum = head_loss(hidden, head, targets, scales, teacher.batch(rows, targets))
        return [(abs(float(kd_sum)), targets.num_kd_tokens)]

    sums: list[tuple[float, int]] = []
    for number, group in enumerate(sampled):
        settings.on_progress("verifying", number, len(sampled))
        with model.evaluating():
            sums += model.splitter.each(group, measure)
    settings.on_progress("verifying", len(sampled), len(sampled))
    return sum(nats for nats, _ in sums) / max(1, sum(count for _, count in sums))
