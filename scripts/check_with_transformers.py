#!/usr/bin/env python3
"""Asks a checkpoint with Hugging Face Transformers: what Holdfast writes must mean the same to everybody
else.

Loads the folder in float32, answers each prompt greedily up to the first newline or the end token, and
prints the answers as a JSON list, in the order of the prompts.

    python scripts/check_with_transformers.py CHECKPOINT PROMPTS.json
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase


def main() -> None:
    """Reads the command line and prints the answers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", type=Path, help="Hugging Face folder")
    parser.add_argument("prompts", type=Path, help="JSON list of strings")
    parser.add_argument("--max-new-tokens", type=int, default=32)
    arguments = parser.parse_args()

    prompts = read_prompts(arguments.prompts)
    # A folder, never a hub id: a mistyped path must not become a download.
    tokenizer = AutoTokenizer.from_pretrained(arguments.checkpoint, local_files_only=True)
    model = AutoModelForCausalLM.from_pretrained(
        arguments.checkpoint, dtype=torch.float32, local_files_only=True
    ).eval()
    answers = [answer(model, tokenizer, prompt, arguments.max_new_tokens) for prompt in prompts]
    print(json.dumps(answers, ensure_ascii=False, indent=2))


def read_prompts(file: Path) -> list[str]:
    """The prompts; anything else than a list of texts is refused."""
    prompts = json.loads(file.read_text("utf-8"))
    if not isinstance(prompts, list) or not all(isinstance(prompt, str) and prompt for prompt in prompts):
        raise SystemExit(f"{file} must hold a JSON list of non-empty strings")
    return prompts


@torch.no_grad()
def answer(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, prompt: str, max_new_tokens: int
) -> str:
    """The first line of the greedy continuation, trimmed. One prompt at a time: no padding to get wrong."""
    inputs = tokenizer(prompt, return_tensors="pt", add_special_tokens=False)
    length = inputs["input_ids"].shape[1]
    stops = {"stop_strings": ["\n"], "tokenizer": tokenizer, "pad_token_id": tokenizer.pad_token_id}
    output = model.generate(**inputs, do_sample=False, max_new_tokens=max_new_tokens, **stops)
    text = tokenizer.decode(output[0, length:], skip_special_tokens=True)
    return text.split("\n", 1)[0].strip()


if __name__ == "__main__":
    main()
