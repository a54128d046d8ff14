"""What a model knows of rows (DESIGN 6)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..base.random import create_random
from ..data.knowledge import Knowledge, first_line, is_accepted, knowledge_from
from ..data.row import AskingRow
from ..data.tokenizer import ModelTokenizer
from ..data.wording import FewShotPool, answers_of, few_shot_prompts, fill, question_of
from ..model.language_model import LanguageModel
from .decode import DecodeOptions, decode_greedily

KNOWLEDGE_DEFINITION = 1
"""Version of what "known" means and of how it is found out (DESIGN 6): results of another version do not
compare.
"""


@dataclass(frozen=True)
class Inquiry:
    """Rows to ask, and how. prompts: wordings with `{question}`; None: few-shot from `pool`."""

    rows: Sequence[AskingRow]
    prompts: Sequence[str] | None
    pool: Sequence[AskingRow]


@dataclass(frozen=True)
class InquirySettings:
    """num_prompts, num_fewshot: of the few-shot prompts; batch_size: most prompts of one batch."""

    num_prompts: int
    num_fewshot: int
    seed: int
    batch_size: int


@dataclass(frozen=True)
class AskedRow:
    """What came of asking a row. said: under each prompt, the first line, without blanks around it."""

    knowledge: Knowledge
    said: tuple[str, ...]


def ask_rows(
    model: LanguageModel,
    tokenizer: ModelTokenizer,
    inquiries: Sequence[Inquiry],
    settings: InquirySettings,
    on_progress: Callable[[int, int], None],
) -> list[list[AskedRow]]:
    """Asks the model every row under several prompts, greedily, an answer ending at a newline or the end
    token. Each inquiry is asked by itself, so that what a run is told of its training rows is what a probe of
    them alone is told.

    Returns per inquiry, per row: known (right under all prompts), new (right under none) or maybe, and what
    was said. A change of what comes out is a new KNOWLEDGE_DEFINITION.
    """
    prompts = [_prompts_of(inquiry, settings) for inquiry in inquiries]
    total = sum(len(texts) for rows in prompts for texts in rows)
    judged: list[list[AskedRow]] = []
    before = 0
    for inquiry, texts_of_rows in zip(inquiries, prompts, strict=True):
        told = _progress_from(before, total, on_progress)
        answers = _answers(model, tokenizer, inquiry.rows, texts_of_rows, settings.batch_size, told)
        before += len(answers)
        said = iter(answers)
        judged.append(
            [
                _judge(row, [next(said) for _ in texts])
                for row, texts in zip(inquiry.rows, texts_of_rows, strict=True)
            ]
        )
    return judged


def _progress_from(before: int, total: int, on_progress: Callable[[int, int], None]) -> Callable[[int], None]:
    return lambda done: on_progress(before + done, total)


def _answers(
    model: LanguageModel,
    tokenizer: ModelTokenizer,
    rows: Sequence[AskingRow],
    texts_of_rows: Sequence[Sequence[str]],
    batch_size: int,
    on_progress: Callable[[int], None],
) -> list[str]:
    """What the model says to every prompt, one after the other: the first line."""
    encoded = [tokenizer.encode_start(text) for texts in texts_of_rows for text in texts]
    options = DecodeOptions(
        max_new_tokens=_longest_answer(rows, tokenizer),
        stop_tokens=frozenset({*tokenizer.newline_token_ids, tokenizer.eos_token_id}),
        batch_size=batch_size,
        pad_id=tokenizer.pad_token_id,
        on_progress=on_progress,
    )
    return [first_line(tokenizer.decode(ids)) for ids in decode_greedily(model, encoded, options)]


def _judge(row: AskingRow, said: list[str]) -> AskedRow:
    return AskedRow(knowledge_from([is_accepted(answer, row) for answer in said]), tuple(said))


def _longest_answer(rows: Sequence[AskingRow], tokenizer: ModelTokenizer) -> int:
    """Tokens of the longest accepted answer and its end: a model that says more is wrong anyway."""
    lengths = (len(tokenizer.encode_rest(f" {answer}")) for row in rows for answer in answers_of(row))
    return max(lengths, default=1) + 1


def _prompts_of(inquiry: Inquiry, settings: InquirySettings) -> list[list[str]]:
    """Per row, the prompts it is asked under."""
    if inquiry.prompts is not None:
        return [[fill(prompt, question_of(row)) for prompt in inquiry.prompts] for row in inquiry.rows]
    pool = FewShotPool(inquiry.pool)
    return [
        few_shot_prompts(
            row,
            pool,
            settings.num_prompts,
            settings.num_fewshot,
            create_random(settings.seed, "few-shot", row.id),
        )
        for row in inquiry.rows
    ]
