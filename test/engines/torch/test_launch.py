"""Several processes for one run, through the wall: only the first one locks, writes and speaks."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from engine_runs import events_of, losses, make_run, of_type, run_here, start
from holdfast_torch.failure import Failure
from holdfast_torch.folder.paths import run_paths
from holdfast_torch.protocol.run_file import RunFile, read_run_file
from holdfast_torch.run.relaunch import torchrun_command, torchrun_environment, wants_processes
from test_steward import lab_run
from test_wall import ended, has, wait_until

TWO = {"nproc_per_node": 2}


def run_file(folder: Path) -> RunFile:
    return read_run_file(run_paths(folder))


def test_what_torchrun_is_told(tmp_path: Path) -> None:
    one = run_file(make_run(tmp_path / "one", launch={"nproc_per_node": 4}))
    command = torchrun_command(one, "/runs/one", "secret")
    assert command[1:6] == ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node=4", "-m"]
    assert command[-3:] == ["/runs/one", "--token", "secret"]
    machines = {
        "nproc_per_node": 2,
        "nnodes": 3,
        "node_rank": 1,
        "master_addr": "10.0.0.5",
        "master_port": 1234,
    }
    several = torchrun_command(run_file(make_run(tmp_path / "several", launch=machines)), "f", "t")
    assert several[3:7] == ["--nnodes=3", "--node_rank=1", "--master_addr=10.0.0.5", "--master_port=1234"]


def test_the_processes_find_this_package_and_have_time_to_save() -> None:
    package = str(Path(__file__).parents[3] / "src/engines/torch")
    told = torchrun_environment({"PYTHONPATH": f"/one{os.pathsep}{package}", "HOME": "/home/me"})
    assert told["PYTHONPATH"] == f"{package}{os.pathsep}/one"
    assert int(told["TORCH_ELASTIC_SHUTDOWN_TIMEOUT"]) > 60
    assert told["HOME"] == "/home/me"
    assert (
        torchrun_environment({"TORCH_ELASTIC_SHUTDOWN_TIMEOUT": "5"})["TORCH_ELASTIC_SHUTDOWN_TIMEOUT"] == "5"
    )


def test_who_wants_several_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two = run_file(make_run(tmp_path / "two", launch=TWO))
    assert wants_processes(two)
    assert not wants_processes(run_file(make_run(tmp_path / "one", launch={"nproc_per_node": 1})))
    assert not wants_processes(run_file(make_run(tmp_path / "none")))
    monkeypatch.setenv("RANK", "0")
    assert not wants_processes(two)


def test_two_processes_are_one_run_and_measure_the_same(tmp_path: Path) -> None:
    settings = {"max_steps": 2, "eval_steps": 1, "learning_rate": 1e-2}
    folder = lab_run(tmp_path / "two", launch=TWO, per_device_train_batch_size=2, **settings)
    code, stderr = ended(start(folder, CUDA_VISIBLE_DEVICES=""))
    events = events_of(folder)
    assert (code, events[-1]["type"]) == (0, "finished"), stderr
    assert [event["seq"] for event in events] == list(range(len(events)))
    (hello,) = of_type(events, "hello")
    assert hello["world_size"] == 2
    assert json.loads((folder / "process.json").read_text())["pid"] == hello["pid"]
    assert of_type(events, "started")[0]["effective_batch_size"] == 4
    assert not (folder / "engine.lock").exists()

    alone = run_here(lab_run(tmp_path / "one", **settings))
    for step, (loss, norm) in losses(events).items():
        assert (loss, norm) == pytest.approx(losses(alone)[step], rel=1e-4)
    told = of_type(events, "evaluated")
    assert [event["decoded"] for event in told] == [False, False, True]
    for two, one in zip(told, of_type(alone, "evaluated"), strict=True):
        assert (two["held"], two["known"], two["new"]) == (one["held"], one["known"], one["new"])
        assert two["kl_to_base"] == pytest.approx(one["kl_to_base"], rel=1e-3, abs=1e-6)
        assert two["drift"] == pytest.approx(one["drift"], rel=1e-3, abs=1e-6)
    assert told[1]["kl_to_base"] > 0.001
    assert told[2]["forced_differences"] == 0


def test_a_failure_of_all_is_said_once(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", launch=TWO)
    (tmp_path / "run.jsonl").unlink()
    code, _ = ended(start(folder, CUDA_VISIBLE_DEVICES=""))
    events = events_of(folder)
    assert code == 1
    assert [event["code"] for event in of_type(events, "failed")] == ["data.missing"]
    assert events[-1]["type"] == "failed"


def test_a_process_that_is_killed_takes_the_run_with_it(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"max_steps": 100_000, "eval_strategy": "no", "save_strategy": "no"}
    folder = make_run(tmp_path / "run", launch=TWO, **settings)
    process = start(folder, CUDA_VISIBLE_DEVICES="")
    wait_until(has(folder, "stepped"))
    os.kill(of_type(events_of(folder), "hello")[0]["pid"], signal.SIGKILL)
    code, _ = ended(process)
    assert code != 0
    assert of_type(events_of(folder), "finished") == []


def test_more_processes_than_gpus_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch
    from holdfast_torch.run.claim_device import own_device

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert own_device(1, 2) == torch.device("cuda", 1)
    with pytest.raises(
        Failure, match=r"launch.nproc_per_node is 4, and this machine has 2 GPUs: lower it to 2\."
    ):
        own_device(0, 4)
