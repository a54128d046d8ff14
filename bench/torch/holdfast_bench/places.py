"""Where the benchmark reads and writes."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
RESULTS = REPOSITORY / "bench" / "results"
LAB = REPOSITORY / "examples" / "lab"
ENGINE = REPOSITORY / "src" / "engines" / "torch"
PACKAGE = REPOSITORY / "bench" / "torch"


def cache() -> Path:
    """Models with random weights and the tokenizer, made once; safe to delete."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(base) / "holdfast" / "bench-torch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
