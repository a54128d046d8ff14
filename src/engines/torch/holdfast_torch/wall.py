"""The wall of the engine: everything between a run folder and the job in it. Exit 0 done, 1 failed, 2 not
startable.

PyTorch and Transformers are imported behind it, when the lock is held and the process is known: from a
network disk that may take half a minute.
"""

import argparse
import importlib.util
import os
import sys
import uuid
from collections.abc import Sequence

from .failure import Failure
from .folder.contain import resolve_inside
from .folder.disk_failure import disk_failure
from .folder.exclusive_lock import Held, Lock, try_lock
from .folder.paths import RunPaths, run_paths
from .protocol.run_file import read_run_file
from .run.relaunch import relaunch, wants_processes

PACKAGES = ("torch", "transformers", "tokenizers", "safetensors", "numpy")


def main(arguments: Sequence[str]) -> int:
    """`arguments`: those of the command line, without the program. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="holdfast_torch", description="Trains what a run folder asks for.")
    parser.add_argument("folder", help="the run folder, with its run.json")
    parser.add_argument("--token", help="names this start of the engine", default=None)
    given = parser.parse_args(arguments)
    token = given.token or str(uuid.uuid4())
    paths = run_paths(given.folder)
    try:
        _check_folder(paths)
        run = read_run_file(paths)
        _check_packages()
        if not _is_first():
            from .run.follower import follow

            return follow(paths, run)
        lock = _lock(paths)
    except Failure as failure:
        return _refuse(failure)
    try:
        if not wants_processes(run):
            from .run.attempt import lead

            return lead(paths, run, token)
    except Failure as failure:
        return _refuse(failure)
    finally:
        lock.release()
    return relaunch(run, paths.folder, token)


def _is_first() -> bool:
    """Of the processes that torchrun has started, the first one alone holds the lock, writes and speaks."""
    return os.environ.get("RANK", "0") == "0"


def _check_folder(paths: RunPaths) -> None:
    """Run folders travel with other people's repositories: nothing in one may make the engine write
    elsewhere.
    """
    if not os.path.isdir(paths.folder):
        raise Failure("run.missing", f'{paths.folder} is no run folder: start runs with "holdfast run".')
    for name, path in vars(paths).items():
        if name != "folder" and resolve_inside(paths.folder, os.path.relpath(path, paths.folder)) is None:
            raise Failure(
                "run.link",
                f"{path} is a link that leads out of the run folder: remove it, or start a new run.",
            )


def _check_packages() -> None:
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise Failure(
            "engine.packages",
            f"{sys.executable} lacks {', '.join(missing)}: run `holdfast setup torch`, or install "
            "holdfast-torch there with pip.",
        )


def _lock(paths: RunPaths) -> Lock:
    try:
        found = try_lock(paths.engine_lock, paths.folder)
    except OSError as error:
        raise disk_failure(error, paths.folder) or error from None
    if isinstance(found, Held):
        process = "unknown" if found.holder is None else found.holder.identity.pid
        host = "an unknown host" if found.holder is None else found.holder.identity.hostname
        raise Failure(
            "run.locked",
            f"Another engine (process {process} on {host}) works in {paths.folder}: stop it first.",
        )
    return found


def _refuse(failure: Failure) -> int:
    sys.stderr.write(f"{failure.message}\n")
    return 2
