"""Asking by transformers' generate(): greedy, key/value cache, ends at the end token or after as many tokens as the longest
answer has. One at a time, or in padded batches that end when their last row has ended."""

from collections.abc import Callable

import torch
from transformers import AutoModelForCausalLM

from ..questions import Asked, Question
from ..vocabulary import END_ID


def asker(way: str, what: Asked, questions: list[Question]) -> Callable[[list[Question]], list[bool]]:
    """A function from questions to verdicts: exactly the answer's tokens and then the end."""
    model = AutoModelForCausalLM.from_pretrained(what.folder, dtype=torch.float32).eval()
    model.generation_config.max_length = None
    size = 1 if way == "one_by_one" else int(way.removeprefix("generate_"))
    longest = max(len(question.answer_ids) for question in questions)

    @torch.inference_mode()
    def ask(asked: list[Question]) -> list[bool]:
        verdicts: list[bool] = []
        for start in range(0, len(asked), size):
            batch = asked[start : start + size]
            width = max(len(question.prompt_ids) for question in batch)
            ids = torch.tensor([_left_padded(question.prompt_ids, width, END_ID) for question in batch])
            mask = torch.tensor(
                [_left_padded([1] * len(question.prompt_ids), width, 0) for question in batch]
            )
            said = model.generate(
                input_ids=ids,
                attention_mask=mask,
                do_sample=False,
                max_new_tokens=longest,
                eos_token_id=END_ID,
                pad_token_id=END_ID,
            )[:, width:].tolist()
            verdicts += [
                tuple(tokens[: len(question.answer_ids)]) == question.answer_ids
                for tokens, question in zip(said, batch, strict=True)
            ]
        return verdicts

    return ask


def _left_padded(values: tuple[int, ...] | list[int], width: int, filler: int) -> list[int]:
    return [*[filler] * (width - len(values)), *values]
