"""Checkpoints: an ordinary Hugging Face folder plus what a resumed run needs to go on bit for bit."""

import json
import os
import re
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from ..distributed.world import World
from ..evaluation.memory import NO_MEMORY, EvaluationMemory
from ..failure import Failure
from ..folder.atomic_write import sync_folder, write_atomically
from ..folder.disk_failure import system_error
from ..folder.paths import checkpoint_name
from ..model.language_model import LanguageModel, full_tensor
from ..model.save import gather_weights, save_model_folder
from ..training.optimizer import Optimizer

STATE_FILE = "trainer_state.json"
OPTIMIZER_FILE = "optimizer.safetensors"
STEP_FOLDER = re.compile(r"step-\d{8,}")


@dataclass(frozen=True)
class Best:
    step: int
    metric: float


@dataclass(frozen=True)
class TrainerState:
    step: int = 0
    tokens_seen: int = 0
    best: Best | None = None
    """The best evaluation so far that was saved."""
    memory: EvaluationMemory = NO_MEMORY


@dataclass(frozen=True)
class Checkpointing:
    """What saving needs; `saver()` gives the function that a steward calls."""

    checkpoints: Path
    source: str
    """Folder of the model the run started from."""
    model: LanguageModel
    optimizer: Optimizer
    world: World
    micro_batch_parts: Callable[[], int]
    """Into how many parts micro-batches are cut by now, for want of memory."""
    raw_names: Collection[str] = ()
    """Parameters kept as they are beside the model: adapters, which the model's own weights hold merged."""

    def save(self, state: TrainerState, is_best: bool) -> tuple[str, int]:  # noqa: ARG002
        """Saves a checkpoint, complete or not at all (written beside, then renamed). Returns its name and bytes.

        Every rank must call it; rank 0 writes.
        """
        name = checkpoint_name(state.step)
        target = self.checkpoints / name
        # A step's checkpoint is the same whenever it is saved, so one that is there stays: replacing it could only lose it.
        is_there = self.world.broadcast((target / STATE_FILE).exists() if self.world.is_main else False)
        if is_there:
            return name, _bytes_of(target)
        weights = gather_weights(self.model, self.world)
        extra = self._optimizer_tensors()
        size = self._write(target, weights, extra, state) if self.world.is_main else 0
        self.world.barrier()
        return name, size

    def _optimizer_tensors(self) -> dict[str, Tensor]:
        kept: dict[str, Tensor] = {}
        seen: set[int] = set()
        parameters = self.model.parameters_by_name()
        raw = {f"raw.{name}": parameters[name].detach() for name in self.raw_names}
        for name, value in {**self.optimizer.tensors(), **raw}.items():
            whole = full_tensor(value)
            if self.world.is_main:
                value = whole.detach().to("cpu").contiguous()
                # Tables that parameters share (8-bit state) are written once each: the format knows no sharing.
                kept[name] = value.clone() if value.data_ptr() in seen else value
                seen.add(value.data_ptr())
        return kept

    def _write(
        self, target: Path, weights: dict[str, Tensor], extra: dict[str, Tensor], state: TrainerState
    ) -> int:
        building = self.checkpoints / f".building-{target.name}-{os.getpid()}"
        self.checkpoints.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(building, ignore_errors=True)
        try:
            save_model_folder(self.model, weights, building, self.source)
            save_file(extra, building / OPTIMIZER_FILE)
            text = json.dumps(state_to_json(state, self.micro_batch_parts()), indent=2)
            for file in building.iterdir():
                _sync(file)
            write_atomically(building / STATE_FILE, text + "\n")
            shutil.rmtree(target, ignore_errors=True)
            building.rename(target)
            sync_folder(self.checkpoints)
            return _bytes_of(target)
        except Exception as error:
            shutil.rmtree(building, ignore_errors=True)
            raise system_error(error) from error


def latest_checkpoint(checkpoints: Path) -> Path | None:
    """The complete checkpoint with the highest step."""
    found = [folder for folder in _step_folders(checkpoints) if (folder / STATE_FILE).exists()]
    return found[-1] if found else None


def prune_checkpoints(checkpoints: Path, keep: int, protected_steps: Collection[int]) -> None:
    """Removes what a killed engine left half written, and all but `keep` checkpoints; the protected ones stay."""
    for left in checkpoints.glob(".building-*"):
        shutil.rmtree(left, ignore_errors=True)
    folders = _step_folders(checkpoints)
    kept = {checkpoint_name(step) for step in protected_steps}
    others = [folder for folder in folders if folder.name not in kept]
    surplus = max(0, len(folders) - max(keep, len(kept)))
    for folder in others[:surplus]:
        shutil.rmtree(folder, ignore_errors=True)


