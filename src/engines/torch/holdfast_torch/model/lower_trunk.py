"""The layers below the lowest one that moves say the same in every epoch: they are run once, for student and teacher."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .language_model import LanguageModel
from .layout import TokenBatch
from .prefix_tree import Nodes, prefix_nodes
from .self_check import TOLERANCE, TOLERANCE_OF_HALVES, distance

# Of the memory that is free, what kept activations may take.
SHARE_OF_MEMORY = 0.2
CONTROL_GROUPS = (
    ("/sys/fs/cgroup", "memory.max", "memory.current"),
    ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
)


def frozen_depth(model: LanguageModel) -> int:
    """How many layers, from the bottom, hold nothing that is trained; 0 where what comes before them is trained."""
    in_layers = {id(parameter) for parameter in model.layers.parameters()}
    for parameter in model.trunk.parameters():
        if id(parameter) in in_layers:
            break
        if parameter.requires_grad:
            return 0
    moving = [any(p.requires_grad for p in layer.parameters()) for layer in model.layers]
    return moving.index(True) if True in moving else len(moving) - 1


class LowerTrunk:
    """Activations after the first `depth` layers, one per distinct prefix of the rows it was made for."""

    def __init__(self, model: LanguageModel, depth: int, rows: Sequence[Sequence[int]]) -> None:
        self.depth = depth
        nodes, self.count = prefix_nodes(rows)
        self._paths: dict[tuple[int, ...], Nodes] = {
            tuple(row): path for row, path in zip(rows, nodes, strict=True)
        }
        self.data = torch.empty(self.count, model.hidden_size, dtype=model.dtype, device=model.device)
        self.upper = nn.ModuleList(list(model.layers)[depth:])

    @property
    def cache_bytes(self) -> int:
        return self.data.numel() * self.data.element_size()

    def fill(self, model: LanguageModel, groups: Iterable[Sequence[Sequence[int]]]) -> None:
        """Runs the lower layers over all rows, group by group."""

        def run(rows: Sequence[Sequence[int]]) -> tuple[()]:
            batch = model.lay_out(rows)
            states = model.hidden(batch, layers=[self.depth]).layers[self.depth]
            places, paths = self._both(batch.places, rows)
            self.data[paths] = states.index_select(0, places)
            return ()

        with model.evaluating():
            for rows in groups:
                model.splitter.each(rows, run)

    def give(self, batch: TokenBatch, rows: Sequence[Sequence[int]]) -> TokenBatch:
        """The batch with the activations that its upper layers start from; as it is where a row is not known."""
        if any(tuple(row) not in self._paths for row in rows):
            return batch
        places, paths = self._both(batch.places, rows)
        height, width = batch.input_ids.shape
        grid = torch.zeros(height * width, self.data.shape[1], dtype=self.data.dtype, device=self.data.device)
        grid[places] = self.data.index_select(0, paths)
        return replace(batch, lower=grid.view(height, width, -1))

    def _both(self, places: Sequence[Nodes], rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        device = self.data.device
        flat = np.concatenate(list(places))
        paths = np.concatenate([self._paths[tuple(row)] for row in rows])
        return torch.from_numpy(flat).to(device), torch.from_numpy(paths).to(device)


def keep_lower_trunk(
    model: LanguageModel,
    rows: Sequence[Sequence[int]],
    groups: Callable[[], Iterable[Sequence[Sequence[int]]]],
) -> LowerTrunk | None:
    """Runs the frozen lower layers once over all rows and keeps what they say; None where nothing is frozen there, where
    it would take too much memory, or where this architecture cannot be entered in the middle (asked of it by running it)."""
    depth = frozen_depth(model)
    if depth == 0 or not _has_room(model, rows) or not _has_one_kind_of_layers(model):
        return None
    lower = LowerTrunk(model, depth, rows)
    sample = list(rows[:4])
    lower_sample = LowerTrunk(model, depth, sample)
    lower_sample.fill(model, [sample])
    if not _computes_the_same(model, lower_sample, sample):
        return None
    lower.fill(model, groups())
    model.lower = lower
    return lower


@contextmanager
def upper_layers_only(model: LanguageModel, lower: LowerTrunk) -> Iterator[None]:
    """Inside, the trunk consists of the layers above the lower ones."""
    parent, name = _place_of(model.trunk, model.layers)
    setattr(parent, name, lower.upper)
    try:
        yield
    finally:
        setattr(parent, name, model.layers)


def _computes_the_same(model: LanguageModel, lower: LowerTrunk, rows: Sequence[Sequence[int]]) -> bool:
    tolerance = TOLERANCE.get(model.dtype, TOLERANCE_OF_HALVES)
    with model.evaluating():
        batch = model.lay_out(rows)
        wanted = model.hidden(batch).last
        given = lower.give(batch, rows)
        try:
            model.lower = lower
            got = model.hidden(given).last
        except (RuntimeError, ValueError, TypeError, IndexError, AttributeError):
            return False
        finally:
            model.lower = None
        at = torch.from_numpy(np.concatenate(list(batch.places))).to(model.device)
        return distance(got.index_select(0, at).float(), wanted.index_select(0, at).float()) <= tolerance


def _has_room(model: LanguageModel, rows: Sequence[Sequence[int]]) -> bool:
    most = sum(len(row) for row in rows) * model.hidden_size * model.dtype.itemsize
    return most <= SHARE_OF_MEMORY * free_memory(model.device)


def free_memory(device: torch.device) -> float:
    """Bytes; of the machine, or of the container in it, where the device is not a CUDA one, as far as they say."""
    if device.type == "cuda":
        return float(torch.cuda.mem_get_info(device)[0])
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            fields = dict(line.split(":", 1) for line in file)
        return min(1024.0 * int(fields["MemAvailable"].split()[0]), free_in_container())
    except (OSError, KeyError, ValueError):
        return 4 * 2.0**30


def free_in_container(groups: Sequence[tuple[str, str, str]] = CONTROL_GROUPS) -> float:
    """What the limit of the container leaves, whose root its own control group is; files that nobody uses can be let go
    (kernel.org, cgroup-v2 and cgroup-v1, "memory.stat"). Infinite where there is no limit."""
    for folder, limit, usage in groups:
        try:
            most, used, told = (
                Path(folder, name).read_text("ascii") for name in (limit, usage, "memory.stat")
            )
            fields = dict(line.split() for line in told.splitlines())
            files = fields.get("total_inactive_file", fields.get("inactive_file", "0"))
            return max(0.0, float(most.strip().replace("max", "inf")) - float(used) + float(files))
        except (OSError, ValueError):
            continue
    return float("inf")


def _has_one_kind_of_layers(model: LanguageModel) -> bool:
    """Layers find their own kind by their place in the whole list, which they have not when they stand alone."""
    kinds = getattr(model.hf.config.get_text_config(), "layer_types", None)
    return kinds is None or len(set(kinds)) <= 1


def _place_of(trunk: nn.Module, layers: nn.ModuleList) -> tuple[Any, str]:
    for parent in trunk.modules():
        for name, child in parent.named_children():
            if child is layers:
                return parent, name
    raise ValueError("layers are not part of the trunk")
