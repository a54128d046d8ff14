"""The run folder on disk: the same names, links, locks and identities as the TypeScript engine."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from holdfast_torch.folder import heartbeat
from holdfast_torch.folder.atomic_write import write_atomically
from holdfast_torch.folder.contain import resolve_inside
from holdfast_torch.folder.device_lock import holdfast_home, places_on_cpu, try_device_lock
from holdfast_torch.folder.exclusive_lock import Held, Lock, try_lock
from holdfast_torch.folder.identity import compare_boots, current_identity, identity_of, liveness_of
from holdfast_torch.folder.paths import checkpoint_name, run_paths
from holdfast_torch.folder.process_table.linux import parse_stat
from holdfast_torch.folder.process_table.ps import parse_ps
from holdfast_torch.folder.process_table.windows import parse_cim
from holdfast_torch.protocol.process_identity import ProcessIdentity
from typescript import ask, ask_all


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """Another process of ours."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield child
    child.kill()
    child.wait()
    assert child.stdin is not None
    child.stdin.close()


def test_paths_are_those_of_the_host(tmp_path: Path) -> None:
    names = {"runFile": "run_file", "processFile": "process_file", "engineLock": "engine_lock"}
    expected = {names.get(key, key): path for key, path in ask("paths", str(tmp_path)).items()}
    assert asdict(run_paths(tmp_path)) == expected
    assert (checkpoint_name(12), checkpoint_name(123_456_789)) == ("step-00000012", "step-123456789")


def test_identities_are_those_of_the_host(sleeper: subprocess.Popen[bytes]) -> None:
    pids = [os.getpid(), sleeper.pid, os.getppid(), 4_194_999]
    ours = [identity_of(pid) for pid in pids]
    assert [None if mine is None else mine.as_json() for mine in ours] == ask_all(
        *(["identity", pid] for pid in pids)
    )
    assert ours[0] == current_identity()
    assert ours[3] is None


def test_liveness(sleeper: subprocess.Popen[bytes]) -> None:
    mine = identity_of(sleeper.pid)
    assert mine is not None
    fields = mine.as_json()
    boot, _, namespace = mine.boot_id.partition(" ")
    variants: list[dict[str, Any]] = [
        {},
        {"process_start": "1"},
        {"hostname": "elsewhere"},
        {"boot_id": "another"},
        {"boot_id": f"{boot} pid:[1]"},
        {"boot_id": boot},
        {"pid": 4_194_999},
        {"pid": 2**40},
    ]
    ours = [liveness_of(ProcessIdentity(**{**fields, **variant})) for variant in variants]
    assert ours == ask_all(*(["liveness", {**fields, **variant}] for variant in variants))
    assert ours == [
        "alive",
        "gone",
        "elsewhere",
        "gone",
        "elsewhere" if namespace else "alive",
        "alive",
        "gone",
        "gone",
    ]
    sleeper.kill()
    # Not waited for: a zombie is gone as well.
    deadline = time.monotonic() + 20
    while liveness_of(mine) == "alive" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert liveness_of(mine) == "gone"


def test_what_other_platforms_print_is_read() -> None:
    stat = parse_stat(7, "7 (a) b) S 1 7 7 0 -1 4 1 1 0 0 0 0 0 0 20 0 1 0 987654 1 1")
    assert stat is not None
    assert (stat.start, stat.zombie) == ("987654", False)
    assert parse_stat(7, "") is None
    listed = parse_ps("\n  42 S+   Mon Jan  5 09:08:07 2026    \n")
    assert listed is not None
    assert (listed.pid, listed.start, listed.zombie) == (42, "Mon Jan  5 09:08:07 2026", False)
    zombie = parse_ps("42 Z Mon Jan  5 09:08:07 2026")
    assert zombie is not None
    assert zombie.zombie
    assert parse_ps("nothing\n") is None
    found = parse_cim("\r\n17\t638712345678901234\r\n")
    assert found is not None
    assert (found.pid, found.start) == (17, "638712345678901234")
    assert parse_cim("17\t\r\n") is None
    assert compare_boots("a", "a b") == "same"
    assert compare_boots("a c", "a b") == "elsewhere"
    assert compare_boots("b c", "a c") == "gone"


def acquired(path: Path, folder: str = "/run") -> Lock:
    lock = try_lock(str(path), folder)
    assert isinstance(lock, Lock), lock
    return lock


def test_one_has_the_lock_until_it_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "engine.lock"
    lock = acquired(path, "/ürün")
    held = try_lock(str(path), "/other")
    assert isinstance(held, Held)
    assert held.holder is not None
    assert (held.holder.folder, held.holder.identity) == ("/ürün", current_identity())
    there = ask("lock", str(path), "/other")
    assert there == {"locked": False, "holder": held.holder.as_json()}
    lock.release()
    lock.release()
    again = acquired(path)
    lock.release()
    assert path.exists()
    again.release()
    assert list(tmp_path.iterdir()) == []


def test_a_lock_of_the_other_engine_counts_until_its_process_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "engine.lock"
    assert ask("lock", str(path), "/run") == {"locked": True}
    assert path.exists()
    assert ask("lock", str(path), "/run") == {"locked": True}
    lock = acquired(path)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["engine.lock"]
    lock.release()


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def foreign(**change: Any) -> str:
    return json.dumps(
        {**current_identity().as_json(), "hostname": "far", "token": "t", "folder": "/f", **change}
    )


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"pid": 1}), "x" * 20_000])
def test_an_unreadable_lock_is_held_for_a_minute(tmp_path: Path, text: str) -> None:
    path = tmp_path / "engine.lock"
    path.write_text(text)
    assert try_lock(str(path), "/run") == Held(None)
    age(path, 61)
    acquired(path).release()


