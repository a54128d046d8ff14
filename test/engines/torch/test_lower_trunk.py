"""Frozen lower layers are run once, and change nothing."""

from pathlib import Path
from typing import Any

import pytest
import torch
from engine_runs import TINY, losses, make_run, run_here, small_rows
from holdfast_torch.model.load import LoadSettings, load_model
from holdfast_torch.model.lower_trunk import free_in_container, frozen_depth, keep_lower_trunk

CPU = torch.device("cpu")
FREEZE: dict[str, Any] = {"groups": ["embeddings", "lm_head", "layers 0-1"]}


def tiny_model() -> Any:
    return load_model(str(TINY), LoadSettings(CPU, torch.float32, 0))[0]


def freeze(model: Any, *starts: str) -> None:
    for name, parameter in model.parameters_by_name().items():
        parameter.requires_grad_(not name.startswith(starts))


@pytest.mark.parametrize(
    ("frozen", "depth"),
    [
        (("model.embed_tokens", "model.layers.0."), 1),
        (("model.embed_tokens", "model.layers.0.", "model.layers.1."), 2),
        (("model.embed_tokens", "model.layers"), 2),
        (("model.layers.0.",), 0),
        (("model.embed_tokens", "model.layers.1."), 0),
        (("lm_head",), 0),
    ],
)
def test_depth(frozen: tuple[str, ...], depth: int) -> None:
    model = tiny_model()
    freeze(model, *frozen)
    assert frozen_depth(model) == depth


def test_upper_layers_alone_say_what_the_whole_says() -> None:
    model = tiny_model()
    freeze(model, "model.embed_tokens", "model.layers.0.", "model.layers.1.")
    rows = [[1, 2, 3, 4], [1, 2, 3, 9, 8], [5, 6]]
    lower = keep_lower_trunk(model, rows, lambda: [rows])
    assert lower is not None
    # Seven distinct prefixes and two more: 1 2 3 is shared.
    assert lower.count == 8
    calls: list[int] = []
    hook = model.layers[0].register_forward_hook(lambda *_: calls.append(0))
    with model.evaluating():
        known = model.lay_out_known(rows)
        got = model.hidden(known).last
        assert calls == []
        wanted = model.hidden(model.lay_out(rows)).last
    assert calls == [0]
    hook.remove()
    for path in known.places:
        assert torch.allclose(got[path], wanted[path], atol=1e-5)
    unknown = model.lay_out_known([[7, 7, 7]])
    assert unknown.lower is None


def test_run_is_the_same_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[dict[str, Any]] = [dict(row) for row in small_rows()]
    kept = run_here(make_run(tmp_path / "kept", rows, freeze=FREEZE))
    monkeypatch.setattr("holdfast_torch.run.job.keep_lower_trunk", lambda *_: None)
    plain = run_here(make_run(tmp_path / "plain", rows, freeze=FREEZE))
    for step, (loss, norm) in losses(plain).items():
        assert losses(kept)[step][0] == pytest.approx(loss, rel=1e-5)
        assert losses(kept)[step][1] == pytest.approx(norm, rel=1e-4)


@pytest.mark.parametrize(
    ("limit", "used", "files", "free"),
    [
        ("1000000\n", "400000\n", "inactive_file 100000", 700_000),
        ("1000000\n", "400000\n", "inactive_file 1\ntotal_inactive_file 200000", 800_000),
        ("1000000\n", "1400000\n", "anon 1400000", 0),
        ("max\n", "400000\n", "inactive_file 100000", float("inf")),
        ("nonsense", "400000\n", "", float("inf")),
    ],
)
def test_a_container_has_what_its_limit_leaves(
    tmp_path: Path, limit: str, used: str, files: str, free: float
) -> None:
    for name, text in {"limit": limit, "used": used, "memory.stat": files}.items():
        (tmp_path / name).write_text(text)
    groups = [(str(tmp_path / "missing"), "limit", "used"), (str(tmp_path), "limit", "used")]
    assert free_in_container(groups) == free
