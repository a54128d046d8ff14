"""A step that does not fit is computed in smaller parts, and comes out the same.

Limits of the operating system are met by other allocations than the step's, at other places from release to release, so
memory runs out in a hook of the model's forward, with the words PyTorch has for it, when too many tokens arrive; and once
for real, from an allocation larger than any address space.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from engine_runs import losses, make_run, of_type, run_here, small_rows, weights_of
from holdfast_torch.device.out_of_memory import Splitter, cut, is_out_of_memory
from holdfast_torch.failure import Failure
from opened import open_run, take_steps
from torch import nn

WORDS = (
    "[enforce fail at alloc_cpu.cpp:121] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate "
    "17179869184 bytes. Error code 12 (Cannot allocate memory)"
)


@contextmanager
def memory_for(most_tokens: int, only_training: bool = True) -> Iterator[list[int]]:
    """Layers of every model refuse more tokens at once; gives the list of what was refused."""
    refused: list[int] = []

    def check(module: nn.Module, arguments: tuple[Any, ...]) -> None:
        if type(module).__name__ != "LlamaMLP" or not (module.training or not only_training):
            return
        tokens = arguments[0].shape[0] * arguments[0].shape[1]
        if tokens > most_tokens:
            refused.append(tokens)
            raise RuntimeError(WORDS)

    handle = nn.modules.module.register_module_forward_pre_hook(check)
    try:
        yield refused
    finally:
        handle.remove()


CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "padded, accumulated": {"padding_free": False, "gradient_accumulation_steps": 2},
    "self-distilled": {
        "self_distill": {"kd_weight": 1.0, "temperature": 0.5, "positions": "all", "teacher": "base"},
    },
}


@pytest.mark.parametrize("name", CASES)
def test_a_step_is_split_and_comes_out_the_same(tmp_path: Path, name: str) -> None:
    config = {"per_device_train_batch_size": 8, "max_steps": 4, **CASES[name]}
    whole = run_here(make_run(tmp_path / "whole", **config))
    with memory_for(140) as refused:
        parts = run_here(make_run(tmp_path / "parts", **config))
    assert refused
    warnings = [event["message"] for event in of_type(parts, "warned") if event["code"] == "memory.split"]
    assert len(warnings) == 1
    assert "4 at a time" in warnings[0]
    assert parts[-1]["type"] == "finished"
    one, other = losses(whole), losses(parts)
    assert one.keys() == other.keys()
    for step in one:
        assert other[step][0] == pytest.approx(one[step][0], rel=1e-5)
        assert other[step][1] == pytest.approx(one[step][1], rel=1e-4)
    before, after = weights_of(tmp_path / "whole", 4), weights_of(tmp_path / "parts", 4)
    assert all(torch.allclose(after[key], before[key], atol=1e-4) for key in before)


def test_a_resumed_run_starts_with_the_parts_that_fitted(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", per_device_train_batch_size=8, max_steps=4)
    with memory_for(120):
        run_here(run, interrupted=lambda: len(of_type(events(run), "stepped")) >= 2)
    with memory_for(120) as refused:
        told = run_here(run)
    assert told[-1]["type"] == "finished"
    assert refused == []
    assert len([event for event in of_type(told, "warned") if event["code"] == "memory.split"]) == 1


def events(run: Path) -> list[dict[str, Any]]:
    path = run / "events.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_step_that_is_repeated_drops_what_one_in_these_parts_drops(tmp_path: Path) -> None:
    def reports(parts: int) -> list[tuple[float, float]]:
        opened, optimizer = open_run(make_run(tmp_path / f"from-{parts}"))
        for layer in opened.model.layers:
            layer.self_attn.attention_dropout = 0.5  # type: ignore[union-attr]
        steps = take_steps(opened, optimizer, 2, splitter=Splitter(parts))
        return [(step.loss, step.grad_norm) for step in steps]

    with memory_for(15) as refused:
        repeated = reports(1)
    assert len(refused) == 1
    assert repeated == reports(2)


def test_a_single_row_that_does_not_fit_is_said(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", per_device_train_batch_size=4, max_steps=2)
    with memory_for(3), pytest.raises(Failure) as caught:
        run_here(run)
    assert caught.value.code == "memory.device"
    assert "not even single rows fit" in caught.value.message
    assert "lower max_length" in caught.value.message
    assert "\n" not in caught.value.message


def test_other_errors_are_not_mistaken_for_it(tmp_path: Path) -> None:
    def fail(module: nn.Module, _arguments: tuple[Any, ...]) -> None:
        if module.training and type(module).__name__ == "LlamaMLP":
            raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    handle = nn.modules.module.register_module_forward_pre_hook(fail)
    try:
        with pytest.raises(RuntimeError, match="mat1"):
            run_here(make_run(tmp_path / "run", rows=small_rows(8), max_steps=1))
    finally:
        handle.remove()


def test_what_torch_says_when_memory_is_really_out() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60, dtype=torch.uint8)
    assert is_out_of_memory(caught.value)
    splitter = Splitter()
    sizes: list[int] = []

    def work(split: Any) -> int:
        for part in split([list(range(6))]):
            sizes.append(len(part))
            torch.empty(2**60 if len(part) > 2 else 8, dtype=torch.uint8)
        return sum(sizes[-3:])

    assert splitter.attempt(work, sizes.clear) == 6
    assert splitter.parts == 4
    assert sizes == [2, 2, 2]


def test_processes_that_would_have_to_agree_do_not_split() -> None:
    splitter = Splitter(can_split=False)

    def work(_split: Any) -> None:
        raise MemoryError

    with pytest.raises(Failure, match="a step does not fit") as caught:
        splitter.attempt(lambda split: work(split([[1, 2, 3]])), lambda: None)
    assert caught.value.code == "memory.device"


@pytest.mark.parametrize(("size", "parts"), [(8, 1), (8, 3), (5, 4), (1, 8), (0, 2), (7, 7), (7, 100)])
def test_parts_hold_all_rows_in_order(size: int, parts: int) -> None:
    found = cut(list(range(size)), parts)
    assert [row for part in found for row in part] == list(range(size))
    assert len(found) <= parts
    assert all(found) or size == 0
