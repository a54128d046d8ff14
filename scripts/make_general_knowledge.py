#!/usr/bin/env python3
"""Makes the general-knowledge probe set that ships with Holdfast: what every model is asked, to see what it
forgets.

Facts come from EntityQuestions (https://github.com/princeton-nlp/EntityQuestions, MIT), splits `dev` and
`test`: `train` is what people fine-tune on. The same number is drawn for each relation; a question may have
several accepted answers.

    python scripts/make_general_knowledge.py --entity-questions PATH/TO/EntityQuestions/dataset
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FACTS_PER_RELATION = 100
SEED = 20_260_415
OUT = Path(__file__).parent.parent / "data" / "general-knowledge" / "general-knowledge.jsonl"

Row = dict[str, Any]


def main() -> None:
    """Reads the command line, writes the set and prints what it holds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--entity-questions", type=Path, required=True, help="folder with dev/, test/ and the templates"
    )
    folder: Path = parser.parse_args().entity_questions

    templates: dict[str, str] = json.loads((folder / "relation_query_templates.json").read_text("utf-8"))
    asked = asked_in_training(folder)
    rows = [
        row
        for relation in sorted(templates, key=number)
        for row in draw(folder, relation, templates[relation], asked)
    ]
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    OUT.write_text("".join(lines), "utf-8", newline="\n")
    single = sum(len(row["answers"]) == 1 for row in rows)
    print(f"{len(rows)} facts of {len(templates)} relations, {single} with a single answer")


def draw(folder: Path, relation: str, template: str, asked: set[str]) -> list[Row]:
    """FACTS_PER_RELATION rows, each subject once, none that `train` asks as well."""
    rows: dict[str, Row] = {}
    for split in ("dev", "test"):
        for row in read_rows(folder / split / f"{relation}.{split}.json", f"{relation}-{split}", template):
            if normalise(row["question"]) not in asked:
                rows.setdefault(normalise(row["subject"]), {**row, "relation": relation})
    if len(rows) < FACTS_PER_RELATION:
        raise SystemExit(
            f"{relation} has {len(rows)} usable facts of {FACTS_PER_RELATION}: lower FACTS_PER_RELATION"
        )
    order = ("id", "relation", "subject", "question", "answers")
    drawn = random.Random(f"{SEED}:{relation}").sample(list(rows.values()), FACTS_PER_RELATION)
    return [{key: row[key] for key in order} for row in drawn]


def read_rows(file: Path, prefix: str, template: str) -> Iterator[Row]:
    """The rows of one EntityQuestions file; the id is the row's place in it, to find it again."""
    before, after = template.split("[X]")
    for index, row in enumerate(json.loads(file.read_text("utf-8"))):
        question: str = row["question"]
        subject = question[len(before) : len(question) - len(after)].strip()
        fits = question.startswith(before) and question.endswith(after) and normalise(subject) != ""
        answers = [answer for answer in row["answers"] if normalise(answer) != ""]
        if fits and answers:
            yield {"id": f"{prefix}-{index}", "subject": subject, "question": question, "answers": answers}


def asked_in_training(folder: Path) -> set[str]:
    """Every question of the train split, normalised."""
    files = sorted((folder / "train").glob("*.json"))
    return {normalise(row["question"]) for file in files for row in json.loads(file.read_text("utf-8"))}


def normalise(text: str) -> str:
    """Lower case, words only, single spaces."""
    return " ".join(re.findall(r"\w+", text.lower()))


def number(relation: str) -> int:
    """P19 -> 19."""
    return int(relation[1:])


if __name__ == "__main__":
    main()
