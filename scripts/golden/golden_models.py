"""Tiny Llama and Qwen2 folders and what a correct engine computes with them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from exact import forward_exactly
from safetensors.torch import save_file
from tiny_tokenizer import END, TEXTS, make_tokenizer
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
)
from write_json import write_json

VOCAB_SIZE = 320
COMMON = {
    "vocab_size": VOCAB_SIZE,
    "hidden_size": 16,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "eos_token_id": 0,
    "pad_token_id": 0,
    "bos_token_id": None,
}
WEIGHT_STD = 0.5
"""Far above what training starts from: flat logits and a model that repeats its input would hide mistakes."""

BATCH_LENGTHS = ((12, 5), (9, 4), (7, 3))
"""(tokens, of them prompt) per row; the rest of 12 is padding."""
BATCH_WIDTH = 12
PROMPT_LENGTHS = (3, 5, 8)
NEW_TOKENS = 12


def make_models(out: Path) -> None:
    """Writes every folder of fixtures/models anew."""
    shutil.rmtree(out, ignore_errors=True)
    tokenizer = make_tokenizer(VOCAB_SIZE)

    llama = randomised(LlamaForCausalLM(llama_config()), seed=1)
    llama.save_pretrained(out / "tiny-llama")
    llama.save_pretrained(out / "tiny-llama-sharded", max_shard_size="30KB")
    for name, dtype in (("bf16", torch.bfloat16), ("f16", torch.float16)):
        folder = out / f"tiny-llama-{name}"
        load(out / "tiny-llama", dtype).save_pretrained(folder)
        write_golden(folder, with_gradients=False)

    randomised(Qwen2ForCausalLM(qwen2_config()), seed=2).save_pretrained(out / "tiny-qwen2")
    to_older_style(out / "tiny-qwen2" / "config.json")

    for folder in (out / "tiny-llama", out / "tiny-qwen2"):
        tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
        write_json(folder / "tokenizer_config.json", tokenizer_config())
        tokenizations = [{"text": text, "ids": tokenizer.encode(text).ids} for text in TEXTS]
        write_golden(folder, with_gradients=True, tokenizations=tokenizations)


def llama_config() -> LlamaConfig:
    """Attention wider than the hidden state, so that head_dim has to be read."""
    rope = {"rope_type": "default", "rope_theta": 50_000.0}
    sizes = {"num_hidden_layers": 3, "intermediate_size": 24, "head_dim": 8, "rms_norm_eps": 1e-5}
    return LlamaConfig(**COMMON, **sizes, rope_parameters=rope, tie_word_embeddings=False)


def qwen2_config() -> Qwen2Config:
    """Head_dim left to be computed; a rope_theta that is not the default, so that it has to be read."""
    rope = {"rope_type": "default", "rope_theta": 20_000.0}
    sizes = {"num_hidden_layers": 2, "intermediate_size": 20, "rms_norm_eps": 1e-6}
    return Qwen2Config(**COMMON, **sizes, rope_parameters=rope, tie_word_embeddings=True)


def tokenizer_config() -> dict[str, Any]:
    """As transformers would save it."""
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": END,
        "pad_token": END,
        "clean_up_tokenization_spaces": False,
        "model_max_length": COMMON["max_position_embeddings"],
    }


def to_older_style(file: Path) -> None:
    """The words of Transformers 4, in which most published models are written."""
    config = json.loads(file.read_text("utf-8"))
    config["rope_theta"] = config.pop("rope_parameters")["rope_theta"]
    config["torch_dtype"] = config.pop("dtype")
    config.pop("layer_types")
    config["transformers_version"] = "4.46.0"
    file.write_text(json.dumps(config, indent=2) + "\n", "utf-8", newline="\n")


def randomised(model: PreTrainedModel, seed: int) -> PreTrainedModel:
    """Matrices and biases around 0, norms around 1."""
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=random)
            parameter.copy_(1 + 0.2 * noise if "norm" in name else WEIGHT_STD * noise)
    return model


def load(folder: Path, dtype: torch.dtype) -> PreTrainedModel:
    """Stored weights, converted to `dtype`."""
    return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation="sdpa").eval()


def write_golden(folder: Path, with_gradients: bool, **more: object) -> None:
    """golden.json and golden.safetensors of the weights in `folder`."""
    model = load(folder, torch.float64)
    batch = make_batch()
    logits = forward_exactly(model, batch["input_ids"], batch["attention_mask"])
    sum_ce = torch.nn.functional.cross_entropy(
        logits[:, :-1].reshape(-1, VOCAB_SIZE),
        batch["labels"][:, 1:].reshape(-1),
        ignore_index=-100,
        reduction="sum",
    )
    num_ce_tokens = int((batch["labels"][:, 1:] != -100).sum())
    loss = sum_ce / num_ce_tokens
    tensors = {"logits": logits * batch["attention_mask"][:, :, None]}
    if with_gradients:
        loss.backward()
        tensors |= {f"grad.{name}": gradient_of(name, weight) for name, weight in model.named_parameters()}

    save_file(
        {name: value.detach().float().contiguous() for name, value in tensors.items()},
        folder / "golden.safetensors",
    )
    scalars = {"loss": loss.item(), "sum_ce": sum_ce.item(), "num_ce_tokens": num_ce_tokens}
    lists = {name: value.tolist() for name, value in batch.items()}
    write_json(folder / "golden.json", {**lists, **scalars, "generations": generations(model), **more})


def gradient_of(name: str, weight: torch.nn.Parameter) -> torch.Tensor:
    """The gradient; a parameter without one would be a test that cannot fail."""
    if weight.grad is None or not weight.grad.any():
        raise SystemExit(f"{name} has no gradient")
    return weight.grad


def make_batch() -> dict[str, torch.Tensor]:
    """Three right-padded rows; labels on the completion only."""
    random = torch.Generator().manual_seed(3)
    positions = torch.arange(BATCH_WIDTH).expand(len(BATCH_LENGTHS), -1)
    ends = torch.tensor([[tokens] for tokens, _ in BATCH_LENGTHS])
    starts = torch.tensor([[prompt] for _, prompt in BATCH_LENGTHS])
    real = positions < ends
    tokens = torch.randint(1, VOCAB_SIZE, positions.shape, generator=random)
    return {
        "input_ids": torch.where(real, tokens, 0),
        "attention_mask": real.long(),
        "position_ids": positions,
        "labels": torch.where(real & (positions >= starts), tokens, -100),
    }


def generations(model: PreTrainedModel) -> list[dict[str, Any]]:
    """Greedy continuations of prompts of different lengths."""
    random = torch.Generator().manual_seed(4)
    prompts = [
        torch.randint(1, VOCAB_SIZE, (length,), generator=random).tolist() for length in PROMPT_LENGTHS
    ]
    return [continue_greedily(model, prompt) for prompt in prompts]


@torch.no_grad()
def continue_greedily(model: PreTrainedModel, prompt: list[int]) -> dict[str, Any]:
    """NEW_TOKENS tokens, each from a forward pass over all before: no key-value cache to get wrong."""
    ids, gaps = list(prompt), []
    for _ in range(NEW_TOKENS):
        logits = forward_exactly(model, torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.long))[0, -1]
        best, second = logits.topk(2).values.tolist()
        gaps.append(best - second)
        ids.append(int(logits.argmax()))
    continuation = ids[len(prompt) :]
    if min(gaps) < 1e-3 or len(set(continuation)) < 4:
        raise SystemExit(
            f"{continuation} with a gap of {min(gaps)} is too close or too monotonous: take another seed"
        )
    return {"prompt_ids": prompt, "token_ids": continuation, "smallest_gap": min(gaps)}
