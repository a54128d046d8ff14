"""Evaluations: scores, forgetting, lost facts, drift; on the lab's trained model."""

from dataclasses import replace

import pytest
import torch
from holdfast_torch.evaluation.evaluator import (
    Baseline,
    EvaluateOptions,
    Evaluation,
    evaluate,
    measure_base,
    traced_layers,
)
from holdfast_torch.evaluation.fact import Fact
from holdfast_torch.evaluation.memory import NO_MEMORY, EvaluationMemory, forgetting_of, remember
from holdfast_torch.evaluation.scores import Score, score_all
from holdfast_torch.model.language_model import LanguageModel
from lab import lab_facts, lab_model, lab_tokenizer

FACTS = lab_facts(60)


def a_fact(name: str, kind: str, source: str = "train") -> Fact:
    return Fact(name, kind, source, name, ("yes",), (1,), ((2,),))  # type: ignore[arg-type]


def evaluated(
    model: LanguageModel,
    step: int,
    memory: EvaluationMemory = NO_MEMORY,
    base: Baseline | None = None,
    decoded: bool = False,
) -> Evaluation:
    options = EvaluateOptions(step, decoded, 16, memory, base or Baseline())
    return evaluate(model, lab_tokenizer(), FACTS, options)


def shaken(scale: float) -> LanguageModel:
    """The lab's model, moved at random: it forgets."""
    model = lab_model()
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for parameter in model.hf.parameters():
            parameter.add_(scale * parameter.std() * torch.randn(parameter.shape, generator=generator))
    return model


def test_scores_by_hand() -> None:
    facts = [
        a_fact("a", "held", "one"),
        a_fact("b", "held", "two"),
        a_fact("c", "held", "two"),
        a_fact("d", "new"),
    ]
    scores = score_all(facts, [True, False, True, True], frozenset({"b", "c"}))
    assert scores.held == Score(correct=2, total=3, lost=1, gained=1)
    assert scores.probes == {"one": Score(1, 1, 0, 1), "two": Score(1, 2, 1, 0)}
    assert scores.new == Score(1, 1, 0, 1)
    assert scores.known is None


def test_the_best_held_score_is_the_reference_and_the_earlier_of_equals() -> None:
    facts = [a_fact("a", "held"), a_fact("b", "held"), a_fact("c", "new")]
    first = remember(NO_MEMORY, 0, facts, [True, False, True])
    assert first == EvaluationMemory(0, 1, ("a", "c"))
    assert remember(first, 5, facts, [False, True, False]) is first
    better = remember(first, 9, facts, [True, True, False])
    assert better == EvaluationMemory(9, 2, ("a", "b"))
    assert forgetting_of(better, facts, [True, False, True]) == 0.5
    nothing = remember(NO_MEMORY, 0, facts, [False, False, True])
    assert nothing.reference_step == 0
    assert forgetting_of(nothing, facts, [False, False, False]) is None


def test_the_untouched_model_has_not_drifted() -> None:
    model = lab_model()
    base = measure_base(model, FACTS, 16)
    assert base.layers == traced_layers(4) == (2, 4)
    assert len(base.traces or {}) == 30
    result = evaluated(model, 0, base=base)
    # The same batches, so the same bits.
    assert result.drift.kl_to_base == 0
    assert result.drift.layers == pytest.approx({"2": 0, "4": 0}, abs=1e-12)
    assert result.forgetting == 0
    assert result.scores.held is not None
    assert result.scores.held.correct >= 25
    assert result.scores.new is not None
    assert result.scores.new.correct < 10


def test_a_model_that_moved_has_forgotten_and_says_what() -> None:
    base_model = lab_model()
    base = measure_base(base_model, FACTS, 16)
    start = evaluated(base_model, 0, base=base)
    now = evaluated(shaken(0.35), 10, start.memory, base)
    lost = [fact for fact in now.facts if fact["lost"]]
    assert now.forgetting is not None
    assert now.forgetting > 0.1
    assert now.memory.reference_step == 0
    assert now.scores.held is not None
    assert now.scores.held.lost == sum(fact["set"] == "held" for fact in lost)
    assert all(fact["answer"] is not None and fact["before"] in fact["answers"] for fact in lost)
    assert all(fact["answer"] not in fact["answers"] for fact in lost)
    assert all(fact["answer"] is None for fact in now.facts if not fact["lost"])
    assert now.drift.kl_to_base is not None
    assert now.drift.kl_to_base > 0.01
    assert all(value > 0.01 for value in now.drift.layers.values())


def test_decoding_at_the_end_agrees_with_the_check() -> None:
    model = shaken(0.2)
    live, decoded = evaluated(model, 0), evaluated(model, 0, decoded=True)
    assert decoded.forced_differences == 0
    assert decoded.string_differences == 0
    assert live.forced_differences is None
    assert live.string_differences is None
    assert decoded.scores == live.scores
    assert all(isinstance(fact["answer"], str) for fact in decoded.facts)


def test_an_answer_in_other_tokens_is_a_string_difference() -> None:
    tokenizer = lab_tokenizer()
    model = lab_model()
    right = next(fact for fact, told in zip(FACTS, evaluated(model, 0).facts, strict=True) if told["correct"])
    # Accepted as a text, but never as these tokens.
    odd = replace(right, answer_ids=((*right.answer_ids[0][:-1], 5, tokenizer.eos_token_id),))
    result = evaluate(model, tokenizer, [odd], EvaluateOptions(0, True, 4, NO_MEMORY, Baseline()))
    assert result.string_differences == 1
    assert result.facts[0]["correct"] is False
    assert result.facts[0]["answer"] in odd.answers


def test_nothing_to_measure() -> None:
    result = evaluate(lab_model(), lab_tokenizer(), [], EvaluateOptions(3, True, 4, NO_MEMORY, Baseline()))
    assert result.scores.held is None
    assert result.forgetting is None
    assert result.facts == ()
    assert result.drift.kl_to_base is None
    assert result.forced_differences == 0
