"""One attempt, from loading to its last event: `finished` or `stopped`."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..base.notice import Notice
from ..data.encode import EncodedRow
from ..device.allocator import keep_freed_memory
from ..device.out_of_memory import Splitter
from ..evaluation.evaluator import measure_base
from ..model.language_model import LanguageModel
from ..model.lower_trunk import keep_lower_trunk
from ..protocol.config import RunConfig
from ..teacher.teacher import CachedTeacher, passes
from ..training.optimizer import AdamWSettings, Optimizer
from ..training.schedule import learning_rate_at
from ..training.student import PLAIN, Objective
from ..training.train import Training, train
from .announce import Announcement, announce
from .checkpoint import Checkpointing, TrainerState, latest_checkpoint, read_trainer_state, restore_weights
from .context import Interrupted, RunContext, warn
from .distil import (
    TeacherMaking,
    announce_teacher,
    check_snapshot_length,
    distill_warnings,
    remove_teacher,
    reopen_snapshot,
    snapshot_rows,
    take_snapshot,
    teacher_from_start,
)
from .facts import prepare_facts
from .plan import Phase, RunPlan, plan_run
from .steward import Steward, StewardParts
from .trained_model import TrainedModel, open_trained_model
from .training_data import load_eval_rows, load_training_data

Outcome = Literal["finished", "stopped"]


@dataclass(frozen=True)
class Attempt:
    """What the phases of a run share."""

    context: RunContext
    opened: TrainedModel
    plan: RunPlan
    optimizer: Optimizer
    splitter: Splitter
    steward: Steward
    start: TrainerState
    """Where the attempt began."""


def train_job(context: RunContext) -> None:
    """Raises what it cannot mend: a Failure, or a bug."""
    began = time.monotonic()
    keep_freed_memory()
    config = context.run.config
    opened = open_trained_model(context)
    model, tokenizer = opened.model, opened.tokenizer
    data = load_training_data(context, tokenizer)
    eval_rows = load_eval_rows(context, tokenizer)
    try:
        prepared = prepare_facts(context, model, tokenizer, data.rows)
    except Interrupted:
        context.log.write("stopped", step=0, reason="the engine was interrupted")
        return
    warn(context.log, [*prepared.warnings, *distill_warnings(config.self_distill, data.encoded)])
    warm_up = snapshot_rows(config, data.encoded, prepared.known_rows)
    plan = plan_run(config, data.encoded, data.groups, warm_up, context.world)
    check_snapshot_length(plan.snapshot_steps, plan.main.steps)
    _keep_lower_trunk(context, model, data.encoded)
    base = measure_base(model, prepared.facts, config.per_device_eval_batch_size)
    head_moves = model.hf.get_output_embeddings().weight.requires_grad
    making = TeacherMaking(context, data.encoded, opened.folder, opened.loading, head_moves)
    teacher = teacher_from_start(making, model)

    optimizer = create_optimizer(opened, config)
    splitter = Splitter(on_change=_say_split(context), can_split=context.world.size == 1)
    checkpointing = _checkpointing(context, opened, optimizer, splitter)
    start = _restore(context, opened, optimizer, splitter)
    announce(
        context,
        Announcement(plan, data.encoded, model, opened.trainable.names, prepared.train_knowledge, start.step),
    )
    steward = Steward(
        StewardParts(
            context=context,
            plan=plan,
            model=model,
            tokenizer=tokenizer,
            facts=prepared.facts,
            base=base,
            eval_rows=eval_rows,
            save=checkpointing.save,
            state=start,
            began=began,
        )
    )
    if teacher is not None:
        announce_teacher(context, 0, 0, teacher, model)
    if start.step == 0:
        steward.evaluate("start", decoded=False)
    attempt = Attempt(context, opened, plan, optimizer, splitter, steward, start)
    outcome, teacher = _warm_up(attempt, making, warm_up, teacher)
    if outcome == "finished":
        outcome = _train_main(attempt, teacher)
    opened.trainable.verify(model)
    steward.end(outcome, {"frozen_parameters_unchanged": len(opened.trainable.frozen_names)})
    if outcome == "finished":
        remove_teacher(context)


def _keep_lower_trunk(context: RunContext, model: LanguageModel, rows: Sequence[EncodedRow]) -> None:
    """Spread over ranks, layers have no place where they could be entered."""
    if context.world.size > 1:
        return
    keep_lower_trunk(
        model,
        [row.input_ids for row in rows],
        lambda: ([row.input_ids for row in group] for group in passes(rows)),
    )


def create_optimizer(opened: TrainedModel, config: RunConfig) -> Optimizer:
    """AdamW over what moves."""
    parameters = opened.model.parameters_by_name()
    moving = {name: parameters[name] for name in opened.trainable.names}
    settings = AdamWSettings(
        config.adam_beta1, config.adam_beta2, config.adam_epsilon, config.weight_decay, config.optim
    )
    return Optimizer(moving, settings)


def _warm_up(
    attempt: Attempt,
    making: TeacherMaking,
    rows: Sequence[EncodedRow] | None,
    teacher: CachedTeacher | None,
) -> tuple[Outcome, CachedTeacher | None]:
    """The phase before the run proper, where there is one, and the teacher that it ends with."""
    plan, context, model = attempt.plan, attempt.context, attempt.opened.model
    if plan.snapshot is None or rows is None:
        return "finished", teacher
    if attempt.start.step > plan.snapshot_steps:
        return "finished", reopen_snapshot(making)
    rate = context.run.config.learning_rate
    outcome = _train_phase(attempt, plan.snapshot, PLAIN, lambda _step: rate)
    if outcome == "stopped":
        return outcome, None
    teacher = take_snapshot(making, model)
    announce_teacher(context, plan.snapshot_steps, len(rows), teacher, model)
    attempt.steward.evaluate("snapshot", decoded=False)
    # A fresh optimizer: what the warm-up's moments remember is the way to the teacher, not the way from it.
    attempt.optimizer.reset()
    return outcome, teacher


def _train_main(attempt: Attempt, teacher: CachedTeacher | None) -> Outcome:
    config, phase = attempt.context.run.config, attempt.plan.main
    objective = objective_of(config, teacher)

    def rate(step: int) -> float:
        kind, warmup = config.lr_scheduler_type, config.warmup_steps
        return learning_rate_at(step - 1, phase.steps, config.learning_rate, kind, warmup)

    return _train_phase(attempt, phase, objective, rate)


def objective_of(config: RunConfig, teacher: CachedTeacher | None) -> Objective:
    """What the run proper minimises."""
    distill = config.self_distill
    if teacher is None or distill is None:
        return PLAIN
    return Objective(teacher, distill.kd_weight, distill.temperature, distill.positions)


def _train_phase(
    attempt: Attempt, phase: Phase, objective: Objective, learning_rate_of: Callable[[int], float]
) -> Outcome:
    """Trains through what is left of one phase. Steps of a phase count from 1; those that are told, over the run."""
    config = attempt.context.run.config
    first = phase.first_step
    training = Training(
        student=attempt.opened.student,
        objective=objective,
        optimizer=attempt.optimizer,
        max_grad_norm=config.max_grad_norm,
        start_step=max(0, attempt.start.step - first),
        total_steps=phase.steps,
        batches_of=phase.batches_of,
        learning_rate_of=learning_rate_of,
        after_step=attempt.steward.after_step,
        seed_of=lambda step: step_seed(config.seed, step + first, attempt.context.world.rank),
        splitter=attempt.splitter,
        world=attempt.context.world,
        first_step=first,
    )
    return train(training)


def step_seed(seed: int, step: int, rank: int) -> int:
    """Seed of one step's dropout: a function of the step, so that a resumed run drops the same."""
    digest = hashlib.sha256(f"{seed}\0dropout\0{step}\0{rank}".encode()).digest()
    return int.from_bytes(digest[:7], "big")


