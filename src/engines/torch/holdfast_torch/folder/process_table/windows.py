"""Windows.

PowerShell's Get-CimInstance (about a second per question; wmic is gone from new installations).
"""

import os
import re

from holdfast_torch.folder.process_table.entry import ProcessEntry
from holdfast_torch.folder.process_table.ps import run


class WindowsTable:
    """The processes that CIM shows."""

    def entry_of(self, pid: int) -> ProcessEntry | None:
        """None where there is no such process."""
        return parse_cim(_ask(pid))

    def boot_id(self) -> str:
        """Start times are absolute here, so pid and start already name one process for good."""
        return ""


def parse_cim(text: str) -> ProcessEntry | None:
    """The first process in lines `pid TAB start`; lines of another shape are skipped."""
    for line in re.split(r"\r?\n", text):
        pid, _, start = line.partition("\t")
        if re.fullmatch(r"[0-9]+", pid) and start != "":
            return ProcessEntry(int(pid), start, zombie=False)
    return None


def _ask(pid: int) -> str:
    """Start times in ticks of 100 ns since year 1, UTC."""
    script = (
        f'Get-CimInstance Win32_Process -Filter "ProcessId={pid}" | Where-Object {{ $_.CreationDate }} | '
        'ForEach-Object { "{0}`t{1}" -f $_.ProcessId, $_.CreationDate.ToUniversalTime().Ticks }'
    )
    answer = run([_powershell(), "-NoProfile", "-NonInteractive", "-Command", script], dict(os.environ), 30)
    if answer.returncode != 0:
        raise OSError(f"PowerShell could not list processes: {answer.stderr.strip()}")
    return answer.stdout


def _powershell() -> str:
    """By its full path, so that a powershell.exe in the current folder is never taken for it."""
    root = os.environ.get("SYSTEMROOT", "C:\\Windows")
    return "\\".join([root, "System32", "WindowsPowerShell", "v1.0", "powershell.exe"])
