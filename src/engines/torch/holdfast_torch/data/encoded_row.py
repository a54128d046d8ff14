"""What rows become, and what it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from holdfast_torch.data.chat_template import ChatTemplate

IGNORE_INDEX = -100
"""Label of a token that does not count (PyTorch's and Hugging Face's ignore index)."""


@dataclass(frozen=True)
class EncodedRow:
    """One row as token ids.

    `labels[t]` is `input_ids[t]` where token t counts, else IGNORE_INDEX; as many as ids.
    `prompt_length`: tokens before the completion; 0 for text. `truncated`: tokens lost to max_length.
    """

    id: str
    input_ids: tuple[int, ...]
    labels: tuple[int, ...]
    prompt_length: int
    truncated: int


class Tokenizer(Protocol):
    """What encoding needs from a tokenizer."""

    @property
    def eos_token_id(self) -> int:
        """The token that ends a sequence."""

    @property
    def chat(self) -> ChatTemplate | None:
        """How the model words conversations; None where it knows none."""

    def encode_start(self, text: str) -> list[int]:
        """Token ids of a text that begins a sequence (special tokens such as BOS added)."""

    def encode_rest(self, text: str) -> list[int]:
        """Token ids of a text that continues one: no blank is put before it, as some vocabularies do."""

    def encode_rendered(self, text: str) -> list[int]:
        """Token ids of a text that begins a sequence and brings its own special tokens."""

    def is_special(self, token_id: int) -> bool:
        """Whether a token stands for no text, such as the end of a turn."""


class EncodeSettings(Protocol):
    """The settings that decide how rows become tokens (RunConfig has them)."""

    @property
    def max_length(self) -> int:
        """Longer rows are cut, in tokens, end token included."""

    @property
    def completion_only_loss(self) -> bool:
        """Whether the loss counts completions only; False: everything."""

    @property
    def assistant_only_loss(self) -> bool | None:
        """The same for conversations; None: as completion_only_loss."""

    @property
    def prompt_template(self) -> str:
        """How questions are put; holds {question}."""


def counted_tokens(row: EncodedRow) -> int:
    """How many tokens of a row the loss counts: the first token of a sequence is never predicted."""
    return sum(label != IGNORE_INDEX for label in row.labels[1:])


def cut_row(
    row_id: str, ids: Sequence[int], labels: Sequence[int], prompt_length: int, max_length: int
) -> EncodedRow:
    """A row of at most `max_length` tokens: the rest on the right is lost."""
    return EncodedRow(
        row_id,
        tuple(ids[:max_length]),
        tuple(labels[:max_length]),
        min(prompt_length, max_length),
        max(0, len(ids) - max_length),
    )
