"""Conversations in the words of a model's chat template."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from holdfast_torch.base.text import trimmed_end
from holdfast_torch.data.row import ChatMessage

_TODAY = {
    "Y": "2024",
    "y": "24",
    "m": "07",
    "B": "July",
    "b": "Jul",
    "d": "26",
    "j": "208",
    "A": "Friday",
    "a": "Fri",
    "H": "00",
    "I": "12",
    "M": "00",
    "S": "00",
    "p": "AM",
}


def strftime_now(text: str) -> str:
    """The day it is for templates that ask.

    It stands still, because a row must be the same tokens whenever it is encoded: a resumed run is bit-equal
    to one that was never interrupted. It is the day that Llama 3's templates take where there is no clock.
    """
    parts = text.split("%")
    said = [parts[0]]
    for part in parts[1:]:
        said.append(_TODAY[part[0]] + part[1:] if part[:1] in _TODAY else f"%{part}")
    return "".join(said)


class TemplateRefusal(Exception):
    """Half a sentence saying what a chat template refuses, about a row."""


class ChatTemplate(Protocol):
    """A model's chat template."""

    def render(self, messages: Sequence[ChatMessage], add_generation_prompt: bool) -> str:
        """The text; `add_generation_prompt`: end with what introduces the assistant's turn.

        Raises TemplateRefusal.
        """


@dataclass(frozen=True)
class ChatPiece:
    """A stretch of a rendered conversation, and whether the assistant says it."""

    text: str
    is_answer: bool


def cut_conversation(messages: Sequence[ChatMessage], template: ChatTemplate) -> list[ChatPiece]:
    """A conversation cut into what the assistant is given and what it says, its end-of-turn marker included.

    The template is rendered turn by turn, each rendering must go on from the one before. White space after
    the marker belongs to what follows. Returns pieces, context and answer in turn; raises TemplateRefusal
    where the renderings do not nest or leave an answer out.
    """
    pieces: list[ChatPiece] = []
    done = ""
    for index, message in enumerate(messages):
        if message.role != "assistant":
            continue
        before = template.render(messages[:index], True)
        after = template.render(messages[: index + 1], False)
        if not before.startswith(done) or not after.startswith(before):
            raise TemplateRefusal(
                "cannot be cut into turns, because the chat template words earlier turns anew with every "
                "turn: use rows of one question and one answer"
            )
        answer = trimmed_end(after[len(before) :])
        if answer == "":
            raise TemplateRefusal(
                "loses an answer in the chat template, which words questions only: "
                "use a model whose template words both"
            )
        pieces += [ChatPiece(before[len(done) :], False), ChatPiece(answer, True)]
        done = before + answer
    return pieces
