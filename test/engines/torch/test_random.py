"""The same random numbers and orders as the TypeScript engine."""

import pytest
from holdfast_torch.base.random import create_random, shuffled
from holdfast_torch.data.batches import (
    BatchPlan,
    RowGroup,
    epoch_order,
    padding_share,
    rows_of_epoch,
    steps_per_epoch,
)
from typescript import ask_all

STREAMS: list[tuple[int, list[str | int]]] = [
    (0, []),
    (42, ["order", 0]),
    (4_294_967_295, ["weight", 3, 7]),
    (7, ["Émilie 東京 🙂", -1]),
]


def test_streams_are_those_of_the_typescript_engine() -> None:
    for (seed, names), expected in zip(STREAMS, ask_all(*(["random", *s] for s in STREAMS)), strict=True):
        random = create_random(seed, *names)
        assert [random.uniform() for _ in range(20)] == expected["uniform"]
        assert [random.below(1_000) for _ in range(50)] == expected["below"]
        # Logarithm and sine may differ in the last bit from one mathematics library to the next.
        assert [random.normal() for _ in range(20)] == pytest.approx(expected["normal"], rel=1e-14, abs=1e-15)
        assert shuffled(range(100), random) == expected["shuffled"]


def test_streams_differ_by_name_and_seed() -> None:
    keys: list[tuple[int, list[str | int]]] = [(1, []), (2, []), (1, ["a"]), (1, ["b"]), (1, ["a", 0])]
    first = [create_random(seed, *names).uniform() for seed, names in keys]
    assert len(set(first)) == len(first)
    random = create_random(3, "normal")
    draws = [random.normal() for _ in range(20_000)]
    assert sum(draws) / len(draws) == pytest.approx(0, abs=0.03)
    assert sum(x * x for x in draws) / len(draws) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("group_by_length", [True, False])
@pytest.mark.parametrize(("rows", "batch", "accumulation"), [(1, 8, 1), (7, 8, 2), (163, 4, 3), (997, 3, 1)])
def test_orders_are_those_of_the_typescript_engine(
    rows: int, batch: int, accumulation: int, group_by_length: bool
) -> None:
    lengths = [5 + (index * index) % 23 for index in range(rows)]
    plan = BatchPlan(batch, accumulation, group_by_length, seed=11, stream="snapshot")
    wire = {
        "batchSize": batch,
        "accumulation": accumulation,
        "groupByLength": group_by_length,
        "seed": 11,
        "stream": "snapshot",
    }
    for epoch, expected in enumerate(ask_all(*(["order", lengths, wire, epoch] for epoch in range(2)))):
        order = epoch_order(lengths, plan, epoch)
        assert order == expected["order"]
        assert len(order) == steps_per_epoch(rows, plan) == expected["steps"]
        assert padding_share(lengths, order) == pytest.approx(expected["padding"], abs=1e-12)
        met = sorted(row for step in order for micro in step for row in micro)
        assert met == list(range(rows))


def test_weights_are_those_of_the_typescript_engine() -> None:
    groups = [(0, 5, 1), (5, 9, 0.5), (14, 3, 2.5), (17, 4, 0.1), (21, 5, 0.1)]
    wire = [{"start": start, "count": count, "weight": weight} for start, count, weight in groups]
    expected = ask_all(*(["rowsOfEpoch", wire, 5, epoch] for epoch in range(3)))
    ours = [rows_of_epoch([RowGroup(*group) for group in groups], 5, epoch) for epoch in range(3)]
    assert ours == expected
    assert ours[0] != ours[1]


def test_no_row_means_one_step_and_no_padding() -> None:
    plan = BatchPlan(8, 1, True, 0)
    assert steps_per_epoch(0, plan) == 1
    assert epoch_order([], plan, 0) == []
    assert padding_share([], []) == 0
