"""What `lora.target_modules` reaches: the editor says before what peft makes of it."""

from typing import Any

import pytest
from holdfast_torch.failure import Failure
from holdfast_torch.model.lora import add_lora
from holdfast_torch.protocol.config import Lora
from tiny_models import make_hf, make_model
from typescript import ask_all

TARGETS = [
    ["q_proj"],
    ["self_attn.q_proj"],
    ["model.layers.0.self_attn.q_proj"],
    ["q_porj"],
    ["q_proj", "q_porj"],
    ["all-linear"],
    ["proj"],
    ["self_attn"],
    ["q_proj", "mlp"],
    ["input_layernorm"],
    ["layers"],
    ["lm_head"],
    ["q_proj", "lm_head"],
    ["embed_tokens"],
    ["embed_in"],
    ["wte"],
    ["wpe"],
    ["c_attn"],
    ["attn", "c_attn"],
    ["query_key_value"],
    ["query_key_value", "dense"],
    ["word_embeddings"],
]


def verdict(model_type: str, targets: list[str]) -> str:
    """What this engine does with adapters on them."""
    settings = Lora(r=4, lora_alpha=8.0, lora_dropout=0.0, target_modules=tuple(targets))
    try:
        add_lora(make_model(model_type), settings)
    except Failure as failure:
        return "outer" if "reach the embeddings or the head" in failure.message else "refused"
    return "taken"


def expected(reaches: list[str]) -> str:
    """The same by what the editor says of each."""
    if "other" in reaches or all(reach == "nothing" for reach in reaches):
        return "refused"
    return "outer" if "outer" in reaches else "taken"


def facts_of(model_type: str) -> dict[str, Any]:
    """A model's folder as the editor sees it."""
    hf = make_hf(model_type)
    tensors = [
        {"name": name, "shape": list(value.shape), "dtype": "F32"} for name, value in hf.named_parameters()
    ]
    return {"config": hf.config.to_dict(), "tensors": tensors}


@pytest.mark.parametrize("model_type", ["llama", "qwen2", "gpt2", "gpt_neox", "opt", "bloom"])
def test_the_editor_says_what_peft_will_make_of_targets(model_type: str) -> None:
    facts = facts_of(model_type)
    reaches = ask_all(*(["lora", facts, targets] for targets in TARGETS))
    assert [expected(one) for one in reaches] == [verdict(model_type, targets) for targets in TARGETS]
