"""Which positions of a batch the loss needs, and what for. Everything else is never projected to the vocabulary."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ..model.prefix_tree import Nodes

IGNORE_INDEX = -100

DistilledPositions = Literal["all", "completion"]


class Labelled(Protocol):
    """What is needed of an encoded row."""

    @property
    def input_ids(self) -> Sequence[int]: ...
    @property
    def labels(self) -> Sequence[int]: ...
    @property
    def prompt_length(self) -> int: ...


@dataclass(frozen=True)
class Targets:
    """Places that rows share are projected once and count as often as rows share them."""

    places: Tensor
    """[P] flat places whose hidden states are projected, ascending, each once."""
    ce_index: Tensor
    """[U] into `places`, ascending, each once: those that predict labels."""
    ce_counts: Tensor
    """[U] float32: how many labels hang on each."""
    ce_labels: Tensor
    """[C] token ids, in the order of the places they hang on."""
    ce_owner: Tensor
    """[C] into `ce_index`."""
    kd_index: Tensor
    """[K] into `places`, ascending, each once; empty where nothing is distilled."""
    kd_weights: Tensor
    """[K] float32: how many rows share the place."""
    kd_keys: npt.NDArray[np.int64]
    """[K, 2]: a row of the batch and its position, as one of those that share the place."""
    starts: "Starts"
    num_ce_tokens: int
    num_kd_tokens: int


@dataclass(frozen=True)
class Starts:
    """`ce_index`, `ce_owner` and `kd_index` once more, on the processor: where a chunk of places begins in each is found
    without waiting for a GPU."""

    ce_index: npt.NDArray[np.int64]
    ce_owner: npt.NDArray[np.int64]
    kd_index: npt.NDArray[np.int64]


def labelled_positions(row: Labelled) -> npt.NDArray[np.int64]:
    """Positions that predict a labelled token: position t predicts token t + 1."""
    labels = np.asarray(row.labels[1:], np.int64)
    return np.flatnonzero(labels != IGNORE_INDEX)


def distilled_positions(row: Labelled, which: DistilledPositions) -> npt.NDArray[np.int64]:
    """Positions at which the student is held to its teacher (DESIGN 5): those that predict a real token of the row
    ('all') or a token of its completion ('completion'); the same shift as that of the labels, so that the position that
    decides the first token of the answer is one of them."""
    if which == "all":
        return np.arange(max(0, len(row.input_ids) - 1), dtype=np.int64)
    predicting = labelled_positions(row)
    return predicting[predicting + 1 >= row.prompt_length]


def count_tokens(rows: Sequence[Labelled], which: DistilledPositions | None) -> tuple[int, int]:
    """(N_ce, N_kd) of rows; N_kd is 0 where nothing is distilled."""
    ce = sum(len(labelled_positions(row)) for row in rows)
    kd = 0 if which is None else sum(len(distilled_positions(row, which)) for row in rows)
    return ce, kd


def targets_of(
    rows: Sequence[Labelled], places: Sequence[Nodes], which: DistilledPositions | None, device: torch.device
) -> Targets:
    """`places` as a layout gives them; `which` None: cross-entropy alone."""
    ce_places = [path[labelled_positions(row)] for row, path in zip(rows, places, strict=True)]
    labels = [np.asarray(row.labels, np.int64)[labelled_positions(row) + 1] for row in rows]
    distilled = [distilled_positions(row, which) if which is not None else _NONE for row in rows]
    kd_places = [path[positions] for path, positions in zip(places, distilled, strict=True)]
    ce_flat, kd_flat = _joined(ce_places), _joined(kd_places)
    kd_unique, first, counts = np.unique(kd_flat, return_index=True, return_counts=True)
    all_places = np.union1d(ce_flat, kd_unique)
    order = np.argsort(ce_flat, kind="stable")
    ce_unique, owner, ce_counts = np.unique(ce_flat[order], return_inverse=True, return_counts=True)
    starts = Starts(
        np.searchsorted(all_places, ce_unique), owner.reshape(-1), np.searchsorted(all_places, kd_unique)
    )
    owners = _joined([np.full(len(positions), row) for row, positions in enumerate(distilled)])
    keys = np.stack([owners[first], _joined(distilled)[first]], axis=1)
    return Targets(
        places=_tensor(all_places, device),
        ce_index=_tensor(starts.ce_index, device),
        ce_counts=_tensor(ce_counts, device).float(),
        ce_labels=_tensor(_joined(labels)[order], device),
        ce_owner=_tensor(starts.ce_owner, device),
        kd_index=_tensor(starts.kd_index, device),
        kd_weights=_tensor(counts, device).float(),
        kd_keys=keys.astype(np.int64),
        starts=starts,
        num_ce_tokens=len(ce_flat),
        num_kd_tokens=len(kd_flat),
    )


_NONE: npt.NDArray[np.int64] = np.empty(0, np.int64)


def _joined(parts: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    return np.concatenate(parts).astype(np.int64) if parts else _NONE


def _tensor(values: npt.NDArray[np.int64], device: torch.device) -> Tensor:
    tensor = torch.from_numpy(np.ascontiguousarray(values, np.int64))
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor.to(device)
