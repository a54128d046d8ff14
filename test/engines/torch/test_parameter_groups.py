"""Which parameters move: as in the TypeScript engine, and in architectures that it does not know."""

import pytest
import torch
from holdfast_torch.data.group_patterns import GROUP_NAMES
from holdfast_torch.data.parameter_groups import choose_trainable
from holdfast_torch.failure import Failure
from holdfast_torch.protocol.blocks import Freeze
from transformers import AutoConfig, AutoModelForCausalLM
from typescript import ask_all

PARTS = [
    "input_layernorm.weight",
    *(f"self_attn.{name}" for name in ("q_proj.weight", "q_proj.bias", "k_proj.weight", "v_proj.weight")),
    *(f"self_attn.{name}" for name in ("o_proj.weight", "q_norm.weight")),
    "post_attention_layernorm.weight",
    *(f"mlp.{name}_proj.weight" for name in ("gate", "up", "down")),
]
TIED = [
    "model.embed_tokens.weight",
    *(f"model.layers.{layer}.{part}" for layer in range(12) for part in PARTS),
    "model.norm.weight",
]
UNTIED = [*TIED, "lm_head.weight"]

FREEZES: list[dict[str, list[str]] | None] = [
    None,
    {},
    *({"groups": [group]} for group in GROUP_NAMES),
    *({"trainable_groups": [group]} for group in GROUP_NAMES),
    {"trainable_groups": ["attention"], "groups": ["layers 0-10", "o"]},
    {"groups": ["layer 3"]},
    {"groups": ["layers 2 - 4"]},
    {"groups": ["layers 12-20"]},
    {"groups": ["layers 5-2"]},
    {"groups": ["layers\\.3\\.mlp"]},
    {"groups": ["attn", "(?<part>q)_proj"]},
    {"groups": ["atention"]},
    {"groups": ["Embedings"]},
    {"groups": ["self_attn.q_porj.weight"]},
    {"groups": ["mlp["]},
    {"groups": ["zzz"]},
    {"groups": ["toString"]},
    {"groups": [" "]},
    {"groups": ["x" * 201]},
    {"groups": ["y" * 150]},
    {"groups": ["."]},
    {"groups": ["q"], "trainable_groups": ["q"]},
    {"groups": ["attention"], "trainable_groups": ["q", "k"]},
]


def chosen(names: list[str], freeze: dict[str, list[str]] | None) -> dict[str, object]:
    """As the TypeScript engine has it."""
    block = None if freeze is None else Freeze.read(freeze, "freeze")
    try:
        return {"trainable": choose_trainable(names, block)}
    except Failure as failure:
        return {
            "problem": failure.message,
            **({} if failure.code == "freeze.groups" else {"code": failure.code}),
        }


@pytest.mark.parametrize("names", [TIED, UNTIED], ids=["tied", "untied"])
def test_llama_and_its_relatives_are_frozen_as_in_the_typescript_engine(names: list[str]) -> None:
    expected = ask_all(*(["trainable", names, freeze] for freeze in FREEZES))
    assert [chosen(names, freeze) for freeze in FREEZES] == expected


TOKENS = {"vocab_size": 64, "pad_token_id": 0, "bos_token_id": 0, "eos_token_id": 0}
HEADS = {"num_attention_heads": 2, "num_key_value_heads": 2}
SMALL = TOKENS | HEADS | {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2}
GPT = TOKENS | {"n_embd": 32, "n_layer": 2, "n_head": 2}
NEOX = {"q": "attention.query_key_value", "k": "attention.query_key_value", "v": "attention.query_key_value"}
QKV = {"q": "self_attn.qkv_proj", "k": "self_attn.qkv_proj", "v": "self_attn.qkv_proj"}
PHI3_FFN = {"gate": "mlp.gate_up_proj", "up": "mlp.gate_up_proj"}
C_ATTN = {"q": "attn.c_attn", "k": "attn.c_attn", "v": "attn.c_attn"}


def names_of(model_type: str) -> list[str]:
    settings = GPT if model_type in ("gpt2", "gptj") else SMALL
    extra = {"rotary_dim": 8} if model_type == "gptj" else {}
    config = AutoConfig.for_model(model_type, **settings, **extra, tie_word_embeddings=False)
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    return [name for name, _ in model.named_parameters()]


@pytest.mark.parametrize(
    ("model_type", "fused", "absent"),
    [
        ("llama", {}, ()),
        ("mistral", {}, ()),
        ("gemma2", {}, ()),
        ("qwen3", {}, ()),
        ("olmo2", {}, ()),
        ("phi3", {**QKV, **PHI3_FFN}, ()),
        ("gpt2", C_ATTN, ("gate",)),
        ("gptj", {}, ("gate",)),
        ("gpt_neox", NEOX, ("gate",)),
        ("phi", {}, ("gate",)),
        ("opt", {}, ("gate",)),
    ],
)
def test_every_parameter_of_other_architectures_has_its_group(
    model_type: str, fused: dict[str, str], absent: tuple[str, ...]
) -> None:
    names = names_of(model_type)
    wide = ("embeddings", "attention", "ffn", "norms", "lm_head")
    of_group = {group: choose_trainable(names, Freeze(None, (group,))) for group in wide}
    # Each belongs to exactly one of the wide groups, and these make up the model.
    assert sorted(name for members in of_group.values() for name in members) == sorted(names)
    for group, tensor in fused.items():
        with pytest.raises(
            Failure, match=r"a fused tensor that cannot be split: write (attention|ffn)\."
        ) as caught:
            choose_trainable(names, Freeze((group,), None))
        assert tensor in caught.value.message
    for group in absent:
        with pytest.raises(Failure, match="matches no parameter"):
            choose_trainable(names, Freeze((group,), None))
    parts = {"attention": ("q", "k", "v", "o"), "ffn": ("gate", "up", "down")}
    for group, words in parts.items():
        single = [word for word in words if word not in fused and word not in absent]
        named = [name for word in single for name in choose_trainable(names, Freeze(None, (word,)))]
        left = [name for name in of_group[group] if name not in named]
        assert len(named) == len(set(named))
        assert all(any(tensor in name for tensor in fused.values()) for name in left)
    second = choose_trainable(names, Freeze(None, ("layers 1",)))
    assert 0 < len(second) < len(names) / 2
    assert all(".1." in name for name in second)


@pytest.mark.parametrize("model_type", ["gpt2", "gptj", "gpt_neox", "phi", "phi3", "opt", "qwen3", "olmo2"])
def test_the_editor_says_of_other_architectures_what_this_engine_does(model_type: str) -> None:
    names = names_of(model_type)
    expected = ask_all(*(["trainable", names, freeze] for freeze in FREEZES))
    assert [chosen(names, freeze) for freeze in FREEZES] == expected


def test_a_regular_expression_still_reaches_a_fused_tensor() -> None:
    names = names_of("gpt2")
    moving = choose_trainable(names, Freeze(None, ("c_attn",)))
    assert [name.split(".")[-2] for name in moving] == ["c_attn"] * 4
