"""Exact match by arg-max (DESIGN 6): one forward pass over prompt and answer, no decoding."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from ..model.language_model import Hidden, LanguageModel
from .fact import Fact


class Tracer(Protocol):
    """Looks at the model's state at facts' last prompt tokens, while a check computes it anyway."""

    @property
    def layers(self) -> Sequence[int]:
        """Layers, from 1, whose residual stream is wanted."""
        ...

    def wants(self, fact: int) -> bool:
        """Whether the fact of this index is to be traced."""
        ...

    def take(self, facts: Sequence[int], states: dict[int, Tensor], logits: Tensor) -> None:
        """Traced facts of a batch: by layer their hidden states [n, H], and the logits of the next token [n,
        V].
        """
        ...


@dataclass(frozen=True)
class ForcedSettings:
    """Bounds of a batch: `batch_size` rows, and as many tokens as MOST_TOKENS says.

    traced_only: run only the batches that hold a traced fact. They are the same batches as in a full check,
    because bfloat16 results depend on a batch's shape.
    """

    batch_size: int
    tracer: Tracer | None = None
    traced_only: bool = False
    on_progress: Callable[[int, int], None] | None = None


MOST_TOKENS = 16_384
"""Tokens of one forward pass, before shared prefixes are taken out."""

MOST_LOGITS = 32 * 1024 * 1024
"""Elements of the logits that are there at one time: 128 MiB of float32."""


@dataclass(frozen=True)
class _Item:
    """One accepted answer of a fact. The last token of an answer is never read, only predicted."""

    fact: int
    ids: tuple[int, ...]
    answer: tuple[int, ...]

    @property
    def first(self) -> int:
        """Where the answer's first token is predicted: the last prompt token."""
        return len(self.ids) - len(self.answer)


def check_teacher_forced(model: LanguageModel, facts: Sequence[Fact], settings: ForcedSettings) -> list[bool]:
    """Whether, per fact, every token of one accepted answer and its end token are the arg-max.

    Rows with like beginnings go into one batch, where what they share is computed once; the head sees answer
    positions only. With `traced_only` what is said of untraced facts means nothing.
    """
    items = _items(facts, model.layout_mode)
    correct = [False] * len(facts)
    done = 0
    with model.evaluating():
        for group in _groups(items, settings.batch_size):
            if not settings.traced_only or _has_traced(group, settings.tracer):
                said = model.splitter.each(group, partial(_check, model, tracer=settings.tracer))
                for item, is_right in zip(group, said, strict=True):
                    correct[item.fact] = correct[item.fact] or is_right
            done += len(group)
            if settings.on_progress is not None:
                settings.on_progress(done, len(items))
    return correct


def _items(facts: Sequence[Fact], layout_mode: str) -> list[_Item]:
    items = [
        _Item(
            index, (fact.prompt_ids + answer)[:-1], (fact.prompt_ids + answer)[max(1, len(fact.prompt_ids)) :]
        )
        for index, fact in enumerate(facts)
        for answer in fact.answer_ids
        # The first token of a sequence is never predicted.
        if len(fact.prompt_ids) + len(answer) > 1
    ]
    # Where prefixes are shared, neighbours should share many; where rows are padded, they should be of like
    # length.
    return sorted(
        items, key=(lambda item: item.ids) if layout_mode == "tree" else (lambda item: len(item.ids))
    )


def _groups(items: Sequence[_Item], batch_size: int) -> Iterable[list[_Item]]:
    group: list[_Item] = []
    tokens = 0
    for item in items:
        if group and (len(group) >= batch_size or tokens + len(item.ids) > MOST_TOKENS):
            yield group
            group, tokens = [], 0
        group.append(item)
        tokens += len(item.ids)
    if group:
        yield group


def _has_traced(group: Sequence[_Item], tracer: Tracer | None) -> bool:
    return tracer is not None and any(tracer.wants(item.fact) for item in group)


def _check(model: LanguageModel, group: Sequence[_Item], tracer: Tracer | None) -> list[bool]:
    layers = tracer.layers if _has_traced(group, tracer) and tracer is not None else ()
    batch = model.lay_out([item.ids for item in group])
    hidden = model.hidden(batch, layers)
    wanted = np.concatenate([batch.places[row][item.first :] for row, item in enumerate(group)])
    # Answers of one prompt meet at places that they share; each place is projected once.
    places, which = np.unique(wanted, return_inverse=True)
    said = _likeliest(model, hidden.last, torch.from_numpy(places).to(model.device)).numpy()[which]
    labels = np.fromiter((token for item in group for token in item.answer), np.int64, len(wanted))
    ends = [0, *accumulate(len(item.answer) for item in group)]
    if tracer is not None and layers:
        _trace(model, group, tracer, hidden, wanted[ends[:-1]])
    right: list[bool] = np.logical_and.reduceat(said == labels, ends[:-1]).tolist()
    return right


def _likeliest(model: LanguageModel, hidden: Tensor, places: Tensor) -> Tensor:
    """The arg-max of the logits at `places`, on the CPU; [len(places)]."""
    chunk = max(1, MOST_LOGITS // model.vocab_size)
    parts = [model.logits(hidden[some]).argmax(-1) for some in torch.split(places, chunk)]
    return torch.cat(parts).cpu()


def _trace(
    model: LanguageModel, group: Sequence[_Item], tracer: Tracer, hidden: Hidden, last_prompt: np.ndarray
) -> None:
    rows: dict[int, int] = {}
    for row, item in enumerate(group):
        if tracer.wants(item.fact):
            rows.setdefault(item.fact, row)
    facts = list(rows)
    chunk = max(1, MOST_LOGITS // model.vocab_size)
    for start in range(0, len(facts), chunk):
        some = facts[start : start + chunk]
        at = torch.from_numpy(last_prompt[[rows[fact] for fact in some]]).to(model.device)
        states = {layer: state[at] for layer, state in hidden.layers.items()}
        tracer.take(some, states, model.logits(hidden.last[at]))
