"""The rows every peer trains on: 2,048 EntityQuestions facts that the repository ships."""

import hashlib
import json
import random
from dataclasses import dataclass
from pathlib import Path

from .places import LAB, REPOSITORY

COUNT = 2048
WORDING = "{question}\nAnswer:"
"""Chosen so that rows are as in the comparison the targets come from: about 17 tokens, 17 % of them completion, a fifth
of a padded batch padding; and so that rows share few prefixes (a wording in front of the question would flatter us)."""

_FILES = (
    REPOSITORY / "data" / "general-knowledge" / "general-knowledge.jsonl",
    LAB / "new-facts.jsonl",
    LAB / "facts.jsonl",
)


@dataclass(frozen=True)
class Fact:
    """A question and its first accepted answer."""

    question: str
    answer: str


def facts_of(path: Path) -> list[Fact]:
    """All facts of a file of question rows, in file order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [Fact(row["question"], row["answers"][0]) for row in rows]


def all_facts() -> list[Fact]:
    """Every fact the repository ships; what the tokenizer is learned from."""
    return [fact for path in _FILES for fact in facts_of(path)]


def bench_facts() -> list[Fact]:
    """The same 2,048 facts in the same order on every machine."""
    chosen = all_facts()[:COUNT]
    random.Random(20).shuffle(chosen)
    return chosen


def fingerprint() -> str:
    """Changes with everything that the tokenizer and the encoded rows are made of."""
    text = WORDING + "".join(f"{fact.question}\t{fact.answer}\n" for fact in all_facts())
    return hashlib.sha256(text.encode()).hexdigest()[:12]
