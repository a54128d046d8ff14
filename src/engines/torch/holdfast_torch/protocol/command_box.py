"""What is said to a living engine: files in commands/."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeAlias, TypeVar, cast

from holdfast_torch.folder.read_capped import ReadProblem, read_text_capped
from holdfast_torch.protocol.fields import FieldProblem, Fields, text_of
from holdfast_torch.protocol.json_text import JsonProblem, parse_capped

CommandName: TypeAlias = Literal["stop", "pause", "continue", "save", "evaluate"]
COMMANDS: tuple[CommandName, ...] = ("stop", "pause", "continue", "save", "evaluate")
MAX_QUESTION_LENGTH = 10_000
_MAX_BYTES = 64_000
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z", re.ASCII)


@dataclass(frozen=True)
class Command:
    """`time`: ISO 8601 UTC. `reason`: why, in the asker's words; it is repeated in `stopped` and `paused`."""

    command: CommandName
    time: str
    reason: str | None


@dataclass(frozen=True)
class Question:
    """A question to an `ask` job. `raw`: the text as it is, instead of in the words of prompt_template."""

    time: str
    text: str
    raw: bool
    command: Literal["ask"] = "ask"


Said = TypeVar("Said", bound=Command | Question)


@dataclass(frozen=True)
class ReceivedCommand(Generic[Said]):
    """A command as it was found; `id` names it in its `acknowledged` event."""

    id: str
    command: Said


@dataclass(frozen=True)
class BrokenCommand:
    """A file that is no command, and why."""

    id: str
    problem: str


@dataclass(frozen=True)
class Polled(Generic[Said]):
    """What arrived since the last look: commands in the order they were given, and files that are none."""

    commands: list[ReceivedCommand[Said]] = field(default_factory=list)
    broken: list[BrokenCommand] = field(default_factory=list)


class CommandBox(Generic[Said]):
    """Watches a folder. What lies there when it is opened was meant for an earlier attempt and is ignored."""

    def __init__(self, folder: str, read: Callable[[Any], Said]) -> None:
        self._folder = folder
        self._read = read
        self._seen = set(_file_names(folder))

    def poll(self) -> Polled[Said]:
        """Every file is told of once."""
        polled: Polled[Said] = Polled()
        for name in _file_names(self._folder):
            if name in self._seen:
                continue
            self._seen.add(name)
            command_id = name.removesuffix(".json")[:100]
            try:
                text = read_text_capped(os.path.join(self._folder, name), _MAX_BYTES)
                if text is None:
                    raise ReadProblem("the command vanished")
                polled.commands.append(ReceivedCommand(command_id, self._read(parse_capped(text))))
            except (ReadProblem, JsonProblem, FieldProblem) as problem:
                polled.broken.append(BrokenCommand(command_id, str(problem)))
        polled.commands.sort(key=lambda received: received.command.time)
        return polled


def open_command_box(folder: str) -> CommandBox[Command]:
    """For an engine that trains; a question is a broken command to it."""
    return CommandBox(folder, _read_command)


def open_conversation_box(folder: str) -> CommandBox[Command | Question]:
    """For an `ask` job."""
    return CommandBox(folder, _read_said)


def _read_command(value: Any) -> Command:
    fields = Fields(value)
    fields.text("protocol")
    return Command(
        command=cast(CommandName, fields.choice("command", COMMANDS)),
        time=fields.read("time", _time),
        reason=cast(str | None, fields.text("reason", None, longest=1_000)),
    )


def _read_said(value: Any) -> Command | Question:
    if not isinstance(value, Mapping) or value.get("command") != "ask":
        return _read_command(value)
    fields = Fields(value)
    fields.text("protocol")
    return Question(
        time=fields.read("time", _time),
        text=fields.text("text", least=1, longest=MAX_QUESTION_LENGTH),
        raw=fields.flag("raw", False),
    )


def _time(value: Any, where: str) -> str:
    text = text_of()(value, where)
    if _TIME.fullmatch(text) is None:
        raise FieldProblem(f"{where}: must be a time such as 2026-01-31T12:00:00.000Z")
    return text


def _file_names(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(".json"))
    except FileNotFoundError:
        return []
