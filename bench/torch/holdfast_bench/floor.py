"""How many floating point operations a step cannot do without, from the batches that are really trained on.

A matrix product with a weight of n entries costs 2 n operations per token forward, 2 n for the gradient of its input, 2 n for
the gradient of the weight. So with `body` = parameters without the embedding, and `head` = vocabulary x hidden size:

    plain   3 x 2 x body x places + 3 x 2 x head x places with a completion token after them
    kd      3 x 2 x body x places + (3 + 1) x 2 x head x places the teacher speaks at      (hidden states of the teacher cached)
    frozen  2 x 2 x body + 1 x 2 x trained part of the body                                (nothing below is cut off)

A place is a distinct prefix of the batch: two rows that begin alike share places, and a row's last token needs none. Attention
scores, norms and the optimizer are left out (under 2 % at these lengths)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from .shapes import SHAPES, hugging_face_config
from .work import TrainingRow


@dataclass(frozen=True)
class Sizes:
    """Numbers of weights. `attention` is the part of the body in q, k, v and o."""

    body: int
    head: int
    attention: int


@dataclass(frozen=True)
class Places:
    """Means per batch."""

    tokens: float
    padded: float
    """Tokens of the padded grid."""
    distinct: float
    """Distinct prefixes that some loss or later token needs."""
    completion: float
    """Distinct prefixes with a completion token after them."""


@cache
def sizes_of(shape: str) -> Sizes:
    """Counted from an empty model of that shape."""
    import torch
    from transformers import AutoModelForCausalLM

    with torch.device("meta"):
        model: Any = AutoModelForCausalLM.from_config(hugging_face_config(SHAPES[shape]))
    named = {name: parameter.numel() for name, parameter in model.named_parameters()}
    head = sum(count for name, count in named.items() if "embed_tokens" in name)
    attention = sum(count for name, count in named.items() if ".self_attn." in name and "norm" not in name)
    return Sizes(body=sum(named.values()) - head, head=head, attention=attention)


def places_of(batches: Iterable[Sequence[TrainingRow]]) -> Places:
    """Means over the batches."""
    counted = [_places(batch) for batch in batches]
    return Places(*(sum(column) / len(counted) for column in zip(*counted, strict=True)))


def _places(batch: Sequence[TrainingRow]) -> tuple[int, int, int, int]:
    distinct: set[tuple[int, ...]] = set()
    completion: set[tuple[int, ...]] = set()
    for row in batch:
        for end in range(1, len(row.input_ids)):
            distinct.add(row.input_ids[:end])
            if end >= row.prompt_length:
                completion.add(row.input_ids[:end])
    lengths = [len(row.input_ids) for row in batch]
    return sum(lengths), max(lengths) * len(batch), len(distinct), len(completion)


def plain_floor(sizes: Sizes, places: Places) -> float:
    """Operations a step of supervised fine-tuning, everything trained."""
    return 6 * sizes.body * places.distinct + 6 * sizes.head * places.completion


def distilled_floor(sizes: Sizes, places: Places, positions: str) -> float:
    """Operations a step of self-distillation on `all` positions or on those of the `completion`."""
    taught = places.distinct if positions == "all" else places.completion
    return 6 * sizes.body * places.distinct + 8 * sizes.head * taught


def attention_only_floor(sizes: Sizes, places: Places) -> float:
    """Operations a step of supervised fine-tuning when only q, k, v and o are trained; the head's weight is frozen."""
    body = 4 * sizes.body + 2 * sizes.attention
    return body * places.distinct + 4 * sizes.head * places.completion
