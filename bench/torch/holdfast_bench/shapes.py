"""Models of known shapes with random weights, made from their configs alone: nothing is downloaded."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .places import cache
from .rows import fingerprint
from .vocabulary import END_ID, save_tokenizer


@dataclass(frozen=True)
class Shape:
    """A model's sizes and what they mean for a benchmark."""

    name: str
    architecture: str
    """`llama` or `qwen2`, as in transformers."""
    config: dict[str, Any]
    note: str


_BASE = {
    "vocab_size": 32000,
    "hidden_size": 256,
    "intermediate_size": 688,
    "num_hidden_layers": 6,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
}
_DEEP = {
    "vocab_size": 32000,
    "hidden_size": 512,
    "intermediate_size": 1408,
    "num_hidden_layers": 16,
    "num_attention_heads": 8,
    "num_key_value_heads": 2,
}
_QWEN_1_5B = {
    "vocab_size": 151936,
    "hidden_size": 1536,
    "intermediate_size": 8960,
    "num_hidden_layers": 28,
    "num_attention_heads": 12,
    "num_key_value_heads": 2,
    "rope_theta": 1000000.0,
    "rms_norm_eps": 1e-6,
}

SHAPES = {
    shape.name: shape
    for shape in (
        Shape("base", "llama", _BASE, "12.5 M parameters, head : body 1.88, a wide head on a small body"),
        Shape("deep", "llama", _DEEP, "61.5 M parameters, head : body 0.36, as Qwen2.5-0.5B"),
        Shape("qwen2.5-1.5b", "qwen2", _QWEN_1_5B, "1.54 B parameters, head : body 0.18"),
    )
}


def model_folder(name: str) -> Path:
    """A Hugging Face folder with weights of this shape, made once. Small shapes only: weights are float32 on disk."""
    shape = SHAPES[name]
    folder = cache() / f"{name}-{fingerprint()}"
    if (folder / "model.safetensors").exists():
        return folder
    half_made = folder.with_suffix(".part")
    shutil.rmtree(half_made, ignore_errors=True)
    import torch
    from transformers import AutoModelForCausalLM

    torch.manual_seed(20)
    model = AutoModelForCausalLM.from_config(hugging_face_config(shape))
    model.save_pretrained(half_made, max_shard_size="100GB")
    save_tokenizer(half_made)
    half_made.rename(folder)
    return folder


def hugging_face_config(shape: Shape) -> Any:
    """The shape as transformers' config. Tied head, as all small models have it."""
    from transformers import LlamaConfig, Qwen2Config

    kind = {"llama": LlamaConfig, "qwen2": Qwen2Config}[shape.architecture]
    return kind(
        **shape.config,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=END_ID,
        pad_token_id=END_ID,
    )
