"""What stands still costs nothing and stays bit-equal; what moves is what was asked for."""

from pathlib import Path
from typing import Any

import pytest
import torch
from engine_runs import TINY, make_run, of_type, run_here, weights_of
from holdfast_torch.failure import Failure
from holdfast_torch.model.language_model import LanguageModel
from opened import open_run, take_steps
from tiny_models import make_hf
from transformers import AutoModelForCausalLM

FIXTURES = TINY.parent
ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
FFN = ("gate_proj", "up_proj", "down_proj")

# What moves, by a part of the names of the parameters.
CASES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "attention only": ({"trainable_groups": ["attention"]}, ATTENTION),
    "ffn only": ({"trainable_groups": ["ffn"]}, FFN),
    "layers": ({"trainable_groups": ["layers 0-1"]}, ("layers.0.", "layers.1.")),
    "regular expression": ({"trainable_groups": ["layers\\.\\d+\\.self_attn\\.v_proj"]}, ("v_proj",)),
    "all but embeddings and head": ({"groups": ["embeddings", "lm_head"]}, ("layers.", "model.norm")),
    "attention but q": ({"trainable_groups": ["attention"], "groups": ["q"]}, ATTENTION[1:]),
}


def with_model(folder: Path, hf: Any) -> Path:
    """A model folder with the tokenizer of the fixtures."""
    hf.save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).write_bytes((TINY / name).read_bytes())
    return folder


@pytest.mark.parametrize("name", CASES)
def test_what_stands_still_costs_nothing_and_does_not_move(tmp_path: Path, name: str) -> None:
    freeze, parts = CASES[name]
    # A strong weight decay would move whatever the optimizer knows of.
    opened, optimizer = open_run(make_run(tmp_path / "run", freeze=freeze, weight_decay=0.5))
    parameters = opened.model.parameters_by_name()
    before = {key: parameter.detach().clone() for key, parameter in parameters.items()}
    moving = {key for key in parameters if any(part in key for part in parts)}
    assert moving
    assert set(opened.trainable.names) == moving
    assert set(opened.trainable.frozen_names) == parameters.keys() - moving

    take_steps(opened, optimizer, 3)
    assert {key for key in parameters if not torch.equal(parameters[key], before[key])} == moving
    assert all(parameter.grad is None for parameter in parameters.values())
    assert optimizer.parameters.keys() == moving
    # Two moments in float32, and a count of steps for each tensor.
    numbers = sum(parameters[key].numel() for key in moving)
    assert optimizer.state_bytes() == 8 * numbers + 4 * len(moving)
    opened.trainable.verify(opened.model)


def test_gradients_exist_only_for_what_moves(tmp_path: Path) -> None:
    opened, optimizer = open_run(make_run(tmp_path / "run", freeze={"trainable_groups": ["attention"]}))
    seen: dict[str, int] = {}
    parameters = opened.model.parameters_by_name()
    inner = optimizer.clip

    def clip(max_norm: float) -> float:
        seen.update({key: p.grad.numel() for key, p in parameters.items() if p.grad is not None})
        return inner(max_norm)

    optimizer.clip = clip  # type: ignore[method-assign]
    take_steps(opened, optimizer, 1)
    assert seen == {key: p.numel() for key, p in parameters.items() if any(part in key for part in ATTENTION)}


def test_masters_are_kept_of_what_moves_alone(tmp_path: Path) -> None:
    opened, optimizer = open_run(make_run(tmp_path / "run", freeze={"trainable_groups": ["v"]}, bf16=True))
    take_steps(opened, optimizer, 1)
    numbers = sum(opened.model.parameters_by_name()[key].numel() for key in opened.trainable.names)
    assert optimizer.state_bytes() == 12 * numbers + 4 * len(opened.trainable.names)


def test_a_moved_parameter_is_found_out(tmp_path: Path) -> None:
    opened, _ = open_run(make_run(tmp_path / "run", freeze={"trainable_groups": ["attention"]}))
    still = opened.model.parameters_by_name()["model.norm.weight"]
    with torch.no_grad():
        still[3] = torch.nextafter(still[3], still[3] + 1)
    with pytest.raises(Failure, match="bug of Holdfast") as caught:
        opened.trainable.verify(opened.model)
    assert caught.value.code == "freeze.moved"


