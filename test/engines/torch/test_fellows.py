"""What the processes of one run tell each other, over a real store."""

import json
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from holdfast_torch.folder.identity import current_identity
from holdfast_torch.folder.paths import run_paths
from holdfast_torch.run.fellows import Fellows, first_is_gone
from holdfast_torch.run.last_words import FailureReport
from torch.distributed import TCPStore

REPORT = FailureReport("memory.device", "The memory of this device is full.", "Traceback ...")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> TCPStore:
    """As torchrun has one."""
    made = TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False, timeout=timedelta(seconds=30))
    monkeypatch.setenv("TORCHELASTIC_USE_AGENT_STORE", "True")
    monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
    monkeypatch.setenv("MASTER_PORT", str(made.port))
    return made


@pytest.mark.usefixtures("store")
def test_the_first_one_says_when_to_come_along() -> None:
    first, other = Fellows(), Fellows()
    assert not other.wait_for_start(lambda: True)
    came: list[bool] = []
    waiting = threading.Thread(target=lambda: came.append(other.wait_for_start(lambda: False)))
    waiting.start()
    first.start("go")
    waiting.join(30)
    assert came == [True]


@pytest.mark.usefixtures("store")
def test_nobody_comes_along_when_the_first_one_was_stopped() -> None:
    Fellows().start("stop")
    assert not Fellows().wait_for_start(lambda: False)


@pytest.mark.usefixtures("store")
def test_the_first_one_hears_of_a_failure() -> None:
    heard, has_heard = [], threading.Event()

    def hear(report: FailureReport) -> None:
        heard.append(report)
        has_heard.set()

    end = Fellows().watch_for_failure(hear)
    Fellows().tell_failure(REPORT)
    assert has_heard.wait(30)
    assert heard == [REPORT]
    end()


@pytest.mark.usefixtures("store")
def test_nobody_is_inside_the_store_when_python_ends() -> None:
    threads = threading.active_count()
    end = Fellows().watch_for_failure(lambda _report: None)
    assert threading.active_count() == threads + 1
    end()
    assert threading.active_count() == threads


def test_alone_nobody_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TORCHELASTIC_USE_AGENT_STORE", raising=False)
    alone = Fellows()
    alone.start("go")
    alone.tell_failure(REPORT)
    assert alone.wait_for_start(lambda: False)


def test_whether_the_first_one_is_gone(tmp_path: Path) -> None:
    paths = run_paths(tmp_path)
    assert not first_is_gone(paths)

    def write(**changes: object) -> None:
        (tmp_path / "process.json").write_text(json.dumps({**current_identity().as_json(), **changes}))

    write()
    assert not first_is_gone(paths)
    write(process_start="0")
    assert first_is_gone(paths)
    # Of another host only the heartbeat tells.
    write(hostname="elsewhere.example")
    (tmp_path / "heartbeat").touch()
    assert not first_is_gone(paths)
    os.utime(tmp_path / "heartbeat", (0, 0))
    assert first_is_gone(paths)
