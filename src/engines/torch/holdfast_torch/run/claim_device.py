"""One run per device: an engine takes its turn, and says for whom it waits."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from ..failure import Failure
from ..folder.device_lock import places_on_cpu, try_device_lock
from ..folder.exclusive_lock import Held, Lock
from ..protocol.command_box import Command, CommandBox
from ..protocol.event_log import EventLog

WAIT_SECONDS = 0.25


@dataclass(frozen=True)
class Seat:
    """A device, and the locks that stand for it: several where processes share a machine."""

    device: torch.device
    names: tuple[str, ...]
    places: int = 1


@dataclass(frozen=True)
class Claim:
    """A device that is this run's until it is released."""

    device: torch.device
    locks: tuple[Lock, ...]

    def release(self) -> None:
        """Lets the next run have it."""
        for lock in self.locks:
            lock.release()


def seats(local_size: int = 1) -> list[Seat]:
    """The places that a run of `local_size` processes on this machine may take, the best first."""
    if torch.cuda.is_available():
        names = [
            f"cuda:{torch.cuda.get_device_properties(index).uuid}"
            for index in range(torch.cuda.device_count())
        ]
        if local_size == 1:
            return [Seat(torch.device("cuda", index), (name,)) for index, name in enumerate(names)]
        _check_count(local_size, len(names))
        return [Seat(torch.device("cuda", 0), tuple(names[:local_size]))]
    if torch.backends.mps.is_available() and local_size == 1:
        return [Seat(torch.device("mps"), ("mps",))]
    # A run computes on all cores, so it is alone there unless the user says how many may share.
    places = places_on_cpu() if os.environ.get("HOLDFAST_CPU_RUNS") else 1
    return [Seat(torch.device("cpu"), ("cpu",), places)]


def processes_here() -> int:
    """How many of the run's processes are on this machine, as torchrun says."""
    return int(os.environ.get("LOCAL_WORLD_SIZE", "1"))


def own_device(local_rank: int, local_size: int) -> torch.device:
    """The device of one of several processes."""
    if not torch.cuda.is_available():
        return torch.device("cpu")
    _check_count(local_size, torch.cuda.device_count())
    return torch.device("cuda", local_rank)


def roomiest_device() -> torch.device:
    """For short work beside other runs: of several GPUs the one with the most memory left."""
    found = seats()
    if found[0].device.type != "cuda":
        return found[0].device
    return max((seat.device for seat in found), key=lambda device: torch.cuda.mem_get_info(device)[0])


def try_claim(wanted: Sequence[Seat], folder: str) -> Claim | str:
    """The first seat that is free; else the run folder whose engine holds the first one."""
    holder: str | None = None
    for seat in wanted:
        found = _take(seat, folder)
        if isinstance(found, Claim):
            return found
        holder = holder or found
    return holder or "another run"


def wait_for_claim(
    wanted: Sequence[Seat],
    folder: str,
    log: EventLog,
    commands: CommandBox[Command],
    interrupted: Callable[[], bool],
) -> Claim | None:
    """Waits for a turn and says for whom. None: asked to stop meanwhile, which is said."""
    said: str | None = None
    while True:
        found = try_claim(wanted, folder)
        if isinstance(found, Claim):
            return found
        if found != said:
            log.write("progressed", phase="waiting", done=0, total=1, waiting_for=found)
        said = found
        reason = _asked_to_stop(log, commands)
        if reason is None and interrupted():
            reason = "the engine was interrupted"
        if reason is not None:
            log.write("stopped", step=0, reason=reason)
            return None
        time.sleep(WAIT_SECONDS)


def _take(seat: Seat, folder: str) -> Claim | str | None:
    """All locks of a seat, or none of them and who holds the missing one."""
    locks: list[Lock] = []
    for name in seat.names:
        found = try_device_lock(name, folder, seat.places)
        if isinstance(found, Held):
            # Keeping some while waiting for others would let two runs wait for each other.
            for lock in locks:
                lock.release()
            return None if found.holder is None else found.holder.folder
        locks.append(found)
    return Claim(seat.device, tuple(locks))


def _asked_to_stop(log: EventLog, commands: CommandBox[Command]) -> str | None:
    found = commands.poll()
    for broken in found.broken:
        log.write("acknowledged", command=broken.id, accepted=False, reason=broken.problem)
    for received in found.commands:
        command = received.command
        accepted = command.command == "stop"
        log.write(
            "acknowledged",
            command=received.id,
            accepted=accepted,
            reason=None if accepted else "the run has not begun",
            name=command.command,
        )
        if accepted:
            return command.reason or "asked for"
    return None


def _check_count(wanted: int, there: int) -> None:
    if wanted > there:
        raise Failure(
            "launch.devices",
            f"launch.nproc_per_node is {wanted}, and this machine has {there} GPUs: lower it to {there}.",
        )
