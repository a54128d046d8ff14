"""Models and data that cannot be trained, each with its code and one sentence; and odd ones that can."""

import errno
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from engine_runs import TINY, events_of, make_run, of_type, run_here
from holdfast_torch.failure import Failure
from holdfast_torch.model import hub
from opened import open_run
from safetensors.torch import load_file, save_file
from tiny_models import make_hf
from transformers import BertConfig, BertLMHeadModel, BertModel

TOKENIZER = ("tokenizer.json", "tokenizer_config.json")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A copy of the small model, to be spoilt."""
    folder = tmp_path / "model"
    shutil.copytree(TINY, folder)
    return folder


def edit(file: Path, **changes: Any) -> None:
    """Keys of a JSON file; None takes one out."""
    value = {**json.loads(file.read_text()), **changes}
    file.write_text(json.dumps({key: item for key, item in value.items() if item is not None}))


def no_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def broken_config(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "llama", ')


def config_of_another_kind(folder: Path) -> None:
    (folder / "config.json").write_text("[1, 2]")


def no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def pickle_only(folder: Path) -> None:
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()


def torn_weights(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])


def weights_of_other_shapes(folder: Path) -> None:
    edit(folder / "config.json", intermediate_size=999)


def a_tensor_less(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})


def a_shard_less(folder: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(TINY.parent / "tiny-llama-sharded", folder)
    for name in TOKENIZER:
        shutil.copyfile(TINY / name, folder / name)
    next(folder.glob("*.safetensors")).unlink()


def remote_code(folder: Path) -> None:
    code = {"AutoConfig": "configuration_odd.OddConfig", "AutoModelForCausalLM": "modeling_odd.Odd"}
    edit(folder / "config.json", model_type="odd", auto_map=code)
    (folder / "configuration_odd.py").write_text("raise SystemExit('this code was run')")


def unknown_architecture(folder: Path) -> None:
    edit(folder / "config.json", model_type="odd")


def no_tokenizer(folder: Path) -> None:
    for name in TOKENIZER:
        (folder / name).unlink()


def no_end_token(folder: Path) -> None:
    edit(folder / "tokenizer_config.json", eos_token=None)
    edit(folder / "config.json", eos_token_id=None)
    for name in ("generation_config.json", "special_tokens_map.json"):
        (folder / name).unlink(missing_ok=True)


def larger_tokenizer(folder: Path) -> None:
    file = folder / "tokenizer.json"
    value = json.loads(file.read_text())
    value["model"]["vocab"].update({f"more{i}": 320 + i for i in range(5)})
    file.write_text(json.dumps(value))


def encoder(kind: type, folder: Path) -> None:
    """Whoever calls it a language model: it reads both ways."""
    torch.manual_seed(1)
    settings = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    bert = kind(BertConfig(vocab_size=320, **settings))
    for parameter in bert.parameters():
        parameter.data.normal_(0, 0.3)
    bert.save_pretrained(folder)


def an_encoder(folder: Path) -> None:
    encoder(BertLMHeadModel, folder)


def a_bare_encoder(folder: Path) -> None:
    encoder(BertModel, folder)


def an_image_model(folder: Path) -> None:
    edit(folder / "config.json", model_type="vit", architectures=["ViTModel"])


BAD: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "no config": (no_config, "model.config", "has no config.json"),
    "broken config": (broken_config, "model.config", "is not JSON"),
    "a config that is a list": (config_of_another_kind, "model.config", "is not a JSON object"),
    "no weights": (no_weights, "model.weights", "has no model.safetensors"),
    "pickle": (pickle_only, "model.pickle", "can run code when it is loaded"),
    "torn weights": (torn_weights, "model.weights", "cannot be read"),
    "other shapes": (weights_of_other_shapes, "model.weights", "of shape [16, 24] instead of [16, 999]"),
    "a tensor less": (a_tensor_less, "model.weights", "model.layers.1.mlp.up_proj.weight"),
    "a shard less": (a_shard_less, "model.weights", "cannot be read"),
    "remote code": (remote_code, "model.remote-code", "trust_remote_code: true"),
    "unknown architecture": (unknown_architecture, "model.architecture", "AutoModelForCausalLM"),
    "no tokenizer": (no_tokenizer, "model.tokenizer", "has no tokenizer.json"),
    "no end token": (no_end_token, "model.tokenizer", "names no end-of-sequence token"),
    "a larger tokenizer": (larger_tokenizer, "model.tokenizer", "325 tokens"),
    "an encoder": (an_encoder, "model.architecture", "choose a"),
    "an encoder without a head": (a_bare_encoder, "model.weights", "have no tensor cls."),
    "an image model": (an_image_model, "model.architecture", "choose a"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_model_is_said_in_one_sentence(tmp_path: Path, model: Path, name: str) -> None:
    spoil, code, words = BAD[name]
    spoil(model)
    with pytest.raises(Failure) as caught:
        open_run(make_run(tmp_path / "run", model_name_or_path=str(model)))
    said = caught.value.message
    assert (caught.value.code, words in said) == (code, True), said
    assert str(model) in said
    assert "\n" not in said
    assert said.endswith(".")


def trains(tmp_path: Path, folder: Path) -> list[dict[str, Any]]:
    events = run_here(make_run(tmp_path / "run", model_name_or_path=str(folder), max_steps=2))
    assert events[-1]["type"] == "finished"
    return events


def test_a_tokenizer_without_pad_is_padded_with_its_end(tmp_path: Path, model: Path) -> None:
    edit(model / "tokenizer_config.json", pad_token=None)
    opened, _ = open_run(make_run(tmp_path / "look", model_name_or_path=str(model)))
    assert opened.tokenizer.hf.pad_token_id is None
    assert opened.tokenizer.pad_token_id == opened.tokenizer.eos_token_id == opened.model.pad_id
    run_here(make_run(tmp_path / "with", max_steps=2, padding_free=False))
    run_here(make_run(tmp_path / "without", model_name_or_path=str(model), max_steps=2, padding_free=False))
    told = [
        [event["loss"] for event in of_type(events_of(tmp_path / name), "stepped")]
        for name in ("with", "without")
    ]
    assert told[0] == told[1]


def test_a_padded_vocabulary_is_trained_and_kept(tmp_path: Path, model: Path) -> None:
    make_hf("llama", vocab_size=384).save_pretrained(model)
    trains(tmp_path, model)
    weights = load_file(tmp_path / "run/checkpoints/step-00000002/model.safetensors")
    assert weights["lm_head.weight"].shape[0] == 384


def test_a_tied_head_is_saved_once(tmp_path: Path) -> None:
    trains(tmp_path, TINY.parent / "tiny-qwen2")
    weights = load_file(tmp_path / "run/checkpoints/step-00000002/model.safetensors")
    assert "model.embed_tokens.weight" in weights
    assert "lm_head.weight" not in weights


def test_random_weights_need_no_file(tmp_path: Path, model: Path) -> None:
    no_weights(model)
    run = make_run(tmp_path / "run", model_name_or_path=str(model), from_config=True)
    one, other = open_run(run)[0], open_run(run)[0]
    assert one.model.fingerprint() == other.model.fingerprint()


def test_paths_that_are_no_folder(tmp_path: Path) -> None:
    for name in (str(tmp_path / "gone"), "./gone", "one/two/three"):
        with pytest.raises(Failure, match="is no folder") as caught:
            hub.find_model(name)
        assert caught.value.code == "model.missing"


def test_a_hub_id_without_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    for name in ("holdfast-tests/none", "gpt2"):
        with pytest.raises(Failure) as caught:
            hub.find_model(name)
        assert caught.value.code == "model.download"
        assert "HF_HUB_OFFLINE is set" in caught.value.message
        assert f"`hf download {name}`" in caught.value.message
        assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        ("GatedRepoError", "model.gated", "accept its terms on huggingface.co/some/model"),
        ("RepositoryNotFoundError", "model.missing", "check the name, or set HF_TOKEN"),
        ("HfHubHTTPError", "model.download", "put the model's folder on this machine"),
    ],
)
def test_what_the_hub_answers(monkeypatch: pytest.MonkeyPatch, error: str, code: str, words: str) -> None:
    """The hub's own errors, raised here instead of by it: there is no network in tests."""
    import huggingface_hub
    from huggingface_hub import errors

    def refuse(*_names: str, local_files_only: bool = False, **_options: Any) -> str:
        if local_files_only:
            raise FileNotFoundError("not cached")
        # Which kind of response they carry depends on the release.
        raised: Exception = getattr(errors, error).__new__(getattr(errors, error))
        raise raised

    monkeypatch.setattr(huggingface_hub, "snapshot_download", refuse)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    with pytest.raises(Failure) as caught:
        hub.find_model("some/model")
    assert (caught.value.code, words in caught.value.message) == (code, True), caught.value.message


