"""How prompts are put together into batches for decoding: pure, so that every process decides alike."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PromptBatch:
    """Prompts of one batch, by index; the first `shared` tokens are the same in all of them."""

    indices: tuple[int, ...]
    shared: int


def plan_batches(
    prompts: Sequence[Sequence[int]], batch_size: int, most_tokens: int, new_tokens: int, may_share: bool
) -> list[PromptBatch]:
    """Cuts prompts into batches of little work.

    Like lengths together save padding, like beginnings together save the prefix that all share: of both
    orders the one that leaves fewer tokens to compute is taken.

    most_tokens: upper bound of rows times (longest prompt + new_tokens) in a batch; one row is always
    allowed.
    may_share: whether prefixes may be computed once; else `shared` is 0 everywhere.
    """
    asked = (index for index, prompt in enumerate(prompts) if prompt)
    by_length = sorted(asked, key=lambda index: len(prompts[index]))
    orders = [by_length]
    if may_share:
        orders.append(sorted(by_length, key=lambda index: tuple(prompts[index][:_BEGINNING])))
    plans = [_cut(order, prompts, batch_size, most_tokens, new_tokens, may_share) for order in orders]
    return min(plans, key=lambda plan: sum(_computed_tokens(batch, prompts) for batch in plan))


_BEGINNING = 8
"""Tokens by which prompts of one wording are told from those of another."""

_LEAST_SHARED = 2
"""A single shared token (the beginning of the text) is not worth a forward pass of its own."""


def shared_prefix(prompts: Sequence[Sequence[int]]) -> int:
    """How many tokens all prompts begin with; at least the last token of each is left to be computed."""
    first, last = min(map(tuple, prompts)), max(map(tuple, prompts))
    most = min(len(prompt) for prompt in prompts) - 1
    # What the lowest and the highest have in common, all between them have too.
    return next((at for at in range(most) if first[at] != last[at]), most)


def _cut(
    order: Sequence[int],
    prompts: Sequence[Sequence[int]],
    batch_size: int,
    most_tokens: int,
    new_tokens: int,
    may_share: bool,
) -> list[PromptBatch]:
    groups: list[list[int]] = []
    longest = 0
    for index in order:
        length = len(prompts[index]) + new_tokens
        group = groups[-1] if groups else []
        fits = len(group) < batch_size and (len(group) + 1) * max(longest, length) <= most_tokens
        if group and fits:
            group.append(index)
            longest = max(longest, length)
        else:
            groups.append([index])
            longest = length
    return [PromptBatch(tuple(group), _shared_of(group, prompts, may_share)) for group in groups]


def _shared_of(group: Sequence[int], prompts: Sequence[Sequence[int]], may_share: bool) -> int:
    if not may_share or len(group) == 1:
        return 0
    shared = shared_prefix([prompts[index] for index in group])
    return shared if shared >= _LEAST_SHARED else 0


def _computed_tokens(batch: PromptBatch, prompts: Sequence[Sequence[int]]) -> int:
    longest = max(len(prompts[index]) for index in batch.indices)
    return batch.shared + len(batch.indices) * (longest - batch.shared)