def read_trainer_state(checkpoint: Path) -> tuple[TrainerState, int]:
    """The state, and into how many parts micro-batches were cut."""
    path = checkpoint / STATE_FILE
    try:
        return state_from_json(json.loads(path.read_text(encoding="utf8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Failure(
            "checkpoint.state",
            f"{path} is not a trainer state ({error}): remove that checkpoint folder, then resume from an earlier one.",
        ) from None


def restore_weights(
    model: LanguageModel, optimizer: Optimizer, checkpoint: Path, raw_names: Collection[str]
) -> None:
    """Weights, adapters and optimizer state of a checkpoint into a model that has its base's."""
    try:
        with safe_open(checkpoint / OPTIMIZER_FILE, framework="pt") as file:
            kept = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except Exception as error:
        raise Failure(
            "checkpoint.optimizer",
            f"{checkpoint / OPTIMIZER_FILE} cannot be read ({error}): remove that checkpoint folder, then resume from an "
            "earlier one.",
        ) from None
    raw = {name.removeprefix("raw."): kept.pop(name) for name in list(kept) if name.startswith("raw.")}
    parameters = model.parameters_by_name()
    names = raw_names or [name for name, parameter in parameters.items() if parameter.requires_grad]
    weights = raw if raw_names else _saved_weights(model, checkpoint, names)
    with torch.no_grad():
        for name in names:
            _copy_into(parameters[name], weights.get(name), name, checkpoint)
    optimizer.restore(kept)


def state_to_json(state: TrainerState, parts: int) -> dict[str, Any]:
    """As the TypeScript engine writes it."""
    return {
        "global_step": state.step,
        "num_input_tokens_seen": state.tokens_seen,
        "best": None if state.best is None else {"step": state.best.step, "metric": state.best.metric},
        "evaluation": {
            "reference_step": state.memory.reference_step,
            "best_held_correct": state.memory.best_held_correct,
            "reference_correct": list(state.memory.reference_correct),
        },
        "micro_batch_parts": parts,
    }


def state_from_json(value: dict[str, Any]) -> tuple[TrainerState, int]:
    """Raises KeyError, TypeError or ValueError where it is none."""
    best, memory = value["best"], value["evaluation"]
    state = TrainerState(
        step=int(value["global_step"]),
        tokens_seen=int(value["num_input_tokens_seen"]),
        best=None if best is None else Best(int(best["step"]), float(best["metric"])),
        memory=EvaluationMemory(
            reference_step=memory["reference_step"],
            best_held_correct=int(memory["best_held_correct"]),
            reference_correct=tuple(str(name) for name in memory["reference_correct"]),
        ),
    )
    return state, int(value.get("micro_batch_parts", 1))


def _saved_weights(model: LanguageModel, checkpoint: Path, names: Collection[str]) -> dict[str, Tensor]:
    weights: dict[str, Tensor] = {}
    try:
        for file in sorted(checkpoint.glob("model*.safetensors")):
            with safe_open(file, framework="pt") as opened:
                weights.update({name: opened.get_tensor(name) for name in opened.keys()})  # noqa: SIM118
        if all(name in weights for name in names):
            return weights
        # Some architectures are saved under other names than they are computed with; Transformers knows the way back.
        from transformers import AutoModelForCausalLM

        hf = AutoModelForCausalLM.from_pretrained(checkpoint, dtype=model.dtype)
    except Exception as error:
        raise Failure(
            "checkpoint.weights",
            f"The weights in {checkpoint} cannot be read ({str(error).splitlines()[0][:160]}): remove that checkpoint folder, "
            "then resume from an earlier one.",
        ) from error
    return dict(hf.named_parameters())


def _copy_into(parameter: Tensor, value: Tensor | None, name: str, checkpoint: Path) -> None:
    if value is None or value.shape != parameter.shape:
        found = "nothing" if value is None else f"shape {list(value.shape)}"
        raise Failure(
            "checkpoint.weights",
            f"{checkpoint} holds {found} for {name}, which has shape {list(parameter.shape)}: remove that checkpoint folder, "
            "then resume from an earlier one.",
        )
    mesh = getattr(parameter, "device_mesh", None)
    if mesh is not None:
        from torch.distributed.tensor import distribute_tensor

        value = distribute_tensor(value.to(parameter.device), mesh, parameter.placements)  # type: ignore[attr-defined]
    parameter.copy_(value)


def _step_folders(checkpoints: Path) -> list[Path]:
    if not checkpoints.exists():
        return []
    found = [folder for folder in checkpoints.iterdir() if STEP_FOLDER.fullmatch(folder.name)]
    # A step of more than eight digits would sort before its time as text.
    return sorted(found, key=lambda folder: int(folder.name.removeprefix("step-")))


def _bytes_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("*.safetensors"))


def _sync(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
