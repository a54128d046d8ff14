"""A model as it lies in a folder, ready to be asked."""

from dataclasses import dataclass

from ..data.tokenizer import ModelTokenizer
from ..model.hub import find_model
from ..model.language_model import LanguageModel
from .context import RunContext, create_progress
from .open_folder import open_folder


@dataclass(frozen=True)
class AskedModel:
    """name: as it was asked for, a folder or an id of the Hub."""

    name: str
    model: LanguageModel
    tokenizer: ModelTokenizer


def open_asked_model(context: RunContext, name: str) -> AskedModel:
    """Raises Failure when there is no such model, or none that this engine reads."""
    folder = find_model(name, create_progress(context.log, "downloading"))
    progress = create_progress(context.log, "loading")
    progress(0, 1)
    opened = open_folder(context, folder, context.device)
    progress(1, 1)
    return AskedModel(name, opened.model, opened.tokenizer)
