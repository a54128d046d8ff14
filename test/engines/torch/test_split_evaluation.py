"""What is computed outside of training is split as well where memory runs out, and says the same."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from engine_runs import Event, make_run, of_type, run_here
from holdfast_torch.device.out_of_memory import Splitter, no_memory_to_measure
from holdfast_torch.evaluation.answers import decode_facts
from holdfast_torch.evaluation.drift import DriftMeter, TraceRecorder
from holdfast_torch.evaluation.evaluator import traced_facts
from holdfast_torch.evaluation.fact import Fact
from holdfast_torch.evaluation.teacher_forced import ForcedSettings, check_teacher_forced
from holdfast_torch.failure import Failure
from holdfast_torch.model.language_model import LanguageModel
from lab import LAB, TEMPLATE, lab_facts, lab_model, lab_tokenizer
from test_jobs import lab_lines
from test_out_of_memory import memory_for

TOKENS = 150
"""What layers take at once here: more than a training step has, less than most batches of an evaluation."""

DISTILLED = {"kd_weight": 1.0, "temperature": 1.0, "positions": "all", "teacher": "base"}


def lab_run(folder: Path, **config: Any) -> list[Event]:
    """Two steps on facts that the lab's base does not know, with everything that is measured around them."""
    evaluated = folder.parent / f"{folder.name}-eval.jsonl"
    evaluated.parent.mkdir(parents=True, exist_ok=True)
    rows = lab_lines("new-facts", 64)
    evaluated.write_text("".join(json.dumps(row) + "\n" for row in rows[24:]))
    sets = [{"name": "held", "file": str(LAB / "held.jsonl")}]
    run = make_run(
        folder,
        rows[:24],
        model_name_or_path=str(LAB / "base"),
        prompt_template=TEMPLATE,
        per_device_train_batch_size=2,
        per_device_eval_batch_size=16,
        max_steps=2,
        eval_file=str(evaluated),
        probes={
            "sets": sets,
            "prompts": [TEMPLATE],
            "num_prompts": 1,
            "num_fewshot": 1,
            "max_facts": 40,
            "max_forgetting": 1,
            "on_exceeded": "warn",
        },
        **config,
    )
    return run_here(run)


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"padding_free": False},
        {"self_distill": DISTILLED},
        {"freeze": {"groups": ["embeddings", "layers 0"]}},
    ],
    ids=["plain", "padded", "distilled", "lower layers kept"],
)
def test_a_run_that_has_to_split_says_what_it_would_have_said(tmp_path: Path, config: dict[str, Any]) -> None:
    whole = lab_run(tmp_path / "whole/run", **config)
    with memory_for(TOKENS, only_training=False) as refused:
        parts = lab_run(tmp_path / "parts/run", **config)
    assert refused
    told = [
        event["message"] for event in of_type(parts, "warned") if event["code"] == "memory.split-evaluation"
    ]
    assert len(told) == 1
    assert "per_device_eval_batch_size (now `16`)" in told[0]
    assert not [event for event in of_type(parts, "warned") if event["code"] == "memory.split"]
    assert parts[-1]["type"] == whole[-1]["type"] == "finished"
    for name in ("knowledge.json", "step-00000002-decoded.json"):
        assert (tmp_path / "parts/run/probes" / name).read_text() == (
            tmp_path / "whole/run/probes" / name
        ).read_text()
    evaluations = list(zip(of_type(whole, "evaluated"), of_type(parts, "evaluated"), strict=True))
    assert len(evaluations) >= 2
    for one, other in evaluations:
        for key in ("step", "held", "known", "new", "probes", "forgetting"):
            assert other[key] == one[key], key
        assert other["eval_loss"] == pytest.approx(one["eval_loss"], rel=1e-4)
        assert other["drift"] == pytest.approx(one["drift"], rel=1e-3, abs=1e-6)
        assert other["kl_to_base"] == pytest.approx(one["kl_to_base"], rel=1e-3, abs=1e-5)


def traced(model: LanguageModel, facts: list[Fact], base: TraceRecorder) -> tuple[list[bool], DriftMeter]:
    meter = DriftMeter(base.traces, base.layers)
    return check_teacher_forced(model, facts, ForcedSettings(16, meter)), meter


def test_drift_is_met_once_however_often_a_batch_is_tried() -> None:
    model, facts = lab_model(), lab_facts()
    base = TraceRecorder(traced_facts(facts), (1, model.num_layers))
    before = check_teacher_forced(model, facts, ForcedSettings(16, base))
    with torch.no_grad():
        model.layers[0].mlp.down_proj.weight.mul_(-2)  # type: ignore[union-attr]
    whole, meter = traced(model, facts, base)
    with memory_for(TOKENS, only_training=False) as refused:
        parts, other = traced(model, facts, base)
    assert refused
    assert parts == whole
    assert len(set(before)) == 2, "all right or all wrong would show nothing"
    assert meter.drift().kl_to_base == pytest.approx(other.drift().kl_to_base, rel=1e-3)
    assert all(value > 1e-4 for value in meter.drift().layers.values())
    assert meter.drift().layers == pytest.approx(other.drift().layers, rel=1e-3)


def test_facts_that_could_not_be_compared_are_not_counted() -> None:
    recorder = TraceRecorder(frozenset({0, 1}), (1, 2))
    states = {1: torch.eye(2), 2: torch.eye(2)}
    recorder.take([0, 1], states, torch.eye(2))
    meter = DriftMeter(recorder.traces, (1, 2))
    with pytest.raises(RuntimeError):
        meter.take([0, 1], {1: -torch.eye(2), 2: torch.eye(3)}, torch.eye(2))
    assert meter.wants(0)
    meter.take([0, 1], states, torch.eye(2))
    assert meter.drift().layers == {"1": 0.0, "2": 0.0}


def test_parts_that_fitted_are_kept_for_the_batches_that_follow() -> None:
    model, facts = lab_model(), lab_facts()
    said = decode_facts(model, lab_tokenizer(), facts, 8)
    with memory_for(TOKENS, only_training=False) as first:
        assert decode_facts(model, lab_tokenizer(), facts, 8) == said
    with memory_for(TOKENS, only_training=False) as second:
        assert decode_facts(model, lab_tokenizer(), facts, 8) == said
    assert first
    assert not second
    assert model.splitter.parts > 1


def test_a_single_prompt_that_does_not_fit_is_said() -> None:
    with memory_for(3, only_training=False), pytest.raises(Failure) as caught:
        decode_facts(lab_model(), lab_tokenizer(), lab_facts(), 8)
    assert caught.value.code == "memory.device"
    assert "not even single rows fit" in caught.value.message
    assert "probes.num_fewshot" in caught.value.message
    assert "\n" not in caught.value.message


def test_a_real_refusal_of_the_allocator_is_met_the_same_way() -> None:
    splitter = Splitter(explain=no_memory_to_measure)

    def double(rows: Any) -> list[int]:
        torch.empty(2**60 if len(rows) > 2 else 8, dtype=torch.uint8)
        return [2 * row for row in rows]

    assert splitter.each(range(7), double) == [0, 2, 4, 6, 8, 10, 12]
    assert splitter.parts == 4
