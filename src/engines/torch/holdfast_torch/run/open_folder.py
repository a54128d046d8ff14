"""A model of the run, loaded from its folder together with its tokenizer."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from ..base.notice import Notice
from ..data.tokenizer import ModelTokenizer, load_tokenizer
from ..device.precision import choose_dtype
from ..failure import Failure
from ..model.language_model import LanguageModel
from ..model.load import LoadSettings, load_model
from ..model.model_folder import check_model_folder
from .context import RunContext, warn


@dataclass(frozen=True)
class OpenedFolder:
    loading: LoadSettings
    """How another model of the run is loaded likewise."""
    model: LanguageModel
    tokenizer: ModelTokenizer


def open_folder(
    context: RunContext, folder: str, device: torch.device, from_config: bool = False
) -> OpenedFolder:
    """Raises Failure when there is no model that this engine reads; says what is worth warning about.

    from_config: weights are drawn at random, with the run's seed.
    """
    config = context.run.config
    check_model_folder(folder, config.trust_remote_code, from_config)
    tokenizer = load_tokenizer(folder, config.trust_remote_code)
    loading = LoadSettings(
        device=device,
        dtype=choose_dtype(config.bf16, context.device),
        pad_id=tokenizer.pad_token_id,
        trust_remote_code=config.trust_remote_code,
        from_config_seed=config.seed if from_config else None,
        padding_free=config.padding_free,
    )
    model, warnings = load_model(folder, loading)
    _check_tokenizer(tokenizer, model, folder)
    warn(context.log, [Notice("model.layout", warning) for warning in warnings])
    model.splitter.on_change = saying_split(context)
    return OpenedFolder(loading, model, tokenizer)


def _check_tokenizer(tokenizer: ModelTokenizer, model: LanguageModel, folder: str) -> None:
    """A model's vocabulary may be padded beyond its tokenizer's, never smaller."""
    rows = model.hf.get_input_embeddings().weight.shape[0]
    if tokenizer.size > rows:
        raise Failure(
            "model.tokenizer",
            f"The tokenizer of {folder} has {tokenizer.size} tokens, its model embeds {rows}: use tokenizer and weights of "
            "one model.",
        )


def saying_split(context: RunContext) -> Callable[[int], None]:
    """Says once for each model that batches outside of training are split: how small the parts become makes no difference
    to anybody."""

    def say(parts: int) -> None:
        if parts > 2:
            return
        size = context.run.config.per_device_eval_batch_size
        message = (
            "A batch outside of training did not fit into memory, so such batches are now computed in smaller parts: answers "
            "are the same, probing and evaluating are slower; lower per_device_eval_batch_size (now "
            f"`{size}`) to start like this."
        )
        warn(context.log, [Notice("memory.split-evaluation", message)])

    return say
