"""Errands: asking a model what it knows of a file, and talking with one or two models. Real engines on the
lab's model.
"""

import json
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from commands import send
from engine_runs import Event, events_of, make_run, of_type, start
from holdfast_torch.folder.identity import current_identity
from holdfast_torch.protocol.process_identity import ProcessIdentity
from holdfast_torch.run.ask_job import LONGEST_IDLE_SECONDS, reason_to_end
from lab import LAB, TEMPLATE
from test_wall import ended, has, wait_until

PROBES = {
    "sets": [],
    "prompts": [TEMPLATE, "Question: {question} Answer:"],
    "num_prompts": 1,
    "num_fewshot": 1,
    "max_facts": 10,
    "max_forgetting": 1,
    "on_exceeded": "warn",
}


def make_job(
    folder: Path, job: dict[str, Any], rows: Sequence[dict[str, Any]] | None = None, **config: Any
) -> Path:
    settings = {
        "model_name_or_path": str(LAB / "base"),
        "probes": PROBES,
        "prompt_template": TEMPLATE,
        **config,
    }
    made = make_run(folder, None if rows is None else list(rows), **settings)
    run = json.loads((made / "run.json").read_text())
    (made / "run.json").write_text(json.dumps({**run, "job": job}))
    return made


def lab_lines(name: str, count: int) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (LAB / f"{name}.jsonl").read_text().splitlines()[:count]]


def asking(asker: ProcessIdentity, **more: Any) -> dict[str, Any]:
    return {"kind": "ask", "max_new_tokens": 12, "asker": asker.as_json(), **more}


def test_a_probe_says_what_the_model_knows_of_every_row(tmp_path: Path) -> None:
    rows = [*lab_lines("held", 12), *lab_lines("new-facts", 12)]
    folder = make_job(tmp_path / "job", {"kind": "probe"}, rows)
    code, _ = ended(start(folder))
    events = events_of(folder)
    finished = events[-1]
    assert (code, finished["type"]) == (0, "finished")
    probed = json.loads((folder / "probes/knowledge.json").read_text())
    assert (probed["definition"], probed["prompts"]) == (1, PROBES["prompts"])
    assert [row["question"] for row in probed["rows"]] == [row["question"] for row in rows]
    kinds = [row["knowledge"] for row in probed["rows"]]
    assert kinds[:12].count("known") >= 9
    assert kinds[12:].count("new") >= 9
    for row in probed["rows"]:
        right = [said in row["answers"] for said in row["said"]]
        assert len(right) == 2
        assert row["knowledge"] == ("known" if all(right) else "maybe" if any(right) else "new")
    assert finished["summary"] == {kind: kinds.count(kind) for kind in ("known", "maybe", "new")} | {
        "rows": 24
    }


def test_a_probe_can_be_stopped_and_then_writes_nothing(tmp_path: Path) -> None:
    rows = [
        {**row, "question": f"{row['question']} {at}"} for at in range(30) for row in lab_lines("facts", 400)
    ]
    folder = make_job(tmp_path / "job", {"kind": "probe"}, rows, per_device_eval_batch_size=1)
    process = start(folder)
    wait_until(lambda: any(event["phase"] == "probing" for event in of_type(events_of(folder), "progressed")))
    send(folder, "a", "pause")
    send(folder, "b", "stop", reason="seen enough")
    code, _ = ended(process)
    events = events_of(folder)
    assert (code, events[-1]["type"], events[-1]["reason"]) == (0, "stopped", "seen enough")
    answers = {event["command"]: event["accepted"] for event in of_type(events, "acknowledged")}
    assert answers["b"] is True
    assert answers.get("a", False) is False
    assert not (folder / "probes/knowledge.json").exists()


def answer_of(folder: Path, name: str) -> Event:
    wait_until(lambda: any(event["command"] == name for event in of_type(events_of(folder), "answered")))
    return next(event for event in of_type(events_of(folder), "answered") if event["command"] == name)


def test_a_conversation_with_two_models(tmp_path: Path) -> None:
    (row,) = lab_lines("held", 1)
    job = asking(current_identity(), before=str(LAB / "base"))
    folder = make_job(tmp_path / "job", job)
    process = start(folder)
    wait_until(has(folder, "hello"))
    send(folder, "a", "ask", text=row["question"])
    before, now = answer_of(folder, "a")["answers"]
    assert before == now
    assert (now["text"], now["model"]) == (row["answers"][0], str(LAB / "base"))
    assert now["ended"] in ("end_token", "newline")
    send(folder, "b", "ask", text=f"Question: {row['question']} Answer:", raw=True)
    assert answer_of(folder, "b")["answers"][1]["text"] == row["answers"][0]
    send(folder, "c", "evaluate")
    wait_until(lambda: len(of_type(events_of(folder), "acknowledged")) == 3)
    send(folder, "d", "stop")
    code, _ = ended(process)
    events = events_of(folder)
    assert (code, events[-1]["type"], events[-1]["reason"]) == (0, "stopped", "asked for")
    told = {event["command"]: event["reason"] for event in of_type(events, "acknowledged")}
    assert told == {"a": None, "b": None, "c": "an ask job only answers and stops", "d": None}


def test_a_conversation_ends_when_nobody_is_there_any_more(tmp_path: Path) -> None:
    gone = ProcessIdentity(**{**current_identity().as_json(), "process_start": "0"})
    folder = make_job(tmp_path / "job", asking(gone))
    code, _ = ended(start(folder))
    assert (code, events_of(folder)[-1]["reason"]) == (0, "the process that asked is gone")


def test_a_conversation_ends_when_it_is_interrupted(tmp_path: Path) -> None:
    folder = make_job(tmp_path / "job", asking(current_identity()))
    process = start(folder)
    wait_until(lambda: any(event["done"] == 1 for event in of_type(events_of(folder), "progressed")))
    process.send_signal(signal.SIGINT)
    code, _ = ended(process)
    assert (code, events_of(folder)[-1]["reason"]) == (0, "the engine was interrupted")


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        ((False, False, 0.0), None),
        ((False, False, LONGEST_IDLE_SECONDS), "nothing was asked for 15 minutes"),
        ((False, True, 0.0), "the process that asked is gone"),
        ((True, True, 0.0), "the engine was interrupted"),
    ],
)
def test_why_a_conversation_ends(now: tuple[bool, bool, float], reason: str | None) -> None:
    assert reason_to_end(*now) == reason
