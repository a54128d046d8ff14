"""A run of the engine taken apart: its model, what moves in it and its optimizer, for tests of single parts."""

from collections.abc import Sequence
from pathlib import Path

import torch
from holdfast_torch.device.out_of_memory import Splitter
from holdfast_torch.distributed.world import ALONE
from holdfast_torch.folder.paths import run_paths
from holdfast_torch.losses.targets import Labelled
from holdfast_torch.protocol.command_box import open_command_box
from holdfast_torch.protocol.event_log import NullLog
from holdfast_torch.protocol.run_file import read_run_file
from holdfast_torch.run.context import RunContext
from holdfast_torch.run.job import create_optimizer
from holdfast_torch.run.trained_model import TrainedModel, open_trained_model
from holdfast_torch.training.optimizer import Optimizer
from holdfast_torch.training.student import PLAIN, Objective
from holdfast_torch.training.train import StepReport, Training, train_step
from naive_loss import completion_row

ROWS = [completion_row([5, 9, 11, 20 + i, 30 + i, 2], 3) for i in range(6)]


def context_of(folder: Path) -> RunContext:
    """Of a run folder, without a voice."""
    paths = run_paths(str(folder))
    commands = open_command_box(paths.commands)
    return RunContext(
        paths, read_run_file(paths), NullLog(), commands, ALONE, torch.device("cpu"), lambda: False
    )


def open_run(folder: Path) -> tuple[TrainedModel, Optimizer]:
    context = context_of(folder)
    opened = open_trained_model(context)
    return opened, create_optimizer(opened, context.run.config)


def take_steps(
    opened: TrainedModel,
    optimizer: Optimizer,
    count: int,
    rows: Sequence[Labelled] = ROWS,
    objective: Objective = PLAIN,
    splitter: Splitter | None = None,
) -> list[StepReport]:
    """Real steps on a few rows, at a constant learning rate."""
    training = Training(
        student=opened.student,
        objective=objective,
        optimizer=optimizer,
        max_grad_norm=1.0,
        start_step=0,
        total_steps=count,
        batches_of=lambda _step: [rows],
        learning_rate_of=lambda _step: 1e-2,
        after_step=lambda _report: True,
        seed_of=lambda step: step,
        splitter=splitter or Splitter(),
    )
    return [train_step(training, step) for step in range(1, count + 1)]
