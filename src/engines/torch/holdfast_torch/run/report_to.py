"""The numbers of a run for other people's dashboards."""

import contextlib
import importlib
import importlib.util
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from ..base.text import message_of
from ..protocol.event_log import EventLog
from ..protocol.run_file import RunFile


class Reporter(Protocol):
    """Somewhere numbers go."""

    def log(self, numbers: Mapping[str, float], step: int) -> None:
        """Takes the numbers of one step."""
        ...

    def close(self) -> None:
        """Writes what is left."""
        ...


class ReportingLog:
    """The event log, with numbers of `stepped` and `evaluated` passed on. A reporter that fails is left out
    from then on.
    """

    def __init__(self, log: EventLog, reporters: Mapping[str, Reporter]) -> None:
        self._log = log
        self._reporters = dict(reporters)

    def write(self, type: str, **fields: Any) -> None:
        """Writes an event, then tells the reporters."""
        self._log.write(type, **fields)
        if self._reporters and type in ("stepped", "evaluated"):
            self._tell(numbers_of(type, fields), int(fields["step"]))

    def close(self) -> None:
        """Ends the reporters, not the log: nothing may follow an attempt's last event."""
        for reporter in self._reporters.values():
            with contextlib.suppress(Exception):
                reporter.close()
        self._reporters.clear()

    def _tell(self, numbers: Mapping[str, float], step: int) -> None:
        for name, reporter in list(self._reporters.items()):
            try:
                reporter.log(numbers, step)
            except Exception as error:
                del self._reporters[name]
                self._log.write("warned", code="report_to.failed", message=_failed(name, error))


def report_to(log: EventLog, run: RunFile, folder: str) -> ReportingLog:
    """A log that reports to every place of `report_to`. What is not installed, or does not start, is said and
    left out.
    """
    reporters: dict[str, Reporter] = {}
    for name in dict.fromkeys(run.config.report_to):
        package, create = _TARGETS[name]
        if importlib.util.find_spec(package) is None:
            log.write("warned", code="report_to.missing", message=_missing(name, package))
            continue
        try:
            reporters[name] = create(run, Path(folder))
        except Exception as error:
            log.write("warned", code="report_to.failed", message=_failed(name, error))
    return ReportingLog(log, reporters)


def numbers_of(type: str, fields: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of an event, by the names that users of Trainer know: train/loss, eval/loss, eval/held."""
    named = _of_step(fields) if type == "stepped" else _of_evaluation(fields)
    named["train/epoch"] = fields.get("epoch")
    return {key: float(value) for key, value in named.items() if _is_number(value)}


def _of_step(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {f"train/{key}": fields.get(key) for key in _STEP_KEYS}


def _of_evaluation(fields: Mapping[str, Any]) -> dict[str, Any]:
    sets = {**{key: fields.get(key) for key in ("held", "known", "new")}, **_probes(fields)}
    return {
        **{f"eval/{name}": score["correct"] / score["total"] for name, score in sets.items() if score},
        **{f"eval/{name}_lost": score["lost"] for name, score in sets.items() if score},
        "eval/loss": fields.get("eval_loss"),
        "eval/forgetting": fields.get("forgetting"),
        "eval/kl_to_base": fields.get("kl_to_base"),
        **{f"eval/drift_layer_{layer}": value for layer, value in (fields.get("drift") or {}).items()},
    }


_STEP_KEYS = (
    "loss",
    "ce_loss",
    "kd_loss",
    "learning_rate",
    "grad_norm",
    "tokens_per_second",
    "num_input_tokens_seen",
    "memory_bytes",
)


def _probes(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {f"probes/{name}": score for name, score in (fields.get("probes") or {}).items()}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


class _TensorBoard:
    def __init__(self, run: RunFile, folder: Path) -> None:
        writer = importlib.import_module("torch.utils.tensorboard").SummaryWriter
        self._writer = writer(log_dir=str(folder / "tensorboard"))
        self._writer.add_text("config", f"```\n{asdict(run.config)}\n```")

    def log(self, numbers: Mapping[str, float], step: int) -> None:
        for name, value in numbers.items():
            self._writer.add_scalar(name, value, step)

    def close(self) -> None:
        self._writer.close()


class _WandbLike:
    """Weights & Biases, and Trackio, which has its interface."""

    def __init__(self, package: str, options: Mapping[str, Any]) -> None:
        self._module = importlib.import_module(package)
        self._module.init(project="holdfast", **options)

    def log(self, numbers: Mapping[str, float], step: int) -> None:
        self._module.log(dict(numbers), step=step)

    def close(self) -> None:
        self._module.finish()


def _wandb(run: RunFile, folder: Path) -> Reporter:
    # A resumed run goes on in the same curves.
    options = {"id": run.id[:120], "name": run.id, "dir": str(folder), "resume": "allow"}
    return _WandbLike("wandb", {**options, "config": asdict(run.config)})


def _trackio(run: RunFile, folder: Path) -> Reporter:
    del folder
    return _WandbLike("trackio", {"name": run.id, "resume": "allow", "config": asdict(run.config)})


_TARGETS: Mapping[str, tuple[str, Callable[[RunFile, Path], Reporter]]] = {
    "tensorboard": ("tensorboard", _TensorBoard),
    "wandb": ("wandb", _wandb),
    "trackio": ("trackio", _trackio),
}


def _missing(name: str, package: str) -> str:
    return (
        f"report_to names {name}, which is not installed here, so nothing is reported to it: run "
        f"`pip install {package}`."
    )


def _failed(name: str, error: Exception) -> str:
    said = message_of(error).split("\n")[0][:300]
    return (
        f"Nothing more is reported to {name} ({said}): the run goes on, and its own folder has every number."
    )
