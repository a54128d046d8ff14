"""A model as it lies in a folder, ready to be asked."""

from dataclasses import dataclass

from ..base.notice import Notice
from ..data.tokenizer import ModelTokenizer, load_tokenizer
from ..device.precision import choose_dtype
from ..model.hub import find_model
from ..model.language_model import LanguageModel
from ..model.load import LoadSettings, load_model
from ..model.model_folder import check_model_folder
from .context import RunContext, create_progress, warn


@dataclass(frozen=True)
class AskedModel:
    """name: as it was asked for, a folder or an id of the Hub."""

    name: str
    model: LanguageModel
    tokenizer: ModelTokenizer


def open_asked_model(context: RunContext, name: str) -> AskedModel:
    """Raises Failure when there is no such model, or none that this engine reads."""
    config = context.run.config
    folder = find_model(name, create_progress(context.log, "downloading"))
    check_model_folder(folder, config.trust_remote_code, from_config=False)
    tokenizer = load_tokenizer(folder, config.trust_remote_code)
    settings = LoadSettings(
        device=context.device,
        dtype=choose_dtype(config.bf16, context.device),
        pad_id=tokenizer.pad_token_id,
        trust_remote_code=config.trust_remote_code,
        padding_free=config.padding_free,
    )
    progress = create_progress(context.log, "loading")
    progress(0, 1)
    model, warnings = load_model(folder, settings)
    warn(context.log, [Notice("model.layout", message) for message in warnings])
    progress(1, 1)
    return AskedModel(name, model, tokenizer)
