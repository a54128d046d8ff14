"""Conversations as ShareGPT writes them."""

from typing import Any

from holdfast_torch.data.formats.format import Record, chat_row
from holdfast_torch.data.row import ChatMessage, Role, Row

_ROLES: dict[str, Role] = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "system": "system",
}


class SharegptFormat:
    """`{"conversations": [{"from": "human", "value": ...}, ...]}`, with `system` beside it."""

    name = "sharegpt"

    def matches(self, record: Record) -> bool:
        """Looks at the keys only."""
        return "conversations" in record

    def parse(self, record: Record, row_id: str) -> Row | str:
        """The row, or half a sentence."""
        turns, system = record["conversations"], record.get("system")
        if not isinstance(turns, list):
            return '"conversations" must be a list of turns'
        if system is not None and not isinstance(system, str):
            return '"system" must be a string'
        messages = [ChatMessage("system", system)] if system else []
        for index, turn in enumerate(turns):
            message = _parse_turn(turn)
            if isinstance(message, str):
                return f'"conversations[{index}]" {message}'
            messages.append(message)
        return chat_row(messages, row_id)


def _parse_turn(turn: Any) -> ChatMessage | str:
    speaker, value = (turn.get("from"), turn.get("value")) if isinstance(turn, dict) else (None, None)
    role = _ROLES.get(speaker) if isinstance(speaker, str) else None
    if role is None:
        said = f'"{speaker}"' if isinstance(speaker, str) else "nobody"
        return f"is from {said}: it must be {', '.join(_ROLES)}"
    if not isinstance(value, str):
        return "must have a text as value"
    return ChatMessage(role, value)
