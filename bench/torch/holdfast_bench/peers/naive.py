"""The loop most people write: padded batches, full logits, the teacher a second model that runs in every step."""

import random
from typing import Any

import torch
import torch.nn.functional as F
from transformers import AutoModelForCausalLM

from ..meter import Meter
from ..shapes import model_folder
from ..work import KD_WEIGHT, TEMPERATURE, TrainingRow, Work, batches_of
from .padded import pad


def train(work: Work, meter: Meter) -> None:
    """`work.peer` says whether there is a teacher, which positions it teaches, and whether rows are grouped by length."""
    batches = batches_of(work)
    if work.peer.endswith("_grouped"):
        batches = batches[: work.warmup] + _grouped(batches[work.warmup :], work.batch_size)
    student = _load(work).train()
    with_teacher = work.peer.startswith("naive_kd")
    teacher = _load(work).eval().requires_grad_(False) if with_teacher else None
    fused = work.device in ("cpu", "cuda")
    optimizer = torch.optim.AdamW(student.parameters(), lr=work.learning_rate, weight_decay=0.0, fused=fused)
    meter.loaded()
    for batch in batches:
        inputs = {name: tensor.to(work.device) for name, tensor in pad(batch).items()}
        with torch.autocast(work.device, torch.bfloat16, enabled=work.bf16):
            loss = _plain(student, inputs) if teacher is None else _distilled(work, student, teacher, inputs)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(student.parameters(), work.max_grad_norm)
        optimizer.step()
        optimizer.zero_grad()
        meter.step_ended(loss.item(), sum(len(row.input_ids) for row in batch))


def _load(work: Work) -> Any:
    return AutoModelForCausalLM.from_pretrained(model_folder(work.shape), dtype=torch.float32).to(work.device)


def _plain(student: Any, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
    loss: torch.Tensor = student(**inputs, use_cache=False).loss
    return loss


def _distilled(work: Work, student: Any, teacher: Any, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
    """CE on completions + T^2 KL(teacher || student) on all real positions, or on completions."""
    labels = inputs["labels"][:, 1:]
    seen = {"input_ids": inputs["input_ids"], "attention_mask": inputs["attention_mask"], "use_cache": False}
    logits = student(**seen).logits[:, :-1].float()
    with torch.no_grad():
        taught = teacher(**seen).logits[:, :-1].float()
    ce = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100)
    student_log = F.log_softmax(logits / TEMPERATURE, dim=-1)
    teacher_log = F.log_softmax(taught / TEMPERATURE, dim=-1)
    kl = F.kl_div(student_log, teacher_log, log_target=True, reduction="none").sum(-1)
    counts = labels != -100 if work.peer == "naive_kd_completion" else inputs["attention_mask"][:, 1:].bool()
    return ce + KD_WEIGHT * TEMPERATURE**2 * (kl * counts).sum() / counts.sum()


def _grouped(batches: list[list[TrainingRow]], batch_size: int) -> list[list[TrainingRow]]:
    """The same rows sorted by length, then whole batches in random order: the best case of `group_by_length`."""
    rows = sorted((row for batch in batches for row in batch), key=lambda row: len(row.input_ids))
    grouped = [rows[start : start + batch_size] for start in range(0, len(rows), batch_size)]
    random.Random(20).shuffle(grouped)
    return grouped
