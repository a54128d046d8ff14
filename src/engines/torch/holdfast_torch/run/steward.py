"""What goes on between steps: reporting, evaluating, saving, obeying; and the attempt's last words."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ..data.encode import EncodedRow
from ..data.tokenizer import ModelTokenizer
from ..evaluation.evaluator import Baseline, EvaluateOptions, evaluate
from ..evaluation.fact import Fact
from ..folder.disk_failure import disk_failure
from ..folder.paths import checkpoint_name
from ..model.language_model import LanguageModel
from ..training.train import StepReport
from .checkpoint import Best, TrainerState, prune_checkpoints
from .context import RunContext, create_progress
from .measure import (
    EvaluatedBody,
    EvaluationFrame,
    evaluated_body,
    measure_eval_loss,
    probe_file_name,
    quality_of,
    write_probe_file,
)
from .orders import Order, take_orders
from .plan import RunPlan
from .sentences import forgetting_warning, percent
from .step_reporter import StepReporter

POLL_WHILE_PAUSED_SECONDS = 0.1

Save = Callable[[TrainerState, bool], tuple[str, int]]
"""Saves a checkpoint, `best` or not; every rank calls it. Returns its folder's name and its bytes."""


@dataclass(frozen=True)
class StewardParts:
    """What a steward works with.

    base: the untouched model's state at the held prompts. state: where the attempt begins.
    began: time.monotonic() when it did.
    """

    context: RunContext
    plan: RunPlan
    model: LanguageModel
    tokenizer: ModelTokenizer
    facts: Sequence[Fact]
    base: Baseline
    eval_rows: Sequence[EncodedRow]
    save: Save
    state: TrainerState
    began: float


