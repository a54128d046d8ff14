"""One evaluation: every fact asked in the fine-tune's wording, and what follows from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..data.tokenizer import ModelTokenizer
from ..model.language_model import LanguageModel
from .answers import DecodedFact, decode_facts
from .drift import Drift, DriftMeter, Trace, TraceRecorder
from .fact import Fact
from .memory import NO_MEMORY, EvaluationMemory, forgetting_of, remember
from .scores import Scores, score_all
from .teacher_forced import ForcedSettings, check_teacher_forced

__all__ = [
    "NO_MEMORY",
    "Baseline",
    "EvaluateOptions",
    "Evaluation",
    "EvaluationMemory",
    "evaluate",
    "measure_base",
]

MOST_LOST_ANSWERS = 64
"""Lost answers decoded at a live evaluation: enough to read, cheap enough not to slow training."""

MOST_TRACED = 256
"""Held facts whose hidden states are followed: the mean settles long before, and memory stays small."""


@dataclass(frozen=True)
class Baseline:
    """The untouched model's state at the held prompts, from which drift is measured; by index of the fact."""

    layers: tuple[int, ...] = ()
    traces: dict[int, Trace] | None = None


@dataclass(frozen=True)
class EvaluateOptions:
    """decoded: really decode every answer; else check teacher-forced, and decode only lost ones (at most
    MOST_LOST_ANSWERS).
    """

    step: int
    decoded: bool
    batch_size: int
    memory: EvaluationMemory
    base: Baseline
    on_progress: Callable[[int, int], None] | None = None


@dataclass(frozen=True)
class Evaluation:
    """forgetting: None where it cannot be measured (no held facts, or none ever right).

    facts: per fact, as in probes/*.json.
    string_differences: facts on which decoded text and token equality disagree; None unless decoded.
    forced_differences: facts on which decoding and the teacher-forced check disagree; None unless decoded.
    """

    scores: Scores
    forgetting: float | None
    drift: Drift
    facts: tuple[dict[str, Any], ...]
    memory: EvaluationMemory
    string_differences: int | None
    forced_differences: int | None


def traced_facts(facts: Sequence[Fact]) -> frozenset[int]:
    """Which facts (by index) are traced for drift: the first held ones."""
    held = [index for index, fact in enumerate(facts) if fact.set == "held"]
    return frozenset(held[:MOST_TRACED])


def traced_layers(num_layers: int) -> tuple[int, ...]:
    """Middle and last layer, counted from 1."""
    return tuple(dict.fromkeys((max(1, num_layers // 2), num_layers)))


def measure_base(model: LanguageModel, facts: Sequence[Fact], batch_size: int) -> Baseline:
    """Traces the untouched model, in the very batches that later evaluations use."""
    layers = traced_layers(model.num_layers)
    recorder = TraceRecorder(traced_facts(facts), layers)
    check_teacher_forced(model, facts, ForcedSettings(batch_size, recorder, traced_only=True))
    return Baseline(layers, recorder.traces)


def evaluate(
    model: LanguageModel, tokenizer: ModelTokenizer, facts: Sequence[Fact], options: EvaluateOptions
) -> Evaluation:
    """Asks the model every fact in the fine-tune's wording."""
    meter = DriftMeter(options.base.traces or {}, options.base.layers)
    settings = ForcedSettings(options.batch_size, meter, on_progress=options.on_progress)
    forced = check_teacher_forced(model, facts, settings)
    decoded = decode_facts(model, tokenizer, facts, options.batch_size) if options.decoded else None
    correct = forced if decoded is None else [one.correct for one in decoded]

    was_right = frozenset(options.memory.reference_correct)
    lost = [fact.id in was_right and not is_right for fact, is_right in zip(facts, correct, strict=True)]
    answers = (
        _lost_answers(model, tokenizer, facts, lost, options.batch_size)
        if decoded is None
        else {index: one.text for index, one in enumerate(decoded)}
    )
    memory = remember(options.memory, options.step, facts, correct)
    return Evaluation(
        scores=score_all(facts, correct, was_right),
        forgetting=forgetting_of(memory, facts, correct),
        drift=meter.drift(),
        facts=tuple(
            _probe_fact(fact, correct[index], lost[index], answers.get(index))
            for index, fact in enumerate(facts)
        ),
        memory=memory,
        string_differences=None if decoded is None else sum(one.text_right != one.correct for one in decoded),
        forced_differences=None if decoded is None else _forced_differences(forced, decoded),
    )


def _forced_differences(forced: Sequence[bool], decoded: Sequence[DecodedFact]) -> int:
    return sum(one.correct != checked for one, checked in zip(decoded, forced, strict=True))


def _lost_answers(
    model: LanguageModel,
    tokenizer: ModelTokenizer,
    facts: Sequence[Fact],
    lost: Sequence[bool],
    batch_size: int,
) -> dict[int, str]:
    indices = [index for index, is_lost in enumerate(lost) if is_lost][:MOST_LOST_ANSWERS]
    decoded = decode_facts(model, tokenizer, [facts[index] for index in indices], batch_size)
    return {index: one.text for index, one in zip(indices, decoded, strict=True)}


def _probe_fact(fact: Fact, correct: bool, lost: bool, answer: str | None) -> dict[str, Any]:
    return {
        "id": fact.id,
        "set": fact.set,
        "source": fact.source,
        "question": fact.question,
        "answers": list(fact.answers),
        "correct": correct,
        "lost": lost,
        "answer": answer,
        # It was right at the reference step, so it said an accepted answer: the first, unless several are
        # accepted.
        "before": fact.answers[0] if lost and fact.answers else None,
    }
