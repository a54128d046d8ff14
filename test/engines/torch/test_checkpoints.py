"""Checkpoints are whole or not there, load everywhere, and a run goes on from the last whole one."""

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from engine_runs import TINY, events_of, losses, make_run, of_type, run_here, weights_of
from holdfast_torch.distributed.world import ALONE
from holdfast_torch.failure import Failure
from holdfast_torch.model.load import LoadSettings, load_model
from holdfast_torch.model.save import gather_weights, save_model_folder
from holdfast_torch.run import checkpoint as module
from holdfast_torch.run.checkpoint import latest_checkpoint, prune_checkpoints
from safetensors.torch import load_file, save_file
from small_disk import leave_free, small_disk
from tiny_models import ARCHITECTURES, make_model
from transformers import AutoModelForCausalLM, AutoTokenizer

DISTILL: dict[str, Any] = {"kd_weight": 1.0, "temperature": 0.5, "positions": "all", "teacher": "base"}
SAVING: dict[str, Any] = {"max_steps": 6, "save_steps": 2, "eval_strategy": "no"}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def after_step(folder: Path, step: int) -> Callable[[], bool]:
    return lambda: any(event["step"] >= step for event in of_type(events_of(folder), "stepped"))


def test_a_checkpoint_is_a_hugging_face_folder(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", max_steps=4)
    events = run_here(run)
    folder = run / "checkpoints/step-00000004"
    assert {"config.json", "model.safetensors", "tokenizer.json", "trainer_state.json"} <= set(
        names_in(folder)
    )
    hf, problems = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
    assert not any(problems.values())
    weights, base = weights_of(run, 4), dict(AutoModelForCausalLM.from_pretrained(TINY).named_parameters())
    assert weights.keys() == base.keys()
    assert all(torch.equal(parameter, weights[name]) for name, parameter in hf.named_parameters())
    assert not any(torch.equal(base[name], weights[name]) for name in base)
    one, other = AutoTokenizer.from_pretrained(folder), AutoTokenizer.from_pretrained(TINY)
    assert one.get_vocab() == other.get_vocab()
    assert one.encode("Where was Ada born?") == other.encode("Where was Ada born?")
    told = of_type(events, "saved")[-1]
    assert told["path"] == "checkpoints/step-00000004"
    assert told["bytes"] == sum(file.stat().st_size for file in folder.glob("*.safetensors"))


def with_tokenizer(source: Path, folder: Path) -> Path:
    shutil.copytree(source, folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(TINY / name, folder / name)
    return folder


def test_sharded_weights_are_the_same_run(tmp_path: Path) -> None:
    model = with_tokenizer(TINY.parent / "tiny-llama-sharded", tmp_path / "model")
    whole = run_here(make_run(tmp_path / "whole", max_steps=3))
    sharded = run_here(make_run(tmp_path / "sharded", max_steps=3, model_name_or_path=str(model)))
    assert losses(sharded) == losses(whole)
    # Shards of the source are not left beside the weights of the checkpoint.
    folder = tmp_path / "sharded/checkpoints/step-00000003"
    assert [name for name in names_in(folder) if "model" in name] == ["model.safetensors"]


@pytest.mark.parametrize(("bf16", "dtype"), [(True, torch.bfloat16), (False, torch.float32)])
def test_rounded_weights_are_trained_in_either_precision(
    tmp_path: Path, bf16: bool, dtype: torch.dtype
) -> None:
    model = with_tokenizer(TINY.parent / "tiny-llama-bf16", tmp_path / "model")
    run = make_run(tmp_path / "run", max_steps=3, model_name_or_path=str(model), bf16=bf16)
    assert run_here(run)[-1]["type"] == "finished"
    assert {value.dtype for value in weights_of(run, 3).values()} == {dtype}
    folder = run / "checkpoints/step-00000003"
    assert AutoModelForCausalLM.from_pretrained(folder).dtype == dtype
    kept = load_file(folder / "optimizer.safetensors")
    assert any(name.startswith("master.") for name in kept) == bf16
    assert {value.dtype for value in kept.values()} == {torch.float32}


def test_old_checkpoints_go_and_the_best_stays(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    for step in (5, 40, 300, 2000, 10_000_000, 99_999_999, 123_456_789):
        (folder / f"step-{step:08d}").mkdir(parents=True)
    for name in (".building-step-00000009-17", "step-9", "notes"):
        (folder / name).mkdir()
    prune_checkpoints(folder, 3, {40})
    assert names_in(folder) == ["notes", "step-00000040", "step-123456789", "step-9", "step-99999999"]
    prune_checkpoints(folder, 1, {40, 99_999_999})
    assert names_in(folder) == ["notes", "step-00000040", "step-9", "step-99999999"]
    prune_checkpoints(tmp_path / "none", 1, set())


def test_a_run_keeps_as_many_as_it_should(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", max_steps=8, save_steps=1, save_total_limit=2)
    run_here(run)
    kept = names_in(run / "checkpoints")
    assert len(kept) == 2
    assert kept[-1] == "step-00000008"


def test_the_highest_step_that_is_whole_is_the_last(tmp_path: Path) -> None:
    for step, is_whole in ((99_999_999, True), (100_000_000, True), (100_000_001, False)):
        folder = tmp_path / f"step-{step:08d}"
        folder.mkdir()
        if is_whole:
            (folder / "trainer_state.json").write_text("{}")
    last = latest_checkpoint(tmp_path)
    assert last is not None
    assert last.name == "step-100000000"
    assert latest_checkpoint(tmp_path / "none") is None


def test_a_full_disk_keeps_the_checkpoint_before(tmp_path: Path) -> None:
    config: dict[str, Any] = {"max_steps": 6, "save_steps": 2}
    whole = run_here(make_run(tmp_path / "whole", **config))
    size = of_type(whole, "saved")[0]["bytes"]
    with small_disk(tmp_path / "disk") as disk:
        run = make_run(disk / "run", **config)
        ballast = leave_free(disk, int(1.7 * size))
        with pytest.raises(Failure, match="free some disk space, then resume the run") as caught:
            run_here(run)
        assert caught.value.code == "disk.full"
        assert names_in(run / "checkpoints") == ["step-00000002"]
        AutoModelForCausalLM.from_pretrained(run / "checkpoints/step-00000002")
        ballast.unlink()
        events = run_here(run)
        assert events[-1]["type"] == "finished"
        assert losses(events) == losses(whole)
        one, other = weights_of(tmp_path / "whole", 6), weights_of(run, 6)
        assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_full_disk_while_outputs_of_the_teacher_are_kept(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        run = make_run(disk / "run", max_steps=3, self_distill=DISTILL)
        ballast = leave_free(disk, 30_000)
        with pytest.raises(Failure) as caught:
            run_here(run)
        assert caught.value.code == "disk.full"
        # A file of half the outputs would keep the disk full, with no room for the word that it is.
        assert not list((run / "teacher").iterdir())
        ballast.unlink()
        assert run_here(run)[-1]["type"] == "finished"


PLACES = {
    "weights": "save_model_folder",
    "moments": "save_file",
    "sealed": "write_atomically",
    "renamed": "sync_folder",
}
"""Functions that a checkpoint is saved with, in their order: the first call for step 4 is the last of its process."""


def killed_in(run: Path, place: str) -> None:
    """Runs in a process of its own, which kills itself where the checkpoint of step 4 comes to `place`."""
    child = os.fork()
    if child == 0:
        try:
            original: Callable[..., Any] = getattr(module, PLACES[place])

            def deadly(*arguments: Any) -> Any:
                around = " ".join(map(str, arguments)) + " ".join(names_in(run / "checkpoints"))
                if place != "renamed" and "building-step-00000004" in around:
                    os.kill(os.getpid(), signal.SIGKILL)
                if place == "renamed" and "step-00000004" in around:
                    os.kill(os.getpid(), signal.SIGKILL)
                return original(*arguments)

            setattr(module, PLACES[place], deadly)
            run_here(run)
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.fixture(scope="module")
def unharmed(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[float, float]]:
    """What the run below comes to when nobody kills it."""
    return losses(run_here(make_run(tmp_path_factory.mktemp("unharmed") / "run", **SAVING)))


@pytest.mark.parametrize("place", PLACES)
def test_killed_while_saving(tmp_path: Path, place: str, unharmed: dict[int, tuple[float, float]]) -> None:
    run = make_run(tmp_path / "run", **SAVING)
    killed_in(run, place)
    checkpoints = run / "checkpoints"
    last = latest_checkpoint(checkpoints)
    assert last is not None
    # Renamed, the folder is whole; before, it does not count.
    assert last.name == ("step-00000004" if place == "renamed" else "step-00000002")
    AutoModelForCausalLM.from_pretrained(last)
    events = run_here(run)
    assert events[-1]["type"] == "finished"
    assert names_in(checkpoints) == ["step-00000002", "step-00000004", "step-00000006"]
    assert losses(events) == unharmed


def stopped_run(tmp_path: Path) -> tuple[Path, Path]:
    run = make_run(tmp_path / "run", max_steps=6, save_steps=100, eval_strategy="no")
    run_here(run, interrupted=after_step(run, 3))
    return run, run / "checkpoints/step-00000003"


def tear_state(folder: Path) -> None:
    (folder / "trainer_state.json").write_text('{"global_step": 3')


def empty_state(folder: Path) -> None:
    (folder / "trainer_state.json").write_text("{}")


def tear_moments(folder: Path) -> None:
    file = folder / "optimizer.safetensors"
    file.write_bytes(file.read_bytes()[:100])


def lose_moments(folder: Path) -> None:
    (folder / "optimizer.safetensors").unlink()


def other_moments(folder: Path) -> None:
    save_file({"exp_avg.model.norm.weight": torch.zeros(3)}, folder / "optimizer.safetensors")


def other_weights(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    save_file(
        {**weights, "model.norm.weight": torch.zeros(3)}, folder / "model.safetensors", {"format": "pt"}
    )


def tear_weights(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "torn state": (tear_state, "checkpoint.state"),
    "empty state": (empty_state, "checkpoint.state"),
    "torn moments": (tear_moments, "checkpoint.optimizer"),
    "no moments": (lose_moments, "checkpoint.optimizer"),
    "moments of another model": (other_moments, "checkpoint.optimizer"),
    "weights of another model": (other_weights, "checkpoint.weights"),
    "torn weights": (tear_weights, "checkpoint.weights"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_checkpoint_that_does_not_fit_is_refused(tmp_path: Path, name: str) -> None:
    damage, code = DAMAGES[name]
    run, folder = stopped_run(tmp_path)
    damage(folder)
    with pytest.raises(Failure, match="remove that checkpoint folder") as caught:
        run_here(run)
    assert caught.value.code == code
    assert "\n" not in caught.value.message
    shutil.rmtree(folder)
    assert run_here(run)[-1]["type"] == "finished"


def test_state_is_that_of_the_typescript_engine(tmp_path: Path) -> None:
    _, folder = stopped_run(tmp_path)
    state = json.loads((folder / "trainer_state.json").read_text())
    assert state.keys() == {"global_step", "num_input_tokens_seen", "best", "evaluation", "micro_batch_parts"}
    assert state["global_step"] == 3


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_comes_back_bit_for_bit(tmp_path: Path, name: str) -> None:
    model = make_model(name)
    save_model_folder(model, gather_weights(model, ALONE), tmp_path / "saved", str(TINY))
    loading = LoadSettings(torch.device("cpu"), torch.float32, 0)
    again, _ = load_model(str(tmp_path / "saved"), loading)
    assert again.fingerprint() == model.fingerprint()
