"""What steps did, as `stepped` events."""

import math
from dataclasses import dataclass

import torch

from ..distributed.world import World
from ..failure import Failure
from ..protocol.config import RunConfig
from ..protocol.event_log import EventLog
from ..training.train import StepReport
from .memory_bytes import memory_bytes
from .plan import RunPlan


@dataclass
class _Sums:
    """Since the last line."""

    ce: float = 0.0
    ce_tokens: int = 0
    kd: float = 0.0
    kd_tokens: int = 0
    tokens: int = 0
    seconds: float = 0.0

    def add(self, report: StepReport) -> None:
        self.ce += report.ce_loss * report.ce_tokens
        self.ce_tokens += report.ce_tokens
        self.kd += report.kd_loss * report.kd_tokens
        self.kd_tokens += report.kd_tokens
        self.tokens += report.tokens
        self.seconds += report.seconds


class StepReporter:
    """Writes one `stepped` event per `logging_steps`; its losses are means over the tokens since the last
    one.
    """

    def __init__(
        self, log: EventLog, plan: RunPlan, config: RunConfig, device: torch.device, world: World
    ) -> None:
        self._log = log
        self._plan = plan
        self._config = config
        self._device = device
        self._world = world
        self._sums = _Sums()

    def tell(self, report: StepReport, tokens_seen: int) -> None:
        """Takes a step. Raises Failure when loss or gradient are not finite; the event that shows it is
        written first.
        """
        self._sums.add(report)
        is_finite = math.isfinite(report.loss) and math.isfinite(report.grad_norm)
        if is_finite and not self._is_due(report.step):
            return
        self._write(report, tokens_seen)
        self._sums = _Sums()
        if not is_finite:
            raise _not_finite(report, self._config)

    def _is_due(self, step: int) -> bool:
        ends = (self._plan.total_steps, self._plan.snapshot_steps)
        return step % self._config.logging_steps == 0 or step in ends

    def _write(self, report: StepReport, tokens_seen: int) -> None:
        sums = self._sums
        ce_loss = sums.ce / max(1, sums.ce_tokens)
        kd_loss = sums.kd / max(1, sums.kd_tokens)
        self._log.write(
            "stepped",
            step=report.step,
            epoch=self._plan.epoch_of(report.step),
            phase="snapshot" if report.step <= self._plan.snapshot_steps else "main",
            loss=ce_loss + report.kd_factor * kd_loss,
            ce_loss=ce_loss,
            kd_loss=kd_loss,
            penalties={},
            num_ce_tokens=report.ce_tokens,
            num_kd_tokens=report.kd_tokens,
            learning_rate=report.learning_rate,
            grad_norm=report.grad_norm,
            num_input_tokens_seen=tokens_seen,
            tokens_per_second=sums.tokens / max(1e-9, sums.seconds),
            memory_bytes=self._world.max_int(memory_bytes(self._device)),
        )


def _not_finite(report: StepReport, config: RunConfig) -> Failure:
    return Failure(
        "loss.not-finite",
        f"The loss became {_said(report.loss)} (gradient norm {_said(report.grad_norm)}) at step "
        f"{report.step} with learning_rate {config.learning_rate:g}: start a new run with a lower "
        "learning_rate; the last checkpoint is kept.",
    )


def _said(value: float) -> str:
    """A number as the other engine says it."""
    if math.isnan(value):
        return "NaN"
    return ("Infinity" if value > 0 else "-Infinity") if math.isinf(value) else str(value)
