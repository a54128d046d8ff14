"""What a row format is made of."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from holdfast_torch.base.text import trimmed
from holdfast_torch.data.row import ChatMessage, ChatRow, Row

Record: TypeAlias = Mapping[str, Any]


class RowFormat(Protocol):
    """One way to write a row in a data file.

    A new format is one file beside this one and its line in `__init__`.
    """

    name: str

    def matches(self, record: Record) -> bool:
        """Whether a record is written in this format; looks at its keys only."""

    def parse(self, record: Record, row_id: str) -> Row | str:
        """The row, or half a sentence saying what is wrong with the record: `"answers" must be ...`."""


def text_problem(record: Record, key: str) -> str | None:
    """Half a sentence if `record[key]` is not a non-empty string."""
    value = record.get(key)
    if not isinstance(value, str):
        return f'"{key}" must be a string'
    return f'"{key}" is empty' if trimmed(value) == "" else None


def chat_row(messages: Sequence[ChatMessage], row_id: str) -> ChatRow | str:
    """A conversation, or half a sentence saying why it is none that can be trained on."""
    if not messages or messages[-1].role != "assistant":
        return "must end with what the assistant says"
    for message in messages:
        if message.role != "system" and trimmed(message.content) == "":
            return f"has an empty {message.role} turn"
    if all(message.role != "user" for message in messages):
        return "has no user turn"
    if any(message.role == "system" for message in messages[1:]):
        return "has a system message that is not the first"
    return ChatRow(row_id, tuple(messages))
