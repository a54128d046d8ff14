#!/usr/bin/env python3
"""Makes the reference files the engines are tested against: tiny models, AdamW, learning-rate schedules.

Everything is computed by PyTorch and Transformers, models in float64, so that what differs is an engine's
own error. The files are stored; run this again only to change them. Needs torch, transformers, tokenizers,
safetensors, numpy.

    python scripts/golden/make_goldens.py test/fixtures
"""

from __future__ import annotations

import argparse
import platform
from pathlib import Path

import numpy
import safetensors
import tokenizers
import torch
import transformers
from golden_models import make_models
from golden_optimizer import adamw_golden, schedules_golden
from write_json import write_json

README = Path(__file__).parent / "models_readme.md"


def main() -> None:
    """Reads the command line and writes models/, adamw.json and schedules.json."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, help="folder of the fixtures")
    out: Path = parser.parse_args().out
    make_models(out / "models")
    write_json(out / "adamw.json", {"versions": versions(), **adamw_golden()})
    write_json(out / "schedules.json", {"versions": versions(), **schedules_golden()})
    listed = ", ".join(f"{name} {version}" for name, version in versions().items())
    readme = README.read_text("utf-8").format(versions=listed)
    (out / "models" / "README.md").write_text(readme, "utf-8", newline="\n")


def versions() -> dict[str, str]:
    """What the values were computed with."""
    modules = (torch, transformers, tokenizers, safetensors, numpy)
    return {
        "python": platform.python_version(),
        **{module.__name__: module.__version__ for module in modules},
    }


if __name__ == "__main__":
    main()
