"""Both engines on the same tiny models, method by method: the numbers that the engine's own tests hold to their limits."""

import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..figures import Figure
from ..places import REPOSITORY

LIMITS = {"losses": 1e-4, "gradients": 1e-4, "weights": 1e-3}
"""Relative; per tensor L2, gradients with a floor of 1e-6 of the global norm."""


def bench(_rounds: int, _threads: int) -> tuple[list[Figure], Any]:
    """The worst of both models per method; every model's own in the details. The same in every round."""
    sys.path.insert(0, str(REPOSITORY / "test/engines/torch"))
    from parity_methods import METHODS  # type: ignore[import-not-found]
    from tfjs_training import what_is_missing  # type: ignore[import-not-found]

    missing = what_is_missing()
    if missing is not None:
        return [Figure("TypeScript engine", None, f"not compared: {missing}")], None
    with tempfile.TemporaryDirectory(prefix="holdfast-parity-") as folder:
        errors = _measure(Path(folder))
    figures = [
        _figure(method, kind, max(errors[name][method][kind] for name in errors))
        for method in METHODS
        for kind in LIMITS
    ]
    return figures, errors


def _measure(folder: Path) -> dict[str, dict[str, dict[str, float]]]:
    """By model and method, fields of `parity.Errors`."""
    from parity import errors_between  # type: ignore[import-not-found]
    from parity_methods import METHODS, NAMES, make_teacher, work_of
    from parity_training import (  # type: ignore[import-not-found]
        train_ours,
        train_theirs,
        weights_of,
    )

    keys = [(name, method) for name in NAMES for method in METHODS]
    teachers = {name: make_teacher(name, folder / name) for name in NAMES}
    works = [work_of(name, method, teachers[name]) for name, method in keys]
    theirs = train_theirs(works, folder / "theirs")
    errors: dict[str, dict[str, dict[str, float]]] = {name: {} for name in NAMES}
    for at, ((name, method), work) in enumerate(zip(keys, works, strict=True)):
        ours = train_ours(work, folder / "ours" / str(at))
        errors[name][method] = asdict(errors_between(ours, theirs[at], weights_of(work.model)))
    return errors


def _figure(method: str, kind: str, value: float) -> Figure:
    limit = LIMITS[kind]
    return Figure(f"{method}: {kind}", value, f"{value:.1e}", f"<= {limit:.0e}", value <= limit)
