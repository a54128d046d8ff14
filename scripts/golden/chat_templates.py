#!/usr/bin/env python3
"""Writes test/fixtures/chat-templates.json: conversations as transformers' apply_chat_template words them.

The templates have the shape of those in use (ChatML as Qwen2.5, header tokens as Llama 3, [INST] as Mistral), written for this
test. Needs transformers; the result is stored.

    python scripts/golden/chat_templates.py
"""

from __future__ import annotations

import json
from pathlib import Path

from transformers import PreTrainedTokenizerFast

ROOT = Path(__file__).parents[2]

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


def main() -> None:
    """Renders every conversation, whole and up to its last answer."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(ROOT / "examples/lab/base")
    tokenizer.bos_token = "<s>"
    tokenizer.eos_token = "</s>"
    cases = [
        {
            "template": name,
            "conversation": title,
            "messages": messages,
            "whole": tokenizer.apply_chat_template(messages, chat_template=template, tokenize=False),
            "prompt": tokenizer.apply_chat_template(
                messages[:-1], chat_template=template, tokenize=False, add_generation_prompt=True
            ),
        }
        for name, template in TEMPLATES.items()
        for title, messages in CONVERSATIONS.items()
    ]
    out = ROOT / "test/fixtures/chat-templates.json"
    out.write_text(
        json.dumps({"templates": TEMPLATES, "cases": cases}, indent=2, ensure_ascii=False) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
