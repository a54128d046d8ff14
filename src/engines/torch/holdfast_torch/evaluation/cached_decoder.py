"""Greedy decoding with the key/value cache of transformers."""

import inspect
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache

_DROP_SHARE = 0.25
"""Finished rows leave a batch when they are this share of it: the cache is copied then."""


class CachedDecoder:
    """Decodes one batch at a time. Rows are padded on the left, as transformers expects it of whoever
    generates.
    """

    def __init__(
        self, hf: Any, device: torch.device, max_new_tokens: int, stops: Tensor, pad_id: int
    ) -> None:
        self._hf = hf
        self._device = device
        self._max_new_tokens = max_new_tokens
        self._stops = stops
        self._pad_id = pad_id
        base = hf.get_base_model() if hasattr(hf, "get_base_model") else hf
        self._accepts = frozenset(inspect.signature(base.forward).parameters)

    def may_share(self, longest: int) -> bool:
        """Whether rows of at most `longest` tokens may share a prefix.

        Padding then lies between prefix and rest, so a model that counts distances in slots instead of
        positions must not.
        """
        config = self._hf.config.get_text_config()
        window = min(
            (size for size in (getattr(config, name, None) for name in _WINDOWS) if size), default=longest
        )
        counts_slots = getattr(config, "alibi", False) or config.model_type in _ALIBI
        return "position_ids" in self._accepts and not counts_slots and longest <= window

    def decode(self, prompts: Sequence[Sequence[int]], shared: int) -> list[list[int]]:
        """New tokens of each prompt; the first `shared` tokens of all prompts must be the same."""
        cache = DynamicCache(config=self._hf.config)
        if shared > 0:
            prefix = torch.tensor([list(prompts[0][:shared])], device=self._device)
            self._forward(
                prefix, torch.ones_like(prefix), torch.arange(shared, device=self._device)[None], cache
            )
            cache.batch_repeat_interleave(len(prompts))
        ids, mask = self._left_padded(prompts, shared)
        positions = (mask.cumsum(1) - 1).clamp_(min=0)[:, shared:]
        outputs: list[list[int]] = [[] for _ in prompts]
        rows = list(range(len(prompts)))
        open_rows = set(rows)
        for round_ in range(self._max_new_tokens):
            following = self._forward(ids, mask, positions, cache)
            is_stop = torch.isin(following, self._stops)
            # One transfer for both: each waits for the device.
            told, stopped = torch.stack([following, is_stop.long()]).tolist()
            for row, token, ends in zip(rows, told, stopped, strict=True):
                if row not in open_rows:
                    continue
                outputs[row].append(token)
                if ends:
                    open_rows.discard(row)
            if not open_rows or round_ + 1 == self._max_new_tokens:
                break
            following, mask, positions = following[:, None], _longer(mask), positions[:, -1:] + 1
            if len(open_rows) <= (1 - _DROP_SHARE) * len(rows):
                keep = [at for at, row in enumerate(rows) if row in open_rows]
                rows = [rows[at] for at in keep]
                kept = torch.tensor(keep, device=self._device)
                cache.batch_select_indices(kept)
                following, mask, positions = following[kept], mask[kept], positions[kept]
            ids = following
        return outputs

    def _left_padded(self, prompts: Sequence[Sequence[int]], shared: int) -> tuple[Tensor, Tensor]:
        """Token ids after the shared prefix [rows, longest rest], and the mask [rows, shared + longest
        rest].
        """
        width = max(len(prompt) for prompt in prompts) - shared
        ids, mask = [], []
        for prompt in prompts:
            padding = width - (len(prompt) - shared)
            ids.append([self._pad_id] * padding + list(prompt[shared:]))
            mask.append([1] * shared + [0] * padding + [1] * (width - padding))
        return torch.tensor(ids, device=self._device), torch.tensor(mask, device=self._device)

    def _forward(self, ids: Tensor, mask: Tensor, positions: Tensor, cache: DynamicCache) -> Tensor:
        """The likeliest next token of every row, [rows]."""
        options: dict[str, Any] = {"input_ids": ids, "attention_mask": mask, "use_cache": True}
        options["past_key_values"] = cache
        if "position_ids" in self._accepts:
            options["position_ids"] = positions
        if "logits_to_keep" in self._accepts:
            options["logits_to_keep"] = 1
        logits: Tensor = self._hf(**options).logits
        return logits[:, -1].float().argmax(-1)


_WINDOWS = ("sliding_window", "window_size", "attention_chunk_size")
_ALIBI = frozenset({"bloom", "mpt"})


def _longer(mask: Tensor) -> Tensor:
    """The mask with one more slot that counts."""
    return torch.cat([mask, mask.new_ones(mask.shape[0], 1)], dim=1)
