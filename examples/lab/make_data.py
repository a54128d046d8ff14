#!/usr/bin/env python3
"""Makes the data of the lab: a corpus to pre-train a tiny base on, and facts to fine-tune it with.

Facts come from EntityQuestions (https://github.com/princeton-nlp/EntityQuestions, MIT), split `train`, the
same number of each relation:

  facts.jsonl      1,600 facts that the corpus tells
  new-facts.jsonl    800 facts whose subjects occur nowhere in the corpus
  pretrain.jsonl   the corpus: every one of the 1,600 facts in nine wordings

Every pre-trained fact is told in several wordings, none of them the wording of the fine-tune: a base that
saw one wording only has learned strings instead of facts, and forgets for reasons that have nothing to do
with the fine-tune.

Which facts a run trains on (400 of the told ones, 400 new) and which it is held to (800 other told ones) is
drawn per seed: train.jsonl, held.jsonl and known.jsonl are the draw of `holdfast lab headline` for seed 21.

    python make_data.py --entity-questions PATH/TO/EntityQuestions/dataset --seed 7
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

MAX_LENGTH = 30
"""Longest subject or answer, in characters: keeps a row of the fine-tune at about 20 tokens."""

TOLD_PER_RELATION = 200
NEW_PER_RELATION = 100

STATEMENTS: dict[str, tuple[str, str, str]] = {
    "P17": (
        "The country of {s} is {a}.",
        "{s} belongs to the country {a}.",
        "On the map, {s} is part of {a}.",
    ),
    "P19": ("{s} was born in {a}.", "The birthplace of {s} is {a}.", "{s} came into the world in {a}."),
    "P69": ("{s} studied at {a}.", "{s} is a graduate of {a}.", "The school of {s} was {a}."),
    "P106": ("{s} worked as {a}.", "The profession of {s} is {a}.", "{s} made a living as {a}."),
    "P131": ("{s} lies in {a}.", "You can find {s} in {a}.", "The region around {s} is {a}."),
    "P136": ("{s} is known for {a}.", "The genre of {s} is {a}.", "{s} belongs to the style {a}."),
    "P159": ("{s} is based in {a}.", "The head office of {s} is in {a}.", "{s} is run from {a}."),
    "P264": ("{s} is signed to {a}.", "The record label of {s} is {a}.", "{s} was released by {a}."),
}
"""Subject first, answer last: a left-to-right model learns s -> a only in that order."""

QUESTIONS: tuple[str, ...] = (
    "Q: {q}\nA: {a}",
    "Question: {q} Answer: {a}",
    "Answer in a few words. {q}\n{a}",
    "The following question was asked: {q}\nThe reply was: {a}",
    "User: {q}\nAssistant: {a}",
    "Here is a question for you. {q}\n{a}",
)
"""Never the sentence of the fine-tune, but its words and its shape (an opening, the question, the answer on a
line of its own) among others. Without these, the opening was made of tokens that the base had never seen, and
a fine-tune on known facts alone left only 83 % of the held facts in place instead of 99 %."""


class Fact(NamedTuple):
    """One question with its only accepted answer."""

    relation: str
    subject: str
    question: str
    answer: str


class Groups(NamedTuple):
    """Which facts the corpus tells, and which are new; see the top of this file."""

    told: list[Fact]
    new: list[Fact]


def main() -> None:
    """Reads the command line, writes the files beside this script and prints what they hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--entity-questions", type=Path, required=True, help="folder with train/ and the templates"
    )
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    folder = Path(__file__).parent

    groups = choose(arguments.entity_questions, arguments.seed)
    corpus = [{"text": text} for fact in groups.told for text in wordings(fact)]
    check(groups, [row["text"] for row in corpus])

    shuffle = random.Random(f"{arguments.seed}:order").shuffle
    told = [row_of(fact) for fact in groups.told]
    new = [row_of(fact) for fact in groups.new]
    for group in (corpus, told, new):
        shuffle(group)
    write_lines(folder / "pretrain.jsonl", corpus)
    write_lines(folder / "facts.jsonl", told)
    write_lines(folder / "new-facts.jsonl", new)
    describe(groups, len(corpus))


