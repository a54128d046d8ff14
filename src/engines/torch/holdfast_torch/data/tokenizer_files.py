"""The tokenizer's files of a Hugging Face folder, as far as they are read without transformers."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from holdfast_torch.failure import Failure

Json: TypeAlias = dict[str, Any]

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "tokenizer.model",
    "vocab.txt",
    "spiece.model",
    "sentencepiece.bpe.model",
    "tekken.json",
    "chat_template.jinja",
)
"""Files that make up a tokenizer, copied along with every checkpoint."""

_VOCABULARIES = (
    "tokenizer.json",
    "tokenizer.model",
    "vocab.json",
    "vocab.txt",
    "spiece.model",
    "tekken.json",
)


def tokenizer_config(folder: Path, trust_remote_code: bool) -> Json:
    """tokenizer_config.json, after a look at whether the folder holds a tokenizer at all.

    A tokenizer that is a program brings files of its own. Raises Failure('model.tokenizer', ...).
    """
    config = _checked_object(folder, "tokenizer_config.json") or {}
    if not (trust_remote_code and "auto_map" in config) and not _has_vocabulary(folder):
        raise Failure(
            "model.tokenizer",
            f"{folder} has no tokenizer.json: "
            "save the tokenizer there with AutoTokenizer(...).save_pretrained.",
        )
    _checked_object(folder, "tokenizer.json")
    return config


def end_token_of_model(folder: Path) -> int | None:
    """The end token by id, from generation_config.json or config.json; None where neither names one."""
    for name in ("generation_config.json", "config.json"):
        text = _text(folder / name)
        config = None if text is None else _object(text)
        eos = None if config is None else config.get("eos_token_id")
        first = eos[0] if isinstance(eos, list) and eos else eos
        if isinstance(first, int) and not isinstance(first, bool):
            return first
    return None


def chat_template_source(folder: Path, config: Mapping[str, Any], loaded: object) -> tuple[str | None, bool]:
    """The source of the chat template, and whether there is one: several by name may lack a `default`.

    chat_template.jinja counts, else `chat_template` of tokenizer_config.json, else what transformers has
    found elsewhere (`loaded`).
    """
    text = _text(folder / "chat_template.jinja")
    if text is not None:
        return text, True
    template = config.get("chat_template", loaded)
    if isinstance(template, list):
        named = {item.get("name"): item.get("template") for item in template if isinstance(item, dict)}
        template = named.get("default")
    elif isinstance(template, dict):
        template = template.get("default")
    else:
        return (template, True) if isinstance(template, str) else (None, False)
    return (template, True) if isinstance(template, str) else (None, True)


def _has_vocabulary(folder: Path) -> bool:
    return any((folder / name).is_file() for name in _VOCABULARIES)


def _checked_object(folder: Path, name: str) -> Json | None:
    """The object in a file; None where there is no file."""
    text = _text(folder / name)
    if text is None:
        return None
    value = _object(text)
    if value is None:
        raise Failure("model.tokenizer", f"{folder}/{name} is not a JSON object: copy or download it again.")
    return value


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None


def _object(text: str) -> Json | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
