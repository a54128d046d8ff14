"""What base models know, kept between runs."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..distributed.world import World
from ..folder.atomic_write import write_atomically
from ..model.language_model import LanguageModel

DEFINITION = 2
"""Grows when what is asked, or how it is judged, changes."""

Answers = dict[str, Any]


def cached_answers(
    run_folder: str | Path,
    model: LanguageModel,
    asked: object,
    world: World,
    is_valid: Callable[[object], bool],
    ask: Callable[[], Answers],
) -> Answers:
    """The answers of `ask`, or those of an earlier run.

    What a base model knows takes longer to find out than many a run takes to begin, and is the same for every
    run on the same
    model and rows: kept in `.holdfast/cache/answers/`, under a hash of everything it depends on. Safe to
    delete.

    asked: everything besides the weights that the answers depend on; must be JSON.
    """
    root = Path(run_folder).parent.parent
    if root.name != ".holdfast":
        # A cache beside a run folder that lies elsewhere would be nobody's.
        return ask()
    path = root / "cache" / "answers" / f"{_key(model, asked)}.json"
    # One rank looks, so that all either ask or do not.
    kept = world.broadcast(_read(path, is_valid) if world.is_main else None)
    if kept is not None:
        return kept
    answers = ask()
    if world.is_main:
        _keep(path, answers)
    return answers


def _key(model: LanguageModel, asked: object) -> str:
    # bfloat16 answers are not float32's, and depend on the device.
    computed = [str(model.dtype), model.device.type]
    config = model.hf.config.to_dict()
    text = json.dumps(
        ["torch", DEFINITION, model.fingerprint(), computed, config, asked], sort_keys=True, default=str
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _read(path: Path, is_valid: Callable[[object], bool]) -> Answers | None:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return value if is_valid(value) else None


def _keep(path: Path, answers: Answers) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(str(path), f"{json.dumps(answers)}\n")
    except OSError:
        # A cache that cannot be written costs time, nothing else.
        return
