"""Greedy decoding for models without a cache of keys and values (state space models and their hybrids)."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor


def needs_whole_sequences(hf: Any) -> bool:
    """Whether the model keeps a running state that cannot be padded, picked from or gone on with row by
    row.
    """
    base = hf.get_base_model() if hasattr(hf, "get_base_model") else hf
    return bool(getattr(base, "_is_stateful", False))


class UncachedDecoder:
    """Reads every sequence anew for each token, rows of equal length together: slow, and right for any causal
    model.
    """

    def __init__(
        self, hf: Any, device: torch.device, max_new_tokens: int, stops: Tensor, pad_id: int
    ) -> None:
        self._hf = hf
        self._device = device
        self._max_new_tokens = max_new_tokens
        self._stops = frozenset(stops.tolist())
        # Rows of equal length need no padding.
        del pad_id

    def may_share(self, longest: int) -> bool:
        """Never: there is no cache to share a prefix in."""
        del longest
        return False

    def decode(self, prompts: Sequence[Sequence[int]], shared: int) -> list[list[int]]:
        """New tokens of each prompt; `shared` is 0."""
        del shared
        outputs: list[list[int]] = [[] for _ in prompts]
        by_length: dict[int, list[int]] = {}
        for row, prompt in enumerate(prompts):
            by_length.setdefault(len(prompt), []).append(row)
        for rows in by_length.values():
            self._decode_equal(rows, prompts, outputs)
        return outputs

    def _decode_equal(
        self, rows: list[int], prompts: Sequence[Sequence[int]], outputs: list[list[int]]
    ) -> None:
        open_rows = rows
        for _ in range(self._max_new_tokens):
            if not open_rows:
                return
            ids = torch.tensor([[*prompts[row], *outputs[row]] for row in open_rows], device=self._device)
            following = self._hf(input_ids=ids, use_cache=False).logits[:, -1].float().argmax(-1).tolist()
            for row, token in zip(open_rows, following, strict=True):
                outputs[row].append(token)
            open_rows = [row for row in open_rows if outputs[row][-1] not in self._stops]
