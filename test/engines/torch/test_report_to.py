"""Numbers for other people's dashboards; TensorBoard for real where it is installed."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from engine_runs import events_of, make_run, of_type
from holdfast_torch.folder.paths import run_paths
from holdfast_torch.protocol.event_log import EventLog, open_event_log
from holdfast_torch.protocol.run_file import RunFile, read_run_file
from holdfast_torch.run.report_to import ReportingLog, numbers_of, report_to

STEPPED = {
    "step": 3,
    "epoch": 0.5,
    "loss": 1.5,
    "ce_loss": 1.0,
    "kd_loss": 2.0,
    "learning_rate": 1e-4,
    "phase": "main",
}
EVALUATED = {
    "step": 4,
    "epoch": 1.0,
    "held": {"correct": 3, "total": 4, "lost": 1, "gained": 0},
    "known": None,
    "new": {"correct": 0, "total": 2, "lost": 0, "gained": 0},
    "probes": {"general": {"correct": 3, "total": 4, "lost": 1, "gained": 0}},
    "forgetting": 0.25,
    "eval_loss": None,
    "kl_to_base": float("nan"),
    "drift": {"2": 0.125},
}


class Notebook:
    """A reporter that remembers, and fails when it is told to."""

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails
        self.told: list[tuple[int, dict[str, float]]] = []
        self.is_closed = False

    def log(self, numbers: Mapping[str, float], step: int) -> None:
        if self.fails:
            raise ConnectionError("no network\nand more lines")
        self.told.append((step, dict(numbers)))

    def close(self) -> None:
        self.is_closed = True


def opened(tmp_path: Path, **config: Any) -> tuple[Path, RunFile, EventLog]:
    folder = make_run(tmp_path / "run", **config)
    paths = run_paths(folder)
    return folder, read_run_file(paths), open_event_log(paths.events)


def test_numbers_by_name() -> None:
    assert numbers_of("stepped", STEPPED) == {
        "train/loss": 1.5,
        "train/ce_loss": 1.0,
        "train/kd_loss": 2.0,
        "train/learning_rate": 1e-4,
        "train/epoch": 0.5,
    }
    assert numbers_of("evaluated", EVALUATED) == {
        "eval/held": 0.75,
        "eval/held_lost": 1,
        "eval/new": 0,
        "eval/new_lost": 0,
        "eval/probes/general": 0.75,
        "eval/probes/general_lost": 1,
        "eval/forgetting": 0.25,
        "eval/drift_layer_2": 0.125,
        "train/epoch": 1.0,
    }


def test_a_reporter_that_fails_is_left_out_and_the_run_goes_on(tmp_path: Path) -> None:
    folder, _, log = opened(tmp_path)
    good, bad = Notebook(), Notebook(fails=True)
    reporting = ReportingLog(log, {"bad": bad, "good": good})
    reporting.write("stepped", **STEPPED)
    reporting.write("progressed", phase="evaluating", done=0, total=1)
    reporting.write("evaluated", **EVALUATED)
    reporting.close()
    log.close()
    assert [step for step, _ in good.told] == [3, 4]
    assert (good.is_closed, bad.is_closed) == (True, False)
    (warned,) = of_type(events_of(folder), "warned")
    assert warned["code"] == "report_to.failed"
    assert warned["message"].startswith("Nothing more is reported to bad (no network): the run goes on")


@pytest.mark.skipif(importlib.util.find_spec("trackio") is not None, reason="trackio is installed here")
def test_what_is_not_installed_is_said_with_its_cure(tmp_path: Path) -> None:
    folder, run, log = opened(tmp_path, report_to=["trackio", "trackio"])
    reporting = report_to(log, run, str(folder))
    reporting.write("stepped", **STEPPED)
    reporting.close()
    log.close()
    (warned,) = of_type(events_of(folder), "warned")
    assert warned["code"] == "report_to.missing"
    assert "pip install trackio" in warned["message"]


@pytest.mark.skipif(
    importlib.util.find_spec("tensorboard") is None, reason="tensorboard is not installed here"
)
def test_tensorboard_reads_what_was_written(tmp_path: Path) -> None:
    folder, run, log = opened(tmp_path, report_to=["tensorboard"])
    reporting = report_to(log, run, str(folder))
    reporting.write("stepped", **STEPPED)
    reporting.write("evaluated", **EVALUATED)
    reporting.close()
    log.close()
    assert of_type(events_of(folder), "warned") == []
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    read = EventAccumulator(str(folder / "tensorboard"))
    read.Reload()
    (held,) = read.Scalars("eval/held")
    assert (held.step, held.value) == (4, 0.75)
    assert read.Scalars("train/loss")[0].value == 1.5