def _raw_names(opened: TrainedModel) -> list[str]:
    """Adapters are kept beside the merged model."""
    return [name for name in opened.trainable.names if ".lora_" in name]


def _checkpointing(
    context: RunContext, opened: TrainedModel, optimizer: Optimizer, splitter: Splitter
) -> Checkpointing:
    return Checkpointing(
        checkpoints=Path(context.paths.checkpoints),
        source=opened.folder,
        model=opened.model,
        optimizer=optimizer,
        world=context.world,
        micro_batch_parts=lambda: splitter.parts,
        raw_names=_raw_names(opened),
    )


def _restore(
    context: RunContext, opened: TrainedModel, optimizer: Optimizer, splitter: Splitter
) -> TrainerState:
    """Weights, moments and memory of the last checkpoint; of a fresh run, the beginning."""
    folder = Path(context.paths.checkpoints)
    found = context.world.broadcast(latest_checkpoint(folder) if context.world.is_main else None)
    if found is None:
        return TrainerState()
    state, parts = read_trainer_state(found)
    restore_weights(opened.model, optimizer, found, _raw_names(opened))
    splitter.parts = parts
    return state


def _say_split(context: RunContext) -> Callable[[int], None]:
    def say(parts: int) -> None:
        size = context.run.config.per_device_train_batch_size
        message = (
            f"A step with {size} rows at once did not fit into memory, so rows are now computed {max(1, -(-size // parts))} at "
            "a time: results are the same, steps are slower; lower per_device_train_batch_size and raise "
            "gradient_accumulation_steps to start like this."
        )
        warn(context.log, [Notice("memory.split", message)])

    return say
