"""A child's clock and scales. Peers say when they are loaded and when a step has ended; nothing else is asked of them."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from .memory import forget_peak, peak_bytes, resident_bytes


@dataclass(frozen=True)
class Step:
    """One timed optimizer step."""

    seconds: float
    tokens: int
    """Real tokens, padding not counted."""
    loss: float


@dataclass
class Measured:
    """What a child says at its end."""

    steps: list[Step]
    loaded_bytes: int
    peak_bytes: int
    peak_is_since_loaded: bool
    device_bytes: int | None
    """Peak of the GPU's allocator; None on a CPU."""
    extra: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> "Measured":
        fields = json.loads(text)
        return Measured(**{**fields, "steps": [Step(**step) for step in fields["steps"]]})


def clock_of(device: str, threads: int) -> Callable[[], float]:
    """Seconds. A single thread is timed by what the processor spent on us, which no other program of the machine changes;
    several threads wait for each other by spinning, so for them, and for a GPU, only the time that passed means anything."""
    return time.process_time if device == "cpu" and threads == 1 else time.perf_counter


class Meter:
    """Times are from the end of one step to the end of the next, so that everything between them counts."""

    def __init__(self, warmup: int, device: str, threads: int) -> None:
        self._warmup = warmup
        self._device = device
        self._now = clock_of(device, threads)
        self._ended = 0
        self._last = 0.0
        self._steps: list[Step] = []
        self._loaded = 0
        self._resettable = False
        self.extra: dict[str, Any] = {}

    def loaded(self) -> None:
        """Model and data are there, no step was made: what is taken from here on is the training's."""
        if self._device == "cuda":
            import torch

            torch.cuda.reset_peak_memory_stats()
        self._resettable = forget_peak()
        self._loaded = resident_bytes()
        self._last = self._now()

    def step_ended(self, loss: float, tokens: int) -> None:
        """`loss` as a number, which on a GPU means that the step is over."""
        now = self._now()
        self._ended += 1
        if self._ended > self._warmup:
            self._steps.append(Step(now - self._last, tokens, loss))
        self._last = self._now()

    def measured(self) -> Measured:
        device_bytes = None
        if self._device == "cuda":
            import torch

            device_bytes = torch.cuda.max_memory_allocated()
        return Measured(self._steps, self._loaded, peak_bytes(), self._resettable, device_bytes, self.extra)
