"""One peer, one process: `python -m holdfast_bench.child WORK_AS_JSON`. The last line on stdout is what was measured."""

import importlib
import os
import sys

from .meter import Meter
from .work import Work

PEERS = {
    "naive_sft": "naive",
    "naive_sft_grouped": "naive",
    "naive_kd": "naive",
    "naive_kd_grouped": "naive",
    "naive_kd_completion": "naive",
    "trl_sft": "trl_sft",
    "trl_gkd": "trl_gkd",
    "ours_plain": "ours",
    "ours_completion": "ours",
    "ours_all": "ours",
    "ours_attention_only": "ours",
}
"""The name of a piece of work and the file in peers/ that does it."""


def main(text: str) -> None:
    work = Work.from_json(text)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch

    torch.set_num_threads(work.threads)
    torch.manual_seed(20)
    meter = Meter(work.warmup, work.device, work.threads)
    peer = importlib.import_module(f"holdfast_bench.peers.{PEERS[work.peer]}")
    if work.profile is None:
        peer.train(work, meter)
    else:
        _profiled(work, meter, peer)
    print(meter.measured().to_json())


def _profiled(work: Work, meter: Meter, peer: object) -> None:
    from torch.profiler import ProfilerActivity, profile

    activities = [ProfilerActivity.CPU] + ([ProfilerActivity.CUDA] if work.device == "cuda" else [])
    with profile(activities=activities, record_shapes=True) as profiler:
        peer.train(work, meter)  # type: ignore[attr-defined]
    order = "self_cuda_time_total" if work.device == "cuda" else "self_cpu_time_total"
    flat = profiler.key_averages().table(sort_by=order, row_limit=40)
    shaped = profiler.key_averages(group_by_input_shape=True).table(sort_by=order, row_limit=40)
    with open(work.profile or "", "w", encoding="utf-8") as file:
        file.write(f"{flat}\n{shaped}\n")


if __name__ == "__main__":
    main(sys.argv[1])