class Steward:
    """Every rank has one, and all do the same; rank 0's speaks and writes."""

    def __init__(self, parts: StewardParts) -> None:
        context = parts.context
        self._parts = parts
        self._context = context
        self._config = context.run.config
        self._reporter = StepReporter(context.log, parts.plan, self._config, context.device, context.world)
        self._stop_reason: str | None = None
        self._is_paused = False
        self._warned_forgetting = False
        self._last_evaluation: EvaluatedBody | None = None
        self._best_evaluation: EvaluatedBody | None = None
        self.state = parts.state

    def after_step(self, report: StepReport) -> bool:
        """Reports, evaluates and saves what is due, obeys. Returns whether training goes on."""
        plan, step = self._parts.plan, report.step
        self.state = replace(self.state, step=step, tokens_seen=self.state.tokens_seen + report.tokens)
        self._reporter.tell(report, self.state.tokens_seen)
        if step not in (plan.total_steps, plan.snapshot_steps):
            is_best = plan.evaluates_at(step) and self.evaluate("schedule", decoded=False)
            if plan.saves_at(step) or (is_best and self._config.save_strategy == "best"):
                self._save(is_best)
        self._obey()
        return self._stop_reason is None or step == plan.total_steps

    def evaluate(self, trigger: str, decoded: bool) -> bool:
        """Measures the model as it is now. Returns whether it is the best so far within max_forgetting."""
        parts, step, batch_size = self._parts, self.state.step, self._config.per_device_eval_batch_size
        began = time.monotonic()
        options = EvaluateOptions(
            step=step,
            decoded=decoded,
            batch_size=batch_size,
            memory=self.state.memory,
            base=parts.base,
            on_progress=create_progress(self._context.log, "evaluating"),
        )
        result = evaluate(parts.model, parts.tokenizer, parts.facts, options)
        self.state = replace(self.state, memory=result.memory)
        eval_loss = measure_eval_loss(parts.model, parts.eval_rows, batch_size)
        if result.facts and self._context.world.is_main:
            write_probe_file(self._context.paths.probes, step, decoded, result)
        frame = EvaluationFrame(
            step=step,
            epoch=parts.plan.epoch_of(step),
            trigger=trigger,
            decoded=decoded,
            eval_loss=eval_loss,
            probe_file=f"probes/{probe_file_name(step, decoded)}" if result.facts else None,
            seconds=time.monotonic() - began,
        )
        body = evaluated_body(result, frame)
        self._context.log.write("evaluated", **body)
        self._last_evaluation = body
        return self._judge(body)

    def end(self, outcome: Literal["finished", "stopped"], proof: dict[str, Any] | None = None) -> None:
        """Saves, evaluates what is finished, and says the last word. proof: what the end of the run has
        shown.
        """
        if outcome == "stopped":
            self._save(self._is_best_step())
            self._context.log.write("stopped", step=self.state.step, reason=self._stop_reason or "asked for")
            return
        self._save(self.evaluate("end", decoded=True))
        self._context.log.write(
            "finished",
            step=self.state.step,
            duration=time.monotonic() - self._parts.began,
            best_step=None if self.state.best is None else self.state.best.step,
            summary={"last": self._last_evaluation, "best": self._best_evaluation, **(proof or {})},
        )

    def _judge(self, body: EvaluatedBody) -> bool:
        """Holds an evaluation against max_forgetting and the best one so far."""
        forgetting, limit = body["forgetting"], self._config.probes.max_forgetting
        if forgetting is not None and forgetting > limit:
            self._exceeded(body["step"], forgetting)
            return False
        # Neither the untouched model nor the warmed-up one is a result.
        metric = quality_of(body) if body["step"] > self._parts.plan.snapshot_steps else None
        if metric is None or (self.state.best is not None and metric <= self.state.best.metric):
            return False
        self.state = replace(self.state, best=Best(step=body["step"], metric=metric))
        self._best_evaluation = body
        return True

    def _exceeded(self, step: int, forgetting: float) -> None:
        probes = self._config.probes
        if not self._warned_forgetting:
            message = forgetting_warning(self._config, step, forgetting)
            self._context.log.write("warned", code="forgetting.exceeded", message=message)
            self._warned_forgetting = True
        if probes.on_exceeded == "stop" and self._stop_reason is None:
            limit = percent(probes.max_forgetting)
            self._stop_reason = f"forgetting {percent(forgetting)} is above max_forgetting {limit}"

    def _save(self, is_best: bool) -> None:
        context, step = self._context, self.state.step
        checkpoints = Path(context.paths.checkpoints)
        create_progress(context.log, "saving")(0, 1)
        try:
            name, size = self._parts.save(self.state, is_best)
            context.log.write("saved", step=step, path=f"checkpoints/{name}", bytes=size, best=is_best)
            if context.world.is_main:
                best = [] if self.state.best is None else [self.state.best.step]
                prune_checkpoints(checkpoints, self._config.save_total_limit, {step, *best})
        except OSError as error:
            raise disk_failure(error, str(checkpoints / checkpoint_name(step))) or error from None

    def _is_best_step(self) -> bool:
        return self.state.best is not None and self.state.best.step == self.state.step

    def _obey(self) -> None:
        """Carries out what was asked meanwhile; while paused, waits here."""
        while True:
            orders = take_orders(self._context)
            if orders.interrupted and self._stop_reason is None:
                self._stop_reason = "the engine was interrupted"
            for order in orders.orders:
                self._carry_out(order)
            if not self._is_paused or self._stop_reason is not None:
                return
            time.sleep(POLL_WHILE_PAUSED_SECONDS)

    def _carry_out(self, order: Order) -> None:
        log, step = self._context.log, self.state.step
        log.write("acknowledged", command=order.id, accepted=True, reason=None, name=order.name)
        if order.name == "stop":
            self._stop_reason = self._stop_reason or order.reason
        elif order.name == "save":
            self._save(self._is_best_step())
        elif order.name == "evaluate":
            self.evaluate("command", decoded=False)
        elif order.name == "pause":
            if not self._is_paused:
                log.write("paused", step=step, reason=order.reason)
            self._is_paused = True
        elif order.name == "continue":
            if self._is_paused:
                log.write("continued", step=step, reason=order.reason)
            self._is_paused = False
