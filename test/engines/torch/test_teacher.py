"""The teacher that is asked once: what it says, where that is kept, and when it is refused."""

import dataclasses
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from engine_runs import TINY, Event, events_of, losses, make_run, of_type, run_here
from holdfast_torch.data.tokenizer import load_tokenizer
from holdfast_torch.distributed.world import ALONE
from holdfast_torch.failure import Failure
from holdfast_torch.losses.targets import DistilledPositions, distilled_positions
from holdfast_torch.model.language_model import LanguageModel
from holdfast_torch.run.distil import TeacherMaking, reopen_snapshot, take_snapshot
from holdfast_torch.run.job import step_seed
from holdfast_torch.run.training_data import load_training_data
from holdfast_torch.teacher import teacher as module
from holdfast_torch.teacher.cache import hash_rows
from holdfast_torch.teacher.teacher import CachedTeacher, TeacherSettings, prepare_teacher
from holdfast_torch.training.student import PLAIN, Objective
from naive_loss import completion_row, naive_loss
from opened import context_of, open_run, take_steps
from tiny_models import make_model

DISTILL: dict[str, Any] = {
    "kd_weight": 0.7,
    "temperature": 0.5,
    "positions": "all",
    "teacher": "base",
    "snapshot_epochs": 1,
    "snapshot_data": "all",
}
START = [5, 9, 11, 13]
ROWS = [
    *[completion_row([*START, 20 + i, 30 + i % 3, 2], 5) for i in range(7)],
    completion_row([*START, 20, 31, 40, 2], 5),
    completion_row([50, 51, 52], 1),
    completion_row([*START, 20, 30, 2], 5),
]


def settings_of(folder: Path, rows: Sequence[Any] = ROWS, **changed: Any) -> TeacherSettings:
    given: dict[str, Any] = {
        "folder": folder,
        "rows": rows,
        "positions": "all",
        "temperature": 0.5,
        "teacher_hash": "a",
        "share_head": False,
        "on_progress": lambda _phase, _done, _total: None,
        "world": ALONE,
        **changed,
    }
    return TeacherSettings(**given)


@pytest.mark.parametrize("positions", ["all", "completion"])
def test_what_prefixes_share_is_kept_once_and_right(tmp_path: Path, positions: DistilledPositions) -> None:
    model = make_model("llama")
    teacher = prepare_teacher(model, settings_of(tmp_path, positions=positions))
    distinct = {tuple(row.input_ids[: t + 1]) for row in ROWS for t in distilled_positions(row, positions)}
    assert teacher.header.vectors == len(distinct)
    assert teacher.header.vectors < sum(len(distilled_positions(row, positions)) for row in ROWS)
    assert (tmp_path / "outputs.bin").stat().st_size == teacher.cache_bytes == len(distinct) * 32 * 4
    assert teacher.header.self_test_kl < 1e-6
    assert_right(model, teacher, positions)


def assert_right(model: LanguageModel, teacher: CachedTeacher, positions: DistilledPositions) -> None:
    """Every kept vector is what the model says of the row alone."""
    with model.evaluating():
        for row in ROWS:
            alone = model.trunk(
                input_ids=torch.tensor([list(row.input_ids)]), use_cache=False
            ).last_hidden_state[0]
            path = teacher.slots.path(row)
            for t in distilled_positions(row, positions):
                assert torch.allclose(teacher.data[int(path[t])], alone[int(t)], atol=1e-5)


def test_many_passes_are_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_model("gpt2")
    one = prepare_teacher(model, settings_of(tmp_path / "one"))
    monkeypatch.setattr(module.passes, "__defaults__", (8,))
    assert len(list(module.passes(ROWS))) > 5
    many = prepare_teacher(model, settings_of(tmp_path / "many"))
    assert torch.allclose(one.data, many.data, atol=1e-5)
    assert_right(model, many, "all")


