"""Linux: /proc, no child process needed (slim containers have no `ps`)."""

import errno
import os

from holdfast_torch.folder.process_table.entry import ProcessEntry

# ESRCH: it ended between opening and reading. EACCES: hidden from this user.
_NOT_THERE = (errno.ENOENT, errno.ESRCH, errno.EACCES, errno.EPERM)


class LinuxTable:
    """The processes that /proc shows."""

    def entry_of(self, pid: int) -> ProcessEntry | None:
        """None where there is no such process."""
        stat = _read(f"/proc/{pid}/stat")
        return None if stat is None else parse_stat(pid, stat)

    def boot_id(self) -> str:
        """The kernel's boot and the pid namespace.

        The namespace is there for containers that keep the host's name (`--net=host`): pid 7 there and pid 7
        here are two processes.
        """
        boot = (_read("/proc/sys/kernel/random/boot_id") or "").strip()
        try:
            return f"{boot} {os.readlink('/proc/self/ns/pid')}"
        except OSError:
            return boot


def parse_stat(pid: int, text: str) -> ProcessEntry | None:
    """Fields 3 (state) and 22 (starttime, clock ticks since boot) of proc_pid_stat(5).

    The name in field 2 may itself hold blanks and parentheses, so counting starts after the last `)`.
    """
    fields = text[text.rfind(")") + 2 :].split(" ")
    if len(fields) < 20:
        return None
    return ProcessEntry(pid, start=fields[19], zombie=fields[0] in ("Z", "X", "x"))


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError as error:
        if error.errno in _NOT_THERE:
            return None
        raise
