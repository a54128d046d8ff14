"""A piece of work, trained by each of the two engines."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from holdfast_torch.device.out_of_memory import Splitter
from holdfast_torch.distributed.world import ALONE
from holdfast_torch.model.language_model import LanguageModel
from holdfast_torch.model.load import LoadSettings, load_model
from holdfast_torch.model.lower_trunk import keep_lower_trunk
from holdfast_torch.model.save import fingerprint_weights, gather_weights
from holdfast_torch.run.job import objective_of
from holdfast_torch.run.trainable import Trainable, prepare_trainable
from holdfast_torch.teacher.teacher import CachedTeacher, TeacherSettings, passes, prepare_teacher
from holdfast_torch.training.optimizer import AdamWSettings, Optimizer
from holdfast_torch.training.schedule import learning_rate_at
from holdfast_torch.training.student import Student
from holdfast_torch.training.train import StepReport, Training, accumulate, train
from parity_methods import Work
from safetensors.torch import load_file
from tfjs_training import train_all
from torch import Tensor

Report = dict[str, float]


@dataclass(frozen=True)
class Trained:
    """What an engine made of a piece of work."""

    trainable: list[str]
    reports: list[Report]
    gradients: dict[str, Tensor]
    """Of the first step, before clipping."""
    weights: dict[str, Tensor]
    """Of all parameters, after the last step."""


def train_theirs(works: Sequence[Work], scratch: Path) -> list[Trained]:
    """By the TypeScript engine, in one process."""
    tasks = [_task(work, scratch / str(at)) for at, work in enumerate(works)]
    return [_read(told, Path(task["output"])) for told, task in zip(train_all(tasks), tasks, strict=True)]


def train_ours(work: Work, scratch: Path) -> Trained:
    """By the functions of a run of this engine."""
    config = work.config
    model = _open(work.model, work)
    trainable = prepare_trainable(model, config)
    rows = [row.input_ids for row in work.rows]
    keep_lower_trunk(model, rows, lambda: ([row.input_ids for row in group] for group in passes(work.rows)))
    student = Student(model)
    student.train()
    reports: list[StepReport] = []

    def keep(report: StepReport) -> bool:
        reports.append(report)
        return True

    training = Training(
        student=student,
        objective=objective_of(config, _teacher(work, scratch)),
        optimizer=_optimizer(model, trainable, work),
        max_grad_norm=config.max_grad_norm,
        start_step=0,
        total_steps=len(work.steps),
        batches_of=lambda step: [[work.rows[index] for index in batch] for batch in work.steps[step - 1]],
        learning_rate_of=_rates(work),
        after_step=keep,
        seed_of=lambda step: step,
        splitter=Splitter(),
    )
    accumulate(training, training.batches_of(1))
    parameters = model.parameters_by_name()
    gradients = {
        name: parameter.grad.clone() for name, parameter in parameters.items() if parameter.grad is not None
    }
    training.optimizer.forget_gradients()
    train(training)
    trainable.verify(model)
    weights = {name: parameter.detach().clone() for name, parameter in parameters.items()}
    return Trained(trainable.names, [dataclasses.asdict(report) for report in reports], gradients, weights)


def weights_of(folder: Path) -> dict[str, Tensor]:
    return load_file(folder / "model.safetensors")


def _open(folder: Path, work: Work) -> LanguageModel:
    settings = LoadSettings(
        torch.device("cpu"), torch.float32, work.pad_id, padding_free=work.config.padding_free
    )
    return load_model(str(folder), settings)[0]


def _teacher(work: Work, scratch: Path) -> CachedTeacher | None:
    distill = work.config.self_distill
    if work.teacher is None or distill is None:
        return None
    model = _open(work.teacher, work)
    settings = TeacherSettings(
        folder=scratch,
        rows=work.rows,
        positions=distill.positions,
        temperature=distill.temperature,
        teacher_hash=fingerprint_weights(gather_weights(model, ALONE)),
        share_head=True,
        on_progress=lambda _phase, _done, _total: None,
        world=ALONE,
    )
    return prepare_teacher(model, settings)


def _optimizer(model: LanguageModel, trainable: Trainable, work: Work) -> Optimizer:
    config = work.config
    parameters = model.parameters_by_name()
    settings = AdamWSettings(config.adam_beta1, config.adam_beta2, config.adam_epsilon, config.weight_decay)
    return Optimizer({name: parameters[name] for name in trainable.names}, settings)


def _rates(work: Work) -> Callable[[int], float]:
    config = work.config
    peak, kind, warmup = config.learning_rate, config.lr_scheduler_type, config.warmup_steps
    return lambda step: learning_rate_at(step - 1, len(work.steps), peak, kind, warmup)


def _task(work: Work, scratch: Path) -> dict[str, Any]:
    scratch.mkdir(parents=True)
    rows = [
        {
            "id": row.id,
            "input_ids": row.input_ids,
            "labels": row.labels,
            "promptLength": row.prompt_length,
            "truncated": row.truncated,
        }
        for row in work.rows
    ]
    return {
        "model": str(work.model),
        **({} if work.teacher is None else {"teacher": str(work.teacher)}),
        "rows": rows,
        "padId": work.pad_id,
        "steps": work.steps,
        "config": work.settings,
        "scratch": str(scratch / "teacher"),
        "output": str(scratch / "trained.safetensors"),
    }


def _read(told: dict[str, Any], output: Path) -> Trained:
    tensors = load_file(output)
    kinds = {kind: _of_kind(tensors, kind) for kind in ("gradient", "weight")}
    reports = [{_snake(key): value for key, value in report.items()} for report in told["reports"]]
    return Trained(told["trainable"], reports, kinds["gradient"], kinds["weight"])


def _of_kind(tensors: dict[str, Tensor], kind: str) -> dict[str, Tensor]:
    return {
        name.removeprefix(f"{kind}."): value for name, value in tensors.items() if name.startswith(f"{kind}.")
    }


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
