"""What happens when in a run."""

from typing import Any

import pytest
from engine_runs import DEFAULTS
from holdfast_torch.data.batches import RowGroup
from holdfast_torch.data.encode import EncodedRow
from holdfast_torch.distributed.world import World
from holdfast_torch.protocol.config import RunConfig
from holdfast_torch.run.plan import LEAST_SNAPSHOT_STEPS, RunPlan, plan_run

ROWS = [EncodedRow(str(at), tuple(range(2 + at % 5)), tuple(range(2 + at % 5)), 1, 0) for at in range(50)]
ALL = [RowGroup(0, len(ROWS), 1)]


def config(**changes: Any) -> RunConfig:
    return RunConfig.from_json(
        {**DEFAULTS, "model_name_or_path": "m", "train_file": "f", "max_steps": -1, **changes}
    )


def ids(plan: RunPlan, step: int) -> list[list[str]]:
    return [[row.id for row in batch] for batch in plan.main.batches_of(step)]


def test_epochs_become_steps() -> None:
    plan = plan_run(config(num_train_epochs=2.5), ROWS, ALL)
    assert (plan.main.steps_per_epoch, plan.total_steps, plan.snapshot_steps) == (13, 33, 0)
    assert plan.epoch_of(13) == 1
    assert plan_run(config(max_steps=7), ROWS, ALL).total_steps == 7
    assert plan_run(config(num_train_epochs=0.001), ROWS, ALL).total_steps == 1


def test_every_epoch_meets_every_row_once() -> None:
    plan = plan_run(config(gradient_accumulation_steps=3), ROWS, ALL)
    for epoch in range(2):
        steps = range(1 + 5 * epoch, 6 + 5 * epoch)
        met = [row for step in steps for batch in ids(plan, step) for row in batch]
        assert sorted(met) == sorted(row.id for row in ROWS)
    assert ids(plan, 1) != ids(plan, 6)
    assert len(ids(plan, 1)) == 3


def test_a_step_is_a_function_of_its_number() -> None:
    forwards, backwards = plan_run(config(), ROWS, ALL), plan_run(config(), ROWS, ALL)
    there = [ids(forwards, step) for step in range(1, 27)]
    assert [ids(backwards, step) for step in range(26, 0, -1)] == there[::-1]


def test_data_seed_alone_orders_rows() -> None:
    plain = [ids(plan_run(config(), ROWS, ALL), 1)]
    assert [ids(plan_run(config(seed=7, data_seed=42), ROWS, ALL), 1)] == plain
    assert [ids(plan_run(config(seed=7), ROWS, ALL), 1)] != plain


@pytest.mark.parametrize("size", [2, 3])
def test_ranks_share_what_one_larger_batch_would_hold(size: int) -> None:
    together = plan_run(config(per_device_train_batch_size=4 * size), ROWS, ALL)
    ranks = [plan_run(config(), ROWS, ALL, world=World(rank, size)) for rank in range(size)]
    assert {plan.total_steps for plan in ranks} == {together.total_steps}
    for step in range(1, together.total_steps + 1):
        for number, whole in enumerate(ids(together, step)):
            shares = [ids(plan, step)[number] for plan in ranks]
            assert [len(share) for share in shares] == [len(whole[rank::size]) for rank in range(size)]
            assert sorted(row for share in shares for row in share) == sorted(whole)


def test_a_share_may_be_empty() -> None:
    plan = plan_run(config(), ROWS[:5], [RowGroup(0, 5, 1)], world=World(2, 3))
    assert [len(batch) for batch in plan.main.batches_of(1)] == [1]
    assert plan_run(config(), ROWS[:2], [RowGroup(0, 2, 1)], world=World(2, 3)).main.batches_of(1) == [[]]


def test_weights_repeat_rows() -> None:
    groups = [RowGroup(0, 10, 2), RowGroup(10, 40, 0.5)]
    plan = plan_run(config(), ROWS, groups)
    met = [row for step in range(1, 11) for batch in ids(plan, step) for row in batch]
    assert sum(int(row) < 10 for row in met) == 20
    assert len(met) == 40


def test_warm_up_comes_first_and_counts_no_epochs() -> None:
    settings = config(num_train_epochs=4, self_distill={"snapshot_epochs": 2}, eval_steps=0.25, save_steps=3)
    plan = plan_run(settings, ROWS, ALL, ROWS[:12])
    assert plan.snapshot is not None
    assert (plan.snapshot_steps, plan.main.first_step, plan.total_steps) == (20, 20, 72)
    assert plan.snapshot.steps == LEAST_SNAPSHOT_STEPS
    assert (plan.epoch_of(20), plan.epoch_of(33)) == (0, 1)
    assert [step for step in range(1, 73) if plan.evaluates_at(step)] == [33, 46, 59, 72]
    assert [step for step in range(1, 30) if plan.saves_at(step)] == [23, 26, 29]
    warm = [row.id for step in range(1, 4) for batch in plan.snapshot.batches_of(step) for row in batch]
    assert sorted(warm, key=int) == [str(at) for at in range(12)]


def test_a_long_warm_up_is_as_long_as_its_rows_need() -> None:
    settings = config(self_distill={"snapshot_epochs": 2})
    assert plan_run(settings, ROWS, ALL, ROWS).snapshot_steps == 26


def test_strategies() -> None:
    by_epoch = plan_run(config(eval_strategy="epoch", save_strategy="best"), ROWS, ALL)
    assert [step for step in range(1, 40) if by_epoch.evaluates_at(step)] == [13, 26, 39]
    assert not any(by_epoch.saves_at(step) for step in range(1, 40))
    never = plan_run(config(eval_strategy="no"), ROWS, ALL)
    assert not any(never.evaluates_at(step) for step in range(1, 40))


def test_plans_say_how_large_a_step_is() -> None:
    plan = plan_run(config(gradient_accumulation_steps=2), ROWS, ALL, world=World(0, 4))
    assert (plan.batches.batch_size, plan.batches.accumulation) == (16, 2)
