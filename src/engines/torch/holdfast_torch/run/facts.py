"""The facts that a run is measured on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..base.notice import Notice
from ..data.knowledge import Knowledge, without_trained
from ..data.load_rows import load_rows
from ..data.row import Row
from ..data.tokenizer import ModelTokenizer
from ..data.wording import is_asking
from ..evaluation.fact import Fact, create_fact
from ..model.language_model import LanguageModel
from .base_knowledge import KINDS, base_knowledge
from .context import RunContext


@dataclass(frozen=True)
class PreparedFacts:
    """train_knowledge: how the training rows fell out; all zero for text.

    known_rows: ids of the training rows that the base model knows.
    """

    facts: tuple[Fact, ...]
    warnings: tuple[Notice, ...]
    train_knowledge: dict[Knowledge, int]
    known_rows: frozenset[str]


def prepare_facts(
    context: RunContext, base: LanguageModel, tokenizer: ModelTokenizer, training: Sequence[Row]
) -> PreparedFacts:
    """Held = known facts of the probe sets that training does not touch; known and new = the training rows by
    what the base knows of them (DESIGN 6).

    The base is asked once, in the first attempt; its answers lie in probes/knowledge.json.
    """
    config = context.run.config
    asking = [row for row in training if is_asking(row)]
    loaded = [load_rows(probe_set.file, context.run.data) for probe_set in config.probes.sets]
    untouched = [
        without_trained([row for row in one.rows if is_asking(row)], asking)[: config.probes.max_facts]
        for one in loaded
    ]
    knowledge = base_knowledge(context, base, tokenizer, asking, untouched)

    held = [
        create_fact(row, "held", probe_set.name, config.prompt_template, tokenizer)
        for probe_set, rows in zip(config.probes.sets, untouched, strict=True)
        for row in rows
        if knowledge["held"].get(probe_set.name, {}).get(row.id) == "known"
    ]
    train = knowledge["train"]
    notices = [notice for one in loaded for notice in one.warnings]
    trained = [
        create_fact(row, kind, "train", config.prompt_template, tokenizer)
        for row, kind in ((row, train.get(row.id)) for row in asking)
        if kind == "known" or kind == "new"
    ]
    return PreparedFacts(
        facts=(*held, *trained),
        warnings=(*notices, *_held_warnings(len(held), sum(len(rows) for rows in untouched))),
        train_knowledge=count_knowledge(train),
        known_rows=frozenset(row_id for row_id, kind in train.items() if kind == "known"),
    )


def count_knowledge(train: Mapping[str, Knowledge]) -> dict[Knowledge, int]:
    """How many rows are known, maybe and new."""
    kinds = list(train.values())
    return {kind: kinds.count(kind) for kind in KINDS}


def _held_warnings(held: int, asked: int) -> list[Notice]:
    if asked == 0 or held > 0:
        return []
    return [
        Notice(
            "probes.nothing-known",
            f"The base model knows none of the {asked} probe facts, so forgetting cannot be "
            "measured: training goes on; give probes.sets facts that this model knows, or probes.prompts in wordings it "
            "answers.",
        )
    ]