def test_a_holder_on_another_host_is_judged_by_its_heartbeat(tmp_path: Path) -> None:
    path, beat = tmp_path / "engine.lock", tmp_path / "heartbeat"
    path.write_text(foreign())
    age(path, 3_600)
    assert isinstance(try_lock(str(path), "/run"), Held)
    beat.touch()
    assert isinstance(try_lock(str(path), "/run"), Held)
    age(beat, 61)
    path.write_text(foreign())
    assert isinstance(try_lock(str(path), "/run"), Held)
    age(path, 61)
    acquired(path).release()


RACE = """
import sys, time
from holdfast_torch.folder.exclusive_lock import Lock, try_lock
print("ready", flush=True)
input()
held = [n for n in range(20) if isinstance(try_lock(f"{sys.argv[1]}/{n}.lock", "/run"), Lock)]
print(held, flush=True)
input()
"""


def test_of_many_that_want_a_stale_lock_exactly_one_gets_it(tmp_path: Path) -> None:
    for name in range(20):
        (tmp_path / f"{name}.lock").write_text(
            foreign(hostname=socket.gethostname(), process_start="1", token=str(name))
        )
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(5)
    ]
    try:
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("\n")
            racer.stdin.flush()
        won: list[int] = []
        for racer in racers:
            assert racer.stdout is not None
            won += json.loads(racer.stdout.readline())
    finally:
        for racer in racers:
            racer.kill()
            racer.communicate()
    assert sorted(won) == list(range(20))


def test_device_locks_are_those_of_the_other_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "home"))
    for device in ("cuda:0", "cpu", "mps"):
        lock = try_device_lock(device, "/run")
        assert isinstance(lock, Lock)
        there = ask("deviceLock", device, "/other", 1)
        assert there["locked"] is False
        assert there["holder"]["folder"] == "/run"
        lock.release()
    first, second = (try_device_lock("cpu", f"/run{place}", places=2) for place in range(2))
    third = try_device_lock("cpu", "/run2", places=2)
    assert isinstance(first, Lock)
    assert isinstance(second, Lock)
    assert isinstance(third, Held)
    assert third.holder is not None
    assert third.holder.folder == "/run0"
    assert ask("deviceLock", "cpu", "/run3", 3) == {"locked": True}
    monkeypatch.setenv("HOLDFAST_HOME", "")
    assert holdfast_home() == str(Path.home() / ".holdfast")


@pytest.mark.parametrize(
    ("wanted", "places"), [("3", 3), (" 2 ", 2), ("0", None), ("-1", None), ("many", None)]
)
def test_places_on_the_processor(monkeypatch: pytest.MonkeyPatch, wanted: str, places: int | None) -> None:
    monkeypatch.delenv("HOLDFAST_CPU_RUNS", raising=False)
    cores = places_on_cpu()
    assert cores >= 1
    monkeypatch.setenv("HOLDFAST_CPU_RUNS", wanted)
    assert places_on_cpu() == (places or cores)


def test_what_stays_inside_and_what_does_not(tmp_path: Path) -> None:
    folder, outside = tmp_path / "run", tmp_path / "outside"
    (folder / "sub").mkdir(parents=True)
    outside.mkdir()
    (folder / "file").touch()
    (folder / "out").symlink_to(outside)
    (folder / "in").symlink_to(folder / "sub")
    (folder / "dangling").symlink_to(outside / "nothing")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "self").symlink_to(folder)
    names = [
        "file",
        "sub/new",
        "in/new",
        "sub/../file",
        "a\0b",
        "/etc",
        "C:\\x",
        "\\x",
        "..",
        "a\\..\\b",
        "",
        ".",
    ]
    names += ["out", "out/new", "dangling", "loop", "self", "file/below", "self/file", "deep/er/new", "..x"]
    ours = [resolve_inside(str(folder), name) for name in names]
    assert ours == ask("inside", str(folder), names)
    assert [name for name, path in zip(names, ours, strict=True) if path is not None] == [
        *("file", "sub/new", "in/new", "self/file", "deep/er/new", "..x"),
    ]
    assert resolve_inside(str(tmp_path / "none"), "file") is None
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert resolve_inside(str(link), "file") == str((folder / "file").resolve())


def test_files_are_replaced_whole(tmp_path: Path) -> None:
    path, target = tmp_path / "a.json", tmp_path / "target"
    write_atomically(str(path), "one")
    write_atomically(path, b"\xfftwo")
    assert path.read_bytes() == b"\xfftwo"
    target.write_text("kept")
    link = tmp_path / "link"
    link.symlink_to(target)
    write_atomically(str(link), "half \ud83d")
    assert (target.read_text(), link.is_symlink()) == ("kept", False)
    assert link.read_text() == "half \\ud83d"
    (tmp_path / "full").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_atomically(str(tmp_path / "full"), "x")
    with pytest.raises(FileNotFoundError):
        write_atomically(str(tmp_path / "none/x"), "x")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a.json", "full", "link", "target"]


def test_the_heart_beats_until_it_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "INTERVAL_SECONDS", 0.01)
    path = tmp_path / "heartbeat"
    assert heartbeat.age_seconds(str(path)) is None
    stop = heartbeat.start_heartbeat(str(path))
    assert path.exists()
    age(path, 100)
    assert (heartbeat.age_seconds(str(path)) or 0) > 99
    deadline = time.monotonic() + 20
    while (heartbeat.age_seconds(str(path)) or 0) > 50 and time.monotonic() < deadline:
        time.sleep(0.005)
    assert (heartbeat.age_seconds(str(path)) or 0) < 50
    path.unlink()
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    assert path.exists()
    stop()
    age(path, 100)
    time.sleep(0.05)
    assert (heartbeat.age_seconds(str(path)) or 0) > 99
