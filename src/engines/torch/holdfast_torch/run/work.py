"""Which job a run folder asks for."""

import torch

from ..protocol.command_box import Command, CommandBox, Question
from ..protocol.run_file import AskJob, ProbeJob
from .ask_job import ask_job
from .context import RunContext
from .job import train_job
from .probe_job import probe_job


def work(context: RunContext, questions: CommandBox[Command | Question] | None) -> None:
    """Does the job. questions: None on all ranks but the first; conversations have one process."""
    job = context.run.job
    if isinstance(job, AskJob):
        if questions is not None:
            ask_job(context, job, questions)
    elif isinstance(job, ProbeJob):
        probe_job(context)
    else:
        train_job(context)


def use_device(device: torch.device) -> None:
    """Makes a GPU the one that libraries mean when they name none."""
    if device.type == "cuda":
        torch.cuda.set_device(device)
