"""`holdfast probe`: what a model knows of a data file."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..data.load_rows import load_rows
from ..data.row import AskingRow
from ..data.wording import answers_of, is_asking, question_of
from ..evaluation.knowledge import KNOWLEDGE_DEFINITION, AskedRow, Inquiry, ask_rows
from ..folder.atomic_write import write_atomically
from ..folder.disk_failure import disk_failure
from ..protocol.config import RunConfig
from ..protocol.json_text import encode_json
from .asked_model import AskedModel, open_asked_model
from .base_knowledge import inquiry_settings
from .context import RunContext, create_progress, warn
from .facts import count_knowledge
from .orders import take_orders


def probe_job(context: RunContext) -> None:
    """Asks the model every row of train_file that asks something, exactly as a run asks its base, and writes
    probes/knowledge.json.

    Ends with `finished`, or with `stopped` when asked to; then nothing is written.
    """
    began = time.monotonic()
    config = context.run.config
    opened = open_asked_model(context, config.model_name_or_path)
    loaded = [load_rows(file.path, context.run.data) for file in config.train_files()]
    warn(context.log, [notice for one in loaded for notice in one.warnings])
    rows = [row for one in loaded for row in one.rows if is_asking(row)]
    try:
        asked = _ask(context, opened, rows)
    except Stopped as stopped:
        context.log.write("stopped", step=0, reason=str(stopped))
        return
    if context.world.is_main:
        _write(context.paths.probes, probed_file(config, rows, asked))
    known = {row.id: one.knowledge for row, one in zip(rows, asked, strict=True)}
    context.log.write(
        "finished",
        step=0,
        duration=time.monotonic() - began,
        best_step=None,
        summary={**count_knowledge(known), "rows": len(rows)},
    )


class Stopped(Exception):
    """Raised out of the middle of decoding, which never waits: orders are looked for between two batches."""


def probed_file(config: RunConfig, rows: Sequence[AskingRow], asked: Sequence[AskedRow]) -> Mapping[str, Any]:
    """probes/knowledge.json of a probe (src/protocol/runFiles.ts)."""
    return {
        "definition": KNOWLEDGE_DEFINITION,
        "prompts": config.probes.prompts,
        "rows": [
            {
                "id": row.id,
                "question": question_of(row),
                "answers": list(answers_of(row)),
                "knowledge": one.knowledge,
                "said": list(one.said),
            }
            for row, one in zip(rows, asked, strict=True)
        ],
    }


def _ask(context: RunContext, opened: AskedModel, rows: Sequence[AskingRow]) -> list[AskedRow]:
    config = context.run.config
    progress = create_progress(context.log, "probing")

    def between_batches(done: int, total: int) -> None:
        progress(done, total)
        _obey(context)

    inquiry = Inquiry(rows, config.probes.prompts, rows)
    return ask_rows(opened.model, opened.tokenizer, [inquiry], inquiry_settings(config), between_batches)[0]


def _obey(context: RunContext) -> None:
    orders = take_orders(context)
    for order in orders.orders:
        accepted = order.name == "stop"
        reason = None if accepted else "a probe job can only be stopped"
        context.log.write("acknowledged", command=order.id, accepted=accepted, reason=reason, name=order.name)
        if accepted:
            raise Stopped(order.reason)
    if orders.interrupted:
        raise Stopped("the engine was interrupted")


def _write(folder: str | Path, file: Mapping[str, Any]) -> None:
    path = Path(folder) / "knowledge.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(str(path), f"{encode_json(file)}\n")
    except OSError as error:
        raise disk_failure(error, str(path)) or error from None
