"""Two processes that share parameters and rows do what one does (FSDP2 over gloo, on the processor)."""

import signal
import socket
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from engine_runs import Event, events_of, losses, make_run, of_type, small_rows, start, weights_of

DISTILL: dict[str, Any] = {
    "kd_weight": 1.0,
    "temperature": 0.5,
    "positions": "all",
    "teacher": "base",
    "snapshot_epochs": 1,
    "snapshot_data": "all",
}
# 42 rows in batches of 4: the last micro-batch of an epoch leaves the second process without a row.
COMMON: dict[str, Any] = {"max_steps": 12, "save_steps": 6, "eval_steps": 6, "self_distill": DISTILL}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_run(tmp_path_factory.mktemp("alone") / "run", rows=rows(), **COMMON)
    finish(folder)
    return folder


def test_two_processes_give_the_losses_of_one(tmp_path: Path, alone: Path) -> None:
    two = {"per_device_train_batch_size": 2, "launch": {"nproc_per_node": 2, "master_port": free_port()}}
    # As the host makes it: what the base knows is then kept under a hash of its weights.
    folder = make_run(tmp_path / ".holdfast/runs/run", rows=rows(), **{**COMMON, **two})
    # Ended in the middle, and resumed: its checkpoint is whole, whoever held which part.
    process = start(folder)
    wait_for(folder, lambda events: any(event["step"] == 6 for event in of_type(events, "saved")))
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)
    events = events_of(folder) if events_of(folder)[-1]["type"] == "finished" else finish(folder)

    assert of_type(events, "hello")[0]["world_size"] == 2
    wanted, got = losses(events_of(alone)), losses(events)
    assert got.keys() == wanted.keys()
    for step, (loss, norm) in wanted.items():
        assert got[step][0] == pytest.approx(loss, rel=1e-5)
        assert got[step][1] == pytest.approx(norm, rel=1e-4)
    one, other = weights_of(alone, 12), weights_of(folder, 12)
    assert one.keys() == other.keys()
    for name, value in one.items():
        assert torch.allclose(value, other[name], rtol=1e-3, atol=1e-5), name


def test_seq_has_no_gaps_and_one_writer(alone: Path) -> None:
    events = events_of(alone)
    assert [event["seq"] for event in events] == list(range(len(events)))


def free_port() -> int:
    """One that nobody listens at now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def rows() -> list[dict[str, Any]]:
    return [dict(row) for row in small_rows(41)]


def finish(folder: Path) -> list[Event]:
    """Runs to the end."""
    process = start(folder)
    output = process.communicate(timeout=300)
    events = events_of(folder)
    assert events, output
    assert events[-1]["type"] == "finished", (events[-1], output[1][-3000:])
    return events


def wait_for(folder: Path, is_there: Any) -> None:
    for _ in range(1200):
        events = events_of(folder)
        if is_there(events) or (events and events[-1]["type"] in ("finished", "failed")):
            return
        time.sleep(0.1)
    raise AssertionError(f"not reached: {events_of(folder)[-3:]}")
