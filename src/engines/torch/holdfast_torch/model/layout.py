"""How the rows of a batch lie in memory: what the model is given, and where each row's tokens are in what it returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from .prefix_tree import Nodes, prefix_nodes

LayoutMode = Literal["tree", "padded"]

# Attention over a line costs its length squared: short rows are laid into lines of one of these lengths, not into one.
LINE_ROOMS = (48, 64, 96, 128, 192, 256, 384, 512)
# A cell of a line of so many tokens costs twice as much as alone (measured on processors: 600 with 128 units, 1,400 with 256).
LINE_DOUBLES_COST = 1000
# Below this saving of the grid the plain form, which needs no mask, is the faster one.
LEAST_SAVING = 0.05


@dataclass(frozen=True)
class TokenBatch:
    """One forward pass. `places[row][t]` is the flat index, into [B * T], of token t of a row."""

    input_ids: Tensor
    """[B, T] int64."""
    position_ids: Tensor | None
    """[B, T]; None: 0, 1, 2 ... in every line."""
    attention_mask: Tensor | None
    """[B, 1, T, T], added to attention scores; None: plain causal attention."""
    places: list[Nodes]
    computed_tokens: int
    """Tokens that are computed and are not padding: fewer than the rows have where they share beginnings."""
    lower: Tensor | None = None
    """[B, T, H]: what the frozen lower layers say, where that is kept."""


def lay_out(
    rows: Sequence[Sequence[int]],
    pad_id: int,
    mode: LayoutMode,
    device: torch.device,
    dtype: torch.dtype,
) -> TokenBatch:
    """Lays rows out for one forward pass; right padding is never attended to, because attention is causal.

    'tree': rows stand one after another in as few lines as they fill, without padding between them, each attending to its
    own tokens alone; tokens that rows share from their beginning on are there once. Exact: every token sees the same
    tokens at the same positions as if its row stood alone.
    """
    if mode == "tree":
        lines = _fill_lines(rows)
        longest = max(len(line.ids) for line in lines)
        grid = len(rows) * max(len(row) for row in rows)
        if len(lines) * longest <= (1 - LEAST_SAVING) * grid:
            return _tree_batch(rows, lines, longest, pad_id, device, dtype)
    return _padded_batch(rows, pad_id, device)


@dataclass(frozen=True)
class _Line:
    rows: list[int]
    paths: list[Nodes]
    """Per row of the line, where its tokens are in it."""
    ids: list[int]
    depths: list[int]


def _fill_lines(rows: Sequence[Sequence[int]]) -> list[_Line]:
    """Rows in the order of the tree, as many into a line as have room."""
    nodes, _ = prefix_nodes(rows)
    order = sorted(range(len(rows)), key=lambda row: tuple(nodes[row][-1:]))
    room = _cheapest_room([nodes[row] for row in order])
    lines: list[_Line] = []
    line = _Line([], [], [], [])
    places: dict[int, int] = {}
    for row in order:
        path = nodes[row].tolist()
        new = [t for t, node in enumerate(path) if node not in places]
        if line.ids and len(line.ids) + len(new) > room:
            lines.append(line)
            line, places, new = _Line([], [], [], []), {}, list(range(len(path)))
        for t in new:
            places[path[t]] = len(line.ids)
            line.ids.append(rows[row][t])
            line.depths.append(t)
        line.rows.append(row)
        line.paths.append(np.array([places[node] for node in path], np.int64))
    return [*lines, line]


def _cheapest_room(paths: Sequence[Nodes]) -> int:
    """How long lines should be at most: long ones cost attention, short ones share less and leave more padding."""
    lengths = [len(path) for path in paths]
    # In the order of the tree, what a row shares with its line it shares with the row before it.
    shared = [0, *(int((one[: len(two)] == two[: len(one)]).sum()) for one, two in pairwise(paths))]
    longest = max(lengths)
    rooms = [room for room in LINE_ROOMS if room >= longest] or [longest]
    return min(rooms, key=lambda room: _cost(lengths, shared, room))


def _cost(lengths: Sequence[int], shared: Sequence[int], room: int) -> float:
    """Cells of the grid, each dearer the longer its line is."""
    filled = [0]
    for length, common in zip(lengths, shared, strict=True):
        if filled[-1] and filled[-1] + length - common > room:
            filled.append(length)
        else:
            filled[-1] += length - common if filled[-1] else length
    return len(filled) * max(filled) * (1 + max(filled) / LINE_DOUBLES_COST)


def _tree_batch(
    rows: Sequence[Sequence[int]],
    lines: list[_Line],
    length: int,
    pad_id: int,
    device: torch.device,
    dtype: torch.dtype,
) -> TokenBatch:
    ids = np.full((len(lines), length), pad_id, np.int64)
    depths = np.zeros((len(lines), length), np.int64)
    seen = np.zeros((len(lines), length, length), bool)
    places: list[Nodes] = [np.empty(0, np.int64)] * len(rows)
    # Padding attends to itself, because a softmax over nothing is NaN.
    seen[:, np.arange(length), np.arange(length)] = True
    for index, line in enumerate(lines):
        ids[index, : len(line.ids)] = line.ids
        depths[index, : len(line.depths)] = line.depths
        for row, path in zip(line.rows, line.paths, strict=True):
            seen[index][np.ix_(path, path)] |= np.tri(len(path), dtype=bool)
            places[row] = path + index * length
    mask = torch.zeros(len(lines), 1, length, length, dtype=dtype)
    mask.masked_fill_(~torch.from_numpy(seen).unsqueeze(1), torch.finfo(dtype).min)
    return TokenBatch(
        input_ids=_moved(torch.from_numpy(ids), device),
        position_ids=_moved(torch.from_numpy(depths), device),
        attention_mask=_moved(mask, device),
        places=places,
        computed_tokens=sum(len(line.ids) for line in lines),
    )


def _padded_batch(rows: Sequence[Sequence[int]], pad_id: int, device: torch.device) -> TokenBatch:
    length = max(len(row) for row in rows)
    ids = np.full((len(rows), length), pad_id, np.int64)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = row
    return TokenBatch(
        input_ids=_moved(torch.from_numpy(ids), device),
        position_ids=None,
        attention_mask=None,
        places=[np.arange(len(row), dtype=np.int64) + index * length for index, row in enumerate(rows)],
        computed_tokens=sum(len(row) for row in rows),
    )


def _moved(tensor: Tensor, device: torch.device) -> Tensor:
    """Pinned memory lets the copy to a GPU run beside what it computes."""
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor.to(device)
