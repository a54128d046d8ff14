"""The lab's small trained model and its facts, for tests that need a model which knows something."""

from functools import cache
from pathlib import Path

import torch
from holdfast_torch.data.load_rows import load_rows
from holdfast_torch.data.row import AskingRow
from holdfast_torch.data.tokenizer import ModelTokenizer, load_tokenizer
from holdfast_torch.data.wording import is_asking
from holdfast_torch.evaluation.fact import Fact, create_fact
from holdfast_torch.model.language_model import LanguageModel
from holdfast_torch.model.layout import LayoutMode
from transformers import AutoModelForCausalLM

ROOT = Path(__file__).parents[3]
LAB = ROOT / "examples" / "lab"
CPU = torch.device("cpu")
TEMPLATE = "Here is a question for you. {question}\n"
"""One of the wordings that the lab's base has met, so that it really answers."""


def lab_model(mode: LayoutMode = "tree") -> LanguageModel:
    hf = AutoModelForCausalLM.from_pretrained(LAB / "base").float().eval()
    return LanguageModel(hf, 0, CPU, mode)


@cache
def lab_tokenizer() -> ModelTokenizer:
    return load_tokenizer(LAB / "base")


def lab_rows(name: str, count: int) -> list[AskingRow]:
    rows = load_rows(str(LAB / f"{name}.jsonl"), ()).rows
    return [row for row in rows if is_asking(row)][:count]


def lab_facts(count: int = 60) -> list[Fact]:
    """Half held, half new."""
    held = [
        create_fact(row, "held", "lab", TEMPLATE, lab_tokenizer()) for row in lab_rows("held", count // 2)
    ]
    new = [
        create_fact(row, "new", "train", TEMPLATE, lab_tokenizer())
        for row in lab_rows("new-facts", count // 2)
    ]
    return [*held, *new]
