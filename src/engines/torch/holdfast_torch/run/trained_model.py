"""From a config to a model that is ready to be trained: found, loaded, checked, frozen in parts, spread over ranks."""

from dataclasses import dataclass

import torch

from ..data.tokenizer import ModelTokenizer
from ..failure import Failure
from ..model.hub import find_model
from ..model.language_model import LanguageModel
from ..model.load import LoadSettings
from ..training.student import Student
from .context import RunContext, create_progress
from .open_folder import open_folder
from .trainable import Trainable, prepare_trainable


@dataclass(frozen=True)
class TrainedModel:
    folder: str
    """Where the model is on this machine."""
    loading: LoadSettings
    """How another model of the run is loaded likewise."""
    model: LanguageModel
    tokenizer: ModelTokenizer
    student: Student
    trainable: Trainable


def open_trained_model(context: RunContext) -> TrainedModel:
    """Raises Failure with the cure for everything that a model can have."""
    config, world = context.run.config, context.world
    folder = _find(context)
    progress = create_progress(context.log, "loading")
    progress(0, 1)
    # What is spread over ranks must fit no single one: it goes to the devices layer by layer.
    device = context.device if world.size == 1 else torch.device("cpu")
    opened = open_folder(context, folder, device, config.from_config)
    model = opened.model
    trainable = prepare_trainable(model, config)
    if config.gradient_checkpointing:
        # The older name is the one that older releases of Transformers have.
        enable = getattr(model.hf, "activation_checkpointing_enable", model.hf.gradient_checkpointing_enable)
        enable({"use_reentrant": False})
    student = Student(model)
    if world.size > 1:
        from ..distributed.sharded import shard

        model.device = context.device
        shard(student, world)
    if config.torch_compile:
        _compile(model, context)
    student.train()
    progress(1, 1)
    return TrainedModel(folder, opened.loading, model, opened.tokenizer, student, trainable)


def _find(context: RunContext) -> str:
    """Downloads once per machine that shares a cache: by rank 0, while the others wait."""
    name, world = context.run.config.model_name_or_path, context.world
    if world.is_main:
        find_model(name, create_progress(context.log, "downloading"))
    world.barrier()
    return find_model(name)


def _compile(model: LanguageModel, context: RunContext) -> None:
    """Layer by layer: one small graph that all layers share. The first steps take long, and say so."""
    progress = create_progress(context.log, "compiling")
    progress(0, 1)
    try:
        for layer in model.layers:
            layer.compile(dynamic=True)
        for rows in ([[0, 1, 2], [0, 1, 2, 3, 4]], [[0, 1, 2, 3], [3, 4, 5, 6, 7, 8, 9]]):
            model.hidden(model.lay_out(rows))
    except Exception as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise Failure(
            "torch.compile",
            f"torch.compile does not work for this model on this machine ({reason}): set torch_compile: false.",
        ) from error
    progress(1, 1)
