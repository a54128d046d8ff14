"""A run that is interrupted and resumed is bit-equal to one that is not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from engine_runs import Event, events_of, losses, make_run, of_type, run_here, small_rows, weights_of
from holdfast_torch.failure import Failure

DISTILL: dict[str, Any] = {
    "kd_weight": 1.0,
    "temperature": 0.5,
    "positions": "all",
    "teacher": "snapshot",
    "snapshot_epochs": 1,
    "snapshot_data": "all",
}
CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "accumulated, with dropout": {"gradient_accumulation_steps": 2, "max_steps": 8},
    "self-distilled": {"self_distill": DISTILL, "max_steps": 22, "save_steps": 4, "eval_steps": 11},
    "attention only": {"freeze": {"trainable_groups": ["attention"]}},
    "lora": {"lora": {"r": 4, "lora_alpha": 8, "lora_dropout": 0.1}},
    "bf16": {"bf16": True},
    "padded, recomputed": {"padding_free": False, "gradient_checkpointing": True},
}


@pytest.mark.parametrize("name", CASES)
def test_resumed_run_is_bit_equal(tmp_path: Path, name: str) -> None:
    config = CASES[name]
    whole = make_run(tmp_path / "whole", **config)
    events = run_here(whole)
    total = events[-1]["step"]
    assert events[-1]["type"] == "finished"

    parts = make_run(tmp_path / "parts", **config)
    # Once in each phase, where there are two.
    for stop_at in (3, total - 1):
        stopped = run_here(parts, interrupted=stop_after(parts, stop_at))
        assert stopped[-1]["type"] == "stopped"
        assert stopped[-1]["step"] == stop_at
    resumed = run_here(parts)
    assert resumed[-1]["type"] == "finished"
    assert losses(resumed) == losses(events)
    assert scores(resumed) == scores(events)
    one, other = weights_of(whole, total), weights_of(parts, total)
    assert one.keys() == other.keys()
    assert all(torch.equal(one[key], other[key]) for key in one)


def stop_after(folder: Path, step: int) -> Callable[[], bool]:
    """Interrupts when that step is in the log."""
    return lambda: any(event["step"] >= step for event in of_type(events_of(folder), "stepped"))


def scores(events: list[Event]) -> dict[int, Any]:
    """What evaluations measured, by step; those of earlier attempts count where they were not repeated."""
    keys = ("held", "known", "new", "forgetting", "reference_step", "drift", "kl_to_base", "eval_loss")
    return {event["step"]: [event[key] for key in keys] for event in of_type(events, "evaluated")}


def test_snapshot_is_never_taken_again(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", self_distill=DISTILL, max_steps=24, save_steps=4)
    run_here(run, interrupted=stop_after(run, 23))
    before = (run / "teacher/outputs.bin").read_bytes()
    events = run_here(run)
    told = of_type(events, "snapshotted")
    assert len(told) == 1
    assert told[0]["self_test_kl"] < 1e-5
    assert before
    assert not (run / "teacher").exists()


def test_cache_of_other_rows_is_refused(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", self_distill=DISTILL, max_steps=24, save_steps=4)
    run_here(run, interrupted=stop_after(run, 23))
    rows = [{"prompt": row["prompt"] + "?", "completion": row["completion"]} for row in small_rows()]
    (tmp_path / "run.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(Failure, match="rows, or how they are worded, have changed") as caught:
        run_here(run)
    assert caught.value.code == "teacher.cache"


def test_8_bit_state_is_taken_back(tmp_path: Path) -> None:
    pytest.importorskip("bitsandbytes", exc_type=ImportError)
    config = {"optim": "adamw_8bit", "max_steps": 8}
    events = run_here(make_run(tmp_path / "whole", **config))
    parts = make_run(tmp_path / "parts", **config)
    run_here(parts, interrupted=stop_after(parts, 5))
    assert losses(run_here(parts)) == losses(events)
