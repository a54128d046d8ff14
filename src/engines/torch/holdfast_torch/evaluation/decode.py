"""Greedy decoding in batches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch

from ..model.head import reading_whole_rows
from ..model.language_model import LanguageModel
from .cached_decoder import CachedDecoder
from .decode_batches import plan_batches
from .uncached_decoder import UncachedDecoder, needs_whole_sequences


@dataclass(frozen=True)
class DecodeOptions:
    """How far to decode.

    max_new_tokens: a row ends after so many at the latest.
    stop_tokens: a row ends with any of these; the token is part of the result.
    batch_size: most rows of a batch; long prompts make it smaller.
    on_progress: told how many prompts are done.
    """

    max_new_tokens: int
    stop_tokens: frozenset[int]
    batch_size: int
    pad_id: int
    on_progress: Callable[[int], None] | None = None


MOST_TOKENS = 65_536
"""Rows times slots of one batch: bounds the key/value cache whatever the prompts are."""


def decode_greedily(
    model: LanguageModel, prompts: Sequence[Sequence[int]], options: DecodeOptions
) -> list[list[int]]:
    """Greedy continuations of prompts, as `generate(do_sample=False)` gives them.

    Prompts of a batch are read once, a prefix that they share once for all of them; then one token a pass,
    for the rows that are not finished yet.

    prompts: token ids; nothing follows on a prompt without any.
    Returns for each prompt the new tokens, the stop token included where one came within `max_new_tokens`.
    """
    results: list[list[int]] = [[] for _ in prompts]
    with model.evaluating(), reading_whole_rows(model.hf.get_output_embeddings()):
        decoder = _decoder_for(model, options)
        longest = max((len(prompt) for prompt in prompts), default=0) + options.max_new_tokens
        batches = plan_batches(
            prompts, options.batch_size, MOST_TOKENS, options.max_new_tokens, decoder.may_share(longest)
        )
        done = 0
        for batch in batches:
            decoded = model.splitter.each(
                [prompts[index] for index in batch.indices], partial(decoder.decode, shared=batch.shared)
            )
            for index, tokens in zip(batch.indices, decoded, strict=True):
                results[index] = tokens
            done += len(batch.indices)
            if options.on_progress is not None:
                options.on_progress(done)
    return results


def _decoder_for(model: LanguageModel, options: DecodeOptions) -> CachedDecoder | UncachedDecoder:
    kind = UncachedDecoder if needs_whole_sequences(model.hf) else CachedDecoder
    stops = torch.tensor(sorted(options.stop_tokens), device=model.device)
    return kind(model.hf, model.device, options.max_new_tokens, stops, options.pad_id)
