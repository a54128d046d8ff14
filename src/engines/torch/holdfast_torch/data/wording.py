"""How a row is put to the model."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard, TypeVar

from holdfast_torch.base.random import Random, shuffled
from holdfast_torch.base.text import WHITE_SPACE, trimmed
from holdfast_torch.data.row import AskingRow, ChatRow, CompletionRow, QuestionRow, Row, TextRow

Item = TypeVar("Item")


def is_asking(row: Row) -> TypeGuard[AskingRow]:
    """Whether a row asks something; of conversations, those of one question and one answer do."""
    if isinstance(row, ChatRow):
        return sum(message.role != "system" for message in row.messages) == 2
    return not isinstance(row, TextRow)


@dataclass(frozen=True)
class Wording:
    """A row as the model meets it: what it is given and what it must say (end token not included)."""

    prompt: str
    completion: str


def word_row(row: AskingRow, template: str) -> Wording:
    """The fine-tune's wording of a row.

    `template` holds `{question}`; prompt/completion rows are worded already.
    """
    if isinstance(row, CompletionRow):
        return Wording(row.prompt, row.completion)
    # A conversation, for a model that knows none: what introduces it stands before the question.
    system = [m.content for m in row.messages if m.role == "system"] if isinstance(row, ChatRow) else []
    prompt = fill(template, "\n".join([*system, question_of(row)]))
    return Wording(prompt, join_answer(prompt, answers_of(row)[0]))


def join_answer(prompt: str, answer: str) -> str:
    """The answer as it continues `prompt`.

    A space belongs to the answer's first token in byte-level and SentencePiece vocabularies alike, so the
    prompt must not end with it: it moves to the completion.
    """
    return answer if prompt.endswith(tuple(WHITE_SPACE)) else f" {answer}"


def question_of(row: AskingRow) -> str:
    """What counts as the question: of a prompt/completion row, its prompt."""
    if isinstance(row, QuestionRow):
        return row.question
    if isinstance(row, CompletionRow):
        return row.prompt
    return next((message.content for message in reversed(row.messages) if message.role == "user"), "")


def answers_of(row: AskingRow) -> tuple[str, ...]:
    """The accepted answers, trimmed; at least one."""
    if isinstance(row, QuestionRow):
        return tuple(trimmed(answer) for answer in row.answers)
    if isinstance(row, CompletionRow):
        return (trimmed(row.completion),)
    return (trimmed(row.messages[-1].content),)


def fill(template: str, question: str) -> str:
    """`{question}` replaced; a question that itself holds `{question}` stays as it is."""
    return template.replace("{question}", question)


class FewShotPool:
    """Rows to take exemplars from, indexed once, so that asking a whole file takes no quadratic time."""

    def __init__(self, rows: Sequence[AskingRow]) -> None:
        self._rows = rows
        self._questions = [question_of(row) for row in rows]
        self._related: dict[str | None, list[int]] = defaultdict(list)
        self._excluded: dict[str, list[int]] = defaultdict(list)
        for index, row in enumerate(rows):
            self._related[_relation_of(row)].append(index)
            self._excluded[f"id {row.id}"].append(index)
            self._excluded[f"question {self._questions[index]}"].append(index)

    def exemplars_for(self, row: AskingRow, wanted: int) -> list[int]:
        """Indices of what may stand before `row`: of its relation where there are enough, else all others."""
        out = {
            *self._excluded.get(f"id {row.id}", ()),
            *self._excluded.get(f"question {question_of(row)}", ()),
        }
        related = _without(self._related.get(_relation_of(row), []), sorted(out))
        return related if len(related) >= wanted else _without(range(len(self._rows)), sorted(out))

    def shot(self, index: int) -> str:
        """The exemplar, as `Q: ... A: ...`."""
        return f"Q: {self._questions[index]}\nA: {answers_of(self._rows[index])[0]}"


def few_shot_prompts(
    row: AskingRow, pool: FewShotPool | Sequence[AskingRow], count: int, exemplars: int, random: Random
) -> list[str]:
    """Few-shot prompts for `row`: `Q: ... A: ...`, exemplars of the same relation, others each time.

    As Gekhman et al. 2024. `pool`: rows of the same file; those of the row's own relation are preferred.
    Returns `count` prompts, with fewer exemplars than asked for when the pool is small.
    """
    indexed = pool if isinstance(pool, FewShotPool) else FewShotPool(pool)
    source = indexed.exemplars_for(row, exemplars)
    last = f"Q: {question_of(row)}\nA:"
    return [
        "\n".join([*(indexed.shot(index) for index in _pick(source, exemplars, random)), last])
        for _ in range(count)
    ]


def _pick(items: Sequence[Item], count: int, random: Random) -> list[Item]:
    if len(items) <= 4 * count:
        return shuffled(items, random)[:count]
    chosen: dict[Item, None] = {}
    while len(chosen) < count:
        chosen[items[random.below(len(items))]] = None
    return list(chosen)


def _without(indices: Sequence[int], out: Sequence[int]) -> list[int]:
    """Ascending `indices` without those of `out`."""
    rest = list(indices)
    for index in reversed(out):
        at = bisect_left(rest, index)
        if at < len(rest) and rest[at] == index:
            del rest[at]
    return rest


def _relation_of(row: AskingRow) -> str | None:
    return row.relation if isinstance(row, QuestionRow) else None
