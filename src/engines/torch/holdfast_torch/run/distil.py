"""Which model teaches in a run, and when."""

import json
import shutil
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from ..base.notice import Notice
from ..base.text import plural
from ..data.encode import EncodedRow
from ..failure import Failure
from ..folder.disk_failure import disk_failure
from ..losses.targets import count_tokens
from ..model.hub import find_model
from ..model.language_model import LanguageModel
from ..model.load import LoadSettings, load_model
from ..model.save import fingerprint_weights, gather_weights, save_model_folder
from ..protocol.blocks import SelfDistill
from ..protocol.config import RunConfig
from ..teacher.teacher import CachedTeacher, TeacherSettings, prepare_teacher
from .context import RunContext, create_progress
from .open_folder import saying_split

LEAST_KNOWN_ROWS = 32
"""Fewer known rows teach the answer format badly, and the teacher is what the whole run is held to (DESIGN 5)."""

MODEL = "model"


@dataclass(frozen=True)
class TeacherMaking:
    context: RunContext
    rows: Sequence[EncodedRow]
    source: str
    """Folder of the model the run starts from."""
    loading: LoadSettings
    head_moves: bool
    """Whether the student's head is trained: if not, a teacher of the same head need not keep one of its own."""


def snapshot_rows(
    config: RunConfig, rows: Sequence[EncodedRow], known: Set[str]
) -> Sequence[EncodedRow] | None:
    """The rows of the warm-up that a snapshot teacher is taken after; None where there is none.

    Raises Failure when the base model knows too few.
    """
    distill = config.self_distill
    if distill is None or distill.teacher != "snapshot":
        return None
    if distill.snapshot_data == "all":
        return rows
    familiar = [row for row in rows if row.id in known]
    if len(familiar) >= LEAST_KNOWN_ROWS:
        return familiar
    raise Failure(
        "self_distill.known-rows",
        f"The base model knows only {plural(len(familiar), 'training row')}, and the warm-up for the teacher needs "
        f"{LEAST_KNOWN_ROWS}: set self_distill.snapshot_data: all, or add rows that it knows.",
    )


def check_snapshot_length(snapshot_steps: int, main_steps: int) -> None:
    """Raises Failure when the warm-up would be longer than what it prepares."""
    if snapshot_steps <= main_steps:
        return
    raise Failure(
        "self_distill.snapshot-length",
        f"The warm-up for the teacher would take {plural(snapshot_steps, 'step')}, the run itself only {main_steps}: lower "
        "self_distill.snapshot_epochs, raise num_train_epochs, or set self_distill.teacher: base.",
    )


def distill_warnings(distill: SelfDistill | None, rows: Sequence[EncodedRow]) -> list[Notice]:
    """What the settings of self-distillation promise on this data; see `kd_weight * T * N_ce / N_kd` in DESIGN 5."""
    if distill is None:
        return []
    if distill.kd_weight == 0:
        return [
            Notice(
                "self_distill.control",
                "self_distill.kd_weight is 0, so nothing is distilled: right as the control of a distilled run (the same "
                "warm-up); else set it to 1.",
            )
        ]
    num_ce, num_kd = count_tokens(rows, distill.positions)
    pull = label_pull(distill, num_ce, num_kd)
    if pull < 1:
        return []
    return [
        Notice(
            "self_distill.label-loses",
            f"With kd_weight {distill.kd_weight:g}, temperature {distill.temperature:g} and positions {distill.positions} the "
            f"teacher outweighs the labels (kd_weight * T * N_ce / N_kd = {pull:.2f}, and above 1 a new fact cannot become "
            f"the likeliest answer): lower kd_weight below {distill.kd_weight / pull:.2g}.",
        )
    ]


def label_pull(distill: SelfDistill, num_ce: int, num_kd: int) -> float:
    """How hard the teacher pulls against a label at one position, relative to the label: with two tokens in competition
    the gradient vanishes at p(label) = 1 - x, x + pull * q_T(x) = 1, so that the label is the arg-max only while this is
    below 1."""
    return distill.kd_weight * distill.temperature * num_ce / max(1, num_kd)


def teacher_from_start(making: TeacherMaking, base: LanguageModel) -> CachedTeacher | None:
    """The teacher of `base` or a path, at the start of an attempt; None where there is none (yet).

    `base` must be the untouched model.
    """
    distill = making.context.run.config.self_distill
    if distill is None or distill.kd_weight == 0 or distill.teacher == "snapshot":
        return None
    if distill.teacher == "base":
        return _make(making, distill, base, gather_weights(base, making.context.world))
    folder = find_model(distill.teacher)
    other = _load(making, folder)
    _check_vocabulary(folder, making.source, other, base)
    return _make(making, distill, other, gather_weights(other, making.context.world))