def test_checkpoint_of_a_run_has_the_frozen_tensors_bit_for_bit(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", freeze={"trainable_groups": ["attention"]}, weight_decay=0.5)
    events = run_here(run)
    base, after = AutoModelForCausalLM.from_pretrained(TINY), weights_of(run, 6)
    before = dict(base.named_parameters())
    moved = {key for key in before if not torch.equal(before[key], after[key])}
    assert moved == {key for key in before if any(part in key for part in ATTENTION)}
    assert events[-1]["summary"]["frozen_parameters_unchanged"] == len(before) - len(moved)
    (started,) = of_type(events, "started")
    assert started["num_trainable_parameters"] == sum(before[key].numel() for key in moved)


def test_tied_head_is_embeddings(tmp_path: Path) -> None:
    qwen = str(FIXTURES / "tiny-qwen2")
    still = {"groups": ["embeddings"]}
    opened, optimizer = open_run(make_run(tmp_path / "run", model_name_or_path=qwen, freeze=still))
    head = opened.model.head().weight
    assert head is opened.model.hf.get_input_embeddings().weight
    before = head.detach().clone()
    take_steps(opened, optimizer, 2)
    assert not head.requires_grad
    assert torch.equal(head, before)
    with pytest.raises(Failure, match="tied to the embeddings: write embeddings") as caught:
        open_run(make_run(tmp_path / "other", model_name_or_path=qwen, freeze={"groups": ["lm_head"]}))
    assert caught.value.code == "freeze.groups"


@pytest.mark.parametrize(
    ("freeze", "sentence"),
    [
        ({"groups": [".*"]}, "freeze every parameter, so nothing would be trained"),
        ({"groups": ["attention"], "trainable_groups": ["q"]}, "take one of the two out"),
        ({"trainable_groups": ["atention"]}, "did you mean attention"),
        ({"trainable_groups": ["layers 7"]}, "the model has the layers 0-2"),
    ],
)
def test_nothing_to_train_is_refused(tmp_path: Path, freeze: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Failure, match=sentence) as caught:
        open_run(make_run(tmp_path / "run", freeze=freeze))
    assert caught.value.code == "freeze.groups"


def test_fused_tensors_move_whole_or_not(tmp_path: Path) -> None:
    gpt2 = with_model(tmp_path / "gpt2", make_hf("gpt2", vocab_size=320))
    config: dict[str, Any] = {"model_name_or_path": str(gpt2)}
    opened, optimizer = open_run(
        make_run(tmp_path / "run", freeze={"trainable_groups": ["attention"]}, **config)
    )
    assert {key.split(".", 3)[3] for key in opened.trainable.names} == {
        "attn.c_attn.weight",
        "attn.c_attn.bias",
        "attn.c_proj.weight",
        "attn.c_proj.bias",
    }
    take_steps(opened, optimizer, 2)
    opened.trainable.verify(opened.model)
    with pytest.raises(Failure, match="fused tensor that cannot be split: write attention") as caught:
        open_run(make_run(tmp_path / "other", freeze={"trainable_groups": ["q"]}, **config))
    assert caught.value.code == "freeze.groups"


def plain_logits(folder: Path) -> torch.Tensor:
    hf = AutoModelForCausalLM.from_pretrained(folder).eval()
    with torch.no_grad():
        logits: torch.Tensor = hf(torch.tensor([[5, 9, 11, 20, 30, 2]])).logits
    return logits


def trained_logits(model: LanguageModel) -> torch.Tensor:
    with model.evaluating():
        logits: torch.Tensor = model.hf(input_ids=torch.tensor([[5, 9, 11, 20, 30, 2]])).logits
    return logits


@pytest.mark.parametrize("kind", ["llama", "tied", "gpt2"])
def test_only_adapters_move_and_the_checkpoint_is_merged(tmp_path: Path, kind: str) -> None:
    source = {"llama": TINY, "tied": FIXTURES / "tiny-qwen2", "gpt2": tmp_path / "gpt2"}[kind]
    if kind == "gpt2":
        with_model(source, make_hf("gpt2", vocab_size=320))
    lora = {"r": 4, "lora_alpha": 8}
    run = make_run(
        tmp_path / "run", model_name_or_path=str(source), lora=lora, learning_rate=1e-2, max_steps=4
    )
    events = run_here(run)
    assert events[-1]["type"] == "finished"
    folder = run / "checkpoints/step-00000004"
    # The run's own model, adapters apart, as a resumed attempt has it.
    from holdfast_torch.run.checkpoint import restore_weights

    opened, optimizer = open_run(run)
    assert opened.trainable.names
    assert all(".lora_" in name for name in opened.trainable.names)
    untrained = trained_logits(opened.model)
    # Adapters begin as nothing.
    assert torch.allclose(untrained, plain_logits(source), atol=1e-6)
    restore_weights(opened.model, optimizer, folder, opened.trainable.names)
    trained = trained_logits(opened.model)
    assert not torch.allclose(trained, untrained, atol=1e-3)
    assert torch.allclose(plain_logits(folder), trained, rtol=1e-4, atol=1e-4)
    # Nothing but the adapted matrices differs from the base, and nothing of peft is left in the folder.
    before, after = dict(AutoModelForCausalLM.from_pretrained(source).state_dict()), weights_of(run, 4)
    assert after.keys() <= before.keys()
    moved = {key for key in after if not torch.equal(before[key], after[key])}
    adapted = {name.split(".lora_")[0] + ".weight" for name in opened.trainable.names}
    assert moved == adapted
    assert not (folder / "adapter_config.json").exists()


def test_adapters_on_chosen_modules(tmp_path: Path) -> None:
    lora = {"r": 2, "lora_alpha": 4, "target_modules": ["q_proj", "v_proj"]}
    opened, optimizer = open_run(make_run(tmp_path / "run", lora=lora))
    assert {name.split(".")[-4] for name in opened.trainable.names} == {"q_proj", "v_proj"}
    before = opened.model.fingerprint(opened.trainable.frozen_names)
    take_steps(opened, optimizer, 2)
    assert opened.model.fingerprint(opened.trainable.frozen_names) == before
    numbers = sum(opened.model.parameters_by_name()[name].numel() for name in opened.trainable.names)
    assert optimizer.state_bytes() == 8 * numbers + 4 * len(opened.trainable.names)


def test_adapters_on_nothing_are_refused(tmp_path: Path) -> None:
    lora = {"r": 2, "lora_alpha": 4, "target_modules": ["c_attn"]}
    with pytest.raises(Failure, match=r"fit no module of this model.*q_proj, k_proj") as caught:
        open_run(make_run(tmp_path / "run", lora=lora))
    assert caught.value.code == "lora.target_modules"


@pytest.mark.parametrize("module", ["lm_head", "embed_tokens"])
def test_adapters_beside_the_layers_are_refused(tmp_path: Path, module: str) -> None:
    """They would be computed without, or saved into both of two tied matrices."""
    lora = {"r": 2, "lora_alpha": 4, "target_modules": ["q_proj", module]}
    with pytest.raises(Failure, match=r"reach the embeddings or the head.*such as q_proj") as caught:
        open_run(make_run(tmp_path / "run", lora=lora))
    assert caught.value.code == "lora.target_modules"


def test_adapters_and_freeze_do_not_go_together(tmp_path: Path) -> None:
    """The editor and the command line refuse it too; a run folder may come from elsewhere."""
    config: dict[str, Any] = {
        "lora": {"r": 2, "lora_alpha": 4},
        "freeze": {"trainable_groups": ["attention"]},
    }
    with pytest.raises(Failure, match="`freeze` and `lora` do not go together") as caught:
        open_run(make_run(tmp_path / "run", **config))
    assert caught.value.code == "config.lora-with-freeze"
