"""Low-rank adapters (Hu et al. 2021) through peft, put into the model in place; checkpoints hold the merged model."""

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from ..failure import Failure
from ..protocol.config import Lora
from .language_model import LanguageModel, full_tensor

ADAPTER = "default"
# What peft puts between a module and its weight.
WRAPPED = ".base_layer"


def add_lora(model: LanguageModel, settings: Lora) -> None:
    """Adds adapters, zero at first, to linear layers of the decoder; they alone move afterwards."""
    from peft import LoraConfig, inject_adapter_in_model

    layered = linear_modules(model)
    targets = list(settings.target_modules) if settings.target_modules else layered
    config = LoraConfig(
        r=settings.r,
        lora_alpha=settings.lora_alpha,
        lora_dropout=settings.lora_dropout,
        target_modules=targets,
        fan_in_fan_out=False,
        bias="none",
    )
    try:
        inject_adapter_in_model(config, model.hf)
    except ValueError as error:
        raise Failure(
            "lora.target_modules",
            f"lora.target_modules {targets} fit no module of this model ({str(error).splitlines()[0][:200]}): take some of "
            f"{', '.join(layered)}, or leave target_modules out for all of them.",
        ) from None
    # The head is computed with the loss, past any adapter; and in most small models it is the embeddings' own matrix.
    outer = (model.hf.get_input_embeddings(), model.hf.get_output_embeddings())
    if any(hasattr(module, "base_layer") for module in outer):
        raise Failure(
            "lora.target_modules",
            f"lora.target_modules {targets} reach the embeddings or the head, which take no adapters here: name modules of "
            f"the layers, such as {layered[0]}, or leave target_modules out for all of them.",
        )


def linear_modules(model: LanguageModel) -> list[str]:
    """Last names of the linear modules of the layers, such as q_proj; neither embeddings nor head."""
    from torch import nn

    kinds = {"Linear", "Conv1D"}
    names = [
        name.rsplit(".", 1)[-1]
        for name, module in model.layers.named_modules()
        if isinstance(module, nn.Linear) or type(module).__name__ in kinds
    ]
    return list(dict.fromkeys(name for name in names if name))


def lora_names(names: Sequence[str]) -> list[str]:
    """Those of adapters."""
    return [name for name in names if ".lora_" in name]


def merged(model: LanguageModel, name: str, value: Tensor) -> tuple[str, Tensor] | None:
    """A tensor of the state dict as it is in the model without adapters; None for one of an adapter."""
    if ".lora_" in name:
        return None
    if WRAPPED not in name:
        return name, value
    plain = name.replace(WRAPPED, "")
    if not name.endswith(f"{WRAPPED}.weight"):
        return plain, value
    module: Any = model.hf.get_submodule(name.removesuffix(f"{WRAPPED}.weight"))
    delta = full_tensor(module.get_delta_weight(ADAPTER)).to(value.device)
    return plain, (value.float() + delta.float()).to(value.dtype)
