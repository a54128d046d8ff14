"""macOS: `ps` and `sysctl`, by their full paths, because an editor started from the dock has a short PATH."""

import os
import re
import subprocess
from collections.abc import Sequence

from holdfast_torch.folder.process_table.entry import ProcessEntry

_LINE = re.compile(r"^\s*(\d+)\s+(\S+)\s+(\w{3} \w{3} +\d+ [\d:]{8} \d{4})\s*$")


class PsTable:
    """The processes that ps shows."""

    def entry_of(self, pid: int) -> ProcessEntry | None:
        """None where there is no such process."""
        return parse_ps(_ask("/bin/ps", "-ww", "-o", "pid=,state=,lstart=", "-p", str(pid)))

    def boot_id(self) -> str:
        """Not kern.boottime: macOS works it out anew, from now and the uptime, whenever the clock is set."""
        return _ask("/usr/sbin/sysctl", "-n", "kern.bootsessionuuid").strip()


def parse_ps(text: str) -> ProcessEntry | None:
    """The first process in what `ps -o pid=,state=,lstart=` prints; lines of another shape are skipped."""
    for line in text.split("\n"):
        found = _LINE.match(line)
        if found is not None:
            pid, state, start = found.groups()
            return ProcessEntry(int(pid), start, zombie=state.startswith("Z"))
    return None


def _ask(*command: str) -> str:
    # Start times are printed in the user's language and time zone, which may change while a run lives.
    return run(command, {**os.environ, "LC_ALL": "C", "TZ": "UTC"}, 10).stdout


def run(
    command: Sequence[str], environment: dict[str, str], seconds: float
) -> "subprocess.CompletedProcess[str]":
    """A program's answer; raises OSError where there is none in time.

    Its exit code is the caller's to judge.
    """
    try:
        return subprocess.run(
            command,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise OSError(f"{command[0]} has not answered within {seconds:g} s") from error