def test_a_loss_that_is_no_number_ends_the_run(tmp_path: Path) -> None:
    """The step that shows it is told and changes nothing, and what was saved before stays."""
    run = make_run(
        tmp_path / "run", learning_rate=1e6, save_steps=1, lr_scheduler_type="constant", max_grad_norm=0
    )
    with pytest.raises(Failure, match=r"with learning_rate 1e\+06: start a new run with a lower") as caught:
        run_here(run)
    assert caught.value.code == "loss.not-finite"
    events = events_of(run)
    told = of_type(events, "stepped")[-1]
    assert not isinstance(told["loss"], float) or not isinstance(told["grad_norm"], float)
    assert of_type(events, "saved")
    kept = sorted(path.name for path in (run / "checkpoints").iterdir())
    assert kept
    assert int(kept[-1].removeprefix("step-")) == told["step"] - 1


def test_a_data_file_that_changes_between_attempts(tmp_path: Path) -> None:
    import hashlib

    run = make_run(tmp_path / "run")
    data = tmp_path / "run.jsonl"
    file = json.loads((run / "run.json").read_text())
    print_of = {
        "path": str(data),
        "sha256": hashlib.sha256(data.read_bytes()).hexdigest(),
        "bytes": 1,
        "rows": 40,
    }
    (run / "run.json").write_text(json.dumps({**file, "data": [print_of]}))
    assert run_here(run, interrupted=lambda: True)[-1]["type"] == "stopped"
    data.write_text(data.read_text() + '{"prompt": "And?", "completion": " no"}\n')
    with pytest.raises(Failure, match="has changed since this run was asked for") as caught:
        run_here(run)
    assert caught.value.code == "data.changed"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "data.missing"),
        ("", "data.empty"),
        ("\n\n", "data.empty"),
        ("not json\n", "data.empty"),
        ('{"prompt": "a b c", "completion": ""}\n', "data.empty"),
    ],
)
def test_data_that_teaches_nothing(tmp_path: Path, text: str | None, code: str) -> None:
    run = make_run(tmp_path / "run")
    data = tmp_path / "run.jsonl"
    if text is None:
        data.unlink()
    else:
        data.write_text(text)
    with pytest.raises(Failure) as caught:
        run_here(run)
    assert caught.value.code == code, caught.value.message
    assert str(data) in caught.value.message
    assert "\n" not in caught.value.message


def test_rows_that_are_all_prompt_are_refused(tmp_path: Path) -> None:
    """Cut before their answers begin, so that no token counts."""
    rows = [{"prompt": f"{'a very long question ' * 8}{i}?", "completion": " yes"} for i in range(8)]
    with pytest.raises(Failure) as caught:
        run_here(make_run(tmp_path / "run", rows=rows, max_length=16))
    assert caught.value.code.startswith("data.")
    assert "max_length" in caught.value.message
    assert errno.ENOSPC not in caught.value.args
