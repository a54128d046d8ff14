"""The attempt of every process of torchrun but the first: it computes alike, and neither writes nor
speaks.
"""

import sys

from ..folder.paths import RunPaths
from ..protocol.command_box import open_command_box
from ..protocol.event_log import NullLog
from ..protocol.run_file import RunFile
from .last_words import describe
from .signals import watch_signals


def follow(paths: RunPaths, run: RunFile) -> int:
    """Comes along when the first process has its device. Returns the exit code."""
    interrupted = watch_signals()
    from ..distributed.join import join_world, leave_world, local_rank, world_from_environment
    from .claim_device import own_device, processes_here
    from .context import RunContext
    from .fellows import Fellows, end_with_first
    from .work import use_device, work

    fellows = Fellows()
    try:
        if not fellows.wait_for_start(interrupted):
            return 0
        stop_watching = end_with_first(paths)
        world = world_from_environment()
        device = own_device(local_rank(), processes_here())
        use_device(device)
        join_world(world, device)
        box = open_command_box(paths.commands)
        work(RunContext(paths, run, NullLog(), box, world, device, interrupted), None)
        stop_watching()
        leave_world()
    except Exception as error:
        report = describe(error, paths)
        fellows.tell_failure(report)
        sys.stderr.write(f"{report.detail}\n")
        return 1
    return 0
