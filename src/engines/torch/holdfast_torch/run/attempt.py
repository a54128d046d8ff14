"""One attempt, under the engine lock: what is said before and after its job."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import VERSION
from ..base.text import message_of
from ..failure import Failure
from ..folder.atomic_write import write_atomically
from ..folder.disk_failure import disk_failure
from ..folder.heartbeat import start_heartbeat
from ..folder.identity import current_identity
from ..folder.paths import RunPaths
from ..protocol.command_box import (
    Command,
    CommandBox,
    Question,
    open_command_box,
    open_conversation_box,
)
from ..protocol.event_log import EventLog, last_attempt, open_event_log
from ..protocol.json_text import encode_json
from ..protocol.run_file import AskJob, RunFile, TrainJob
from ..protocol.version import PROTOCOL_VERSION
from .hello import ENGINE, say_hello
from .last_words import FailureReport, LastWords, describe
from .signals import watch_signals

if TYPE_CHECKING:
    from .claim_device import Claim


@dataclass(frozen=True)
class Attempt:
    """What an attempt begins with. commands, questions: the same folder, read by a run and by a
    conversation.
    """

    paths: RunPaths
    run: RunFile
    number: int
    log: EventLog
    commands: CommandBox[Command]
    questions: CommandBox[Command | Question]
    interrupted: Callable[[], bool]


def lead(paths: RunPaths, run: RunFile, token: str) -> int:
    """The attempt of the first process, or of the only one. Returns the exit code; raises Failure where it
    cannot begin.
    """
    interrupted = watch_signals()
    with ExitStack() as stack:
        try:
            number = last_attempt(paths.events) + 1
            log = open_event_log(paths.events)
            stack.callback(log.close)
            attempt = Attempt(
                paths=paths,
                run=run,
                number=number,
                log=log,
                commands=open_command_box(paths.commands),
                questions=open_conversation_box(paths.commands),
                interrupted=interrupted,
            )
            stack.callback(start_heartbeat(paths.heartbeat))
            _write_process_file(paths, token, number)
        except OSError as error:
            raise disk_failure(error, paths.folder) or error from None
        words = LastWords(log)
        try:
            _import_libraries(attempt)
            _take_turn(attempt, words, stack)
        except Exception as error:
            words.say(describe(error, paths))
            return 1
        return 0


def _import_libraries(attempt: Attempt) -> None:
    """Under process.json and heartbeat, because it may take long; where it fails, `hello` still comes
    first.
    """
    try:
        import torch  # noqa: F401
        import transformers  # noqa: F401

        from . import claim_device, work  # noqa: F401
    except (ImportError, OSError) as error:
        say_hello(attempt.log, attempt.number, None, attempt.run.config, _world_size())
        raise Failure(
            "engine.import",
            f"What the torch engine needs cannot be imported by {sys.executable} "
            f"({message_of(error)[:300]}): run `holdfast setup torch` again.",
        ) from error


def _take_turn(attempt: Attempt, words: LastWords, stack: ExitStack) -> None:
    """Says hello, waits for the device, and does the job."""
    from ..distributed.join import join_world, leave_world, world_from_environment
    from .context import RunContext
    from .fellows import Fellows
    from .report_to import report_to
    from .work import use_device, work

    world = world_from_environment()
    fellows = Fellows()
    claim = _claim(attempt, world.size)
    if claim is None:
        fellows.start("stop")
        return
    stack.callback(claim.release)
    fellows.start("go")
    stack.callback(fellows.watch_for_failure(lambda report: _end_at_once(words, report)))
    use_device(claim.device)
    join_world(world, claim.device)
    paths, run = attempt.paths, attempt.run
    log: EventLog = attempt.log
    if run.config.report_to and isinstance(run.job, TrainJob):
        reporting = report_to(log, run, paths.folder)
        stack.callback(reporting.close)
        log = reporting
    context = RunContext(paths, run, log, attempt.commands, world, claim.device, attempt.interrupted)
    work(context, attempt.questions)
    leave_world()


def _claim(attempt: Attempt, world_size: int) -> "Claim | None":
    """Says hello on the device that is free, or else on the first one, and waits for its turn."""
    from .claim_device import Claim, processes_here, roomiest_device, seats, try_claim, wait_for_claim

    folder, log, config = attempt.paths.folder, attempt.log, attempt.run.config
    if isinstance(attempt.run.job, AskJob):
        device = roomiest_device()
        say_hello(log, attempt.number, device, config, world_size)
        return Claim(device, ())
    try:
        wanted = seats(processes_here())
    except Failure:
        say_hello(log, attempt.number, None, config, world_size)
        raise
    claim = try_claim(wanted, folder)
    device = claim.device if isinstance(claim, Claim) else wanted[0].device
    say_hello(log, attempt.number, device, config, world_size)
    if isinstance(claim, Claim):
        return claim
    return wait_for_claim(wanted, folder, log, attempt.commands, attempt.interrupted)


def _end_at_once(words: LastWords, report: FailureReport) -> None:
    """The main thread may wait for ever inside a collective for the one that has failed; locks of the dead
    are stale.
    """
    # A failure that all processes meet is said by this one's own main thread.
    time.sleep(2)
    words.say(report)
    os._exit(1)


def _write_process_file(paths: RunPaths, token: str, attempt: int) -> None:
    told = {
        **current_identity().as_json(),
        "protocol": PROTOCOL_VERSION,
        "token": token,
        "engine": ENGINE,
        "engine_version": VERSION,
        "attempt": attempt,
    }
    write_atomically(paths.process_file, f"{encode_json(told, indent=2)}\n")


def _world_size() -> int:
    return int(os.environ.get("WORLD_SIZE", "1"))