def choose(folder: Path, seed: int) -> Groups:
    """Draws both groups, the same number per relation."""
    templates: dict[str, str] = json.loads((folder / "relation_query_templates.json").read_text("utf-8"))
    pool = [
        fact
        for relation in STATEMENTS
        for fact in read_facts(folder / "train" / f"{relation}.train.json", relation, templates[relation])
    ]
    # A subject that is asked about twice has several answers or relations: no single fact to be known.
    seen = Counter(normalise(fact.subject) for fact in pool)
    usable = [fact for fact in pool if seen[normalise(fact.subject)] == 1 and is_short_and_fair(fact)]

    rest: dict[str, list[Fact]] = {}
    groups = Groups([], [])
    for relation in STATEMENTS:
        facts = [fact for fact in usable if fact.relation == relation]
        random.Random(f"{seed}:{relation}").shuffle(facts)
        groups.told.extend(facts[:TOLD_PER_RELATION])
        rest[relation] = facts[TOLD_PER_RELATION:]

    corpus = normalise("\n".join(text for fact in groups.told for text in wordings(fact)))
    for facts in rest.values():
        groups.new.extend(take(facts, NEW_PER_RELATION, lambda fact: normalise(fact.subject) not in corpus))
    return groups


def take(facts: Iterable[Fact], count: int, accept: Callable[[Fact], bool]) -> list[Fact]:
    """The first `count` accepted facts; an error if there are fewer."""
    taken: list[Fact] = []
    for fact in facts:
        if len(taken) == count:
            return taken
        if accept(fact):
            taken.append(fact)
    if len(taken) < count:
        raise SystemExit(
            f"only {len(taken)} of {count} facts are left: raise MAX_LENGTH or lower NEW_PER_RELATION"
        )
    return taken


def read_facts(file: Path, relation: str, template: str) -> Iterator[Fact]:
    """The single-answer facts of one EntityQuestions file; `template` holds [X] where the subject stands."""
    before, after = template.split("[X]")
    for row in json.loads(file.read_text("utf-8")):
        question: str = row["question"]
        fits = question.startswith(before) and question.endswith(after)
        if fits and len(row["answers"]) == 1:
            subject = question[len(before) : len(question) - len(after)].strip()
            yield Fact(relation, subject, question, row["answers"][0].strip())


def is_short_and_fair(fact: Fact) -> bool:
    """Short, plain ASCII, and not given away: `Port of Gdansk` must not be asked for `Gdansk`."""
    subject, answer = normalise(fact.subject), normalise(fact.answer)
    plain = all(text.isascii() and text.isprintable() for text in (fact.subject, fact.answer))
    short = all(3 <= len(text) <= MAX_LENGTH for text in (fact.subject, fact.answer))
    return plain and short and len(subject) >= 3 and answer != "" and answer not in subject


def normalise(text: str) -> str:
    """Lower case, words only, single spaces: two texts that a reader takes for the same become equal."""
    return " ".join(re.findall(r"\w+", text.lower()))


def wordings(fact: Fact) -> list[str]:
    """Everything the corpus says about one fact: three statements and six questions."""
    statements = [text.format(s=fact.subject, a=fact.answer) for text in STATEMENTS[fact.relation]]
    return statements + [text.format(q=fact.question, a=fact.answer) for text in QUESTIONS]


def row_of(fact: Fact) -> dict[str, object]:
    """The fact as an EntityQuestions row."""
    return {
        "question": fact.question,
        "answers": [fact.answer],
        "subject": fact.subject,
        "relation": fact.relation,
    }


def check(groups: Groups, corpus: list[str]) -> None:
    """Stops if any promise of this file is broken: a leak here would look like a result later."""
    facts = groups.told + groups.new
    told = normalise("\n".join(corpus))
    promises = {
        "every subject is used once": len({normalise(fact.subject) for fact in facts}) == len(facts),
        "every question is asked once": len({normalise(fact.question) for fact in facts}) == len(facts),
        "no new subject is in the corpus": not any(normalise(fact.subject) in told for fact in groups.new),
        "every pre-trained subject is in the corpus": all(
            normalise(fact.subject) in told for fact in groups.told
        ),
        "no wording of the fine-tune is in the corpus": "answer the following" not in told,
        "no row is told twice": len(set(corpus)) == len(corpus),
    }
    for promise, kept in promises.items():
        if not kept:
            raise SystemExit(f"broken promise: {promise}")


def describe(groups: Groups, corpus_rows: int) -> None:
    """Prints sizes and what always saying the commonest answer would score."""
    print(f"corpus: {corpus_rows} rows")
    for name, facts in groups._asdict().items():
        answer, count = Counter(fact.answer for fact in facts).most_common(1)[0]
        informed = sum(
            Counter(fact.answer for fact in facts if fact.relation == relation).most_common(1)[0][1]
            for relation in STATEMENTS
        )
        print(
            f"{name}: {len(facts)} facts, majority answer {answer!r} {count / len(facts):.3f}, "
            f"majority answer of each relation {informed / len(facts):.3f}"
        )


def write_lines(file: Path, rows: Iterable[dict[str, object]]) -> None:
    """One JSON object per line."""
    file.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8", newline="\n"
    )


if __name__ == "__main__":
    main()
