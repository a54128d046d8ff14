"""Conversations as TRL, OpenAI and mlx-lm write them."""

from typing import Any

from holdfast_torch.data.formats.format import Record, chat_row
from holdfast_torch.data.row import ChatMessage, Row


class MessagesFormat:
    """`{"messages": [{"role": ..., "content": ...}]}`, and TRL's `{"prompt": [...], "completion": [...]}`."""

    name = "messages"

    def matches(self, record: Record) -> bool:
        """Looks at the keys only."""
        return "messages" in record or (
            isinstance(record.get("prompt"), list) and isinstance(record.get("completion"), list)
        )

    def parse(self, record: Record, row_id: str) -> Row | str:
        """The row, or half a sentence."""
        messages: list[ChatMessage] = []
        for key in ["messages"] if "messages" in record else ["prompt", "completion"]:
            part = _parse_messages(record[key], key)
            if isinstance(part, str):
                return part
            messages += part
        return chat_row(messages, row_id)


def _parse_messages(items: Any, key: str) -> list[ChatMessage] | str:
    if not isinstance(items, list):
        return f'"{key}" must be a list of messages'
    messages = []
    for index, item in enumerate(items):
        message = _parse_message(item)
        if isinstance(message, str):
            return f'"{key}[{index}]" {message}'
        messages.append(message)
    return messages


def _parse_message(item: Any) -> ChatMessage | str:
    if not isinstance(item, dict | list):
        return "must be an object with role and content"
    role, content = (item.get("role"), item.get("content")) if isinstance(item, dict) else (None, None)
    if role not in ("system", "user", "assistant"):
        said = f'the role "{role}"' if isinstance(role, str) else "no role"
        return f"has {said}: it must be system, user or assistant"
    if not isinstance(content, str):
        return "must have a text as content"
    return ChatMessage(role, content)
