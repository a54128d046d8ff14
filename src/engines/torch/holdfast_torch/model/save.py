"""Writes a model as an ordinary Hugging Face folder."""

import shutil
from pathlib import Path

import torch
from torch import Tensor

from ..data.tokenizer_files import TOKENIZER_FILES
from ..distributed.world import World
from .fingerprint import fingerprint
from .language_model import LanguageModel, full_tensor
from .lora import merged

# Files of a model's folder that training does not change; weights and config.json are written anew.
TAKEN_ALONG = (*TOKENIZER_FILES, "generation_config.json")


def gather_weights(model: LanguageModel, world: World) -> dict[str, Tensor]:
    """The whole model by name, adapters merged, on the processor; empty on all ranks but the first, which all must call."""
    kept: dict[str, Tensor] = {}
    named = [*model.parameters_by_name().items(), *_persistent_buffers(model)]
    with torch.no_grad():
        for name, value in named:
            entry = merged(model, name, full_tensor(value.detach()))
            if entry is not None and world.is_main:
                kept[entry[0]] = entry[1].to("cpu").contiguous()
    return kept


def fingerprint_weights(weights: dict[str, Tensor]) -> str:
    """Of gathered weights, whatever their order."""
    return fingerprint(sorted(weights.items()))


def save_model_folder(model: LanguageModel, weights: dict[str, Tensor], folder: Path, source: str) -> int:
    """Writes config, weights and tokenizer as `AutoModelForCausalLM.from_pretrained` loads them; returns the weights' bytes.

    `source` is the folder the run started from: its tokenizer is taken along as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model.hf.save_pretrained(folder, state_dict=weights, max_shard_size="20GB")
    for name in TAKEN_ALONG:
        file = Path(source) / name
        if file.exists():
            shutil.copyfile(file, folder / name)
    for code in Path(source).glob("*.py"):
        shutil.copyfile(code, folder / code.name)
    return sum(file.stat().st_size for file in folder.glob("*.safetensors"))


def _persistent_buffers(model: LanguageModel) -> list[tuple[str, Tensor]]:
    names = set(model.hf.state_dict().keys())
    return [(name, buffer) for name, buffer in model.hf.named_buffers() if name in names]
