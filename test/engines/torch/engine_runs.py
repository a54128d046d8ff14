"""Run folders for tests, and runs of the engine in this process or in one of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from holdfast_torch.distributed.world import ALONE
from holdfast_torch.folder.paths import run_paths
from holdfast_torch.protocol.command_box import open_command_box
from holdfast_torch.protocol.event_log import open_event_log
from holdfast_torch.protocol.run_file import read_run_file
from holdfast_torch.run.context import RunContext
from holdfast_torch.run.job import train_job

REPOSITORY = Path(__file__).parents[3]
TINY = REPOSITORY / "test/fixtures/models/tiny-llama"
PACKAGE = REPOSITORY / "src/engines/torch"

Event = dict[str, Any]

DEFAULTS: dict[str, Any] = {
    "version": 1,
    "from_config": False,
    "prompt_template": "Answer the following question. {question}",
    "engine": "torch",
    "seed": 42,
    "learning_rate": 1e-3,
    "num_train_epochs": 1,
    "max_steps": 6,
    "per_device_train_batch_size": 4,
    "gradient_accumulation_steps": 1,
    "per_device_eval_batch_size": 8,
    "max_length": 128,
    "completion_only_loss": True,
    "group_by_length": True,
    "optim": "adamw",
    "weight_decay": 0.01,
    "adam_beta1": 0.9,
    "adam_beta2": 0.999,
    "adam_epsilon": 1e-8,
    "max_grad_norm": 1,
    "lr_scheduler_type": "linear",
    "warmup_steps": 0,
    "eval_strategy": "steps",
    "eval_steps": 2,
    "logging_steps": 1,
    "save_strategy": "steps",
    "save_steps": 2,
    "save_total_limit": 10,
    "probes": {
        "sets": [],
        "num_prompts": 1,
        "num_fewshot": 1,
        "max_facts": 10,
        "max_forgetting": 1,
        "on_exceeded": "warn",
    },
}


def small_rows(count: int = 40) -> list[dict[str, str]]:
    """Questions of one kind, so that rows share their beginnings."""
    names = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Tony", "Niklaus"]
    places = ["London", "New York", "Rotterdam", "Los Angeles"]
    return [
        {
            "prompt": f"Where was {names[i % 7]} {i} born?",
            "completion": f" {places[i % 4]}{' City' if i % 3 == 0 else ''}",
        }
        for i in range(count)
    ]


def make_run(folder: Path, rows: list[dict[str, Any]] | None = None, **config: Any) -> Path:
    """A run folder as the host makes one; `config` over DEFAULTS."""
    data = folder.parent / f"{folder.name}.jsonl"
    data.parent.mkdir(parents=True, exist_ok=True)
    data.write_text("".join(json.dumps(row) + "\n" for row in (rows or small_rows())))
    for name in ("commands", "probes", "checkpoints"):
        (folder / name).mkdir(parents=True)
    settings = {**DEFAULTS, "model_name_or_path": str(TINY), "train_file": str(data), **config}
    run: dict[str, Any] = {
        "protocol": "1.0",
        "id": folder.name,
        "created": "2026-01-01T00:00:00.000Z",
        "config": settings,
        "origins": {},
        "config_file": None,
        "data": [],
        "versions": {},
    }
    (folder / "run.json").write_text(json.dumps(run))
    return folder


def run_here(folder: Path, interrupted: Callable[[], bool] = lambda: False) -> list[Event]:
    """One attempt in this process, without the wall; returns what its events.jsonl holds afterwards."""
    paths = run_paths(str(folder))
    log = open_event_log(paths.events)
    try:
        commands = open_command_box(paths.commands)
        run = read_run_file(paths)
        train_job(RunContext(paths, run, log, commands, ALONE, torch.device("cpu"), interrupted))
    finally:
        log.close()
    return events_of(folder)


def start(folder: Path, **environment: str) -> subprocess.Popen[str]:
    """The engine as a process of its own."""
    env = {**os.environ, "PYTHONPATH": str(PACKAGE), "OMP_NUM_THREADS": "1", **environment}
    command = [sys.executable, "-m", "holdfast_torch", str(folder), "--token", "t"]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def events_of(folder: Path) -> list[Event]:
    """Every complete line of events.jsonl."""
    path = folder / "events.jsonl"
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text.split("\n")[:-1]]


def of_type(events: list[Event], kind: str) -> list[Event]:
    return [event for event in events if event["type"] == kind]


def losses(events: list[Event]) -> dict[int, tuple[float, float]]:
    """Loss and gradient norm by step, as the last attempt told them."""
    return {event["step"]: (event["loss"], event["grad_norm"]) for event in of_type(events, "stepped")}


def weights_of(folder: Path, step: int) -> dict[str, torch.Tensor]:
    """Of a checkpoint."""
    from safetensors.torch import load_file

    return load_file(folder / f"checkpoints/step-{step:08d}/model.safetensors")