def take_snapshot(making: TeacherMaking, model: LanguageModel) -> CachedTeacher | None:
    """The model as it is now becomes the teacher. Its weights are kept beside its outputs, so that a resumed run can tell
    whether they still belong together."""
    context = making.context
    distill = context.run.config.self_distill
    if distill is None or distill.kd_weight == 0:
        return None
    folder = Path(context.paths.teacher)
    weights = gather_weights(model, context.world)
    if context.world.is_main:
        try:
            shutil.rmtree(folder, ignore_errors=True)
            save_model_folder(model, weights, folder / MODEL, making.source)
        except Exception as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise disk_failure(error, folder) or error from error
    context.world.barrier()
    return _make(making, distill, model, weights)


def reopen_snapshot(making: TeacherMaking) -> CachedTeacher | None:
    """The snapshot of an earlier attempt: read, never taken again, because the model has moved on since."""
    distill = making.context.run.config.self_distill
    if distill is None or distill.kd_weight == 0:
        return None
    folder = Path(making.context.paths.teacher) / MODEL
    if not any(folder.glob("*.safetensors")):
        raise Failure(
            "teacher.missing",
            f"{folder} is gone, and with it the teacher this run learned from: start the run again.",
        )
    teacher = _load(making, str(folder))
    return _make(making, distill, teacher, gather_weights(teacher, making.context.world))


def announce_teacher(
    context: RunContext, step: int, rows_used: int, teacher: CachedTeacher | None, model: LanguageModel
) -> None:
    """Says which teacher there is, with its self-test."""
    weights = gather_weights(model, context.world) if teacher is None else {}
    teacher_hash = fingerprint_weights(weights) if teacher is None else teacher.header.teacher_hash
    told = (
        {}
        if teacher is None
        else {"cache_kind": teacher.header.kind, "self_test_kl": teacher.header.self_test_kl}
    )
    context.log.write(
        "snapshotted",
        step=step,
        rows_used=rows_used,
        teacher_hash=teacher_hash,
        cache_bytes=0 if teacher is None else teacher.cache_bytes,
        **told,
    )


def remove_teacher(context: RunContext) -> None:
    """What a finished run needs no more."""
    if context.world.is_main:
        shutil.rmtree(context.paths.teacher, ignore_errors=True)


def _load(making: TeacherMaking, folder: str) -> LanguageModel:
    model, _warnings = load_model(folder, making.loading)
    model.splitter.on_change = saying_split(making.context)
    return model


def _make(
    making: TeacherMaking, distill: SelfDistill, model: LanguageModel, weights: dict[str, Tensor]
) -> CachedTeacher:
    """`weights` are the model's, gathered."""
    context = making.context
    progress = {phase: create_progress(context.log, phase) for phase in ("caching_teacher", "verifying")}
    settings = TeacherSettings(
        folder=Path(context.paths.teacher),
        rows=making.rows,
        positions=distill.positions,
        temperature=distill.temperature,
        teacher_hash=context.world.broadcast(fingerprint_weights(weights) if context.world.is_main else ""),
        # Not a question of whose model this is: a snapshot that is read again must say what it said, to the bit.
        share_head=not making.head_moves,
        on_progress=lambda phase, done, total: progress[phase](done, total),
        world=context.world,
    )
    return prepare_teacher(model, settings)


def _check_vocabulary(folder: str, student_folder: str, other: LanguageModel, student: LanguageModel) -> None:
    """Answers are compared token by token, so the tokens must be the same."""
    if other.vocab_size != student.vocab_size:
        raise Failure(
            "self_distill.teacher",
            f"The teacher {folder} has a vocabulary of {other.vocab_size} tokens, the model one of {student.vocab_size}: take "
            "a teacher of the same model family, or teacher: snapshot.",
        )
    difference = _tokenizer_difference(_vocabulary_of(folder), _vocabulary_of(student_folder))
    if difference is not None:
        raise Failure(
            "self_distill.teacher",
            f"The teacher {folder} has another tokenizer than the model ({difference}): take a teacher of the same model "
            "family, or teacher: snapshot.",
        )


def _tokenizer_difference(one: dict[str, int], other: dict[str, int]) -> str | None:
    """The first token that two tokenizers number differently, in words; None where they agree on all."""
    for token, index in one.items():
        if other.get(token) != index:
            return f"token {json.dumps(token)} is {index} there and {other.get(token, 'missing')} here"
    return None if len(one) == len(other) else f"{len(one)} tokens there, {len(other)} here"


def _vocabulary_of(folder: str) -> dict[str, int]:
    from transformers import AutoTokenizer

    try:
        vocabulary: dict[str, int] = AutoTokenizer.from_pretrained(folder).get_vocab()
    except Exception as error:
        raise Failure(
            "self_distill.teacher",
            f"The teacher's folder {folder} has no readable tokenizer to compare ({str(error).splitlines()[0][:160]}): copy "
            "it there from the model the teacher was made from.",
        ) from None
    return vocabulary
