"""The training rows, read once: what happens to their files afterwards does not reach the run."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..data.batches import RowGroup
from ..data.encode import EncodedRow, encode_rows
from ..data.load_rows import load_rows
from ..data.row import Row
from ..data.tokenizer import ModelTokenizer
from .context import RunContext, create_progress, warn


@dataclass(frozen=True)
class TrainingData:
    rows: Sequence[Row]
    encoded: Sequence[EncodedRow]
    groups: Sequence[RowGroup]
    """One per file: its place among the encoded rows, and its weight."""


def load_training_data(context: RunContext, tokenizer: ModelTokenizer) -> TrainingData:
    """Reads and words every training file; says what is left out or cut."""
    config = context.run.config
    files = config.train_files()
    progress = create_progress(context.log, "tokenizing")
    rows: list[Row] = []
    encoded: list[EncodedRow] = []
    groups: list[RowGroup] = []
    for index, file in enumerate(files):
        progress(index, len(files))
        loaded = load_rows(file.path, context.run.data)
        result = encode_rows(loaded.rows, tokenizer, config)
        warn(context.log, [*loaded.warnings, *result.warnings])
        groups.append(RowGroup(len(encoded), len(result.encoded), file.weight))
        encoded.extend(result.encoded)
        rows.extend(loaded.rows)
    progress(len(files), len(files))
    return TrainingData(rows, encoded, groups)


def load_eval_rows(context: RunContext, tokenizer: ModelTokenizer) -> Sequence[EncodedRow]:
    """Of eval_file; none where there is none."""
    config = context.run.config
    if config.eval_file is None:
        return []
    return encode_rows(load_rows(config.eval_file, context.run.data).rows, tokenizer, config).encoded
