"""What a model's folder must hold."""

import json
from pathlib import Path

from ..failure import Failure

WEIGHTS = ("model.safetensors", "model.safetensors.index.json")


def check_model_folder(folder: str, trust_remote_code: bool, from_config: bool) -> None:
    """Before anything of the folder is read by a library, whose words for what is wrong are its own.

    from_config: random weights are asked for, so none need be there. Raises Failure.
    """
    path = Path(folder)
    if not (path / "config.json").exists():
        raise Failure(
            "model.config",
            f"{folder} has no config.json: give the folder of a Hugging Face model as model_name_or_path.",
        )
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        raise Failure(
            "model.config", f"{path / 'config.json'} is not JSON ({error}): copy or download it again."
        ) from None
    if not isinstance(config, dict):
        raise Failure(
            "model.config", f"{path / 'config.json'} is not a JSON object: copy or download it again."
        )
    if "auto_map" in config and not trust_remote_code:
        known = str(config.get("model_type"))
        from transformers import CONFIG_MAPPING

        if known not in CONFIG_MAPPING:
            raise Failure(
                "model.remote-code",
                f"{folder} brings its own Python code, which is not run by default: read that code, and set "
                "trust_remote_code: true if you trust it.",
            )
    if not from_config and not any((path / name).exists() for name in WEIGHTS):
        pickles = sorted([*path.glob("*.bin"), *path.glob("*.pt"), *path.glob("*.pth")])
        if pickles:
            raise Failure(
                "model.pickle",
                f"{pickles[0]} is a pickle, which can run code when it is loaded, so it is refused: save the model again "
                "with save_pretrained(..., safe_serialization=True), or take a revision with model.safetensors.",
            )
        raise Failure(
            "model.weights",
            f"{folder} has no model.safetensors: save the model with save_pretrained(..., safe_serialization=True), or set "
            "from_config: true to start from random weights.",
        )
