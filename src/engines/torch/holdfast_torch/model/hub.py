"""From what a config names to a folder: a path, or an id of the Hugging Face Hub."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from ..failure import Failure

# Weights as pickles run code when they are loaded, so they are not even fetched.
WANTED_FILES = ["*.json", "*.safetensors", "*.jinja", "*.txt", "*.model", "*.py"]


def find_model(name: str, on_progress: Callable[[int, int], None] | None = None) -> str:
    """The folder of a model: `name` itself, or where the local Hugging Face cache has it, else downloaded into that cache.

    HF_HOME, HF_TOKEN and HF_HUB_OFFLINE mean what they mean to huggingface_hub.
    """
    if Path(name).is_dir():
        return name
    if Path(name).is_absolute() or name.startswith(".") or name.count("/") > 1:
        raise Failure(
            "model.missing",
            f"{name} is no folder: give the folder of a Hugging Face model, or an id of the Hub, as model_name_or_path.",
        )
    return _cached(name) or _downloaded(name, on_progress)


def _cached(name: str) -> str | None:
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(name, local_files_only=True))
    except Exception:
        return None
    return str(folder) if (folder / "config.json").exists() and _has_all_weights(folder) else None


def _has_all_weights(folder: Path) -> bool:
    """A download that was interrupted leaves some of the shards that the index names."""
    index = folder / "model.safetensors.index.json"
    if not index.exists():
        return any(folder.glob("*.safetensors"))
    try:
        names = set(json.loads(index.read_text(encoding="utf8"))["weight_map"].values())
    except (OSError, ValueError, KeyError, AttributeError):
        return False
    return all((folder / name).exists() for name in names)


def _downloaded(name: str, on_progress: Callable[[int, int], None] | None) -> str:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

    if on_progress is not None:
        on_progress(0, 1)
    try:
        folder = snapshot_download(name, allow_patterns=WANTED_FILES)
    except GatedRepoError:
        raise Failure(
            "model.gated",
            f"{name} is a gated model: accept its terms on huggingface.co/{name} and set HF_TOKEN (or run `hf auth login`).",
        ) from None
    except RepositoryNotFoundError:
        raise Failure(
            "model.missing",
            f"{name} is neither a folder here nor a model on the Hugging Face Hub that you may read: check the name, "
            "or set HF_TOKEN.",
        ) from None
    except (HfHubHTTPError, OSError, ValueError) as error:
        raise _not_downloaded(name, str(error).split("\n")[0][:160]) from None
    if not _has_all_weights(Path(folder)):
        # Without network, a part of a model is handed out as if it were whole.
        raise _not_downloaded(name, "some of its files are missing")
    if on_progress is not None:
        on_progress(1, 1)
    return folder


def _not_downloaded(name: str, reason: str) -> Failure:
    is_offline = os.environ.get("HF_HUB_OFFLINE", "") not in ("", "0")
    return Failure(
        "model.download",
        f"{name} is not in the local Hugging Face cache and could not be downloaded "
        f"({'HF_HUB_OFFLINE is set' if is_offline else reason}): put the model's folder on this machine and give its path, "
        f"or download it with `hf download {name}`.",
    )
