"""events.jsonl: the wire, as src/protocol and every other engine have it."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from holdfast_torch.failure import Failure
from holdfast_torch.folder.disk_failure import disk_failure
from holdfast_torch.protocol.event_log import NullLog, last_attempt, open_event_log
from holdfast_torch.protocol.json_text import JsonProblem, encode_json, parse_capped, wire_number
from typescript import ROOT, ask

WIRE = ROOT / "test/wire"
TRANSCRIPTS = sorted(WIRE.glob("*.jsonl"))


def events_in(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_every_line_of_the_contract_comes_back_as_the_same_value(path: Path) -> None:
    compared = 0
    for line in path.read_text(encoding="utf-8").split("\n"):
        try:
            value = parse_capped(line)
        except JsonProblem:
            continue
        assert parse_capped(encode_json(value)) == value
        compared += 1
    assert compared > 0


def test_lines_that_are_no_json_are_refused_as_the_contract_says() -> None:
    lines = [
        line.split("\t", 1) for line in (WIRE / "broken-lines.txt").read_text("utf-8").split("\n") if line
    ]
    refused = 0
    for reason, line in lines:
        if not reason.startswith(("not JSON", "longer", "nested", "holds a string")):
            continue
        with pytest.raises(JsonProblem) as caught:
            parse_capped(line)
        assert str(caught.value).startswith(reason)
        refused += 1
    assert refused > 0


def test_caps() -> None:
    with pytest.raises(JsonProblem, match="longer than 1000000"):
        parse_capped(json.dumps("x" * 1_000_000))
    with pytest.raises(JsonProblem, match="holds a string of 100001"):
        parse_capped(json.dumps({"a": ["x" * 100_001]}))
    with pytest.raises(JsonProblem, match="nested deeper than 32"):
        parse_capped("[" * 33 + "]" * 33)
    assert parse_capped("[" * 32 + "]" * 32) is not None
    with pytest.raises(JsonProblem, match="not JSON"):
        parse_capped("[" * 200_000)


def test_numbers_that_json_lacks_are_strings() -> None:
    values = {"a": math.nan, "b": [math.inf, (-math.inf,)], "c": 0.1, "d": 1}
    text = encode_json(values)
    assert text == '{"a":"NaN","b":["Infinity",["-Infinity"]],"c":0.1,"d":1}'
    assert math.isnan(wire_number(parse_capped(text)["a"]))
    assert wire_number("-Infinity") == -math.inf
    assert wire_number(2) == 2
    for bare in ("NaN", "-Infinity", '{"loss": Infinity}'):
        with pytest.raises(JsonProblem):
            parse_capped(bare)
    with pytest.raises(JsonProblem):
        wire_number("nan")


def test_what_is_written_is_read_by_the_host(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = open_event_log(str(path))
    log.write("progressed", phase="loading", done=1, total=2)
    step: dict[str, Any] = {"step": 1, "epoch": 0.5, "phase": "main", "learning_rate": 1e-5, "grad_norm": 1.0}
    losses = {"loss": math.nan, "ce_loss": math.inf, "kd_loss": 0.0, "penalties": {}}
    counts = {"num_ce_tokens": 3, "num_kd_tokens": 0, "num_input_tokens_seen": 5, "memory_bytes": 7}
    log.write("stepped", **step, **losses, **counts, tokens_per_second=2.5)
    log.write("warned", code="a.b", message='Ünïcode "東京" 🙂 \ud83d\n')
    log.close()
    lines = path.read_bytes().split(b"\n")
    assert lines.pop() == b""
    read = ask("events", [line.decode() for line in lines])
    assert [item["kind"] for item in read] == ["event"] * 3
    assert [item["event"]["seq"] for item in read] == [0, 1, 2]
    assert read[1]["event"]["ce_loss"] is None  # Infinity, as the test's own JSON drops it
    assert read[2]["event"]["message"] == 'Ünïcode "東京" 🙂 \ud83d\n'


def test_seq_goes_on_and_a_torn_line_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    for attempt in (1, 2):
        log = open_event_log(str(path))
        log.write("hello", protocol="1.0", attempt=attempt)
        log.write("warned", code="a", message="x" * 70_000)
        log.close()
        assert last_attempt(str(path)) == attempt
        with path.open("ab") as file:
            file.write(b'{"seq":9,"time":"' + b"y" * 80_000)
    log = open_event_log(str(path))
    log.write("stopped", step=0, reason="")
    log.close()
    assert [event["seq"] for event in events_in(path)] == [0, 1, 2, 3, 4]
    assert last_attempt(str(tmp_path / "none")) == 0


def test_a_log_of_nothing_but_half_a_line_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"seq":4')
    log = open_event_log(str(path))
    log.write("stopped", step=0, reason="")
    log.close()
    assert [event["seq"] for event in events_in(path)] == [0]


@pytest.mark.parametrize("last", ["{}", "notes", '{"seq": "4"}', "[4]", '{"seq": true}', "[" * 5_000])
def test_a_log_that_somebody_edited_is_refused(tmp_path: Path, last: str) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(last + "\n")
    with pytest.raises(Failure, match="is not an event of Holdfast: restore the file") as caught:
        open_event_log(str(path))
    assert caught.value.code == "run.events"
    assert path.read_text() == last + "\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_said_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.symlink_to("/dev/full")
    log = open_event_log(str(path))
    with pytest.raises(Failure, match=rf"No space was left for {path}: free some disk space") as caught:
        log.write("stopped", step=0, reason="")
    assert caught.value.code == "disk.full"
    log.close()


WRITE_UNTIL_THE_LIMIT = """
import resource, signal, sys
from holdfast_torch.protocol.event_log import open_event_log
log = open_event_log(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    for _ in range(100):
        log.write("warned", code="a.b", message="x" * 100)
except OSError as error:
    print(type(error).__name__, error.errno)
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no limit on file sizes here")
def test_half_a_line_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    child = subprocess.run(
        [sys.executable, "-c", WRITE_UNTIL_THE_LIMIT, str(path)],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "OSError" in child.stdout
    text = path.read_text()
    assert 500 < len(text) <= 1_000
    assert text.endswith("}\n")
    assert [event["seq"] for event in events_in(path)] == list(range(text.count("\n")))


def test_which_errors_are_the_disks() -> None:
    wrapped = RuntimeError("could not save")
    wrapped.__cause__ = OSError(28, "No space left on device")
    foreign = RuntimeError("I/O error: No space left on device (os error 28)")
    for error in (OSError(28, "x"), wrapped, foreign):
        failure = disk_failure(error, "/r")
        assert failure is not None
        assert failure.code == "disk.full"
    read_only = disk_failure(PermissionError(13, "x"), "/r/x")
    assert read_only is not None
    assert (
        read_only.message
        == "/r/x could not be written (EACCES): make the folder writable, then resume the run."
    )
    assert disk_failure(ValueError("x"), "/r") is None
    assert disk_failure(OSError(2, "x"), "/r") is None


def test_other_processes_say_nothing() -> None:
    before = os.listdir()
    log = NullLog()
    log.write("stopped", step=0, reason="")
    log.close()
    assert os.listdir() == before
