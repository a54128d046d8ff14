"""Rows as token ids."""

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast_torch.base.notice import Notice
from holdfast_torch.base.text import plural
from holdfast_torch.data.encode_chat import chat_tokens, encode_chat
from holdfast_torch.data.encoded_row import (
    IGNORE_INDEX,
    EncodedRow,
    EncodeSettings,
    Tokenizer,
    counted_tokens,
    cut_row,
)
from holdfast_torch.data.row import ChatRow, Row, TextRow
from holdfast_torch.data.wording import Wording, is_asking, word_row
from holdfast_torch.failure import Failure

__all__ = [
    "IGNORE_INDEX",
    "EncodeSettings",
    "EncodedRow",
    "EncodedRows",
    "Tokenizer",
    "chat_tokens",
    "counted_tokens",
    "encode_completion",
    "encode_row",
    "encode_rows",
    "encode_text",
]


@dataclass(frozen=True)
class EncodedRows:
    """The rows that can be trained on, and what is worth telling of the others."""

    encoded: list[EncodedRow]
    warnings: list[Notice]


def encode_completion(
    row_id: str, wording: Wording, tokenizer: Tokenizer, max_length: int, completion_only: bool
) -> EncodedRow:
    """Prompt, completion, end token, cut from the right at `max_length`.

    Prompt and completion are encoded apart, so that training sees exactly the prompt tokens that decoding
    starts from. `completion_only`: labels on the completion (and end token) only, else on everything.
    """
    prompt = tokenizer.encode_start(wording.prompt)
    ids = [*prompt, *tokenizer.encode_rest(wording.completion), tokenizer.eos_token_id]
    first_label = len(prompt) if completion_only else 0
    labels = [IGNORE_INDEX] * first_label + ids[first_label:]
    return cut_row(row_id, ids, labels, len(prompt), max_length)


def encode_text(row_id: str, text: str, tokenizer: Tokenizer, max_length: int) -> EncodedRow:
    """A text row: every token counts, end token included."""
    ids = [*tokenizer.encode_start(text), tokenizer.eos_token_id]
    return cut_row(row_id, ids, ids, 0, max_length)


def encode_row(row: Row, tokenizer: Tokenizer, settings: EncodeSettings) -> EncodedRow | str:
    """Any row as the fine-tune sees it; or half a sentence saying why it cannot be worded."""
    if isinstance(row, TextRow):
        return encode_text(row.id, row.text, tokenizer, settings.max_length)
    completion_only = settings.completion_only_loss
    if isinstance(row, ChatRow) and settings.assistant_only_loss is not None:
        completion_only = settings.assistant_only_loss
    if isinstance(row, ChatRow) and tokenizer.chat is not None:
        return encode_chat(row, tokenizer, tokenizer.chat, settings.max_length, completion_only)
    if not is_asking(row):
        return (
            "is a conversation of several turns, and the model has no chat template: "
            "use rows of one question and one answer, or a model with a chat_template"
        )
    wording = word_row(row, settings.prompt_template)
    return encode_completion(row.id, wording, tokenizer, settings.max_length, completion_only)


def encode_rows(rows: Sequence[Row], tokenizer: Tokenizer, settings: EncodeSettings) -> EncodedRows:
    """Rows as tokens, in the fine-tune's wording. Rows without a single counted token are left out, and said.

    Raises Failure where none is left.
    """
    worded: list[EncodedRow] = []
    refused: list[tuple[str, str]] = []
    for row in rows:
        encoded = encode_row(row, tokenizer, settings)
        if isinstance(encoded, str):
            refused.append((row.id, encoded))
        else:
            worded.append(encoded)
    if not worded and refused:
        row_id, reason = refused[0]
        raise Failure(
            "data.unwordable", f"None of the {len(rows)} rows can be worded; the first, {row_id}, {reason}."
        )
    kept = [row for row in worded if counted_tokens(row) > 0]
    longest = max((len(row.input_ids) + row.truncated for row in worded), default=0)
    cure = f"raise max_length ({settings.max_length}) towards {longest}"
    if not kept:
        raise Failure(
            "data.masked",
            f"None of the {len(worded)} rows has a token the loss counts after cutting at max_length: "
            f"{cure}.",
        )
    return EncodedRows(kept, _notices(len(rows), refused, worded, kept, cure))


def _notices(
    count: int,
    refused: Sequence[tuple[str, str]],
    worded: Sequence[EncodedRow],
    kept: Sequence[EncodedRow],
    cure: str,
) -> list[Notice]:
    notices = []
    if refused:
        row_id, reason = refused[0]
        said = f"{plural(len(refused), 'row')} of {count} left out; the first, {row_id}, {reason}."
        notices.append(Notice("data.unwordable", said))
    masked = len(worded) - len(kept)
    if masked > 0:
        said = (
            f"{plural(masked, 'row')} of {len(worded)} left out, "
            f"because no counted token is left after cutting: {cure}."
        )
        notices.append(Notice("data.masked", said))
    truncated = sum(row.truncated > 0 for row in kept)
    if truncated > 0:
        said = f"{plural(truncated, 'row')} of {len(worded)} cut at max_length: {cure}."
        notices.append(Notice("data.truncated", said))
    return notices
