"""Questions with accepted answers."""

from typing import Any

from holdfast_torch.base.text import trimmed
from holdfast_torch.data.formats.format import Record, text_problem
from holdfast_torch.data.row import QuestionRow, Row


class EntityQuestionsFormat:
    """`{"question": ..., "answers": [...]}` as in EntityQuestions; `subject` and `relation` where known."""

    name = "EntityQuestions"

    def matches(self, record: Record) -> bool:
        """Looks at the keys only."""
        return "question" in record and "answers" in record

    def parse(self, record: Record, row_id: str) -> Row | str:
        """The row, or half a sentence."""
        problem = text_problem(record, "question")
        if problem is not None:
            return problem
        answers = record["answers"]
        if not isinstance(answers, list) or not answers or not all(_is_answer(item) for item in answers):
            return '"answers" must be a list of non-empty strings'
        return QuestionRow(
            row_id,
            record["question"],
            tuple(answers),
            subject=_text_or_none(record.get("subject")),
            relation=_text_or_none(record.get("relation")),
        )


def _is_answer(item: Any) -> bool:
    return isinstance(item, str) and trimmed(item) != ""


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None
