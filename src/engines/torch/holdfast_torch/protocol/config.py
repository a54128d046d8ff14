"""One run's settings, as the host has written them into run.json: every default filled in, paths absolute.

The schema, with a description of every key, is src/protocol/runConfig.ts. Names are Hugging Face's
(TrainingArguments, TRL's SFTConfig) wherever they have one; blocks are Holdfast's own.
"""

from dataclasses import dataclass
from typing import Any, Literal

from holdfast_torch.failure import Failure
from holdfast_torch.protocol.blocks import Freeze, Launch, Lora, Probes, ProbeSet, SelfDistill, TrainFile
from holdfast_torch.protocol.fields import FieldProblem, Fields, text_of

__all__ = [
    "Freeze",
    "Launch",
    "Lora",
    "ProbeSet",
    "Probes",
    "RunConfig",
    "SelfDistill",
    "TrainFile",
    "read_config",
]

MOST_SEED = 4_294_967_295
REPORT_TARGETS = ("tensorboard", "wandb", "trackio")


@dataclass(frozen=True)
class RunConfig:
    """The settings. Shares: `warmup_steps`, `eval_steps` and `save_steps` below 1 are shares of all steps."""

    version: int
    model_name_or_path: str
    from_config: bool
    train_file: str | tuple[TrainFile, ...]
    eval_file: str | None
    prompt_template: str
    engine: Literal["auto", "torch", "tfjs"]
    seed: int
    data_seed: int | None
    """None: seed."""

    learning_rate: float
    num_train_epochs: float
    max_steps: int
    """Above 0 it overrides num_train_epochs."""
    per_device_train_batch_size: int
    gradient_accumulation_steps: int
    per_device_eval_batch_size: int
    max_length: int
    completion_only_loss: bool
    assistant_only_loss: bool | None
    """None: as completion_only_loss."""
    group_by_length: bool

    optim: Literal["adamw", "adamw_8bit"]
    weight_decay: float
    adam_beta1: float
    adam_beta2: float
    adam_epsilon: float
    max_grad_norm: float
    """0: never clipped."""
    lr_scheduler_type: Literal["linear", "cosine", "constant", "constant_with_warmup"]
    warmup_steps: float

    eval_strategy: Literal["no", "steps", "epoch"]
    eval_steps: float
    logging_steps: int
    save_strategy: Literal["no", "steps", "epoch", "best"]
    save_steps: float
    save_total_limit: int

    self_distill: SelfDistill | None
    freeze: Freeze | None
    probes: Probes

    bf16: bool | None
    """None: on where the device computes it natively."""
    gradient_checkpointing: bool
    padding_free: bool
    torch_compile: bool
    trust_remote_code: bool
    report_to: tuple[str, ...]
    lora: Lora | None
    launch: Launch | None

    @staticmethod
    def from_json(value: object) -> "RunConfig":
        """Reads the `config` of a run.json. Raises Failure('run.config', ...) that names the key."""
        try:
            return read_config(value, "config")
        except FieldProblem as problem:
            raise Failure(
                "run.config", f"The run's settings cannot be read ({problem}): start a new run."
            ) from None

    def train_files(self) -> tuple[TrainFile, ...]:
        """The training files, however they were written; a single one has weight 1."""
        return (TrainFile(self.train_file, 1.0),) if isinstance(self.train_file, str) else self.train_file


def read_config(value: object, where: str) -> RunConfig:
    """As RunConfig.from_json; raises FieldProblem."""
    fields = Fields(value, where)
    settings = {
        **_what_is_trained(fields),
        **_how_long_and_fast(fields),
        **_how_it_is_optimized(fields),
        **_what_is_measured_and_kept(fields),
        **_what_keeps_it_from_forgetting(fields),
        **_how_it_is_computed(fields),
    }
    fields.end()
    return RunConfig(**settings)


def _what_is_trained(fields: Fields) -> dict[str, Any]:
    return {
        "version": fields.whole("version", least=1, most=1),
        "model_name_or_path": fields.text("model_name_or_path", least=1),
        "from_config": fields.flag("from_config", False),
        "train_file": fields.read("train_file", _train_file),
        "eval_file": fields.text("eval_file", None, least=1),
        "prompt_template": fields.read(
            "prompt_template", text_of(containing="{question}"), "Answer the following question. {question}"
        ),
        "engine": fields.choice("engine", ("auto", "torch", "tfjs"), "auto"),
        "seed": fields.whole("seed", 42, most=MOST_SEED),
        "data_seed": fields.whole("data_seed", None, most=MOST_SEED),
    }


