"""The same run folder through both engines, as programs of their own: the same rows in the same steps, the same verdicts."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from engine_runs import Event, events_of, make_run, of_type, start
from lab import LAB, TEMPLATE
from tfjs_training import ENGINE, what_is_missing

PROMPTS = ["Q: {question}\nA:"]

COMMON: dict[str, Any] = {
    "model_name_or_path": str(LAB / "base"),
    # One that the base has met, so that it knows some answers from the start.
    "prompt_template": TEMPLATE,
    "max_steps": 4,
    "eval_steps": 2,
    "save_strategy": "no",
    "weight_decay": 0.01,
}
# Steps with new facts in them: of gradients near 0 only rounding is left, and AdamW makes it large.
MIXED = {"gradient_accumulation_steps": 4}

RUNS: dict[str, dict[str, Any]] = {
    "plain": {**MIXED, "learning_rate": 2e-3},
    "self-distilled": {
        "self_distill": {"snapshot_data": "known"},
        # New to the base, so that there is something to warm up for.
        "prompt_template": "Answer the following question. {question}",
        "learning_rate": 2e-4,
        "max_steps": 20,
        "eval_steps": 20,
    },
    "freeze": {**MIXED, "freeze": {"trainable_groups": ["attention"]}, "learning_rate": 1e-3},
}

MOST_OF_LOSSES = 1e-4
LEAST_OF_LOSSES = 1e-5
"""Nats: the loss of what a model knows is a difference of logits, which are float32 numbers above 10."""
MOST_OF_DRIFT = 1e-3
LEAST_OF_DRIFT = 5e-6
"""Nats, or 1 - cos: distances from the base are differences of float32 numbers near 1 and above."""

EXACT_OF_STARTED = (
    "total_steps",
    "steps_per_epoch",
    "snapshot_steps",
    "num_rows",
    "num_train_tokens",
    "effective_batch_size",
    "num_parameters",
    "num_trainable_parameters",
)
EXACT_OF_STEPPED = ("step", "phase", "epoch", "num_ce_tokens", "num_kd_tokens", "num_input_tokens_seen")
EXACT_OF_EVALUATED = (
    "step",
    "trigger",
    "decoded",
    "held",
    "known",
    "new",
    "probes",
    "forgetting",
    "reference_step",
)


@pytest.fixture(scope="module", params=RUNS)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Run folders: that of this engine, that of the TypeScript engine."""
    missing = what_is_missing()
    if missing is not None:
        pytest.skip(missing)
    folder = tmp_path_factory.mktemp("runs")
    rows = [*lab_rows("known", 36), *lab_rows("new-facts", 14)]
    held = folder / "held.jsonl"
    held.write_text("".join(json.dumps(row) + "\n" for row in lab_rows("held", 20)))
    probes = {
        "sets": [{"name": "held", "file": str(held)}],
        "prompts": PROMPTS,
        "num_prompts": 1,
        "num_fewshot": 4,
        "max_facts": 1000,
        "max_forgetting": 1,
        "on_exceeded": "warn",
    }
    ours = make_run(folder / "ours", rows, **{**COMMON, "probes": probes, **RUNS[request.param]})
    theirs = folder / "theirs"
    shutil.copytree(ours, theirs)
    home = {"HOLDFAST_HOME": str(folder / "home"), "HOLDFAST_CPU_RUNS": "2"}
    running = start(ours, **home)
    command = ["node", str(ENGINE / "main.js"), str(theirs), "--token", "t"]
    other = subprocess.run(
        command, env={**os.environ, **home}, capture_output=True, text=True, check=False, timeout=300
    )
    _, errors = running.communicate(timeout=300)
    assert running.returncode == 0, errors
    assert other.returncode == 0, other.stderr
    return ours, theirs


def test_same_rows_in_the_same_steps(both: tuple[Path, Path]) -> None:
    ours, theirs = events_of(both[0]), events_of(both[1])
    assert told(ours, "started", EXACT_OF_STARTED) == told(theirs, "started", EXACT_OF_STARTED)
    assert told(ours, "stepped", EXACT_OF_STEPPED) == told(theirs, "stepped", EXACT_OF_STEPPED)
    assert [event["step"] for event in of_type(ours, "finished")] == [len(of_type(ours, "stepped"))]


def test_same_losses(both: tuple[Path, Path]) -> None:
    ours, theirs = of_type(events_of(both[0]), "stepped"), of_type(events_of(both[1]), "stepped")
    for key in ("loss", "ce_loss", "kd_loss"):
        expected = [event[key] for event in theirs]
        given = [event[key] for event in ours]
        assert given == pytest.approx(expected, rel=MOST_OF_LOSSES, abs=LEAST_OF_LOSSES), key


def test_same_verdicts(both: tuple[Path, Path]) -> None:
    ours, theirs = events_of(both[0]), events_of(both[1])
    assert told(ours, "evaluated", EXACT_OF_EVALUATED) == told(theirs, "evaluated", EXACT_OF_EVALUATED)
    # Facts of all three kinds, some right and some wrong, or their agreement would say little.
    last = of_type(ours, "evaluated")[-1]
    scores = [last[kind] for kind in ("held", "known", "new")]
    assert all(score["total"] > 0 for score in scores)
    assert 0 < sum(score["correct"] for score in scores) < sum(score["total"] for score in scores)


def test_same_drift(both: tuple[Path, Path]) -> None:
    ours, theirs = of_type(events_of(both[0]), "evaluated"), of_type(events_of(both[1]), "evaluated")
    for one, other in zip(ours, theirs, strict=True):
        assert one["drift"] == pytest.approx(other["drift"], rel=MOST_OF_DRIFT, abs=LEAST_OF_DRIFT)
        assert one["kl_to_base"] == pytest.approx(other["kl_to_base"], rel=MOST_OF_DRIFT, abs=LEAST_OF_DRIFT)


def test_same_probe_files(both: tuple[Path, Path]) -> None:
    ours, theirs = both
    names = sorted(path.name for path in (ours / "probes").glob("*.json"))
    assert names == sorted(path.name for path in (theirs / "probes").glob("*.json"))
    assert len(names) >= 3
    for name in names:
        assert json.loads((ours / "probes" / name).read_text()) == json.loads(
            (theirs / "probes" / name).read_text()
        )


def lab_rows(name: str, count: int) -> list[dict[str, Any]]:
    lines = (LAB / f"{name}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines[:count]]


def told(events: list[Event], kind: str, keys: tuple[str, ...]) -> list[list[Any]]:
    return [[event.get(key) for key in keys] for event in of_type(events, kind)]
