"""Matrices that stand still, rearranged once for fast products on a processor."""

import platform

import torch
from torch import Tensor

# What torch.compile's freezing calls for constant weights; PyTorch has no other name for oneDNN's prepacked products.
OPERATORS = ("mkldnn::_reorder_linear_weight", "mkldnn::_linear_pointwise")
# oneDNN keeps what it made for every number of rows it has met, and such pieces lie between the large blocks that come and
# go: few different numbers keep memory whole (measured: 100 MB less after 25 steps of a 12.5 M model).
ROWS_AT_ONCE = 32


def prepack(weight: Tensor) -> Tensor:
    """A copy of [V, H] that stays as it is: prepacked where that is faster, else a plain one.

    A product with few rows spends most of its time on rearranging the matrix, which a prepacked one is spared (measured,
    x86-64, float32, 32,000 x 512: 53 rows in 9 ms instead of 21, 196 rows in 30 ms instead of 48). The kind of machine
    decides, never a measurement: a resumed run must compute the same.
    """
    if weight.device.type != "cpu" or weight.dtype != torch.float32 or not _is_known():
        return weight.clone()
    prepacked: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), None)
    return prepacked


def prepacked_product(rows: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """rows @ weight.T + bias with a prepacked [V, H]; [n, H] -> [n, V]."""
    count = rows.shape[0]
    padded = torch.nn.functional.pad(rows, (0, 0, 0, -count % ROWS_AT_ONCE))
    product: Tensor = torch.ops.mkldnn._linear_pointwise(padded, weight, bias, "none", [], "")
    return product[:count]


def _is_known() -> bool:
    is_x86 = platform.machine().lower() in ("x86_64", "amd64")
    known = set(torch._C._dispatch_get_all_op_names())
    has_onednn: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return is_x86 and has_onednn and known.issuperset(OPERATORS)
