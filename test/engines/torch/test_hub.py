"""Models of the local Hugging Face cache."""

import json
from pathlib import Path

import pytest
from engine_runs import TINY
from holdfast_torch.failure import Failure
from holdfast_torch.model.hub import find_model

NAME = "holdfast-test/tiny"


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a model in a cache of its own, without network."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    model = tmp_path / "models--holdfast-test--tiny"
    folder = model / "snapshots" / "0123456789012345678901234567890123456789"
    folder.mkdir(parents=True)
    (model / "refs").mkdir()
    (model / "refs/main").write_text(folder.name)
    (folder / "config.json").write_bytes((TINY / "config.json").read_bytes())
    return folder


def test_folder_is_itself() -> None:
    assert find_model(str(TINY)) == str(TINY)


def test_cached_model_is_found(snapshot: Path) -> None:
    (snapshot / "model.safetensors").write_bytes((TINY / "model.safetensors").read_bytes())
    assert Path(find_model(NAME)) == snapshot


def test_half_downloaded_model_is_none(snapshot: Path) -> None:
    (snapshot / "model-00001-of-00002.safetensors").write_bytes(b"")
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (snapshot / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(Failure) as caught:
        find_model(NAME)
    assert caught.value.code == "model.download"
    assert "HF_HUB_OFFLINE is set" in caught.value.message
    (snapshot / "model-00002-of-00002.safetensors").write_bytes(b"")
    assert Path(find_model(NAME)) == snapshot
