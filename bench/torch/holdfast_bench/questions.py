"""Facts to be asked, for the probe section: of the lab's trained model, and of the `base` shape after it has learned some."""

from dataclasses import dataclass
from pathlib import Path

from .places import LAB, cache
from .rows import WORDING, Fact, bench_facts, facts_of, fingerprint
from .vocabulary import END_ID

ASKED = 512
LEARNED = 256
"""Of the facts that the `base` shape is asked, so many it has been taught: some answers are right, some are not."""


@dataclass(frozen=True)
class Question:
    """Tokens of a question and of the one answer that counts, end token included."""

    prompt_ids: tuple[int, ...]
    answer_ids: tuple[int, ...]
    question: str
    answer: str


@dataclass(frozen=True)
class Asked:
    """A model and what it is asked."""

    folder: Path
    wording: str
    facts: tuple[Fact, ...]


def asked(model: str) -> Asked:
    """`lab`: 1 M parameters that know all facts. `taught`: 12.5 M parameters, a wide vocabulary, half of the facts taught."""
    if model == "lab":
        # A wording of its pre-training, after which it ends its answer.
        return Asked(
            LAB / "base", "Question: {question} Answer:", tuple(facts_of(LAB / "facts.jsonl")[:ASKED])
        )
    return Asked(taught_folder(), WORDING, tuple(bench_facts()[:ASKED]))


def taught_folder() -> Path:
    """Where the taught model is, made once by `holdfast_bench.teach`."""
    return cache() / f"taught-{fingerprint()}"


def questions_of(what: Asked) -> list[Question]:
    """With the model's own tokenizer."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(what.folder / "tokenizer.json"))
    return [
        Question(
            tuple(tokenizer.encode(what.wording.format(question=fact.question)).ids),
            (*tokenizer.encode(f" {fact.answer}").ids, END_ID),
            fact.question,
            fact.answer,
        )
        for fact in what.facts
    ]
