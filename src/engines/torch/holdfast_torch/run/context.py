"""What one attempt works with."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch

from ..base.notice import Notice
from ..distributed.world import World
from ..folder.paths import RunPaths
from ..protocol.command_box import Command, CommandBox
from ..protocol.event_log import EventLog
from ..protocol.run_file import RunFile

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class RunContext:
    """log, commands: those of rank 0; on other ranks a log that keeps nothing and a box that stays empty.

    interrupted: whether a signal has asked to stop politely.
    """

    paths: RunPaths
    run: RunFile
    log: EventLog
    commands: CommandBox[Command]
    world: World
    device: torch.device
    interrupted: Callable[[], bool]


LEAST_SECONDS = 0.1
"""Between two `progressed` events of one phase."""


def create_progress(log: EventLog, phase: str) -> Progress:
    """Says how far a phase is; at most ten times a second, and always its end."""
    last = -LEAST_SECONDS

    def progress(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done < total and now - last < LEAST_SECONDS:
            return
        last = now
        log.write("progressed", phase=phase, done=done, total=total)

    return progress


class Interrupted(Exception):
    """Raised out of the middle of what comes before the first step, where there is nothing to save yet."""


def until_interrupted(context: RunContext, progress: Progress) -> Progress:
    """The same progress, which ends what it belongs to when a signal has come. Every rank must tell it as often."""

    def tell(done: int, total: int) -> None:
        progress(done, total)
        if context.world.broadcast(context.interrupted()):
            raise Interrupted

    return tell


def warn(log: EventLog, warnings: Iterable[Notice]) -> None:
    """Says what does not stop the run."""
    for notice in warnings:
        log.write("warned", code=notice.code, message=notice.message)
