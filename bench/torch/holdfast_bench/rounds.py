"""Rounds of child processes, one peer after the other and then all of them again, so that a slow minute of the machine meets
everybody alike. Ratios are made inside a round."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from .figures import quartile
from .meter import Measured, Step
from .places import ENGINE, PACKAGE
from .work import Work

_TIMEOUT_SECONDS = 1800


@dataclass(frozen=True)
class Rounds:
    """What every peer measured in every round, in the order of the rounds."""

    work: Work
    of: dict[str, list[Measured]]
    failures: dict[str, str]
    """Peers that did not run, and the last thing they said."""

    def ran(self, *peers: str) -> bool:
        return all(self.of.get(peer) for peer in peers)

    def speeds(self, peer: str) -> list[float]:
        """Quiet tokens/s of every round: the upper quartile over steps, which for equal batches is the lower-quartile step."""
        return [quiet_speed(measured.steps) for measured in self.of[peer]]

    def faster(self, peer: str, than: str) -> list[float]:
        """Per round: how many times the tokens/s of another peer."""
        return [mine / other for mine, other in zip(self.speeds(peer), self.speeds(than), strict=True)]

    def faster_at_best(self, peer: str, than: str) -> float:
        """The same ratio when every step counts with its fastest round: one number, and the least disturbed."""
        return fastest_speed(self.of[peer]) / fastest_speed(self.of[than])

    def peaks(self, peer: str) -> list[float]:
        """Bytes at the most: of the GPU where there is one, else resident, imports and weights included."""
        return [float(measured.device_bytes or measured.peak_bytes) for measured in self.of[peer]]

    def growths(self, peer: str) -> list[float]:
        """Bytes at the most over what was resident when model and data were loaded."""
        return [float(measured.peak_bytes - measured.loaded_bytes) for measured in self.of[peer]]

    def losses(self, peer: str) -> list[float]:
        """Of the timed steps of the first round."""
        return [step.loss for step in self.of[peer][0].steps]


def quiet_speed(steps: Sequence[Step]) -> float:
    """Tokens a second in the faster quarter's slowest step."""
    return quartile([step.tokens / step.seconds for step in steps], 0.75)


def fastest_speed(rounds: Sequence[Measured]) -> float:
    """Tokens a second over all steps, each as fast as in its fastest round."""
    steps = list(zip(*(measured.steps for measured in rounds), strict=True))
    tokens = sum(same[0].tokens for same in steps)
    return float(tokens / sum(min(step.seconds for step in same) for same in steps))


def measure(work: Work, peers: Sequence[str], rounds: int) -> Rounds:
    """Runs all peers `rounds` times, interleaved. A peer that fails is dropped from all further rounds, and said."""
    found: dict[str, list[Measured]] = {peer: [] for peer in peers}
    failures: dict[str, str] = {}
    for number in range(rounds):
        for peer in peers:
            if peer in failures:
                continue
            try:
                measured = run_child(work.by(peer))
            except ChildFailed as error:
                failures[peer] = str(error)
                found.pop(peer)
                say(f"  {peer} does not run: {error}")
                continue
            found[peer].append(measured)
            say(f"  {work.shape} round {number + 1}/{rounds}  {peer:<20} {_told(measured)}")
    return Rounds(work, found, failures)


def _told(measured: Measured) -> str:
    peak = (measured.device_bytes or measured.peak_bytes) / 2**20
    loss = median(step.loss for step in measured.steps)
    return f"{quiet_speed(measured.steps):8.0f} tokens/s  peak {peak:6.0f} MB  loss {loss:.4f}"


class ChildFailed(Exception):
    """A child ended badly; its message is the last line it printed."""


def run_child(work: Work) -> Measured:
    """One peer in a process of its own."""
    return Measured.from_json(last_line("holdfast_bench.child", work.to_json()))


def last_line(module: str, *arguments: str) -> str:
    """Runs a module of the benchmark in a process of its own; what it printed last."""
    path = os.pathsep.join([str(PACKAGE), str(ENGINE), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise ChildFailed(said[-1] if said else f"exit code {done.returncode}")
    return done.stdout.strip().splitlines()[-1]


def say(text: str) -> None:
    """Progress, not results."""
    print(text, file=sys.stderr, flush=True)
