"""Greedy decoding against transformers' own generate(), token for token."""

from pathlib import Path
from typing import Any

import pytest
import torch
from holdfast_torch.evaluation.decode import DecodeOptions, decode_greedily
from holdfast_torch.evaluation.decode_batches import plan_batches, shared_prefix
from holdfast_torch.model.language_model import LanguageModel
from tiny_models import make_hf
from torch.profiler import ProfilerActivity, profile
from transformers import (
    AutoModelForCausalLM,
    BloomConfig,
    GPT2Config,
    MambaConfig,
    MistralConfig,
)

ROOT = Path(__file__).parents[3]
CPU = torch.device("cpu")


def wrap(hf: Any) -> LanguageModel:
    return LanguageModel(hf.float().eval(), 0, CPU)


def load(folder: str) -> LanguageModel:
    return wrap(AutoModelForCausalLM.from_pretrained(ROOT / folder))


def made(config: Any) -> LanguageModel:
    torch.manual_seed(1)
    hf = AutoModelForCausalLM.from_config(config)
    with torch.no_grad():
        for parameter in hf.parameters():
            # Fresh models say one token for ever; larger weights make their answers differ.
            parameter.mul_(4)
    return wrap(hf)


def tiny(kind: str) -> LanguageModel:
    if kind == "gpt2":
        return made(
            GPT2Config(
                n_embd=32, n_layer=2, n_head=2, vocab_size=64, n_positions=64, bos_token_id=0, eos_token_id=0
            )
        )
    if kind == "mistral with a window of 8":
        return made(
            MistralConfig(
                hidden_size=32,
                intermediate_size=48,
                num_hidden_layers=2,
                num_attention_heads=2,
                num_key_value_heads=1,
                vocab_size=64,
                sliding_window=8,
            )
        )
    if kind == "bloom":
        return made(BloomConfig(hidden_size=32, n_layer=2, n_head=2, vocab_size=64))
    if kind == "mamba":
        return made(
            MambaConfig(hidden_size=32, num_hidden_layers=2, vocab_size=64, state_size=4, conv_kernel=2)
        )
    return load(kind)


def one_by_one(
    model: LanguageModel, prompts: list[list[int]], new_tokens: int, stops: list[int]
) -> list[list[int]]:
    said = []
    for prompt in prompts:
        ids = model.hf.generate(
            torch.tensor([prompt]),
            attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
            do_sample=False,
            max_new_tokens=new_tokens,
            eos_token_id=stops,
            pad_token_id=0,
        )
        said.append(ids[0, len(prompt) :].tolist())
    return said


def some_prompts(vocab_size: int, seed: int = 3) -> list[list[int]]:
    """Of many lengths; most begin alike, as prompts of one template do."""
    generator = torch.Generator().manual_seed(seed)
    template = torch.randint(1, vocab_size, (6,), generator=generator).tolist()

    def tokens(count: int) -> list[int]:
        return torch.randint(1, vocab_size, (count,), generator=generator).tolist()

    return [[*template, *tokens(1 + at % 7)] for at in range(20)] + [tokens(1 + at) for at in range(5)]


MODELS = [
    "examples/lab/base",
    "test/fixtures/models/tiny-qwen2",
    "test/fixtures/models/tiny-llama",
    "gpt2",
    "mistral with a window of 8",
    "bloom",
    "mamba",
]


@pytest.mark.parametrize("kind", MODELS)
def test_says_what_generate_says(kind: str) -> None:
    model = tiny(kind)
    prompts = some_prompts(min(64, model.vocab_size))
    # Tokens that the model really says, so that rows end at different times.
    stops = sorted({row[2] for row in one_by_one(model, prompts, 3, []) if len(row) > 2})[:3]
    wanted = one_by_one(model, prompts, 9, stops)
    options = DecodeOptions(max_new_tokens=9, stop_tokens=frozenset(stops), batch_size=8, pad_id=0)
    assert decode_greedily(model, prompts, options) == wanted
    lengths = {len(row) for row in wanted}
    assert len(lengths) > 1, "rows should end at different times, else the test shows nothing"


def test_one_prompt_one_token_and_none() -> None:
    model = tiny("gpt2")
    options = DecodeOptions(max_new_tokens=1, stop_tokens=frozenset(), batch_size=4, pad_id=0)
    assert decode_greedily(model, [], options) == []
    assert decode_greedily(model, [[5]], options) == one_by_one(model, [[5]], 1, [])


def test_progress_counts_prompts_and_training_mode_comes_back() -> None:
    model = tiny("gpt2")
    model.hf.train()
    told: list[int] = []
    options = DecodeOptions(2, frozenset(), 8, 0, told.append)
    decode_greedily(model, some_prompts(64), options)
    assert told[-1] == 25
    assert told == sorted(told)
    assert model.hf.training


def test_batches_share_what_they_can_and_stay_in_bounds() -> None:
    prompts = [[1, 2, 3, 4, word, *range(5, 5 + word)] for word in range(10, 20)]
    plans = plan_batches(prompts, 4, 10_000, 5, may_share=True)
    assert sorted(index for plan in plans for index in plan.indices) == list(range(10))
    assert [plan.shared for plan in plans] == [4, 4, 4]
    assert all(plan.shared == 0 for plan in plan_batches(prompts, 4, 10_000, 5, may_share=False))
    assert all(len(plan.indices) == 1 for plan in plan_batches(prompts, 4, 30, 5, may_share=True))


def test_prompts_of_several_wordings_are_kept_apart_where_that_saves_work() -> None:
    one, other = [1, 2, 3, 4, 5, 6], [9, 8, 7, 6, 5, 4]
    prompts = [[*(one if at % 2 == 0 else other), at] for at in range(8)]
    plans = plan_batches(prompts, 4, 10_000, 3, may_share=True)
    assert [plan.shared for plan in plans] == [6, 6]


def test_at_least_one_token_of_a_prompt_is_left() -> None:
    assert shared_prefix([[1, 2], [1, 2]]) == 1
    assert shared_prefix([[1], [1, 2, 3]]) == 0


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_head_that_stands_still_is_not_copied_for_every_row(dtype: torch.dtype) -> None:
    hf = make_hf("llama", vocab_size=8_192).to(dtype)
    head = hf.get_output_embeddings().weight
    prompts = some_prompts(64)
    options = DecodeOptions(max_new_tokens=3, stop_tokens=frozenset(), batch_size=32, pad_id=0)
    said, largest = [], []
    for moves in (True, False):
        head.requires_grad_(moves)
        model = LanguageModel(hf, 0, CPU)
        with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiled:
            said.append(decode_greedily(model, prompts, options))
        largest.append(max(event.self_cpu_memory_usage for event in profiled.events()))
    assert said[0] == said[1]
    assert largest[1] <= largest[0]
    # Logits of all prompts in float32 are the largest that there should be.
    assert largest[1] <= len(prompts) * 8_192 * 4
