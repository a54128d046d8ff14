"""One run per device."""

import threading
import time
from pathlib import Path

import pytest
import torch
from commands import send
from engine_runs import events_of, make_run, of_type
from holdfast_torch.folder.paths import run_paths
from holdfast_torch.protocol.command_box import open_command_box
from holdfast_torch.protocol.event_log import open_event_log
from holdfast_torch.run.claim_device import Claim, Seat, seats, try_claim, wait_for_claim

CPU = torch.device("cpu")
ONE, TWO = Seat(torch.device("cuda", 0), ("cuda:GPU-1",)), Seat(torch.device("cuda", 1), ("cuda:GPU-2",))


def claimed(found: Claim | str | None) -> Claim:
    assert isinstance(found, Claim)
    return found


def test_the_first_free_device_is_taken_and_holders_are_named() -> None:
    first = claimed(try_claim([ONE, TWO], "/runs/a"))
    second = claimed(try_claim([ONE, TWO], "/runs/b"))
    assert (first.device.index, second.device.index) == (0, 1)
    assert try_claim([ONE, TWO], "/runs/c") == "/runs/a"
    second.release()
    assert claimed(try_claim([ONE, TWO], "/runs/c")).device.index == 1


def test_several_devices_are_taken_together_or_not_at_all() -> None:
    both = Seat(torch.device("cuda", 0), ("cuda:GPU-1", "cuda:GPU-2"))
    second = claimed(try_claim([TWO], "/runs/a"))
    assert try_claim([both], "/runs/b") == "/runs/a"
    # The first is free again although the second was missing.
    claimed(try_claim([ONE], "/runs/c")).release()
    second.release()
    assert len(claimed(try_claim([both], "/runs/b")).locks) == 2


@pytest.mark.skipif(
    torch.cuda.is_available() or torch.backends.mps.is_available(), reason="needs a machine without a GPU"
)
def test_a_processor_is_one_run_s_unless_the_user_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOLDFAST_CPU_RUNS", raising=False)
    assert seats() == seats(2) == [Seat(CPU, ("cpu",), 1)]
    monkeypatch.setenv("HOLDFAST_CPU_RUNS", "2")
    assert seats() == [Seat(CPU, ("cpu",), 2)]
    claimed(try_claim(seats(), "/runs/a"))
    claimed(try_claim(seats(), "/runs/b"))
    assert try_claim(seats(), "/runs/c") == "/runs/a"


def test_waiting_ends_with_the_device_or_with_a_stop(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run")
    paths = run_paths(folder)
    log, box = open_event_log(paths.events), open_command_box(paths.commands)
    holder = claimed(try_claim([ONE], "/runs/a"))

    def when_waiting(act: object) -> None:
        def wait() -> None:
            while not of_type(events_of(folder), "progressed"):
                time.sleep(0.01)
            act()  # type: ignore[operator]

        threading.Thread(target=wait).start()

    when_waiting(lambda: send(folder, "a", "stop"))
    assert wait_for_claim([ONE], paths.folder, log, box, lambda: False) is None
    assert events_of(folder)[-1]["type"] == "stopped"
    assert wait_for_claim([ONE], paths.folder, log, box, lambda: True) is None
    assert events_of(folder)[-1]["reason"] == "the engine was interrupted"
    when_waiting(holder.release)
    found = wait_for_claim([ONE], paths.folder, log, box, lambda: False)
    assert claimed(found).device == ONE.device
    log.close()
