"""`python -m holdfast_bench [sections] [--shapes base,deep] [--rounds N] [--steps N] [--threads N]`.

A table on stdout, progress on stderr, JSON with every step of every child in bench/results/."""

import argparse
import json
import os
import platform
from dataclasses import asdict
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from .figures import Figure, line_of
from .places import RESULTS
from .rounds import measure, say
from .sections.training import TRAINING_SECTIONS
from .work import Work

OTHER_SECTIONS = ("parity", "cache", "freeze", "probe", "gpu")


def main() -> int:
    wish = _arguments()
    sections = wish.sections or [*TRAINING_SECTIONS, *OTHER_SECTIONS]
    figures: list[Figure] = []
    raw: dict[str, Any] = {}

    def add(found: list[Figure], prefix: str) -> None:
        for figure in found:
            named = Figure(**{**asdict(figure), "name": f"{prefix}: {figure.name}"})
            figures.append(named)
            print(line_of(named), flush=True)

    training = [name for name in sections if name in TRAINING_SECTIONS]
    for shape in wish.shapes.split(",") if training else []:
        peers = list(dict.fromkeys(peer for name in training for peer in TRAINING_SECTIONS[name].peers))
        steps = wish.steps or {"base": 25}.get(shape, 8)
        rounds = measure(Work("", shape, steps=steps, threads=wish.threads), peers, wish.rounds)
        raw[f"training {shape}"] = {peer: [asdict(one) for one in found] for peer, found in rounds.of.items()}
        for name in training:
            add(TRAINING_SECTIONS[name].figures(rounds), f"{name} {shape}")
    for name in sections:
        if name in OTHER_SECTIONS:
            found, details = _other(name, wish)
            raw[name] = details
            add(found, name)
    _write(figures, raw, wish)
    return 0


def _other(name: str, wish: argparse.Namespace) -> tuple[list[Figure], Any]:
    from importlib import import_module

    section = import_module(f"holdfast_bench.sections.{name}")
    figures, details = section.bench(wish.rounds, wish.threads)
    return figures, details


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench:torch", description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[[], *TRAINING_SECTIONS, *OTHER_SECTIONS])
    parser.add_argument("--shapes", default="base,deep")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=None, help="timed steps of a child (base 25, deep 8)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _write(figures: list[Figure], raw: dict[str, Any], wish: argparse.Namespace) -> None:
    time = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H-%M-%SZ")
    RESULTS.mkdir(parents=True, exist_ok=True)
    file = RESULTS / f"torch-{time}.json"
    told = {
        "time": time,
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "load": os.getloadavg() if hasattr(os, "getloadavg") else None,
        "versions": {
            name: _version(name) for name in ("torch", "transformers", "trl", "accelerate", "tokenizers")
        },
        "asked": vars(wish),
        "figures": [asdict(figure) for figure in figures],
        "raw": raw,
    }
    file.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    say(f"\n{file}")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    raise SystemExit(main())
