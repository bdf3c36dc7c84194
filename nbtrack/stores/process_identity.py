"""Which process something belongs to, and whether that process still lives, whatever became of its number."""

from __future__ import annotations

import json
import os
from typing import NamedTuple


class ProcessIdentity(NamedTuple):
    """A process: its host, the host's boot, its pid namespace, its number and when it started.

    The start is counted in clock ticks since boot, so a number that was given out again does not pass for it.
    """

    host: str
    boot: str
    namespace: int
    process: int
    started: int

    def text(self) -> str:
        """Return the owner in one line of JSON, as `read` takes it."""
        return json.dumps(self._asdict())

    @property
    def is_gone(self) -> bool | None:
        """Whether the process has ended; None when that can't be told from here, as of another host's."""
        here = myself()
        if self.host != here.host:
            return None
        if self.boot != here.boot:
            return True
        return started(self.process) != self.started if self.namespace == here.namespace else None


def read(text: str | bytes) -> ProcessIdentity | None:
    """Return the owner that a text names, or None when it names none."""
    try:
        owner = ProcessIdentity(**json.loads(text))
    except (ValueError, TypeError):
        return None
    kinds = (str, str, int, int, int)
    return owner if all(type(part) is kind for part, kind in zip(owner, kinds, strict=True)) else None


def _text(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:  # noqa: PTH123 - pathlib is slower to import
            return file.read()
    except OSError:
        return ""


def started(process: int) -> int | None:
    """Return when a process of this host started, in clock ticks since boot; None when it is gone or a zombie.

    Read from ``/proc/PID/stat``, whose fields follow the name of the program in parentheses; 0 where there is no
    such file system.
    """
    stat = _text(f"/proc/{process}/stat")
    if not stat:
        return None if os.path.exists("/proc/self/stat") else 0  # noqa: PTH110 - as above
    state, *fields = stat.rpartition(")")[2].split()
    return None if state in {"Z", "X"} else int(fields[18])


def myself() -> ProcessIdentity:
    """Return this process."""
    try:
        namespace = os.stat("/proc/self/ns/pid").st_ino  # noqa: PTH116 - as above
    except OSError:
        namespace = 0
    boot = _text("/proc/sys/kernel/random/boot_id").strip()
    return ProcessIdentity(os.uname().nodename, boot, namespace, os.getpid(), started(os.getpid()) or 0)
