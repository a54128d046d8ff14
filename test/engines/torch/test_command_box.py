"""commands/: what is said to a living engine."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from holdfast_torch.protocol.command_box import Command, Question, open_command_box, open_conversation_box

TIME = "2026-01-01T00:00:00.000Z"


def put(folder: Path, name: str, **fields: Any) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps({"protocol": "1.0", "time": TIME, **fields}))


def test_commands_are_told_of_once_and_in_the_order_they_were_given(tmp_path: Path) -> None:
    folder = tmp_path / "commands"
    assert open_command_box(str(folder)).poll().commands == []
    put(folder, "old", command="stop")
    box = open_command_box(str(folder))
    put(folder, "a", command="pause", time="2026-01-01T00:00:02Z", reason="lunch")
    put(folder, "b", command="save", time="2026-01-01T00:00:01Z", more=1)
    (folder / "b.json.tmp").write_text("{}")
    polled = box.poll()
    assert [(item.id, item.command) for item in polled.commands] == [
        ("b", Command("save", "2026-01-01T00:00:01Z", None)),
        ("a", Command("pause", "2026-01-01T00:00:02Z", "lunch")),
    ]
    assert (box.poll().commands, box.poll().broken) == ([], [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not JSON"),
        ("[]", "must be an object"),
        ("x" * 64_001, "64001 bytes long, more than 64000"),
        (json.dumps({"protocol": "1.0", "time": TIME}), "command: is missing"),
        (
            json.dumps({"protocol": "1.0", "time": TIME, "command": "dance"}),
            "command: must be one of stop, pause",
        ),
        (json.dumps({"protocol": "1.0", "time": "now", "command": "stop"}), "time: must be a time"),
        (json.dumps({"time": TIME, "command": "stop"}), "protocol: is missing"),
        (
            json.dumps({"protocol": "1.0", "time": TIME, "command": "stop", "reason": "x" * 1_001}),
            "reason: must not be longer",
        ),
        (
            json.dumps({"protocol": "1.0", "time": TIME, "command": "ask", "text": "?"}),
            "command: must be one of",
        ),
    ],
)
def test_a_file_that_is_no_command_is_said_to_be_none(tmp_path: Path, text: str, problem: str) -> None:
    box = open_command_box(str(tmp_path))
    (tmp_path / ("n" * 120 + ".json")).write_text(text)
    polled = box.poll()
    assert polled.commands == []
    assert [item.id for item in polled.broken] == ["n" * 100]
    assert problem in polled.broken[0].problem


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    box = open_command_box(str(tmp_path))
    os.mkfifo(tmp_path / "a.json")
    (tmp_path / "b.json").symlink_to(tmp_path / "nowhere")
    assert [item.problem for item in box.poll().broken] == ["not a regular file", "the command vanished"]


def test_a_conversation_has_questions_too(tmp_path: Path) -> None:
    box = open_conversation_box(str(tmp_path))
    put(tmp_path, "a", command="ask", text="Who?")
    put(tmp_path, "b", command="ask", text="Who?", raw=True, time="2026-01-02T00:00:00Z")
    put(tmp_path, "c", command="stop", time="2026-01-03T00:00:00Z")
    put(tmp_path, "d", command="ask", text="")
    put(tmp_path, "e", command="ask", text="x" * 10_001)
    polled = box.poll()
    assert [item.command for item in polled.commands] == [
        Question(TIME, "Who?", raw=False),
        Question("2026-01-02T00:00:00Z", "Who?", raw=True),
        Command("stop", "2026-01-03T00:00:00Z", None),
    ]
    assert [item.id for item in polled.broken] == ["d", "e"]
