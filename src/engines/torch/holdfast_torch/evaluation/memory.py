"""What evaluations remember of each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from .fact import Fact


@dataclass(frozen=True)
class EvaluationMemory:
    """Saved with every checkpoint, so that a resumed run measures on.

    reference_step: of the best held score so far, the reference of forgetting; None before the first
    evaluation.
    reference_correct: ids of the facts that were right at the reference step.
    """

    reference_step: int | None = None
    best_held_correct: int = 0
    reference_correct: tuple[str, ...] = ()


NO_MEMORY = EvaluationMemory()


def remember(
    memory: EvaluationMemory, step: int, facts: Sequence[Fact], correct: Sequence[bool]
) -> EvaluationMemory:
    """The best held score so far is the reference; at equal scores the earlier step stays."""
    held = held_correct(facts, correct)
    if memory.reference_step is not None and held <= memory.best_held_correct:
        return memory
    right = tuple(fact.id for fact, is_right in zip(facts, correct, strict=True) if is_right)
    return EvaluationMemory(step, held, right)


def forgetting_of(memory: EvaluationMemory, facts: Sequence[Fact], correct: Sequence[bool]) -> float | None:
    """(best held score so far - held score now) / best held score so far; None where nothing held was ever
    right.
    """
    if memory.best_held_correct == 0:
        return None
    return (memory.best_held_correct - held_correct(facts, correct)) / memory.best_held_correct


def held_correct(facts: Sequence[Fact], correct: Sequence[bool]) -> int:
    """How many held facts are right."""
    return sum(fact.set == "held" and is_right for fact, is_right in zip(facts, correct, strict=True))
