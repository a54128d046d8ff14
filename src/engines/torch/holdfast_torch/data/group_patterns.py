"""What the words of `freeze` mean, in the parameter names of transformers' causal language models.

Llama and its relatives (Qwen, Mistral, Gemma, OLMo, Granite, StableLM ...) name every projection; GPT-2,
GPT-NeoX, Falcon, BLOOM, MPT, OPT, GPT-J and Phi have names of their own, and some keep several projections in
one tensor.
"""

import re

_ATTENTION = r"\.(?:self_attn|self_attention|linear_attn|attn|attention)\.(?:attention\.)?"
_FFN = r"(?:\.(?:mlp|ffn|feed_forward|block_sparse_moe)\.(?:\w+\.)*|\.layers\.\d+\.)"
_QKV = r"c_attn|qkv_proj|query_key_value|Wqkv|qkv|in_proj_qkvz?"

NORM = re.compile(r"(?:norm(?:_?\w)?|(?:^|\.)ln_\w+|layer_?norm_?\w*)\.(?:weight|bias)$")

_PATTERNS = {
    "embeddings": r"(?:^|\.)(?:embed_tokens\w*|embed_positions|embed_in|wte|wpe|word_embeddings)\.",
    "attention": _ATTENTION,
    "q": _ATTENTION + r"(?:q_proj|q_a_proj|q_b_proj|query|wq)\.",
    "k": _ATTENTION + r"(?:k_proj|key|wk)\.",
    "v": _ATTENTION + r"(?:v_proj|value|wv)\.",
    "o": _ATTENTION + r"(?:o_proj|out_proj|c_proj|dense|wo)\.",
    "ffn": r"\.(?:mlp|ffn|feed_forward|block_sparse_moe)\.|\.layers\.\d+\.fc[12]\.",
    "gate": _FFN + r"(?:gate_proj|w1)(?:\.|$)",
    "up": _FFN + r"(?:up_proj|c_fc|fc1|fc_in|dense_h_to_4h|w3)(?:\.|$)",
    "down": _FFN + r"(?:down_proj|c_proj|fc2|fc_out|dense_4h_to_h|w2)(?:\.|$)",
    "norms": NORM.pattern,
    "lm_head": r"^(?:lm_head|embed_out)\.",
}
_GROUPS = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}

# Tensors that hold what several words name, so that none of those words can be had alone.
_FUSED = {
    "q": re.compile(_ATTENTION + rf"(?:{_QKV})\."),
    "k": re.compile(_ATTENTION + rf"(?:{_QKV}|kv_a_proj_with_mqa|kv_b_proj|kv_proj)\."),
    "v": re.compile(_ATTENTION + rf"(?:{_QKV}|kv_a_proj_with_mqa|kv_b_proj|kv_proj)\."),
    "gate": re.compile(_FFN + r"gate_up_proj(?:\.|$)"),
    "up": re.compile(_FFN + r"gate_up_proj(?:\.|$)"),
}
WIDER_WORD = {"q": "attention", "k": "attention", "v": "attention", "gate": "ffn", "up": "ffn"}
"""The group that holds the whole of a fused tensor."""

GROUP_NAMES = tuple(_PATTERNS)

_LAYER = re.compile(r"(?:^|\.)(?:layers|h|blocks)\.(\d+)\.")


def is_in_group(group: str, name: str) -> bool:
    """Whether a parameter belongs to one of GROUP_NAMES.

    Biases follow their projection; norms inside of attention are norms. A tied head has no parameter of its
    own: it is `embeddings`.
    """
    if group != "norms" and NORM.search(name) is not None:
        return False
    return _GROUPS[group].search(name) is not None


def is_fused(group: str, name: str) -> bool:
    """Whether a parameter holds what `group` names together with something else."""
    return group in _FUSED and _FUSED[group].search(name) is not None


def layer_of(name: str) -> int | None:
    """Index of a parameter's layer; None outside of them."""
    found = _LAYER.search(name)
    return None if found is None else int(found.group(1))
