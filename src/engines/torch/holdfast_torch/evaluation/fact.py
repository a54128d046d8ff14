"""One fact under evaluation."""

from dataclasses import dataclass
from typing import Literal

from ..data.chat_template import TemplateRefusal
from ..data.encode import Tokenizer, chat_tokens
from ..data.row import AskingRow, ChatRow, CompletionRow
from ..data.wording import answers_of, join_answer, question_of, word_row


@dataclass(frozen=True)
class Fact:
    """A fact in the fine-tune's wording.

    source: name of its probe set, or `train`.
    answer_ids: every accepted answer as the model must say it, end token included.
    """

    id: str
    set: Literal["held", "known", "new"]
    source: str
    question: str
    answers: tuple[str, ...]
    prompt_ids: tuple[int, ...]
    answer_ids: tuple[tuple[int, ...], ...]


def create_fact(
    row: AskingRow,
    kind: Literal["held", "known", "new"],
    source: str,
    template: str,
    tokenizer: Tokenizer,
) -> Fact:
    """Words and encodes a row exactly as training does."""
    prompt_ids, answer_ids = _conversation(row, tokenizer) or _plain(row, template, tokenizer)
    return Fact(row.id, kind, source, question_of(row), answers_of(row), prompt_ids, answer_ids)


_Encoded = tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]


def _conversation(row: AskingRow, tokenizer: Tokenizer) -> _Encoded | None:
    """As the model words conversations; what cannot be worded so is not trained on so either."""
    if not isinstance(row, ChatRow) or tokenizer.chat is None:
        return None
    try:
        turns = [tuple(ids) for ids, _ in chat_tokens(row, tokenizer, tokenizer.chat)]
    except TemplateRefusal:
        return None
    return (turns[0], (turns[1],)) if len(turns) == 2 else None


def _plain(row: AskingRow, template: str, tokenizer: Tokenizer) -> _Encoded:
    wording = word_row(row, template)
    is_worded = isinstance(row, CompletionRow)
    said = (
        [wording.completion] if is_worded else [join_answer(wording.prompt, one) for one in answers_of(row)]
    )
    answers = tuple((*tokenizer.encode_rest(text), tokenizer.eos_token_id) for text in said)
    return tuple(tokenizer.encode_start(wording.prompt)), answers
