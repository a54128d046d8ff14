"""Evaluations as events and files."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..data.encode import EncodedRow
from ..evaluation.evaluator import Evaluation
from ..evaluation.scores import Score
from ..folder.atomic_write import write_atomically
from ..folder.disk_failure import disk_failure
from ..folder.paths import checkpoint_name
from ..model.language_model import LanguageModel
from ..protocol.json_text import encode_json
from ..training.student import mean_cross_entropy

EvaluatedBody = dict[str, Any]
"""The fields of an `evaluated` event."""


@dataclass(frozen=True)
class EvaluationFrame:
    """What an evaluation is part of. eval_loss, probe_file: None where there is none."""

    step: int
    epoch: float
    trigger: str
    decoded: bool
    eval_loss: float | None
    probe_file: str | None
    seconds: float


def evaluated_body(result: Evaluation, frame: EvaluationFrame) -> EvaluatedBody:
    """The fields of an `evaluated` event, as src/protocol/events.ts names them."""
    scores = result.scores
    body: EvaluatedBody = {
        "step": frame.step,
        "epoch": frame.epoch,
        "trigger": frame.trigger,
        "decoded": frame.decoded,
        "held": _score(scores.held),
        "known": _score(scores.known),
        "new": _score(scores.new),
        "probes": {name: asdict(score) for name, score in scores.probes.items()},
        "forgetting": result.forgetting,
        "reference_step": None if result.forgetting is None else result.memory.reference_step,
        "eval_loss": frame.eval_loss,
        "drift": result.drift.layers,
        "kl_to_base": result.drift.kl_to_base,
        "probe_file": frame.probe_file,
        "duration": frame.seconds,
    }
    if result.string_differences is not None:
        body["string_differences"] = result.string_differences
    if result.forced_differences is not None:
        body["forced_differences"] = result.forced_differences
    return body


def quality_of(body: EvaluatedBody) -> float | None:
    """DESIGN 6, best: highest new score; without new rows the lowest eval_loss, else the highest known score.

    Higher is better; None where there is nothing to go by.
    """
    if body["new"] is not None:
        return float(body["new"]["correct"] / body["new"]["total"])
    if body["eval_loss"] is not None:
        return -float(body["eval_loss"])
    return None if body["known"] is None else float(body["known"]["correct"] / body["known"]["total"])


def measure_eval_loss(model: LanguageModel, rows: Sequence[EncodedRow], batch_size: int) -> float | None:
    """Mean nats per counted token of eval_file; None without rows."""
    ordered = sorted(rows, key=lambda row: len(row.input_ids))
    batches = [ordered[start : start + batch_size] for start in range(0, len(ordered), batch_size)]
    return mean_cross_entropy(model, batches)


def probe_file_name(step: int, decoded: bool) -> str:
    """The decoded evaluation at the end has a name of its own."""
    return f"{checkpoint_name(step)}{'-decoded' if decoded else ''}.json"


def write_probe_file(folder: str | Path, step: int, decoded: bool, result: Evaluation) -> None:
    """Writes probes/step-00000120.json, what came of every fact."""
    path = Path(folder) / probe_file_name(step, decoded)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(
            str(path), f"{encode_json({'step': step, 'decoded': decoded, 'facts': result.facts})}\n"
        )
    except OSError as error:
        raise disk_failure(error, str(path)) or error from None


def _score(score: Score | None) -> dict[str, int] | None:
    return None if score is None else asdict(score)
