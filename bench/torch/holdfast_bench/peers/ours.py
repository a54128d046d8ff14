"""Our engine's own loop: the functions a run calls (run/job.py), on the rows everybody gets. `ours_plain`, `ours_completion` and
`ours_all` are named after what is distilled; a run's evaluations and checkpoints are left out, as the peers' are."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from holdfast_torch.data.encoded_row import EncodedRow
from holdfast_torch.data.parameter_groups import choose_trainable
from holdfast_torch.device.allocator import keep_freed_memory
from holdfast_torch.device.out_of_memory import Splitter
from holdfast_torch.distributed.world import ALONE
from holdfast_torch.losses.targets import Labelled
from holdfast_torch.model.language_model import LanguageModel
from holdfast_torch.model.load import LoadSettings, load_model
from holdfast_torch.model.lower_trunk import keep_lower_trunk
from holdfast_torch.model.save import fingerprint_weights, gather_weights
from holdfast_torch.protocol.blocks import Freeze
from holdfast_torch.run.job import step_seed
from holdfast_torch.teacher.teacher import TeacherSettings, passes, prepare_teacher
from holdfast_torch.training.optimizer import AdamWSettings, Optimizer
from holdfast_torch.training.student import PLAIN, Objective, Student
from holdfast_torch.training.train import StepReport, Training
from holdfast_torch.training.train import train as run_training

from ..memory import peak_bytes
from ..meter import Meter, clock_of
from ..shapes import model_folder
from ..vocabulary import END_ID
from ..work import KD_WEIGHT, TEMPERATURE, TrainingRow, Work, encoded_rows


def train(work: Work, meter: Meter) -> None:
    """As a run does it: load, ask the teacher once, train."""
    keep_freed_memory()
    rows = [_encoded(number, row) for number, row in enumerate(encoded_rows(work.repeat_row))]
    model = _load(work)
    parameters = _trainable(work, model)
    meter.loaded()
    keep_lower_trunk(model, [row.input_ids for row in rows], lambda: _ids_of(passes(rows)))
    objective = _objective(work, model, rows, meter)
    model.hf.train()
    optimizer = Optimizer(parameters, AdamWSettings(weight_decay=0.0))

    def batches_of(step: int) -> list[list[EncodedRow]]:
        start = (step - 1) * work.batch_size
        return [[rows[(start + offset) % len(rows)] for offset in range(work.batch_size)]]

    def after_step(report: StepReport) -> bool:
        meter.step_ended(report.loss, report.tokens)
        return True

    gradient_bytes = 0
    inner_step = optimizer.step

    def step_and_weigh(learning_rate: float) -> None:
        nonlocal gradient_bytes
        gradients = [parameter.grad for parameter in model.hf.parameters() if parameter.grad is not None]
        gradient_bytes = sum(gradient.numel() * gradient.element_size() for gradient in gradients)
        inner_step(learning_rate)

    # Gradients are gone after a step, so they are weighed before it.
    optimizer.step = step_and_weigh  # type: ignore[method-assign]

    run_training(
        Training(
            student=Student(model),
            objective=objective,
            optimizer=optimizer,
            max_grad_norm=work.max_grad_norm,
            start_step=0,
            total_steps=work.all_steps,
            batches_of=batches_of,
            learning_rate_of=lambda _step: work.learning_rate,
            after_step=after_step,
            seed_of=lambda step: step_seed(20, step, 0),
            splitter=Splitter(),
        )
    )
    meter.extra["state_bytes"] = optimizer.state_bytes()
    meter.extra["gradient_bytes"] = gradient_bytes
    meter.extra["trained"] = sum(parameter.numel() for parameter in parameters.values())


def _load(work: Work) -> LanguageModel:
    dtype = torch.bfloat16 if work.bf16 else torch.float32
    settings = LoadSettings(device=torch.device(work.device), dtype=dtype, pad_id=END_ID)
    model, warnings = load_model(str(model_folder(work.shape)), settings)
    if warnings:
        raise RuntimeError(f"the engine warns of this model: {warnings[0]}")
    return model


def _objective(work: Work, model: LanguageModel, rows: list[EncodedRow], meter: Meter) -> Objective:
    positions = {"ours_all": "all", "ours_completion": "completion"}.get(work.peer)
    if positions is None:
        return PLAIN
    now = clock_of(work.device, work.threads)
    began = now()
    teacher = prepare_teacher(
        model,
        TeacherSettings(
            folder=Path(tempfile.mkdtemp(prefix="holdfast-bench-")) / "teacher",
            rows=rows,
            teacher_hash=fingerprint_weights(gather_weights(model, ALONE)),
            positions=positions,  # type: ignore[arg-type]
            temperature=TEMPERATURE,
            share_head=False,
            on_progress=lambda _phase, _done, _total: None,
            world=ALONE,
        ),
    )
    meter.extra["cache_seconds"] = now() - began
    meter.extra["cache_bytes"] = teacher.cache_bytes
    meter.extra["cache_rows"] = len(rows)
    meter.extra["cache_peak_bytes"] = peak_bytes()
    return Objective(teacher, KD_WEIGHT, TEMPERATURE, positions)  # type: ignore[arg-type]


def _trainable(work: Work, model: LanguageModel) -> dict[str, torch.nn.Parameter]:
    """All, or q, k, v and o alone; whatever stands still is so before there is an optimizer."""
    named = model.parameters_by_name()
    freeze = (
        Freeze(groups=None, trainable_groups=("attention",)) if work.peer == "ours_attention_only" else None
    )
    moving = set(choose_trainable(list(named), freeze))
    for name, parameter in named.items():
        parameter.requires_grad_(name in moving)
    return {name: parameter for name, parameter in named.items() if name in moving}


def _ids_of(groups: Iterator[list[Labelled]]) -> Iterator[list[Sequence[int]]]:
    return ([row.input_ids for row in group] for group in groups)


def _encoded(number: int, row: TrainingRow) -> EncodedRow:
    return EncodedRow(str(number), row.input_ids, tuple(row.labels), row.prompt_length, 0)
