"""What a run says, measures, saves and obeys between steps: real runs on a tiny model."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from commands import at_steps, put, send
from engine_runs import Event, events_of, make_run, of_type, run_here, small_rows
from holdfast_torch.failure import Failure
from lab import LAB, TEMPLATE


def types(events: list[Event]) -> list[str]:
    return [event["type"] for event in events if event["type"] != "progressed"]


def lab_run(folder: Path, **config: Any) -> Path:
    """On the lab's trained model, which has something to forget."""
    probes = {
        "sets": [{"name": "lab", "file": str(LAB / "held.jsonl")}],
        "prompts": [TEMPLATE],
        "num_prompts": 1,
        "num_fewshot": 1,
        "max_facts": 24,
        "max_forgetting": 1,
        "on_exceeded": "warn",
        **config.pop("probes", {}),
    }
    settings = {
        "model_name_or_path": str(LAB / "base"),
        "prompt_template": TEMPLATE,
        "per_device_eval_batch_size": 64,
        "max_steps": 4,
        "eval_steps": 2,
        "probes": probes,
    }
    rows = [json.loads(line) for line in (LAB / "new-facts.jsonl").read_text().splitlines()[:24]]
    return make_run(folder, rows, **{**settings, **config})


def test_a_run_tells_measures_and_saves_in_order(tmp_path: Path) -> None:
    events = run_here(make_run(tmp_path / "run", max_steps=5, eval_steps=2, save_steps=4))
    assert types(events) == [
        "started",
        "evaluated",
        "stepped",
        "stepped",
        "evaluated",
        "stepped",
        "stepped",
        "evaluated",
        "saved",
        "stepped",
        "evaluated",
        "saved",
        "finished",
    ]
    assert [event["trigger"] for event in of_type(events, "evaluated")] == [
        "start",
        "schedule",
        "schedule",
        "end",
    ]
    assert [event["decoded"] for event in of_type(events, "evaluated")] == [False, False, False, True]
    assert [event["seq"] for event in events] == list(range(len(events)))
    first, *_ = of_type(events, "stepped")
    assert first["loss"] == first["ce_loss"]
    assert first["memory_bytes"] > 10_000_000
    assert first["num_ce_tokens"] > 0
    assert events[-1]["summary"]["last"]["step"] == 5


def test_losses_between_lines_are_means_over_their_tokens(tmp_path: Path) -> None:
    def told(every: int) -> list[Event]:
        folder = tmp_path / f"every-{every}"
        return of_type(
            run_here(make_run(folder, max_steps=5, logging_steps=every, eval_strategy="no")), "stepped"
        )

    each, some = told(1), told(3)
    assert [event["step"] for event in some] == [3, 5]
    three = each[:3]
    tokens = sum(event["num_ce_tokens"] for event in three)
    mean = sum(event["ce_loss"] * event["num_ce_tokens"] for event in three) / tokens
    assert some[0]["ce_loss"] == pytest.approx(mean, rel=1e-12)
    assert some[-1]["num_input_tokens_seen"] == each[-1]["num_input_tokens_seen"]


def test_forgetting_is_measured_warned_of_and_its_facts_are_named(tmp_path: Path) -> None:
    folder = lab_run(tmp_path / "run", learning_rate=0.01, probes={"max_forgetting": 0.05})
    events = run_here(folder)
    start, middle, end = of_type(events, "evaluated")
    assert start["held"]["total"] > 15
    assert (start["forgetting"], start["reference_step"]) == (0, 0)
    assert middle["forgetting"] > 0.2
    assert middle["kl_to_base"] > 0.1
    assert set(middle["drift"]) == {"2", "4"}
    assert end["forced_differences"] == 0
    (warned,) = [event for event in of_type(events, "warned") if event["code"] == "forgetting.exceeded"]
    assert "above max_forgetting 5.0 %: add self_distill, lower learning_rate" in warned["message"]
    # What forgets too much is never the best.
    assert events[-1]["best_step"] is None
    facts = (folder / middle["probe_file"]).read_text()
    sets = [middle[name] for name in ("held", "known", "new")]
    assert facts.count('"lost":true') == sum(score["lost"] for score in sets if score is not None)


def test_forgetting_stops_a_run_that_asks_for_it(tmp_path: Path) -> None:
    folder = lab_run(
        tmp_path / "run", learning_rate=0.01, probes={"max_forgetting": 0.05, "on_exceeded": "stop"}
    )
    events = run_here(folder)
    assert events[-1]["type"] == "stopped"
    assert events[-1]["step"] == 2
    assert "is above max_forgetting 5.0 %" in events[-1]["reason"]
    assert (folder / "checkpoints/step-00000002/trainer_state.json").exists()


def test_the_best_is_kept_whatever_the_limit(tmp_path: Path) -> None:
    folder = lab_run(
        tmp_path / "run", learning_rate=2e-3, max_steps=10, save_strategy="best", save_total_limit=1
    )
    events = run_here(folder)
    best = events[-1]["best_step"]
    assert best is not None
    assert [event["best"] for event in of_type(events, "saved")].count(True) >= 1
    kept = {path.name for path in (folder / "checkpoints").iterdir()}
    assert kept == {f"step-{step:08d}" for step in {best, 10}}
    assert events[-1]["summary"]["best"]["step"] == best


