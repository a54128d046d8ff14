#!/usr/bin/env python3
"""Writes test/fixtures/chat-templates.json: conversations as transformers' apply_chat_template words and tokenizes them; and the
two small tokenizers that do it, test/fixtures/tokenizers/.

The templates have the shape of those in use (ChatML as Qwen2.5, header tokens as Llama 3, [INST] as Mistral, what else is asked
of Jinja as in Llama 3.2 and Qwen3), written for this test. Needs transformers; the result is stored.

    python scripts/golden/chat_templates.py
"""

from __future__ import annotations

import json
from pathlib import Path

from tiny_tokenizer import CORPUS, make_tokenizer
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast
from write_json import write_json

ROOT = Path(__file__).parents[2]

MARKERS = ["<|im_start|>", "<|im_end|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
"""Tokens that stand for no text, in both vocabularies."""

TEMPLATES = {
    "chatml": """{%- if messages[0]['role'] != 'system' %}
    {{- '<|im_start|>system\\nBe helpful.<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}""",
    "headers": """{{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}""",
    "inst": """{%- if messages[0]["role"] == "system" %}
    {%- set system = messages[0]["content"] %}
    {%- set turns = messages[1:] %}
{%- else %}
    {%- set turns = messages %}
{%- endif %}
{{- bos_token }}
{%- for message in turns %}
    {%- if (message["role"] == "user") != (loop.index0 % 2 == 0) %}
        {{- raise_exception("Roles must alternate.") }}
    {%- endif %}
    {%- if message["role"] == "user" %}
        {%- if loop.first and system is defined %}
            {{- "[INST] " + system + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- else %}
        {{- " " + message["content"] | trim + eos_token }}
    {%- endif %}
{%- endfor %}""",
    "marked": """
{%- set ns = namespace(last=-1) %}
{%- for message in messages[::-1] %}
    {%- if message.role == "user" and ns.last < 0 %}
        {%- set ns.last = messages | length - 1 - loop.index0 %}
    {%- endif %}
{%- endfor %}
{%- if tools is not none or documents is not none %}
    {{- raise_exception("No tools here.") }}
{%- endif %}
{%- if messages[0].role != "system" %}
    {{- "<|im_start|>system\\nBe brief.<|im_end|>\\n" }}
{%- endif %}
{% for message in messages %}
    {%- set content = message.content if message.content is string else "" %}
    {%- if message.role == "assistant" %}
        {{- "<|im_start|>assistant\\n" }}
        {%- generation %}
        {{- content.split("</think>")[-1].lstrip("\\n") + "<|im_end|>" }}
        {%- endgeneration %}
        {{- "\\n" }}
    {%- elif message.tool_calls is defined and message.tool_calls %}
        {%- continue %}
    {%- else %}
        {{- "<|im_start|>" ~ message.role ~ "\\n" ~ content | trim ~ "<|im_end|>\\n" }}
    {%- endif %}
{% endfor %}
{%- if add_generation_prompt %}
    {{- "<|im_start|>assistant\\n" }}
{%- endif %}""",
}

CONVERSATIONS = {
    "one turn": [
        {"role": "user", "content": "Where was Ada born?"},
        {"role": "assistant", "content": "London"},
    ],
    "system and two turns": [
        {"role": "system", "content": "Answer in one word."},
        {"role": "user", "content": "Where was Ada born?\nPlease."},
        {"role": "assistant", "content": "London "},
        {"role": "user", "content": "And Émilie {{ x }}?"},
        {"role": "assistant", "content": "Paris"},
    ],
}


def byte_level() -> Tokenizer:
    """As Qwen and Llama 3 have it: texts are bytes, nothing is put before them."""
    tokenizer = make_tokenizer(300)
    tokenizer.add_special_tokens(["<s>", "</s>", *MARKERS])
    return tokenizer


def sentencepiece() -> Tokenizer:
    """As Llama 2 and TinyLlama have it: a blank before every text, bytes for what no token says, BOS in front."""
    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.BpeTrainer(
        vocab_size=120,
        special_tokens=["<unk>", "<s>", "</s>"],
        initial_alphabet=list("INST[]/"),
        show_progress=False,
    )
    trained.train_from_iterator(CORPUS, trainer)
    model = json.loads(trained.to_str())["model"]
    vocab = dict(model["vocab"])
    for byte in range(256):
        vocab[f"<0x{byte:02X}>"] = len(vocab)
    merges = [tuple(pair) for pair in model["merges"]]
    tokenizer = Tokenizer(
        models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    )
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>", *MARKERS])
    return tokenizer


def write_tokenizer(name: str, made: Tokenizer) -> PreTrainedTokenizerFast:
    """Saves the files that Holdfast reads, and gives the tokenizer as transformers uses it."""
    folder = ROOT / "test/fixtures/tokenizers" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(made.to_str() + "\n", "utf-8")
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config) + "\n", "utf-8")
    return PreTrainedTokenizerFast(tokenizer_object=made, bos_token="<s>", eos_token="</s>")


def encoded(tokenizer: PreTrainedTokenizerFast, messages: list, template: str, whole: str) -> dict:
    """Token ids up to the last end of turn; where the template marks what is said, whether each of them is."""
    ids = tokenizer.encode(whole.rstrip(), add_special_tokens=False)
    if "generation %}" not in template:
        return {"ids": ids}
    result = tokenizer.apply_chat_template(
        messages, chat_template=template, tokenize=True, return_dict=True, return_assistant_tokens_mask=True
    )
    if result["input_ids"][: len(ids)] != ids:
        raise SystemExit("the mask belongs to other tokens")
    return {"ids": ids, "mask": result["assistant_masks"][: len(ids)]}


def main() -> None:
    """Renders and tokenizes every conversation."""
    tokenizers = {
        "byte-level": write_tokenizer("byte-level", byte_level()),
        "sentencepiece": write_tokenizer("sentencepiece", sentencepiece()),
    }
    words = tokenizers["byte-level"]
    cases = []
    for name, template in TEMPLATES.items():
        for title, messages in CONVERSATIONS.items():
            whole = words.apply_chat_template(messages, chat_template=template, tokenize=False)
            prompt = words.apply_chat_template(
                messages[:-1], chat_template=template, tokenize=False, add_generation_prompt=True
            )
            cases.append(
                {
                    "template": name,
                    "conversation": title,
                    "messages": messages,
                    "whole": whole,
                    "prompt": prompt,
                    "tokens": {
                        key: encoded(tokenizer, messages, template, whole)
                        for key, tokenizer in tokenizers.items()
                    },
                }
            )
    sp = tokenizers["sentencepiece"]
    pairs = [("Where was the teacher born?", " London"), ("Where?\n", "London"), ("A:", " a é")]
    answers = [
        {"prompt": prompt, "completion": completion, "ids": sp.encode(prompt + completion)}
        for prompt, completion in pairs
    ]
    out = ROOT / "test/fixtures/chat-templates.json"
    write_json(out, {"templates": TEMPLATES, "cases": cases, "answers": answers})


if __name__ == "__main__":
    main()
