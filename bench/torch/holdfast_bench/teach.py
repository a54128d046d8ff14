"""Teaches the `base` shape some facts, with a plain loop, so that a probe meets a model that answers shortly:
`python -m holdfast_bench.teach`."""

import random
import shutil

import torch
from transformers import AutoModelForCausalLM

from .peers.padded import pad
from .questions import LEARNED, taught_folder
from .shapes import model_folder
from .vocabulary import save_tokenizer
from .work import encoded_rows

_EPOCHS = 30
_BATCH = 32


def teach() -> None:
    folder = taught_folder()
    if (folder / "model.safetensors").exists():
        return
    torch.manual_seed(20)
    model = AutoModelForCausalLM.from_pretrained(model_folder("base"), dtype=torch.float32).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.0, fused=True)
    rows = encoded_rows()[:LEARNED]
    shuffle = random.Random(20).shuffle
    for _ in range(_EPOCHS):
        shuffle(rows)
        for start in range(0, len(rows), _BATCH):
            model(**pad(rows[start : start + _BATCH]), use_cache=False).loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
    half_made = folder.with_suffix(".part")
    shutil.rmtree(half_made, ignore_errors=True)
    model.save_pretrained(half_made)
    save_tokenizer(half_made)
    half_made.rename(folder)


if __name__ == "__main__":
    teach()
    print("taught")
