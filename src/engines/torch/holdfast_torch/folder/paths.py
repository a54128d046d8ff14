"""Where everything of a run lies. The one place that knows the names."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class RunPaths:
    """Absolute paths.

    `teacher`: the frozen teacher of a distilled run and what it says; gone when the run is finished.
    """

    folder: str
    run_file: str
    notes: str
    process_file: str
    heartbeat: str
    engine_lock: str
    events: str
    commands: str
    log: str
    probes: str
    checkpoints: str
    teacher: str


def run_paths(folder: str | os.PathLike[str]) -> RunPaths:
    """The paths of a run folder, as src/folder/layout.ts has them."""
    root = os.path.abspath(folder)

    def inside(name: str) -> str:
        return os.path.join(root, name)

    return RunPaths(
        folder=root,
        run_file=inside("run.json"),
        notes=inside("notes.json"),
        process_file=inside("process.json"),
        heartbeat=inside("heartbeat"),
        engine_lock=inside("engine.lock"),
        events=inside("events.jsonl"),
        commands=inside("commands"),
        log=inside("engine.log"),
        probes=inside("probes"),
        checkpoints=inside("checkpoints"),
        teacher=inside("teacher"),
    )


def checkpoint_name(step: int) -> str:
    """Folder name of the checkpoint of `step`: sorts like the step."""
    return f"step-{step:08d}"
