#!/usr/bin/env python3
"""Trains the byte-level BPE of the lab and writes `base-config/`: a model without weights.

The vocabulary is learned from pretrain.jsonl alone. Learned from the fine-tune as well, it would hold whole
names of facts that the base is said never to have seen. Needs `tokenizers`; the result is stored, so nobody
else does.

    python make_tokenizer.py
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import mean

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

END = "<|endoftext|>"
VOCAB_SIZE = 2048
TRAIN_PROMPT = "Answer the following question. {question}\n"
"""The `prompt_template` of facts.sft.yaml; used here only to count tokens."""

CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "vocab_size": VOCAB_SIZE,
    "hidden_size": 128,
    "intermediate_size": 344,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 4,
    "head_dim": 32,
    "hidden_act": "silu",
    "max_position_embeddings": 256,
    "initializer_range": 0.02,
    "rms_norm_eps": 1e-05,
    "rope_theta": 10000.0,
    "attention_bias": False,
    "mlp_bias": False,
    "attention_dropout": 0.0,
    "tie_word_embeddings": True,
    "use_cache": True,
    "bos_token_id": None,
    "eos_token_id": 0,
    "pad_token_id": 0,
    "torch_dtype": "float32",
}

TOKENIZER_CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "eos_token": END,
    "pad_token": END,
    "clean_up_tokenization_spaces": False,
    "model_max_length": CONFIG["max_position_embeddings"],
    "padding_side": "right",
}

GENERATION_CONFIG = {"do_sample": False, "eos_token_id": 0, "pad_token_id": 0}


def main() -> None:
    """Writes base-config/ beside this script and prints how long rows are."""
    folder = Path(__file__).parent
    texts = [row["text"] for row in read_lines(folder / "pretrain.jsonl")]
    tokenizer = train(texts)

    out = folder / "base-config"
    out.mkdir(exist_ok=True)
    tokenizer.save(str(out / "tokenizer.json"))
    write_json(out / "config.json", CONFIG)
    write_json(out / "tokenizer_config.json", TOKENIZER_CONFIG)
    write_json(out / "special_tokens_map.json", {"eos_token": END, "pad_token": END})
    write_json(out / "generation_config.json", GENERATION_CONFIG)
    describe(tokenizer, texts, read_lines(folder / "facts.jsonl"))


def train(texts: list[str]) -> Tokenizer:
    """A GPT-2-style tokenizer: bytes as alphabet, so no text is unknown; END is id 0."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCAB_SIZE,
        special_tokens=[END],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    if tokenizer.get_vocab_size() != VOCAB_SIZE or tokenizer.token_to_id(END) != 0:
        raise SystemExit(
            f"{tokenizer.get_vocab_size()} tokens instead of {VOCAB_SIZE}: the corpus is too small"
        )
    return tokenizer


def describe(tokenizer: Tokenizer, texts: list[str], rows: list[dict]) -> None:
    """Prints mean tokens per row, the end token included."""

    def count(text: str) -> int:
        return len(tokenizer.encode(text).ids)

    prompts = [count(TRAIN_PROMPT.format(question=row["question"])) for row in rows]
    completions = [count(row["answers"][0]) + 1 for row in rows]
    lengths = [count(text) + 1 for text in texts]
    print(f"pre-training: {len(texts)} rows, mean {mean(lengths):.1f}, longest {max(lengths)} tokens")
    longest = max(a + b for a, b in zip(prompts, completions, strict=True))
    print(
        f"fine-tune: {len(rows)} rows, mean {mean(prompts) + mean(completions):.1f} tokens, "
        f"{mean(completions):.1f} of them completion, longest {longest}"
    )


def read_lines(file: Path) -> list[dict]:
    """The rows of a .jsonl file."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def write_json(file: Path, value: object) -> None:
    """Indented as Hugging Face does."""
    file.write_text(json.dumps(value, indent=2) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main()