def test_kept_outputs_are_read_not_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_model("llama")
    before = prepare_teacher(model, settings_of(tmp_path)).data.clone()
    monkeypatch.setattr(module, "_compute", lambda *_: pytest.fail("computed again"))
    again = prepare_teacher(model, settings_of(tmp_path))
    assert torch.equal(again.data, before)


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "another teacher": ({"teacher_hash": "b"}, "another teacher"),
    "other positions": ({"positions": "completion"}, "other settings of self_distill"),
    "a row less": ({"rows": ROWS[:-1]}, "rows, or how they are worded, have changed"),
    "another order": ({"rows": ROWS[::-1]}, "rows, or how they are worded, have changed"),
    "another token": (
        {"rows": [completion_row([*START, 20, 30, 3], 5), *ROWS[1:]]},
        "rows, or how they are worded, have changed",
    ),
    "another label": (
        {"rows": [dataclasses.replace(ROWS[0], labels=(-100,) * 7), *ROWS[1:]]},
        "rows, or how they are worded, have changed",
    ),
    "another prompt length": (
        {"rows": [dataclasses.replace(ROWS[0], prompt_length=4), *ROWS[1:]]},
        "rows, or how they are worded, have changed",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_the_numbers_makes_them_stale(tmp_path: Path, name: str) -> None:
    changed, reason = CHANGES[name]
    model = make_model("llama")
    prepare_teacher(model, settings_of(tmp_path))
    with pytest.raises(Failure, match=reason) as caught:
        prepare_teacher(model, settings_of(tmp_path, **changed))
    assert_stale(caught.value, tmp_path)


def assert_stale(failure: Failure, folder: Path) -> None:
    assert failure.code == "teacher.cache"
    assert f"delete {folder / 'outputs.json'}" in failure.message
    assert "\n" not in failure.message


def test_another_precision_or_width_makes_them_stale(tmp_path: Path) -> None:
    prepare_teacher(make_model("llama"), settings_of(tmp_path))
    halves = make_model("llama")
    halves.hf.to(torch.bfloat16)
    with pytest.raises(Failure, match="another precision") as caught:
        prepare_teacher(halves, settings_of(tmp_path))
    assert_stale(caught.value, tmp_path)
    with pytest.raises(Failure) as caught:
        prepare_teacher(make_model("llama", hidden_size=48, num_attention_heads=4), settings_of(tmp_path))
    assert_stale(caught.value, tmp_path)


def test_other_weights_are_found_by_asking_again(tmp_path: Path) -> None:
    """Even where their hash was the same: samples are computed again."""
    prepare_teacher(make_model("llama"), settings_of(tmp_path))
    with pytest.raises(Failure, match=r"KL\(teacher, teacher\) is \S+ instead of 0") as caught:
        prepare_teacher(make_model("llama", seed=8), settings_of(tmp_path))
    assert_stale(caught.value, tmp_path)


def test_torn_files_are_refused_or_made_anew(tmp_path: Path) -> None:
    model = make_model("llama")
    whole = prepare_teacher(model, settings_of(tmp_path)).data.clone()
    data, header = tmp_path / "outputs.bin", tmp_path / "outputs.json"
    kept, said = data.read_bytes(), header.read_text()

    data.write_bytes(kept[:-4])
    with pytest.raises(
        Failure, match=f"{len(kept) - 4} bytes where the training rows need {len(kept)}"
    ) as caught:
        prepare_teacher(model, settings_of(tmp_path))
    assert_stale(caught.value, tmp_path)
    data.unlink()
    with pytest.raises(Failure, match="has 0 bytes") as caught:
        prepare_teacher(model, settings_of(tmp_path))
    data.write_bytes(bytes(len(kept)))
    with pytest.raises(Failure, match=r"KL\(teacher, teacher\)") as caught:
        prepare_teacher(model, settings_of(tmp_path))
    data.write_bytes(b"\xff" * len(kept))
    with pytest.raises(Failure, match=r"KL\(teacher, teacher\) is nan") as caught:
        prepare_teacher(model, settings_of(tmp_path))

    data.write_bytes(kept)
    for torn in (said[: len(said) // 2], "[]", "{}", "null"):
        header.write_text(torn)
        with pytest.raises(Failure, match=r"outputs\.json is not readable") as caught:
            prepare_teacher(model, settings_of(tmp_path))
        assert_stale(caught.value, tmp_path)
    # Without its header, written last, nothing counts: what a killed engine has begun is done again.
    header.unlink()
    data.write_bytes(kept[:10])
    assert torch.equal(prepare_teacher(model, settings_of(tmp_path)).data, whole)
    assert header.read_text() == said


def test_hash_of_rows_tells_lengths_apart() -> None:
    one = [completion_row([1, 2, 3], 1), completion_row([4], 1)]
    other = [completion_row([1, 2], 1), completion_row([3, 4], 1)]
    assert hash_rows(one) != hash_rows(other)
    assert hash_rows(one) == hash_rows([dataclasses.replace(row) for row in one])


def test_a_kept_head_does_not_follow_the_student(tmp_path: Path) -> None:
    model = make_model("llama")
    kept = prepare_teacher(model, settings_of(tmp_path))
    shared = prepare_teacher(model, settings_of(tmp_path, share_head=True))
    hidden = torch.randn(5, model.hidden_size)
    before = kept.head.logits(hidden)
    torch.testing.assert_close(before, model.head().logits(hidden), rtol=1e-5, atol=1e-5)
    with torch.no_grad():
        model.head().weight.mul_(2)
    assert torch.equal(kept.head.logits(hidden), before)
    assert shared.head.weight.data_ptr() == model.head().weight.data_ptr()


@pytest.mark.parametrize("positions", ["all", "completion"])
@pytest.mark.parametrize("freeze", [None, {"groups": ["embeddings", "lm_head", "layers 0-1"]}])
def test_distilled_loss_is_that_of_a_live_second_model(
    tmp_path: Path, positions: DistilledPositions, freeze: dict[str, Any] | None
) -> None:
    """Three real steps; before each, the naive loss of student and teacher, both run whole."""
    config: dict[str, Any] = {
        "self_distill": {**DISTILL, "positions": positions},
        **({"freeze": freeze} if freeze else {}),
    }
    run = make_run(tmp_path / "run", **config)
    opened, optimizer = open_run(run)
    live, _ = open_run(run)
    teacher = prepare_teacher(opened.model, settings_of(run / "teacher", positions=positions))
    objective = Objective(teacher, 0.7, 0.5, positions)
    for _ in range(3):
        scales = objective.scales(*objective.counts(ROWS))
        student = [whole_logits(opened.model, row.input_ids) for row in ROWS]
        wanted = naive_loss(
            student, [whole_logits(live.model, row.input_ids) for row in ROWS], ROWS, scales, positions
        )
        (report,) = take_steps(opened, optimizer, 1, ROWS, objective)
        assert report.loss == pytest.approx(float(wanted[0]), rel=1e-5)
        assert report.kd_loss * report.kd_tokens == pytest.approx(float(wanted[2]), rel=1e-4, abs=1e-5)
        assert report.loss == pytest.approx(report.ce_loss + 0.7 * 0.25 * report.kd_loss)
    assert report.kd_loss > 0


def whole_logits(model: LanguageModel, ids: Sequence[int]) -> torch.Tensor:
    with model.evaluating():
        logits: torch.Tensor = model.hf(input_ids=torch.tensor([list(ids)])).logits[0].double()
    return logits


def test_base_teacher_of_a_run(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", self_distill=DISTILL, max_steps=3)
    events = run_here(run)
    (told,) = of_type(events, "snapshotted")
    assert told["step"] == 0
    assert told["self_test_kl"] < 1e-6
    steps = of_type(events, "stepped")
    # The student begins as its teacher, and leaves it.
    assert steps[0]["kd_loss"] < 1e-6 < steps[-1]["kd_loss"]
    assert not (run / "teacher").exists()


def test_teacher_of_a_path_says_what_that_model_says(tmp_path: Path) -> None:
    """A copy of the base is the base; another model is another."""
    copy = tmp_path / "copy"
    shutil.copytree(TINY, copy)
    by_base = run_here(make_run(tmp_path / "base", self_distill=DISTILL, max_steps=3))
    by_path = run_here(
        make_run(tmp_path / "path", self_distill={**DISTILL, "teacher": str(copy)}, max_steps=3)
    )
    assert losses(by_path) == losses(by_base)
    assert teacher_hash(by_path) == teacher_hash(by_base)
    trained = tmp_path / "base/checkpoints/step-00000003"
    other = run_here(
        make_run(tmp_path / "other", self_distill={**DISTILL, "teacher": str(trained)}, max_steps=3)
    )
    assert teacher_hash(other) != teacher_hash(by_base)
    assert of_type(other, "stepped")[0]["kd_loss"] > 1e-4


def teacher_hash(events: list[Event]) -> str:
    (told,) = of_type(events, "snapshotted")
    return str(told["teacher_hash"])


def test_snapshot_and_its_control(tmp_path: Path) -> None:
    """The student after its warm-up is the teacher; with kd_weight 0 there is the same warm-up, then plain training, and no
    outputs are kept."""
    distill = {**DISTILL, "teacher": "snapshot"}
    shape: dict[str, Any] = {"max_steps": 20, "save_steps": 100, "eval_strategy": "no"}
    control = make_run(tmp_path / "control", self_distill={**distill, "kd_weight": 0}, **shape)
    told = run_here(control)
    pulled = run_here(make_run(tmp_path / "pulled", self_distill=distill, **shape))
    (started,), (taught,) = of_type(pulled, "started"), of_type(pulled, "snapshotted")
    assert started["snapshot_steps"] == taught["step"] == 20
    steps = {event["step"]: event for event in of_type(pulled, "stepped")}
    assert all(steps[step]["kd_loss"] == 0 for step in range(1, 21))
    assert steps[21]["kd_loss"] < 1e-6 < steps[40]["kd_loss"]

    assert [event["code"] for event in of_type(told, "warned")] == ["self_distill.control"]
    (snapshot,) = of_type(told, "snapshotted")
    assert snapshot["cache_bytes"] == 0 < taught["cache_bytes"]
    assert "self_test_kl" not in snapshot
    assert snapshot["teacher_hash"] == taught["teacher_hash"]
    one, other = losses(told), losses(pulled)
    assert all(one[step] == other[step] for step in range(1, 21))
    assert one[40] != other[40]
    assert not (control / "teacher").exists()


@pytest.mark.parametrize("positions", ["all", "completion"])
def test_positions_that_count(tmp_path: Path, positions: DistilledPositions) -> None:
    run = make_run(tmp_path / "run")
    rows = load_training_data(context_of(run), load_tokenizer(TINY)).encoded
    teacher = prepare_teacher(
        make_model("llama", vocab_size=320), settings_of(tmp_path / "teacher", rows=rows)
    )
    ce, kd = Objective(teacher, 1.0, 1.0, positions).counts(rows)
    assert ce == sum(label != -100 for row in rows for label in row.labels[1:])
    # Completions alone are labelled here, so there the two counts are the same.
    assert kd == (sum(len(row.input_ids) - 1 for row in rows) if positions == "all" else ce)


def test_too_few_known_rows_are_refused(tmp_path: Path) -> None:
    distill = {**DISTILL, "teacher": "snapshot", "snapshot_data": "known"}
    with pytest.raises(Failure, match=r"knows only 0 training rows.*needs 32.*snapshot_data: all") as caught:
        run_here(make_run(tmp_path / "run", self_distill=distill))
    assert caught.value.code == "self_distill.known-rows"


def test_a_warm_up_longer_than_the_run_is_refused(tmp_path: Path) -> None:
    distill = {**DISTILL, "teacher": "snapshot", "snapshot_epochs": 3}
    with pytest.raises(Failure, match="would take 30 steps, the run itself only 6") as caught:
        run_here(make_run(tmp_path / "run", self_distill=distill))
    assert caught.value.code == "self_distill.snapshot-length"


def other_teacher(tmp_path: Path, change: str) -> Path:
    folder = tmp_path / "other"
    shutil.copytree(TINY, folder)
    if change == "vocabulary":
        make_model("llama", vocab_size=330).hf.save_pretrained(folder)
    elif change == "tokens":
        file = folder / "tokenizer.json"
        value = json.loads(file.read_text())
        vocabulary = value["model"]["vocab"]
        one, two = list(vocabulary)[-2:]
        vocabulary[one], vocabulary[two] = vocabulary[two], vocabulary[one]
        file.write_text(json.dumps(value))
    else:
        for name in ("tokenizer.json", "tokenizer_config.json"):
            (folder / name).unlink()
    return folder


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("vocabulary", "has a vocabulary of 330 tokens, the model one of 320"),
        ("tokens", "has another tokenizer than the model (token "),
        ("no tokenizer", "has no readable tokenizer to compare"),
    ],
)
def test_teachers_of_other_words_are_refused(tmp_path: Path, change: str, sentence: str) -> None:
    folder = other_teacher(tmp_path, change)
    with pytest.raises(Failure) as caught:
        run_here(make_run(tmp_path / "run", self_distill={**DISTILL, "teacher": str(folder)}))
    assert caught.value.code == "self_distill.teacher"
    assert sentence in caught.value.message
    assert str(folder) in caught.value.message
    assert "\n" not in caught.value.message


def test_a_snapshot_that_is_gone_is_said(tmp_path: Path) -> None:
    run = make_run(
        tmp_path / "run", self_distill={**DISTILL, "teacher": "snapshot"}, max_steps=24, save_steps=10
    )
    run_here(
        run, interrupted=lambda: any(event["step"] >= 22 for event in of_type(events_of(run), "stepped"))
    )
    shutil.rmtree(run / "teacher")
    with pytest.raises(Failure, match="start the run again") as caught:
        run_here(run)
    assert caught.value.code == "teacher.missing"


@pytest.mark.parametrize("freeze", [None, {"groups": ["embeddings", "lm_head"]}])
def test_a_snapshot_that_is_read_again_says_the_same_to_the_bit(
    tmp_path: Path, freeze: dict[str, Any] | None
) -> None:
    """Or a resumed run would not end with the weights of one that was never interrupted."""
    config = {"self_distill": {**DISTILL, "teacher": "snapshot"}, **({"freeze": freeze} if freeze else {})}
    run = make_run(tmp_path / "run", **config)
    opened, optimizer = open_run(run)
    head = opened.model.head().weight
    making = TeacherMaking(context_of(run), ROWS, opened.folder, opened.loading, head.requires_grad)  # type: ignore[arg-type]
    taken = take_snapshot(making, opened.model)
    hidden = torch.randn(40, opened.model.hidden_size)
    assert taken is not None
    said = taken.head.logits(hidden)
    take_steps(opened, optimizer, 2)
    again = reopen_snapshot(making)
    assert again is not None
    assert torch.equal(again.head.logits(hidden), said)
    assert torch.equal(again.data, taken.data)
    kept = taken.head.weight
    assert (not kept.is_mkldnn and kept.data_ptr() == head.data_ptr()) == (freeze is not None)


def test_seeds_of_steps_differ() -> None:
    seeds = {step_seed(42, step, rank) for step in range(50) for rank in range(2)}
    assert len(seeds) == 100
    assert step_seed(42, 3, 0) == step_seed(42, 3, 0)


def test_plain_objective_counts_nothing_distilled() -> None:
    assert PLAIN.counts(ROWS)[1] == 0
    assert PLAIN.kd_factor == 0
