"""run.json: what was asked. Written once, by the host, before any engine starts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from holdfast_torch.failure import Failure
from holdfast_torch.folder.paths import RunPaths
from holdfast_torch.protocol.config import RunConfig, read_config
from holdfast_torch.protocol.fields import FieldProblem, Fields
from holdfast_torch.protocol.json_text import JsonProblem, parse_capped
from holdfast_torch.protocol.process_identity import ProcessIdentity, read_identity
from holdfast_torch.protocol.version import protocol_problem


@dataclass(frozen=True)
class DataFingerprint:
    """A data file as it was when the run was asked for; `sha256` in lower-case hex."""

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class TrainJob:
    """A run."""

    kind: Literal["train"] = "train"


@dataclass(frozen=True)
class ProbeJob:
    """Asks the model every row of train_file and writes probes/knowledge.json."""

    kind: Literal["probe"] = "probe"


@dataclass(frozen=True)
class AskJob:
    """Answers questions, which come as commands, until it is stopped or left alone.

    `before`: folder of a second model, which answers first; None: there is none. `asker`: who asks; when that
    process is gone, nobody reads the answers.
    """

    before: str | None
    max_new_tokens: int
    asker: ProcessIdentity
    kind: Literal["ask"] = "ask"


Job = TrainJob | ProbeJob | AskJob


@dataclass(frozen=True)
class RunFile:
    """What an engine is to do in its folder."""

    protocol: str
    id: str
    created: str
    job: Job
    config: RunConfig
    data: tuple[DataFingerprint, ...]


def read_run_file(paths: RunPaths) -> RunFile:
    """Reads run.json.

    Raises Failure with one sentence: missing, of another protocol, or not of this version.
    """
    path = Path(paths.run_file)
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        raise Failure("run.missing", f'{path} is missing: start runs with "holdfast run".') from None
    try:
        value = parse_capped(text)
        _check_protocol(value)
        return _run_file(value)
    except (JsonProblem, FieldProblem) as problem:
        raise Failure(
            "run.config", f"{path} is not a run of this version ({problem}): start a new run."
        ) from None


def _check_protocol(value: Any) -> None:
    """Before anything else, because another protocol may have another everything."""
    version = value.get("protocol") if isinstance(value, dict) else None
    problem = protocol_problem(version) if isinstance(version, str) else None
    if problem is not None:
        raise Failure("run.protocol", problem)


def _run_file(value: Any) -> RunFile:
    fields = Fields(value)
    return RunFile(
        protocol=fields.text("protocol"),
        id=fields.text("id", longest=200),
        created=fields.text("created"),
        job=fields.read("job", _job, TrainJob()),
        config=fields.read("config", read_config),
        data=fields.items("data", _fingerprint),
    )


def _job(value: Any, where: str) -> Job:
    fields = Fields(value, where)
    kind = fields.choice("kind", ("train", "probe", "ask"))
    if kind == "train":
        return TrainJob()
    if kind == "probe":
        return ProbeJob()
    return AskJob(
        before=cast(str | None, fields.text("before", None, longest=4_096)),
        max_new_tokens=fields.whole("max_new_tokens", least=1, most=4_096),
        asker=fields.read("asker", read_identity),
    )


def _fingerprint(value: Any, where: str) -> DataFingerprint:
    fields = Fields(value, where)
    return DataFingerprint(fields.text("path"), fields.text("sha256"), fields.whole("bytes"))
