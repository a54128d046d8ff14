"""Loads a causal language model for training, or says in one sentence why it cannot be."""

from dataclasses import dataclass
from typing import Any

import torch

from ..failure import Failure
from .language_model import LanguageModel
from .layout import LayoutMode
from .model_folder import check_model_folder
from .self_check import check_computation


@dataclass(frozen=True)
class LoadSettings:
    device: torch.device
    dtype: torch.dtype
    pad_id: int
    trust_remote_code: bool = False
    from_config_seed: int | None = None
    """Random weights drawn with this seed, instead of the folder's."""
    padding_free: bool = True


def load_model(folder: str, settings: LoadSettings) -> tuple[LanguageModel, list[str]]:
    """The model on its device, checked: its trunk and head, called apart and in the layout of training, must say what the
    whole model says. Returns it with sentences worth warning about."""
    hf = _load_hf(folder, settings)
    mode: LayoutMode = "tree" if settings.padding_free else "padded"
    model = LanguageModel(hf, settings.pad_id, settings.device, mode)
    warnings = check_computation(model, folder)
    return model, warnings


def _load_hf(folder: str, settings: LoadSettings) -> Any:
    from transformers import AutoConfig, AutoModelForCausalLM
    from transformers.utils import logging

    # What a run does is told by its events; bars would fill its log.
    logging.disable_progress_bar()
    check_model_folder(folder, settings.trust_remote_code, settings.from_config_seed is not None)
    common = {"trust_remote_code": settings.trust_remote_code}
    try:
        config = AutoConfig.from_pretrained(folder, **common)
        if settings.from_config_seed is not None:
            torch.manual_seed(settings.from_config_seed)
            hf = AutoModelForCausalLM.from_config(config, dtype=settings.dtype, **common)
        else:
            hf, report = AutoModelForCausalLM.from_pretrained(
                folder,
                config=config,
                dtype=settings.dtype,
                use_safetensors=True,
                ignore_mismatched_sizes=True,
                output_loading_info=True,
                **common,
            )
            _check_report(report, folder)
    except Failure:
        raise
    except Exception as error:
        raise _explain(error, folder) from error
    hf.config.use_cache = False
    _check_vocabulary(hf, folder)
    return hf.to(settings.device)


def _check_report(report: dict[str, Any], folder: str) -> None:
    """Transformers draws random numbers for what a file lacks, and says so in its log only."""
    missing, mismatched = sorted(report["missing_keys"]), sorted(report["mismatched_keys"])
    if not missing and not mismatched:
        return
    if missing:
        what = f"no tensor {missing[0]}"
    else:
        name, found, wanted = mismatched[0]
        what = f"a tensor {name} of shape {list(found)} instead of {list(wanted)}"
    raise Failure(
        "model.weights",
        f"The weights in {folder} have {what}, which config.json calls for: use weights and config.json of one model.",
    )


def _check_vocabulary(hf: Any, folder: str) -> None:
    embeddings, head = hf.get_input_embeddings(), hf.get_output_embeddings()
    if head is None or embeddings is None:
        raise Failure(
            "model.architecture",
            f"{folder} is a {type(hf).__name__} without a head over the vocabulary: choose a model for text generation.",
        )


def _explain(error: Exception, folder: str) -> Failure:
    text = str(error).strip().split("\n")[0][:300]
    if "trust_remote_code" in str(error):
        return Failure(
            "model.remote-code",
            f"{folder} brings its own Python code, which is not run by default: read that code, and set "
            "trust_remote_code: true if you trust it.",
        )
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)) or "allocate memory" in text:
        return Failure(
            "memory.model",
            f"{folder} does not fit into the memory of this device ({text}): choose a smaller model, bf16: true, or a "
            "larger device.",
        )
    if "safetensors" in text.lower() or "header" in text.lower() or "shape" in text.lower():
        return Failure(
            "model.weights", f"The weights in {folder} cannot be read ({text}): copy or download them again."
        )
    return Failure(
        "model.architecture",
        f"{folder} cannot be loaded by AutoModelForCausalLM ({text}): choose a causal language model, or a newer transformers.",
    )
