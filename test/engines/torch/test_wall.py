"""The engine as a process of its own: what it refuses, how it fails, waits and stops."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import send
from engine_runs import PACKAGE, events_of, make_run, of_type, start
from holdfast_torch.folder.device_lock import try_device_lock
from holdfast_torch.folder.exclusive_lock import Lock, try_lock
from holdfast_torch.folder.identity import identity_of
from holdfast_torch.wall import main

PATIENCE_SECONDS = 120


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and what was printed as complaint."""
    _, stderr = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, stderr


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def has(folder: Path, kind: str) -> Callable[[], bool]:
    return lambda: bool(of_type(events_of(folder), kind))


def test_a_run_from_hello_to_finished(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", max_steps=2, report_to=["tensorboard"])
    code, _ = ended(start(folder))
    events = events_of(folder)
    assert (code, events[-1]["type"]) == (0, "finished")
    missing = [event for event in of_type(events, "warned") if event["code"] == "report_to.missing"]
    assert (folder / "tensorboard").exists() != bool(missing)
    hello = events[0]
    assert (hello["type"], hello["engine"], hello["attempt"], hello["protocol"]) == (
        "hello",
        "torch",
        1,
        "1.0",
    )
    assert {"python", "torch", "transformers", "tokenizers", "safetensors"} <= set(hello["versions"])
    assert hello["device"]["kind"] in ("cpu", "cuda", "mps")
    assert hello["device"]["memory_bytes"] > 0
    assert hello["world_size"] == 1
    process = json.loads((folder / "process.json").read_text())
    assert (process["pid"], process["token"], process["attempt"]) == (hello["pid"], "t", 1)
    assert identity_of(process["pid"]) is None
    assert (folder / "heartbeat").exists()
    assert not (folder / "engine.lock").exists()


def test_a_data_file_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run")
    (tmp_path / "run.jsonl").unlink()
    code, stderr = ended(start(folder))
    failed = events_of(folder)[-1]
    assert (code, failed["type"], failed["code"]) == (1, "failed", "data.missing")
    assert failed["message"].endswith("give the path of an existing file.")
    assert "Traceback" in failed["detail"]
    assert "Traceback" in stderr


def test_a_bug_is_called_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from holdfast_torch.folder.paths import run_paths
    from holdfast_torch.protocol.event_log import open_event_log
    from holdfast_torch.run.last_words import LastWords, describe

    folder = make_run(tmp_path / "run")
    paths = run_paths(folder)
    log = open_event_log(paths.events)
    words = LastWords(log)
    try:
        raise KeyError("nobody thought of this")
    except KeyError as error:
        report = describe(error, paths)
    words.say(report)
    words.say(report)
    log.close()
    (failed,) = events_of(folder)
    assert failed["code"] == "engine.bug"
    assert paths.log in failed["message"]
    assert "nobody thought of this" in capsys.readouterr().err


def test_sentences_for_a_full_disk_and_a_full_device(tmp_path: Path) -> None:
    from holdfast_torch.folder.paths import run_paths
    from holdfast_torch.run.last_words import describe

    paths = run_paths(tmp_path)
    assert describe(OSError(28, "No space left on device"), paths).code == "disk.full"
    assert (
        describe(RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), paths).code
        == "memory.device"
    )
    assert describe(MemoryError(), paths).code == "memory.device"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda folder: (folder / "run.json").unlink(), "run.json is missing"),
        (lambda folder: (folder / "run.json").write_text("{"), "is not a run of this version"),
        (
            lambda folder: (folder / "events.jsonl").symlink_to("/tmp/elsewhere.jsonl"),
            "leads out of the run folder",
        ),
        (lambda folder: (folder / "events.jsonl").write_text("hello\n"), "is not an event of Holdfast"),
    ],
)
def test_refusals_are_one_sentence_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], object], sentence: str
) -> None:
    folder = make_run(tmp_path / "run")
    spoil(folder)
    assert main([str(folder)]) == 2
    said = capsys.readouterr().err.strip()
    assert sentence in said
    assert "\n" not in said
    assert not (folder / "engine.lock").exists()


def test_no_folder_and_no_arguments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nothing")]) == 2
    assert "is no run folder" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main([])


def test_a_folder_in_use_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_run(tmp_path / "run")
    lock = try_lock(str(folder / "engine.lock"), str(folder))
    assert isinstance(lock, Lock)
    assert main([str(folder)]) == 2
    assert f"Another engine (process {os.getpid()} on" in capsys.readouterr().err
    lock.release()


def test_an_interpreter_without_torch_says_how_to_get_it(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run")
    # -S leaves out site-packages: an interpreter as it comes.
    command = [sys.executable, "-S", "-m", "holdfast_torch", str(folder)]
    env = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    done = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert done.returncode == 2
    assert "lacks torch, transformers" in done.stderr
    assert "holdfast setup torch" in done.stderr
    assert not (folder / "events.jsonl").exists()


def test_sigterm_saves_and_the_next_attempt_goes_on(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", max_steps=100_000, eval_strategy="no", save_strategy="no")
    process = start(folder)
    wait_until(has(folder, "stepped"))
    process.send_signal(signal.SIGTERM)
    code, _ = ended(process)
    stopped = events_of(folder)[-1]
    assert (code, stopped["type"], stopped["reason"]) == (0, "stopped", "the engine was interrupted")
    assert (folder / f"checkpoints/step-{stopped['step']:08d}/trainer_state.json").exists()
    again = start(folder)
    wait_until(lambda: len(of_type(events_of(folder), "started")) == 2)
    send(folder, "stop", "stop")
    code, _ = ended(again)
    events = events_of(folder)
    assert code == 0
    assert of_type(events, "hello")[1]["attempt"] == 2
    assert of_type(events, "started")[1]["resumed_from_step"] == stopped["step"]
    assert [event["seq"] for event in events] == list(range(len(events)))


def test_a_run_waits_for_its_device_and_can_be_stopped_meanwhile(tmp_path: Path) -> None:
    others = str(tmp_path / "others-run")
    lock = try_device_lock("cpu", others)
    assert isinstance(lock, Lock)
    folder = make_run(tmp_path / "run", max_steps=2)
    process = start(folder, CUDA_VISIBLE_DEVICES="")
    wait_until(has(folder, "progressed"))
    waiting = of_type(events_of(folder), "progressed")[0]
    assert (waiting["phase"], waiting["waiting_for"]) == ("waiting", others)
    send(folder, "a", "save")
    wait_until(has(folder, "acknowledged"))
    send(folder, "b", "stop", reason="no time")
    code, _ = ended(process)
    events = events_of(folder)
    assert code == 0
    assert [(event["accepted"], event["reason"]) for event in of_type(events, "acknowledged")] == [
        (False, "the run has not begun"),
        (True, None),
    ]
    assert (events[-1]["type"], events[-1]["reason"]) == ("stopped", "no time")

    go_on = start(folder, CUDA_VISIBLE_DEVICES="")
    wait_until(lambda: len(of_type(events_of(folder), "progressed")) == 2)
    lock.release()
    code, _ = ended(go_on)
    assert (code, events_of(folder)[-1]["type"]) == (0, "finished")
