"""Instructions, as Alpaca and LLaMA-Factory write them."""

from typing import Any

from holdfast_torch.data.formats.format import Record, chat_row, text_problem
from holdfast_torch.data.row import ChatMessage, Row


class AlpacaFormat:
    """`{"instruction": ..., "input": ..., "output": ...}`, with `system` and `history`, pairs of turns.

    Instruction and input become one user turn.
    """

    name = "alpaca"

    def matches(self, record: Record) -> bool:
        """Looks at the keys only."""
        return "instruction" in record and "output" in record

    def parse(self, record: Record, row_id: str) -> Row | str:
        """The row, or half a sentence."""
        problem = (
            text_problem(record, "instruction") or text_problem(record, "output") or _optional_problem(record)
        )
        if problem is not None:
            return problem
        history = _earlier_turns(record.get("history"))
        if isinstance(history, str):
            return history
        system = record.get("system")
        asked = "\n".join(part for part in (record["instruction"], record.get("input")) if part)
        return chat_row(
            [
                *([ChatMessage("system", system)] if system else []),
                *history,
                ChatMessage("user", asked),
                ChatMessage("assistant", record["output"]),
            ],
            row_id,
        )


def _optional_problem(record: Record) -> str | None:
    for key in ("input", "system"):
        if record.get(key) is not None and not isinstance(record[key], str):
            return f'"{key}" must be a string'
    return None


def _earlier_turns(value: Any) -> list[ChatMessage] | str:
    if value is None:
        return []
    if not isinstance(value, list) or not all(_is_pair(item) for item in value):
        return '"history" must be a list of [question, answer] pairs'
    return [
        turn
        for question, answer in value
        for turn in (ChatMessage("user", question), ChatMessage("assistant", answer))
    ]


def _is_pair(item: Any) -> bool:
    return isinstance(item, list) and len(item) == 2 and all(isinstance(part, str) for part in item)
