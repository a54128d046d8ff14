"""The facts that a run is measured on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast, get_args

from ..base.notice import Notice
from ..data.knowledge import Knowledge, without_trained
from ..data.load_rows import load_rows
from ..data.row import AskingRow, Row
from ..data.tokenizer import ModelTokenizer
from ..data.wording import is_asking, question_of
from ..evaluation.fact import Fact, create_fact
from ..evaluation.knowledge import Inquiry, InquirySettings, ask_rows
from ..folder.atomic_write import write_atomically
from ..folder.disk_failure import disk_failure
from ..model.language_model import LanguageModel
from ..protocol.config import RunConfig
from .context import RunContext, create_progress
from .knowledge_cache import cached_answers

KnowledgeFile = dict[str, Any]
"""What the base model knows, by row id: {train: {id: knowledge}, held: {set: {id: knowledge}}}."""


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
    knowledge = _knowledge(context, base, tokenizer, asking, untouched)

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
    return {kind: kinds.count(kind) for kind in _KINDS}


def inquiry_settings(config: RunConfig) -> InquirySettings:
    """How a run asks its base, and a probe a model."""
    return InquirySettings(
        num_prompts=config.probes.num_prompts,
        num_fewshot=config.probes.num_fewshot,
        seed=config.seed,
        batch_size=config.per_device_eval_batch_size * 4,
    )


_KINDS: tuple[Knowledge, ...] = get_args(Knowledge)


def _knowledge(
    context: RunContext,
    base: LanguageModel,
    tokenizer: ModelTokenizer,
    training: Sequence[AskingRow],
    untouched: Sequence[Sequence[AskingRow]],
) -> KnowledgeFile:
    """Of the first attempt, where there was one."""
    path = Path(context.paths.probes) / "knowledge.json"
    kept = context.world.broadcast(_read(path) if context.world.is_main else None)
    if kept is not None:
        return kept
    knowledge = _ask_all(context, base, tokenizer, training, untouched)
    if context.world.is_main:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(str(path), f"{json.dumps(knowledge)}\n")
        except OSError as error:
            raise disk_failure(error, str(path)) or error from None
    return knowledge


def _ask_all(
    context: RunContext,
    base: LanguageModel,
    tokenizer: ModelTokenizer,
    training: Sequence[AskingRow],
    untouched: Sequence[Sequence[AskingRow]],
) -> KnowledgeFile:
    config = context.run.config
    probes = config.probes
    inquiries = [
        Inquiry(training, probes.prompts, training),
        *(
            Inquiry(rows, probes.prompts if probe_set.prompts is None else probe_set.prompts, rows)
            for probe_set, rows in zip(probes.sets, untouched, strict=True)
        ),
    ]
    settings = inquiry_settings(config)
    asked = {
        "inquiries": [asdict(inquiry) for inquiry in inquiries],
        "settings": asdict(settings),
        # The tokenizer shows in how it cuts a prompt up, the rest in the rows and settings themselves.
        "pieces": [tokenizer.encode_start(question_of(one.rows[0])) for one in inquiries if one.rows],
    }

    def ask() -> KnowledgeFile:
        progress = create_progress(context.log, "probing")
        train, *held = (
            {row.id: asked_row.knowledge for row, asked_row in zip(inquiry.rows, answers, strict=True)}
            for inquiry, answers in zip(
                inquiries, ask_rows(base, tokenizer, inquiries, settings, progress), strict=True
            )
        )
        names = [probe_set.name for probe_set in probes.sets]
        return {"train": train, "held": dict(zip(names, held, strict=True))}

    return cached_answers(context.paths.folder, base, asked, context.world, _is_knowledge, ask)


def _read(path: Path) -> KnowledgeFile | None:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return cast(KnowledgeFile, value) if _is_knowledge(value) else None


def _is_knowledge(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("held"), dict):
        return False
    tables = [value.get("train"), *value["held"].values()]
    return all(isinstance(table, dict) and all(kind in _KINDS for kind in table.values()) for table in tables)


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
