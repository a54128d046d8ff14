"""What one child process is asked to do. All peers of a comparison get the same but for their name."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from .rows import WORDING, bench_facts
from .vocabulary import END_ID, tokenizer

TEMPERATURE = 0.5
KD_WEIGHT = 1.0


@dataclass(frozen=True)
class TrainingRow:
    """Token ids of prompt, completion and end token; the loss counts from `prompt_length` on."""

    input_ids: tuple[int, ...]
    prompt_length: int

    @property
    def labels(self) -> list[int]:
        """As Hugging Face has them: the token itself where it counts, else -100. Not shifted."""
        prompt, completion = self.input_ids[: self.prompt_length], self.input_ids[self.prompt_length :]
        return [-100] * len(prompt) + list(completion)


@dataclass(frozen=True)
class Work:
    """Settings of one measured training."""

    peer: str
    shape: str
    warmup: int = 5
    steps: int = 25
    batch_size: int = 16
    learning_rate: float = 3e-4
    max_grad_norm: float = 1.0
    device: str = "cpu"
    bf16: bool = False
    threads: int = 2
    repeat_row: int = 1
    """So many facts are joined into one row: longer rows for GPUs."""
    profile: str | None = None
    """A file that takes the profiler's table; such a run's times count for nothing."""

    @property
    def all_steps(self) -> int:
        return self.warmup + self.steps

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> "Work":
        fields: dict[str, Any] = json.loads(text)
        return Work(**fields)

    def by(self, peer: str) -> "Work":
        """The same work by another peer."""
        return replace(self, peer=peer)


def batches_of(work: Work) -> list[list[TrainingRow]]:
    """One batch per step, warm-up first, in file order; starts again where the rows end."""
    rows = encoded_rows(work.repeat_row)
    wanted = work.all_steps * work.batch_size
    while len(rows) < wanted:
        rows = rows + rows
    return [rows[start : start + work.batch_size] for start in range(0, wanted, work.batch_size)]


def encoded_rows(repeat: int = 1) -> list[TrainingRow]:
    """All 2,048 facts as tokens; with `repeat` so many facts to a row, all but the last answer in its prompt."""
    facts = bench_facts()
    groups = [facts[start : start + repeat] for start in range(0, len(facts), repeat)]
    return [_encode([(fact.question, fact.answer) for fact in group]) for group in groups]


def _encode(facts: list[tuple[str, str]]) -> TrainingRow:
    told = "".join(f"{WORDING.format(question=question)} {answer}\n" for question, answer in facts[:-1])
    question, answer = facts[-1]
    prompt = tokenizer().encode(told + WORDING.format(question=question)).ids
    completion = tokenizer().encode(f" {answer}").ids
    return TrainingRow((*prompt, *completion, END_ID), len(prompt))
