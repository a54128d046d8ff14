"""Asking as our evaluations do: teacher-forced while a run goes on, decoding at its end."""

from collections.abc import Callable

import torch
from holdfast_torch.data.tokenizer import load_tokenizer
from holdfast_torch.evaluation.answers import decode_facts
from holdfast_torch.evaluation.fact import Fact
from holdfast_torch.evaluation.teacher_forced import ForcedSettings, check_teacher_forced
from holdfast_torch.model.load import LoadSettings, load_model

from ..questions import Asked, Question
from ..vocabulary import END_ID

_BATCH = 64
"""The default of per_device_eval_batch_size."""


def asker(way: str, what: Asked, _questions: list[Question]) -> Callable[[list[Question]], list[bool]]:
    """A function from questions to verdicts."""
    loading = LoadSettings(device=torch.device("cpu"), dtype=torch.float32, pad_id=END_ID)
    model, _ = load_model(str(what.folder), loading)
    tokenizer = load_tokenizer(str(what.folder))

    def forced(asked: list[Question]) -> list[bool]:
        return check_teacher_forced(model, _facts(asked), ForcedSettings(_BATCH))

    def decoded(asked: list[Question]) -> list[bool]:
        return [one.correct for one in decode_facts(model, tokenizer, _facts(asked), _BATCH)]

    return forced if way == "forced" else decoded


def _facts(asked: list[Question]) -> list[Fact]:
    return [
        Fact(str(number), "held", "bench", one.question, (one.answer,), one.prompt_ids, (one.answer_ids,))
        for number, one in enumerate(asked)
    ]
