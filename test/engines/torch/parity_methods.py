"""The methods under which both engines are given the same work, and that work."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from engine_runs import DEFAULTS, small_rows
from holdfast_torch.data.batches import RowGroup
from holdfast_torch.data.encode import EncodedRow, encode_rows
from holdfast_torch.data.row import CompletionRow, Row, TextRow
from holdfast_torch.data.tokenizer import load_tokenizer
from holdfast_torch.protocol.config import RunConfig
from holdfast_torch.run.plan import plan_run
from safetensors.torch import load_file, save_file

MODELS = Path(__file__).resolve().parents[2] / "fixtures/models"
NAMES = ("tiny-llama", "tiny-qwen2")
"""A head of its own; a tied one, and biases."""

STEPS = 10


def distill(**changes: Any) -> dict[str, Any]:
    return {"self_distill": {"kd_weight": 1.0, "temperature": 1.0, "positions": "all", **changes}}


METHODS: dict[str, dict[str, Any]] = {
    "plain": {},
    "every token labelled": {"completion_only_loss": False},
    "padded": {"padding_free": False},
    "self-distilled, all": distill(),
    "self-distilled, completion": distill(positions="completion"),
    "self-distilled, T 0.5": distill(temperature=0.5),
    "self-distilled, T 2": distill(temperature=2.0, kd_weight=0.5),
    "attention only": {"freeze": {"trainable_groups": ["attention"]}},
    "ffn frozen": {"freeze": {"groups": ["ffn"]}},
    "lower layer frozen": {"freeze": {"groups": ["embeddings", "layers 0"]}},
    "lower layer frozen, self-distilled": {"freeze": {"groups": ["embeddings", "layers 0"]}, **distill()},
    "accumulated": {"gradient_accumulation_steps": 3},
    "accumulated, self-distilled": {"gradient_accumulation_steps": 3, **distill(temperature=0.5)},
    "weight decay": {"weight_decay": 0.1},
    "clipped": {"max_grad_norm": 0.1},
    "cosine with warm-up": {"lr_scheduler_type": "cosine", "warmup_steps": 3},
}


@dataclass(frozen=True)
class Work:
    """What both engines are given."""

    model: Path
    teacher: Path | None
    rows: list[EncodedRow]
    pad_id: int
    steps: list[list[list[int]]]
    """Per step, per micro-batch: indices of rows."""
    settings: dict[str, Any] = field(repr=False)
    """A config, as run.json has it."""

    @property
    def config(self) -> RunConfig:
        return RunConfig.from_json(self.settings)


def work_of(name: str, method: str, teacher: Path) -> Work:
    """`name`: a model's folder in MODELS; `teacher`: a folder of the same architecture."""
    model = MODELS / name
    settings = {
        **DEFAULTS,
        "model_name_or_path": str(model),
        "train_file": "rows.jsonl",
        "max_steps": STEPS,
        "max_length": 48,
        "max_grad_norm": 0,
        "weight_decay": 0,
        **METHODS[method],
    }
    config = RunConfig.from_json(settings)
    tokenizer = load_tokenizer(str(model))
    rows = list(encode_rows(_rows(), tokenizer, config).encoded)
    plan = plan_run(config, rows, [RowGroup(0, len(rows), 1)])
    place = {row.id: index for index, row in enumerate(rows)}
    steps = [
        [[place[row.id] for row in batch] for batch in plan.main.batches_of(step + 1)]
        for step in range(STEPS)
    ]
    return Work(
        model, teacher if config.self_distill else None, rows, tokenizer.pad_token_id, steps, settings
    )


def make_teacher(name: str, folder: Path) -> Path:
    """The model with noise on its weights: a teacher that says something else than the student at its start."""
    folder.mkdir(parents=True)
    generator = torch.Generator().manual_seed(7)
    weights = {
        key: value + 0.1 * value.std().nan_to_num(0.0) * torch.randn(value.shape, generator=generator)
        for key, value in load_file(MODELS / name / "model.safetensors").items()
    }
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    (folder / "config.json").write_text((MODELS / name / "config.json").read_text())
    return folder


def _rows() -> list[Row]:
    """Questions that share their beginnings, and texts, of which every token counts and one is cut."""
    asked: list[Row] = [CompletionRow(f"asked:{at}", **row) for at, row in enumerate(small_rows(24))]
    texts = ["Ada was born in London.", "Ada was born in London and died there.", "Where? " * 20, "A"]
    return [*asked, *(TextRow(f"text:{at}", text) for at, text in enumerate(texts))]
