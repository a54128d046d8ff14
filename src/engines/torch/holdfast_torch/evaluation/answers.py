"""Real greedy answers to facts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..base.text import trimmed
from ..data.tokenizer import ModelTokenizer
from ..model.language_model import LanguageModel
from .decode import DecodeOptions, decode_greedily
from .fact import Fact


@dataclass(frozen=True)
class DecodedFact:
    """correct: token by token an accepted answer and the end token. text_right: the text, trimmed, is an
    accepted answer.
    """

    text: str
    correct: bool
    text_right: bool


DECODE_ROWS = 4
"""Decoding reads one token a pass, so its batches are this many times larger than those of the teacher-forced
check.
"""


def decode_facts(
    model: LanguageModel,
    tokenizer: ModelTokenizer,
    facts: Sequence[Fact],
    batch_size: int,
    on_progress: Callable[[int], None] | None = None,
) -> list[DecodedFact]:
    """Decodes every fact's answer, to the end token or as many tokens as the longest accepted answer has."""
    longest = max((len(answer) for fact in facts for answer in fact.answer_ids), default=1)
    # A conversation may end its turns with another token than texts end with.
    ends = {answer[-1] for fact in facts for answer in fact.answer_ids if answer}
    options = DecodeOptions(
        max_new_tokens=longest,
        stop_tokens=frozenset({tokenizer.eos_token_id, *ends}),
        batch_size=batch_size * DECODE_ROWS,
        pad_id=tokenizer.pad_token_id,
        on_progress=on_progress,
    )
    decoded = decode_greedily(model, [fact.prompt_ids for fact in facts], options)
    return [_judge(fact, tokenizer, said) for fact, said in zip(facts, decoded, strict=True)]


def _judge(fact: Fact, tokenizer: ModelTokenizer, said: list[int]) -> DecodedFact:
    text = trimmed(tokenizer.decode(said))
    return DecodedFact(text, tuple(said) in fact.answer_ids, text in fact.answers)
