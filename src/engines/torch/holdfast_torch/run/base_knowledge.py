"""What the base model knows of a run's rows: asked once, kept in probes/knowledge.json."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast, get_args

from ..data.knowledge import Knowledge
from ..data.row import AskingRow
from ..data.tokenizer import ModelTokenizer
from ..data.wording import question_of
from ..evaluation.knowledge import KNOWLEDGE_DEFINITION, Inquiry, InquirySettings, ask_rows
from ..folder.atomic_write import write_atomically
from ..folder.disk_failure import disk_failure
from ..model.language_model import LanguageModel
from ..protocol.config import RunConfig
from .context import RunContext, create_progress, until_interrupted
from .knowledge_cache import cached_answers

KnowledgeFile = dict[str, Any]
"""By row id: {definition, train: {id: knowledge}, held: {set: {id: knowledge}}} (src/protocol/runFiles.ts)."""

KINDS: tuple[Knowledge, ...] = get_args(Knowledge)


def inquiry_settings(config: RunConfig) -> InquirySettings:
    """How a run asks its base, and a probe a model."""
    return InquirySettings(
        num_prompts=config.probes.num_prompts,
        num_fewshot=config.probes.num_fewshot,
        seed=config.seed,
        batch_size=config.per_device_eval_batch_size * 4,
    )


def base_knowledge(
    context: RunContext,
    base: LanguageModel,
    tokenizer: ModelTokenizer,
    training: Sequence[AskingRow],
    untouched: Sequence[Sequence[AskingRow]],
) -> KnowledgeFile:
    """Asks the base every training row and every fact of a probe set; of a later attempt, what the first one
    was told.

    untouched: per probe set, the rows that may be asked.
    """
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
        "inquiries": [[one.prompts, [asdict(row) for row in one.rows]] for one in inquiries],
        "settings": asdict(settings),
        # The tokenizer shows in how it cuts a prompt up, the rest in the rows and settings themselves.
        "pieces": [tokenizer.encode_start(question_of(one.rows[0])) for one in inquiries if one.rows],
    }

    def ask() -> KnowledgeFile:
        progress = until_interrupted(context, create_progress(context.log, "probing"))
        train, *held = (
            {row.id: asked_row.knowledge for row, asked_row in zip(inquiry.rows, answers, strict=True)}
            for inquiry, answers in zip(
                inquiries, ask_rows(base, tokenizer, inquiries, settings, progress), strict=True
            )
        )
        names = [probe_set.name for probe_set in probes.sets]
        return {
            "definition": KNOWLEDGE_DEFINITION,
            "train": train,
            "held": dict(zip(names, held, strict=True)),
        }

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
    return all(isinstance(table, dict) and all(kind in KINDS for kind in table.values()) for table in tables)
