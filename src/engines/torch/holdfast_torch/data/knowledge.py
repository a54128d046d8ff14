"""What counts as known, and which facts may be asked."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal, TypeAlias, TypeVar

from holdfast_torch.base.text import WHITE_SPACE, trimmed
from holdfast_torch.data.row import AskingRow, QuestionRow
from holdfast_torch.data.wording import answers_of, question_of

Knowledge: TypeAlias = Literal["known", "maybe", "new"]
"""known = right under all prompts, new = right under none, maybe = in between (in neither set)."""

KNOWLEDGE_DEFINITION = 1
"""Version of what "known" means and of how it is found out: results of another version do not compare."""

Probe = TypeVar("Probe", bound=AskingRow)


def knowledge_from(correct: Sequence[bool]) -> Knowledge:
    """`correct`: whether the model was right, prompt by prompt."""
    if not any(correct):
        return "new"
    return "known" if all(correct) else "maybe"


def first_line(answer: str) -> str:
    """What counts of a model's words: the first line, without blanks around it."""
    return trimmed(answer.split("\n", 1)[0])


def is_accepted(answer: str, row: AskingRow) -> bool:
    """Exact match after trimming: the answer ends at the first newline."""
    return first_line(answer) in answers_of(row)


_BLANKS = re.compile(f"[{WHITE_SPACE}]+")


def normalise_question(question: str) -> str:
    """A question without what does not change its meaning: case, spacing, punctuation at the end."""
    plain = _BLANKS.sub(" ", unicodedata.normalize("NFKC", question).lower())
    return trimmed(plain.rstrip(WHITE_SPACE + "?.!:"))


def without_trained(probes: Sequence[Probe], training: Sequence[AskingRow]) -> list[Probe]:
    """Probe rows that training cannot have touched.

    Those which share neither (subject, relation) nor normalised question with a training row.
    """
    questions = {normalise_question(question_of(row)) for row in training}
    subjects = {key for key in map(_subject_key, training) if key is not None}
    return [
        row
        for row in probes
        if normalise_question(question_of(row)) not in questions and _subject_key(row) not in subjects
    ]


def majority_share(rows: Sequence[AskingRow]) -> tuple[str, float] | None:
    """The commonest answer and the share of rows that it would get right: the baseline beside every EM.

    None without rows.
    """
    counts: dict[str, int] = {}
    for row in rows:
        for answer in dict.fromkeys(answers_of(row)):
            counts[answer] = counts.get(answer, 0) + 1
    if not counts:
        return None
    best = max(counts, key=lambda answer: counts[answer])
    return best, counts[best] / len(rows)


def _subject_key(row: AskingRow) -> tuple[str, str] | None:
    if not isinstance(row, QuestionRow) or row.subject is None or row.relation is None:
        return None
    return row.relation, unicodedata.normalize("NFKC", row.subject).lower()
