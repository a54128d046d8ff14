"""run.json: the settings as the host writes them."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from holdfast_torch.failure import Failure
from holdfast_torch.folder.paths import run_paths
from holdfast_torch.protocol.config import RunConfig, TrainFile
from holdfast_torch.protocol.run_file import AskJob, ProbeJob, TrainJob, read_run_file
from typescript import ask_all

LEAST = {"version": 1, "model_name_or_path": "/m", "train_file": "/t.jsonl"}
FULL: dict[str, Any] = {
    **LEAST,
    "train_file": [{"path": "/a"}, {"path": "/b", "weight": 0.5}],
    "eval_file": "/e",
    "from_config": True,
    "engine": "torch",
    "data_seed": 4_294_967_295,
    "optim": "adamw_8bit",
    "warmup_steps": 0.1,
    "max_steps": 20,
    "assistant_only_loss": True,
    "self_distill": {"teacher": "/other", "positions": "completion"},
    "freeze": {"trainable_groups": ["attention"]},
    "probes": {
        "sets": [{"name": "a-1", "file": "/p"}, {"name": "b", "file": "/q", "prompts": ["{question}"]}]
    },
    "bf16": False,
    "gradient_checkpointing": True,
    "padding_free": False,
    "torch_compile": True,
    "trust_remote_code": True,
    "report_to": ["tensorboard", "wandb"],
    "lora": {"r": 4, "target_modules": ["q_proj"]},
    "launch": {"nproc_per_node": 2, "master_port": 4_000},
}


def test_defaults_are_those_of_the_host() -> None:
    for written, filled in zip([LEAST, FULL], ask_all(["config", LEAST], ["config", FULL]), strict=True):
        filled["probes"]["sets"] = written.get("probes", {}).get("sets", [])
        assert RunConfig.from_json(filled) == RunConfig.from_json(written)
        known = {field.name for field in fields(RunConfig)}
        assert set(filled) <= known


def test_settings_are_read() -> None:
    config = RunConfig.from_json(FULL)
    assert config.train_files() == (TrainFile("/a", 1), TrainFile("/b", 0.5))
    assert RunConfig.from_json(LEAST).train_files() == (TrainFile("/t.jsonl", 1),)
    assert config.self_distill is not None
    assert (config.self_distill.teacher, config.self_distill.temperature) == ("/other", 0.5)
    assert config.freeze is not None
    assert (config.freeze.groups, config.freeze.trainable_groups) == (None, ("attention",))
    assert [probe_set.prompts for probe_set in config.probes.sets] == [None, ("{question}",)]
    assert config.lora is not None
    assert (config.lora.r, config.lora.lora_alpha, config.lora.target_modules) == (4, 32, ("q_proj",))
    assert config.launch is not None
    assert (config.launch.nproc_per_node, config.launch.nnodes) == (2, 1)
    assert (config.bf16, RunConfig.from_json(LEAST).bf16) == (False, None)
    assert isinstance(config.max_steps, int)
    assert isinstance(RunConfig.from_json({**LEAST, "seed": 3.0}).seed, int)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"learning_rate": 0}, "config.learning_rate: must be above 0, not 0"),
        ({"learning_rate": True}, "config.learning_rate: must be a number"),
        ({"learning_rate": "1e-4"}, "config.learning_rate: must be a number"),
        ({"seed": 4_294_967_296}, "config.seed: must be a whole number, at least 0 and at most 4294967295"),
        ({"max_length": 1.5}, "config.max_length: must be a whole number"),
        ({"adam_beta2": 1}, "config.adam_beta2: must be at least 0 and below 1, not 1"),
        ({"version": 2}, "config.version: must be a whole number"),
        ({"engine": "jax"}, "config.engine: must be one of auto, torch, tfjs"),
        ({"optim": None}, "config.optim: must be one of adamw, adamw_8bit"),
        ({"bf16": "yes"}, "config.bf16: must be true or false"),
        ({"model_name_or_path": ""}, "config.model_name_or_path: must not be empty"),
        ({"train_file": []}, "config.train_file: must be a list that is not empty"),
        ({"train_file": [{"path": "x", "weight": 0}]}, "config.train_file.0.weight: must be above 0, not 0"),
        ({"prompt_template": "Q"}, "config.prompt_template: must contain {question}"),
        ({"probes": {"sets": [{"name": "a b", "file": "x"}]}}, "config.probes.sets.0.name: must be 1 to 40"),
        ({"probes": []}, "config.probes: must be an object"),
        ({"freeze": {"groups": []}}, "config.freeze.groups: must be a list that is not empty"),
        ({"freeze": {"group": ["q"]}}, "config.freeze.group: is not known to this engine"),
        ({"report_to": ["mlflow"]}, "config.report_to.0: must be one of tensorboard, wandb, trackio"),
        ({"lora": {"lora_dropout": 1}}, "config.lora.lora_dropout: must be at least 0 and below 1"),
        ({"replay": {}}, "config.replay: is not known to this engine"),
    ],
)
def test_what_is_no_setting_is_refused_by_its_key(change: dict[str, Any], said: str) -> None:
    with pytest.raises(Failure) as caught:
        RunConfig.from_json({**LEAST, **change})
    assert caught.value.code == "run.config"
    assert said in caught.value.message


def test_a_setting_that_must_be_there_is_missed() -> None:
    with pytest.raises(Failure, match=r"config\.train_file: is missing"):
        RunConfig.from_json({"version": 1, "model_name_or_path": "/m"})


RUN: dict[str, Any] = {
    "protocol": "1.0",
    "id": "r",
    "created": "2026-01-01T00:00:00.000Z",
    "config": LEAST,
    "origins": {"seed": "default"},
    "config_file": None,
    "data": [{"path": "/t.jsonl", "sha256": "ab", "bytes": 3, "more": 1}],
    "versions": {},
    "from_a_later_version": True,
}
ASKER = {"pid": 3, "process_start": "5", "hostname": "h", "boot_id": "b ns"}


def read(folder: Path, text: str | bytes) -> Any:
    paths = run_paths(folder)
    Path(paths.run_file).write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_run_file(paths)


def test_run_files_are_read(tmp_path: Path) -> None:
    run = read(tmp_path, json.dumps(RUN))
    assert (run.id, run.job, run.config) == ("r", TrainJob(), RunConfig.from_json(LEAST))
    assert [(item.path, item.sha256, item.bytes) for item in run.data] == [("/t.jsonl", "ab", 3)]
    assert read(tmp_path, json.dumps({**RUN, "job": {"kind": "probe"}})).job == ProbeJob()
    asking = {"kind": "ask", "max_new_tokens": 5, "asker": ASKER}
    job = read(tmp_path, json.dumps({**RUN, "job": asking})).job
    assert isinstance(job, AskJob)
    assert (job.before, job.max_new_tokens, job.asker.as_json()) == (None, 5, ASKER)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("{", "run.config", "run.json is not a run of this version (not JSON: {): start a new run."),
        (b"\xff", "run.config", "is not a run of this version (not JSON: \ufffd)"),
        ("[]", "run.config", "(the file: must be an object)"),
        (json.dumps({**RUN, "config": {}}), "run.config", "(config.version: is missing)"),
        (
            json.dumps({**RUN, "job": {"kind": "dance"}}),
            "run.config",
            "(job.kind: must be one of train, probe, ask)",
        ),
        (json.dumps({**RUN, "data": [{}]}), "run.config", "(data.0.path: is missing)"),
        (json.dumps({**RUN, "config": {**LEAST, "learning_rate": 1e400}}), "run.config", "not JSON"),
        (
            json.dumps({"protocol": "2.3"}),
            "run.protocol",
            "speaks protocol 2.3, this Holdfast speaks 1.0: open it",
        ),
    ],
)
def test_a_run_file_of_another_kind_is_refused(
    tmp_path: Path, text: str | bytes, code: str, said: str
) -> None:
    with pytest.raises(Failure) as caught:
        read(tmp_path, text)
    assert caught.value.code == code
    assert said in caught.value.message


def test_a_missing_run_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r'run\.json is missing: start runs with "holdfast run"\.'):
        read_run_file(run_paths(tmp_path))