def _how_long_and_fast(fields: Fields) -> dict[str, Any]:
    return {
        "learning_rate": fields.number("learning_rate", 5e-5, above=0),
        "num_train_epochs": fields.number("num_train_epochs", 3.0, above=0),
        "max_steps": fields.whole("max_steps", -1, least=-1),
        "per_device_train_batch_size": fields.whole("per_device_train_batch_size", 8, least=1),
        "gradient_accumulation_steps": fields.whole("gradient_accumulation_steps", 1, least=1),
        "per_device_eval_batch_size": fields.whole("per_device_eval_batch_size", 64, least=1),
        "max_length": fields.whole("max_length", 1_024, least=1),
        "completion_only_loss": fields.flag("completion_only_loss", True),
        "assistant_only_loss": fields.flag("assistant_only_loss", None),
        "group_by_length": fields.flag("group_by_length", True),
    }


def _how_it_is_optimized(fields: Fields) -> dict[str, Any]:
    return {
        "optim": fields.choice("optim", ("adamw", "adamw_8bit"), "adamw"),
        "weight_decay": fields.number("weight_decay", 0.0, least=0),
        "adam_beta1": fields.number("adam_beta1", 0.9, least=0, below=1),
        "adam_beta2": fields.number("adam_beta2", 0.999, least=0, below=1),
        "adam_epsilon": fields.number("adam_epsilon", 1e-8, above=0),
        "max_grad_norm": fields.number("max_grad_norm", 1.0, least=0),
        "lr_scheduler_type": fields.choice(
            "lr_scheduler_type", ("linear", "cosine", "constant", "constant_with_warmup"), "linear"
        ),
        "warmup_steps": fields.number("warmup_steps", 0.0, least=0),
    }


def _what_is_measured_and_kept(fields: Fields) -> dict[str, Any]:
    return {
        "eval_strategy": fields.choice("eval_strategy", ("no", "steps", "epoch"), "steps"),
        "eval_steps": fields.number("eval_steps", 0.05, above=0),
        "logging_steps": fields.whole("logging_steps", 1, least=1),
        "save_strategy": fields.choice("save_strategy", ("no", "steps", "epoch", "best"), "best"),
        "save_steps": fields.number("save_steps", 500.0, above=0),
        "save_total_limit": fields.whole("save_total_limit", 3, least=1),
    }


def _what_keeps_it_from_forgetting(fields: Fields) -> dict[str, Any]:
    return {
        "self_distill": fields.read("self_distill", SelfDistill.read, None),
        "freeze": fields.read("freeze", Freeze.read, None),
        "probes": Probes.read(fields.take("probes", {}), fields.at("probes")),
    }


def _how_it_is_computed(fields: Fields) -> dict[str, Any]:
    return {
        "bf16": fields.flag("bf16", None),
        "gradient_checkpointing": fields.flag("gradient_checkpointing", False),
        "padding_free": fields.flag("padding_free", True),
        "torch_compile": fields.flag("torch_compile", False),
        "trust_remote_code": fields.flag("trust_remote_code", False),
        "report_to": fields.items("report_to", _report_target, ()),
        "lora": fields.read("lora", Lora.read, None),
        "launch": fields.read("launch", Launch.read, None),
    }


def _train_file(value: Any, where: str) -> str | tuple[TrainFile, ...]:
    if isinstance(value, str):
        return text_of(least=1)(value, where)
    wrapped = Fields({"files": value})
    try:
        return wrapped.items("files", TrainFile.read, least=1)
    except FieldProblem as problem:
        raise FieldProblem(f"{where}{str(problem).removeprefix('files')}") from None


def _report_target(value: Any, where: str) -> str:
    if isinstance(value, str) and value in REPORT_TARGETS:
        return value
    raise FieldProblem(f"{where}: must be one of {', '.join(REPORT_TARGETS)}")
