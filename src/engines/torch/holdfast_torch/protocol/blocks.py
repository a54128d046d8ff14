"""The blocks of a run's settings (src/protocol/runConfig.ts)."""

import re
from dataclasses import dataclass
from typing import Any, Literal, cast

from holdfast_torch.protocol.fields import FieldProblem, Fields, text_of

_QUESTION = text_of(containing="{question}")


@dataclass(frozen=True)
class TrainFile:
    """One training file and how often its rows appear per epoch.

    2 = twice, 0.5 = half of them, another half each epoch.
    """

    path: str
    weight: float

    @staticmethod
    def read(value: Any, where: str) -> "TrainFile":
        """Raises FieldProblem."""
        fields = Fields(value, where)
        file = TrainFile(fields.text("path", least=1), fields.number("weight", 1.0, above=0))
        fields.end()
        return file


@dataclass(frozen=True)
class ProbeSet:
    """Facts that forgetting is measured on.

    `prompts`: wordings the base model is asked under; None: as the probes'.
    """

    name: str
    file: str
    prompts: tuple[str, ...] | None

    @staticmethod
    def read(value: Any, where: str) -> "ProbeSet":
        """Raises FieldProblem."""
        fields = Fields(value, where)
        name = fields.text("name")
        if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name) is None:
            raise FieldProblem(f"{fields.at('name')}: must be 1 to 40 letters, digits, - or _")
        probe_set = ProbeSet(
            name, fields.text("file", least=1), fields.items("prompts", _QUESTION, None, least=1)
        )
        fields.end()
        return probe_set


@dataclass(frozen=True)
class Probes:
    """What forgetting is measured on.

    `prompts`: wordings for every set and the training rows; None: few-shot prompts.
    """

    sets: tuple[ProbeSet, ...]
    prompts: tuple[str, ...] | None
    num_prompts: int
    num_fewshot: int
    max_facts: int
    max_forgetting: float
    on_exceeded: Literal["warn", "stop"]

    @staticmethod
    def read(value: Any, where: str) -> "Probes":
        """`auto` stands only where nobody has filled in the shipped set: no sets. Raises FieldProblem."""
        fields = Fields({**value, "sets": []} if _is_auto(value) else value, where)
        probes = Probes(
            sets=fields.items("sets", ProbeSet.read, ()),
            prompts=fields.items("prompts", _QUESTION, None, least=1),
            num_prompts=fields.whole("num_prompts", 3, least=1),
            num_fewshot=fields.whole("num_fewshot", 4, least=1),
            max_facts=fields.whole("max_facts", 1_000, least=1),
            max_forgetting=fields.number("max_forgetting", 0.05, least=0, most=1),
            on_exceeded=cast(Any, fields.choice("on_exceeded", ("warn", "stop"), "warn")),
        )
        fields.end()
        return probes


@dataclass(frozen=True)
class SelfDistill:
    """Besides the labels the model keeps to what a frozen teacher says.

    `kd_weight`: of T^2 KL(teacher || student) beside the cross-entropy. `teacher`: 'snapshot', 'base', else a
    folder.
    """

    kd_weight: float
    temperature: float
    positions: Literal["all", "completion"]
    teacher: str
    snapshot_epochs: float
    snapshot_data: Literal["known", "all"]

    @staticmethod
    def read(value: Any, where: str) -> "SelfDistill":
        """Raises FieldProblem."""
        fields = Fields(value, where)
        block = SelfDistill(
            kd_weight=fields.number("kd_weight", 1.0, least=0),
            temperature=fields.number("temperature", 0.5, above=0),
            positions=cast(Any, fields.choice("positions", ("all", "completion"), "all")),
            teacher=fields.text("teacher", "snapshot", least=1),
            snapshot_epochs=fields.number("snapshot_epochs", 1.0, above=0),
            snapshot_data=cast(Any, fields.choice("snapshot_data", ("known", "all"), "known")),
        )
        fields.end()
        return block


@dataclass(frozen=True)
class Freeze:
    """Which parameters stand still.

    `groups` do, or everything outside `trainable_groups` does. None: not given.
    """

    groups: tuple[str, ...] | None
    trainable_groups: tuple[str, ...] | None

    @staticmethod
    def read(value: Any, where: str) -> "Freeze":
        """Raises FieldProblem."""
        fields = Fields(value, where)
        freeze = Freeze(
            fields.items("groups", text_of(), None, least=1),
            fields.items("trainable_groups", text_of(), None, least=1),
        )
        fields.end()
        return freeze


@dataclass(frozen=True)
class Lora:
    """Low-rank adapters. `target_modules` None: all linear layers of the decoder."""

    r: int
    lora_alpha: float
    lora_dropout: float
    target_modules: tuple[str, ...] | None

    @staticmethod
    def read(value: Any, where: str) -> "Lora":
        """Raises FieldProblem."""
        fields = Fields(value, where)
        lora = Lora(
            r=fields.whole("r", 16, least=1),
            lora_alpha=fields.number("lora_alpha", 32.0, above=0),
            lora_dropout=fields.number("lora_dropout", 0.0, least=0, below=1),
            target_modules=fields.items("target_modules", text_of(least=1), None, least=1),
        )
        fields.end()
        return lora


@dataclass(frozen=True)
class Launch:
    """Several processes, as torchrun names them."""

    nproc_per_node: int
    nnodes: int
    node_rank: int
    master_addr: str
    master_port: int

    @staticmethod
    def read(value: Any, where: str) -> "Launch":
        """Raises FieldProblem."""
        fields = Fields(value, where)
        launch = Launch(
            nproc_per_node=fields.whole("nproc_per_node", 1, least=1),
            nnodes=fields.whole("nnodes", 1, least=1),
            node_rank=fields.whole("node_rank", 0),
            master_addr=fields.text("master_addr", "127.0.0.1", least=1),
            master_port=fields.whole("master_port", 29_500, least=1, most=65_535),
        )
        fields.end()
        return launch


def _is_auto(value: Any) -> bool:
    return isinstance(value, dict) and value.get("sets") == "auto"
