"""Both engines on the same work: loss, gradients, and ten AdamW steps, method by method."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from parity import counts_of, errors_between
from parity_methods import METHODS, NAMES, Work, make_teacher, work_of
from parity_training import Trained, train_ours, train_theirs, weights_of
from tfjs_training import what_is_missing

MOST_OF_LOSSES = 1e-4
MOST_OF_GRADIENTS = 1e-4
MOST_OF_WEIGHTS = 1e-3
MOST_OF_NORMS = 1e-3
"""Rounding grows from step to step, and the norm shows it first."""
MOST_OF_UPDATES = 1e-2
"""Far below what one method differs from another by; AdamW divides small gradients by themselves, rounding included."""

AS_PLAIN = ("plain", "padded")
"""What trains as plain does."""


@dataclass(frozen=True)
class Compared:
    work: Work
    theirs: Trained


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Compared]:
    """What the TypeScript engine makes of all of it."""
    missing = what_is_missing()
    if missing is not None:
        pytest.skip(missing)
    folder = tmp_path_factory.mktemp("parity")
    teachers = {name: make_teacher(name, folder / name) for name in NAMES}
    works = {(name, method): work_of(name, method, teachers[name]) for name in NAMES for method in METHODS}
    theirs = train_theirs(list(works.values()), folder / "theirs")
    return {key: Compared(work, trained) for (key, work), trained in zip(works.items(), theirs, strict=True)}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", NAMES)
def test_engines_agree(
    compared: dict[tuple[str, str], Compared], name: str, method: str, tmp_path: Path
) -> None:
    work, theirs = compared[name, method].work, compared[name, method].theirs
    ours = train_ours(work, tmp_path)
    assert sorted(ours.trainable) == sorted(theirs.trainable)
    assert counts_of(ours) == counts_of(theirs)
    errors = errors_between(ours, theirs, weights_of(work.model))
    assert errors.losses <= MOST_OF_LOSSES
    assert errors.gradients <= MOST_OF_GRADIENTS
    assert errors.weights <= MOST_OF_WEIGHTS
    assert errors.norms <= MOST_OF_NORMS
    assert errors.updates <= MOST_OF_UPDATES


@pytest.mark.parametrize("name", NAMES)
def test_methods_are_told_apart(compared: dict[tuple[str, str], Compared], name: str) -> None:
    """Otherwise their agreement would say nothing."""
    start = weights_of(compared[name, "plain"].work.model)
    plain = compared[name, "plain"].theirs
    for method in METHODS:
        other = compared[name, method].theirs
        if other.trainable != plain.trainable:
            continue
        apart = errors_between(other, plain, start).updates
        assert (apart <= MOST_OF_UPDATES) == (method in AS_PLAIN), (method, apart)


def test_work_has_all_that_could_go_wrong(compared: dict[tuple[str, str], Compared]) -> None:
    """Rows that are cut, texts, shared beginnings, lengths that differ; steps that clip and that do not."""
    work = compared["tiny-llama", "plain"].work
    assert any(row.truncated > 0 for row in work.rows)
    assert any(row.prompt_length == 0 for row in work.rows)
    assert len({row.input_ids[:8] for row in work.rows}) < len(work.rows) / 2
    assert len({len(row.input_ids) for row in work.rows}) > 5
    clipped = compared["tiny-llama", "clipped"]
    assert all(report["grad_norm"] > clipped.work.config.max_grad_norm for report in clipped.theirs.reports)
