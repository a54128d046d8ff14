"""Rows that share lines, and beginnings, are computed as if each stood alone."""

from collections.abc import Sequence

import pytest
import torch
from holdfast_torch.losses.head_loss import LossScales, head_loss
from holdfast_torch.losses.targets import targets_of
from holdfast_torch.model import layout
from holdfast_torch.model.language_model import LanguageModel
from holdfast_torch.model.layout import TokenBatch, lay_out
from holdfast_torch.model.prefix_tree import prefix_nodes
from holdfast_torch.model.self_check import check_computation
from naive_loss import completion_row
from tiny_models import ARCHITECTURES, make_model
from torch import Tensor

CPU = torch.device("cpu")
START = [5, 9, 11, 13, 17, 19]
ROWS = [
    [*START, 21, 22, 23],
    [*START, 21, 30],
    [*START, 40, 41, 42, 43, 44],
    # Identical ones, the beginning of another, strangers, single tokens.
    [*START, 21, 30],
    START[:4],
    [50, 51, 52, 53, 54, 55, 56, 57, 58, 59],
    [50],
    [60],
]
WHOLE = [name for name in ARCHITECTURES if name not in ("mistral", "bloom")]


@pytest.mark.parametrize("name", WHOLE)
def test_every_token_is_as_it_is_alone(name: str) -> None:
    model = make_model(name)
    assert check_computation(model, name) == []
    assert model.layout_mode == "tree"
    batch = model.lay_out(ROWS)
    assert batch.attention_mask is not None
    assert batch.computed_tokens < sum(map(len, ROWS))
    assert worst_token(model, batch, ROWS) < 1e-5


@pytest.mark.parametrize("name", ["llama", "gpt2"])
def test_every_token_is_as_it_is_alone_in_float64(name: str) -> None:
    """What is left in float32 is its rounding."""
    model = make_model(name)
    model.hf.double()
    assert worst_token(model, model.lay_out(ROWS), ROWS) < 1e-12


def test_many_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shared beginning that does not fit into one line with all that follow it is there once in each."""
    monkeypatch.setattr(layout, "LINE_ROOMS", (16,))
    model = make_model("llama")
    rows = [[*START, *[20 + (7 * row + t) % 60 for t in range(1 + row % 5)]] for row in range(20)]
    batch = model.lay_out(rows)
    assert batch.attention_mask is not None
    assert batch.input_ids.shape[0] > 1
    assert batch.input_ids.shape[1] <= 16
    assert worst_token(model, batch, rows) < 1e-5


def test_a_row_longer_than_a_line_has_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "LINE_ROOMS", (8,))
    model = make_model("llama")
    rows = [list(range(3, 40)), [3, 4], [5], [6, 7, 8], [9]]
    batch = model.lay_out(rows)
    assert batch.input_ids.shape == (2, 37)
    assert worst_token(model, batch, rows) < 1e-5


def test_strangers_share_short_lines() -> None:
    """Nothing is gained by long ones, and attention over a line costs its length squared."""
    rows = [[row + 1, *range(100, 108 + row % 5)] for row in range(64)]
    batch = lay_out(rows, 0, "tree", CPU, torch.float32)
    assert batch.attention_mask is not None
    assert batch.input_ids.shape[1] <= 64


def test_rows_with_a_long_beginning_share_a_long_line() -> None:
    """In short lines it would be there once in each."""
    rows = [[*range(1, 151), 200 + row, 300 + row] for row in range(24)]
    batch = lay_out(rows, 0, "tree", CPU, torch.float32)
    assert batch.input_ids.shape == (1, 150 + 2 * 24)


def test_identical_rows_are_one() -> None:
    batch = make_model("llama").lay_out([ROWS[0]] * 7)
    assert batch.computed_tokens == len(ROWS[0])
    assert all((path == batch.places[0]).all() for path in batch.places)


def test_one_token_rows() -> None:
    model = make_model("gpt2")
    rows = [[4], [4], [8], [15]]
    assert worst_token(model, model.lay_out(rows), rows) < 1e-5


def test_padding_is_laid_out_where_nothing_is_saved() -> None:
    """The plain form needs no mask, so attention runs in its fast kernel."""
    rows = [[1, 2, 3, 4], [5, 6, 7, 8]]
    batch = lay_out(rows, 0, "tree", CPU, torch.float32)
    assert batch.attention_mask is None
    assert batch.input_ids.tolist() == rows


def test_nodes_are_distinct_prefixes() -> None:
    nodes, count = prefix_nodes(ROWS)
    prefixes = {tuple(row[: t + 1]) for row in ROWS for t in range(len(row))}
    assert count == len(prefixes)
    found = {
        tuple(row[: t + 1]): int(path[t])
        for row, path in zip(ROWS, nodes, strict=True)
        for t in range(len(row))
    }
    assert sorted(found.values()) == list(range(count))


@pytest.mark.parametrize("name", WHOLE)
def test_gradients_of_packed_rows_are_those_of_padded_ones(name: str) -> None:
    packed, padded = gradients(make_model(name, "tree")), gradients(make_model(name, "padded"))
    assert packed.keys() == padded.keys()
    size = torch.stack([gradient.norm() for gradient in padded.values()]).norm()
    for key, wanted in padded.items():
        assert (packed[key] - wanted).norm() <= 1e-5 * wanted.norm() + 1e-6 * size, key


def test_rows_that_reach_over_a_window_take_the_models_own_masks() -> None:
    model = make_model("mistral")
    assert model.hf.config.sliding_window == 8
    batch = model.lay_out(ROWS)
    assert batch.attention_mask is None
    assert worst_token(model, batch, ROWS) < 1e-5
    # Rows inside of it are laid out as ever.
    short = [row[:7] for row in ROWS]
    batch = model.lay_out(short)
    assert batch.attention_mask is not None
    assert worst_token(model, batch, short) < 1e-5


def test_a_model_that_counts_places_by_itself_is_padded_and_says_so() -> None:
    """BLOOM's ALiBi takes distances from where tokens stand, not from position_ids."""
    model = make_model("bloom")
    (warning,) = check_computation(model, "bloom")
    assert "does not keep rows apart in one sequence" in warning
    assert model.layout_mode == "padded"
    batch = model.lay_out(ROWS)
    assert batch.attention_mask is None
    assert worst_token(model, batch, ROWS) < 1e-5


def worst_token(model: LanguageModel, batch: TokenBatch, rows: Sequence[Sequence[int]]) -> float:
    """Largest difference of a hidden state from that of the same row alone, as transformers' own model gives it,
    relative to the hidden state's length."""
    worst = 0.0
    with model.evaluating():
        hidden = model.hidden(batch).last
        for row, path in zip(rows, batch.places, strict=True):
            alone = model.trunk(input_ids=torch.tensor([list(row)]), use_cache=False).last_hidden_state[0]
            gap = (hidden[torch.from_numpy(path)] - alone).norm(dim=-1) / alone.norm(dim=-1)
            worst = max(worst, float(gap.max()))
    return worst


def gradients(model: LanguageModel) -> dict[str, Tensor]:
    rows = [completion_row(row, min(3, len(row))) for row in ROWS]
    batch = model.lay_out(ROWS)
    assert (batch.attention_mask is not None) == (model.layout_mode == "tree")
    targets = targets_of(rows, batch.places, None, CPU)
    total, _, _ = head_loss(
        model.hidden(batch).last, model.head(), targets, LossScales(1 / targets.num_ce_tokens)
    )
    total.backward()  # type: ignore[no-untyped-call]
    return {name: p.grad for name, p in model.parameters_by_name().items() if p.grad is not None}
