"""What a teacher says, on disk: one hidden state per distinct prefix that is distilled.

`outputs.bin` holds the numbers, `outputs.json`, written last, what they are. Both are read as they are by every later
attempt, so that a resumed run learns from the very same numbers.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ..failure import Failure
from ..folder.atomic_write import write_atomically
from ..losses.targets import DistilledPositions, Labelled, Targets, distilled_positions
from ..model.prefix_tree import Nodes, prefix_nodes

DATA = "outputs.bin"
HEADER = "outputs.json"
FORMAT = 2


@dataclass(frozen=True)
class CacheHeader:
    """Everything that changes the numbers."""

    format: int
    kind: str
    """'hidden_states': after the final norm, [vectors, width]."""
    width: int
    vectors: int
    dtype: str
    positions: str
    teacher_hash: str
    """SHA-256 of the teacher's weights."""
    rows_hash: str
    """SHA-256 of the training rows' tokens and labels: data, tokenizer, template, max_length and truncation show in them."""
    self_test_kl: float


class Slots:
    """Where the vector of each row's token is in the cache."""

    def __init__(self, rows: Sequence[Labelled], positions: DistilledPositions) -> None:
        nodes, count = prefix_nodes([row.input_ids for row in rows])
        is_wanted = np.zeros(count, bool)
        for row, path in zip(rows, nodes, strict=True):
            is_wanted[path[distilled_positions(row, positions)]] = True
        self.count = int(is_wanted.sum())
        slot_of_node = np.full(count, -1, np.int64)
        slot_of_node[is_wanted] = np.arange(self.count)
        self._paths: dict[int, Nodes] = {
            id(row): slot_of_node[path] for row, path in zip(rows, nodes, strict=True)
        }
        # Rows are told apart by identity, which holds only while they live.
        self._rows = rows

    def path(self, row: Labelled) -> Nodes:
        """Slot of each token of a row; -1 where nothing is distilled."""
        return self._paths[id(row)]

    def of(self, rows: Sequence[Labelled], targets: Targets) -> npt.NDArray[np.int64]:
        """[K] slots, in the order of `targets.kd_index`."""
        paths = [self._paths.get(id(row), _UNKNOWN) for row in rows]
        starts = np.cumsum([0, *(len(path) for path in paths)])
        flat = np.concatenate(paths) if paths else _UNKNOWN
        return flat[starts[targets.kd_keys[:, 0]] + targets.kd_keys[:, 1]]


_UNKNOWN: Nodes = np.empty(0, np.int64)


def hash_rows(rows: Sequence[Labelled]) -> str:
    """SHA-256 over token ids, labels and prompt lengths."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(
            np.asarray([len(row.input_ids), row.prompt_length, *row.input_ids, *row.labels], "<i8").tobytes()
        )
    return digest.hexdigest()


def create_data(folder: Path, header: CacheHeader) -> Tensor:
    """A file of zeros, mapped for writing: [vectors, width]."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / HEADER).unlink(missing_ok=True)
    path = folder / DATA
    size = header.vectors * header.width * _element_size(header)
    try:
        with open(path, "wb") as file:
            # Written, not only made long: a full disk must show now and not as a fault of memory later.
            block = bytes(min(size, 2**24)) or b"\0"
            for start in range(0, max(1, size), len(block)):
                file.write(block[: max(1, size) - start])
    except OSError:
        # What is left would keep the disk full, and the run's own last event from being written.
        path.unlink(missing_ok=True)
        raise
    return _mapped(path, header)


def seal(folder: Path, header: CacheHeader) -> None:
    """Makes a cache whose vectors are all written a complete one."""
    write_atomically(folder / HEADER, json.dumps(asdict(header), indent=2) + "\n")


def read_header(folder: Path) -> CacheHeader | None:
    """What a complete cache says of itself; None where there is none."""
    path = folder / HEADER
    if not path.exists():
        return None
    try:
        return CacheHeader(**json.loads(path.read_text(encoding="utf8")))
    except (OSError, ValueError, TypeError) as error:
        raise stale(folder, f"{HEADER} is not readable ({error})") from None


def open_data(folder: Path, header: CacheHeader) -> Tensor:
    """The vectors, mapped from disk: [vectors, width]; only what batches ask for is read."""
    path = folder / DATA
    wanted = max(1, header.vectors * header.width * _element_size(header))
    found = path.stat().st_size if path.exists() else 0
    if found != wanted:
        raise stale(folder, f"{DATA} has {found} bytes where the training rows need {wanted}")
    return _mapped(path, header)


def stale(folder: Path, reason: str) -> Failure:
    """One sentence for everything that makes a cache unusable."""
    return Failure(
        "teacher.cache",
        f"The teacher's outputs in {folder} cannot be used ({reason}): delete {folder / HEADER}, then resume the run to have "
        "them computed again.",
    )


def _mapped(path: Path, header: CacheHeader) -> Tensor:
    if header.vectors == 0:
        return torch.empty(0, header.width, dtype=_dtype(header))
    numbers = header.vectors * header.width
    flat = torch.from_file(str(path), shared=True, size=numbers, dtype=_dtype(header))
    return flat.view(header.vectors, header.width)


def _dtype(header: CacheHeader) -> torch.dtype:
    kinds = {
        "float32": torch.float32,
        "bfloat16": torch.bfloat16,
        "float16": torch.float16,
        "float64": torch.float64,
    }
    return kinds[header.dtype]


def _element_size(header: CacheHeader) -> int:
    return _dtype(header).itemsize