def test_commands_are_obeyed_and_acknowledged(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", max_steps=30, eval_strategy="no", save_strategy="no")

    def first() -> None:
        send(folder, "a", "evaluate", time="2026-01-01T00:00:01.000Z")
        send(folder, "b", "save", time="2026-01-01T00:00:02.000Z")
        put(folder, "c", '{"protocol":"1.0","command":"fly","time":"2026-01-01T00:00:03.000Z"}')
        send(folder, "d", "ask", text="Who?")

    def then() -> None:
        send(folder, "e", "stop", reason="enough")

    events = run_here(folder, at_steps(folder, {2: first, 5: then}))
    told = {event["command"]: event for event in of_type(events, "acknowledged")}
    assert {name: event["accepted"] for name, event in told.items()} == {
        "a": True,
        "b": True,
        "c": False,
        "d": False,
        "e": True,
    }
    assert (told["a"]["name"], told["a"]["reason"]) == ("evaluate", None)
    assert "name" not in told["c"]
    evaluated = [event for event in of_type(events, "evaluated") if event["trigger"] == "command"]
    saved = of_type(events, "saved")
    assert len(evaluated) == 1
    assert saved[0]["step"] == evaluated[0]["step"]
    assert events[-1]["type"] == "stopped"
    assert events[-1]["reason"] == "enough"
    assert saved[-1]["step"] == events[-1]["step"]


def test_a_paused_run_stands_still_until_it_is_told_to_go_on(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", max_steps=6, eval_strategy="no", save_strategy="no")

    def pause() -> None:
        send(folder, "a", "pause", reason="the device is needed")
        send(folder, "b", "pause")
        threading.Thread(target=go_on).start()

    def go_on() -> None:
        while not of_type(events_of(folder), "paused"):
            time.sleep(0.02)
        send(folder, "c", "continue")

    events = run_here(folder, at_steps(folder, {2: pause}))
    (paused,), (continued,) = of_type(events, "paused"), of_type(events, "continued")
    assert paused["reason"] == "the device is needed"
    assert paused["step"] == continued["step"]
    between = events[paused["seq"] : continued["seq"]]
    assert not of_type(between, "stepped")
    assert events[-1]["type"] == "finished"
    assert len(of_type(events, "acknowledged")) == 3


def test_a_paused_run_can_be_stopped(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", max_steps=6, eval_strategy="no", save_strategy="no")

    def pause() -> None:
        send(folder, "a", "pause")
        threading.Thread(target=stop).start()

    def stop() -> None:
        while not of_type(events_of(folder), "paused"):
            time.sleep(0.02)
        send(folder, "b", "stop")

    events = run_here(folder, at_steps(folder, {2: pause}))
    assert events[-1]["type"] == "stopped"
    assert of_type(events, "continued") == []


def test_a_loss_that_is_no_number_is_told_first_and_then_the_end(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", learning_rate=1e30, max_grad_norm=0, max_steps=20, eval_strategy="no")
    with pytest.raises(Failure, match="start a new run with a lower learning_rate") as caught:
        run_here(folder)
    assert caught.value.code == "loss.not-finite"
    last = events_of(folder)[-1]
    assert last["type"] == "stepped"
    assert last["loss"] in ("NaN", "Infinity") or last["grad_norm"] in ("NaN", "Infinity")


def test_eval_loss_decides_where_nothing_new_is_learned(tmp_path: Path) -> None:
    rows = [{"text": f"{row['prompt']}{row['completion']}"} for row in small_rows(16)]
    folder = make_run(tmp_path / "run", rows, max_steps=4)
    config = (folder / "run.json").read_text()
    data = tmp_path / "run.jsonl"
    (folder / "run.json").write_text(config.replace('"train_file"', f'"eval_file": "{data}", "train_file"'))
    events = run_here(folder)
    told = {event["step"]: event["eval_loss"] for event in of_type(events, "evaluated")}
    assert told[4] < told[0]
    after = {step: loss for step, loss in told.items() if step > 0}
    assert events[-1]["best_step"] == min(after, key=lambda step: after[step])


def test_a_signal_while_the_base_is_asked_ends_the_run_before_it_begins(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in (LAB / "new-facts.jsonl").read_text().splitlines()[:8]]
    probes = {
        "sets": [],
        "prompts": [TEMPLATE],
        "num_prompts": 1,
        "num_fewshot": 1,
        "max_facts": 10,
        "max_forgetting": 1,
        "on_exceeded": "warn",
    }
    model = str(LAB / "base")
    run = make_run(tmp_path / "run", rows, max_steps=1, model_name_or_path=model, probes=probes)
    events = run_here(run, interrupted=lambda: True)
    assert (events[-1]["type"], events[-1]["reason"]) == ("stopped", "the engine was interrupted")
    assert not of_type(events, "started")
    assert not (run / "probes/knowledge.json").exists()
    assert run_here(run)[-1]["type"] == "finished"
