"""One way of asking, one process: `python -m holdfast_bench.probe_child WAY MODEL THREADS`. Prints facts/s and every verdict."""

import importlib
import json
import sys
from collections.abc import Callable

from .meter import clock_of
from .questions import Question, asked, questions_of

REPEATS = 3
ONE_BY_ONE = 64
"""Facts that are asked one at a time: more would only take longer."""

WAYS = {
    "one_by_one": "probe_generate",
    "generate_64": "probe_generate",
    "generate_256": "probe_generate",
    "forced": "probe_ours",
    "decoded": "probe_ours",
}
"""The name of a way and the file in peers/ that knows it."""


def main(way: str, model: str, threads: int) -> None:
    import torch

    torch.set_num_threads(threads)
    what = asked(model)
    questions = questions_of(what)
    if way == "one_by_one":
        questions = questions[:ONE_BY_ONE]
    maker = importlib.import_module(f"holdfast_bench.peers.{WAYS[way]}").asker
    ask: Callable[[list[Question]], list[bool]] = maker(way, what, questions)
    ask(questions[:8])
    now = clock_of("cpu", threads)
    seconds, verdicts = [], []
    for _ in range(REPEATS):
        began = now()
        verdicts = ask(questions)
        seconds.append(now() - began)
    told = {"facts": len(questions), "seconds": seconds, "verdicts": verdicts}
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
