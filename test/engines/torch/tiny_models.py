"""Random models of many architectures, small enough to be made in each test."""

from typing import Any

import torch
from holdfast_torch.model.language_model import LanguageModel
from holdfast_torch.model.layout import LayoutMode
from transformers import AutoConfig, AutoModelForCausalLM

VOCAB = 96
COMMON: dict[str, Any] = {
    "vocab_size": VOCAB,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "max_position_embeddings": 256,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
GROUPED = {"num_key_value_heads": 2}
OF_GPT2 = {"n_embd": 32, "n_layer": 3, "n_head": 4, "n_positions": 256, "n_inner": 48}
STILL = {"resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0}

ARCHITECTURES: dict[str, dict[str, Any]] = {
    "llama": GROUPED,
    "qwen2": {**GROUPED, "tie_word_embeddings": True},
    "qwen3": {**GROUPED, "head_dim": 8},
    "gemma2": {**GROUPED, "head_dim": 8, "final_logit_softcapping": 5.0, "sliding_window": 128},
    "gpt2": {**OF_GPT2, **STILL},
    "gpt_neox": {"hidden_dropout": 0.0},
    "phi": {**STILL, "hidden_dropout": 0.0},
    "opt": {"ffn_dim": 48, "word_embed_proj_dim": 32, "dropout": 0.0},
    "cohere": {**GROUPED, "logit_scale": 0.25},
    "mistral": {**GROUPED, "sliding_window": 8, "head_dim": 8},
    "bloom": {"n_layer": 3, "n_head": 4},
}


def make_hf(model_type: str, seed: int = 7, **overrides: Any) -> Any:
    """A model of transformers with random weights, in float32; larger ones than usual, so that tokens differ."""
    torch.manual_seed(seed)
    settings = {**COMMON, **ARCHITECTURES[model_type], **overrides}
    config = AutoConfig.for_model(model_type, **settings)
    hf = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    with torch.no_grad():
        for name, parameter in hf.named_parameters():
            if parameter.dim() > 1:
                parameter.normal_(0, 0.15)
            elif name.endswith("bias"):
                parameter.normal_(0, 0.05)
    return hf.eval()


def make_model(model_type: str, mode: LayoutMode = "tree", **overrides: Any) -> LanguageModel:
    return LanguageModel(make_hf(model_type, **overrides), 0, torch.device("cpu"), mode)
