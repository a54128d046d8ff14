"""Training and probe rows after their file format is understood."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class TextRow:
    """Plain text: every token counts.

    Of every row, `id` is unique in its file and stable over runs (`name:line`).
    """

    id: str
    text: str


@dataclass(frozen=True)
class CompletionRow:
    """TRL's prompt/completion: the loss counts on the completion."""

    id: str
    prompt: str
    completion: str


@dataclass(frozen=True)
class QuestionRow:
    """A question with its accepted answers, the first of which is trained on."""

    id: str
    question: str
    answers: tuple[str, ...]
    subject: str | None = None
    relation: str | None = None


@dataclass(frozen=True)
class ChatMessage:
    """One turn."""

    role: Role
    content: str


@dataclass(frozen=True)
class ChatRow:
    """A conversation that ends with the assistant; the loss counts what the assistant says."""

    id: str
    messages: tuple[ChatMessage, ...]


Row: TypeAlias = TextRow | CompletionRow | QuestionRow | ChatRow
AskingRow: TypeAlias = CompletionRow | QuestionRow | ChatRow
"""A row that asks something, so that it can be known or new."""
