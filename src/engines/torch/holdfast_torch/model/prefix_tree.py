"""Rows as a tree of tokens: what rows share at their beginning is one node, and so is computed once."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Nodes = npt.NDArray[np.int64]


def prefix_nodes(rows: Sequence[Sequence[int]]) -> tuple[list[Nodes], int]:
    """Numbers every distinct prefix of `rows`.

    Returns, per row, the node of each of its tokens (two tokens have the same node exactly when all tokens up to them are
    the same), and how many nodes there are. Nodes are numbered depth first, so they rise along a row, and rows that share
    much are near each other.
    """
    nodes: list[Nodes] = [np.empty(0, np.int64)] * len(rows)
    count = 0
    before: Sequence[int] = ()
    path: Nodes = np.empty(0, np.int64)
    for index in sorted(range(len(rows)), key=lambda row: tuple(rows[row])):
        row = rows[index]
        shared = common_length(before, row)
        new = np.arange(count, count + len(row) - shared, dtype=np.int64)
        count += len(new)
        path = np.concatenate([path[:shared], new])
        nodes[index] = path
        before = row
    return nodes, count


def common_length(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens two rows share at their beginning."""
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length
