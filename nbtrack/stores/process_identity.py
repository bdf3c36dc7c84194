"""The identity of a process, and whether it is still alive even if its process id has been reused."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import NamedTuple


class ProcessIdentity(NamedTuple):
    """A process: its host, the host's boot, its pid namespace, its process id, and its start in clock ticks since boot.

    The start distinguishes processes that have the same id.
    """

    host: str
    boot: str
    namespace: int
    process: int
    started: int

    def to_json(self) -> str:
        """Return one line of JSON for `from_json`."""
        return json.dumps(self._asdict())

    @property
    def is_gone(self) -> bool | None:
        """Whether the process has ended; None when this process cannot know, as for one on another host."""
        own = current()
        if self.host != own.host:
            return None
        if self.boot != own.boot:
            return True
        return start_time(self.process) != self.started if self.namespace == own.namespace else None


def from_json(text: str | bytes) -> ProcessIdentity | None:
    """Return the process that a line of JSON identifies, or None if it is invalid."""
    try:
        found = ProcessIdentity(**json.loads(text))
    except (ValueError, TypeError):
        return None
    kinds = (str, str, int, int, int)
    return found if all(type(part) is kind for part, kind in zip(found, kinds, strict=True)) else None


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:  # noqa: PTH123 - pathlib is slower to import
            return file.read()
    except OSError:
        return ""


def start_time(process: int) -> int | None:
    """Return when a process of this host started, in clock ticks since boot; None when it has ended or is a zombie.

    Read from ``/proc/PID/stat``, in which the fields follow the program's name in parentheses; 0 on systems without
    ``/proc``.
    """
    stat = _read(f"/proc/{process}/stat")
    if not stat:
        return None if os.path.exists("/proc/self/stat") else 0  # noqa: PTH110 - pathlib is slower to import
    state, *fields = stat.rpartition(")")[2].split()
    return None if state in {"Z", "X"} else int(fields[18])


def current() -> ProcessIdentity:
    """Return this process; its description is read from the system once."""
    return _of_this_process(os.getpid())


@lru_cache(maxsize=1)
def _of_this_process(process: int) -> ProcessIdentity:
    try:
        namespace = os.stat("/proc/self/ns/pid").st_ino  # noqa: PTH116 - pathlib is slower to import
    except OSError:
        namespace = 0
    boot = _read("/proc/sys/kernel/random/boot_id").strip()
    return ProcessIdentity(os.uname().nodename, boot, namespace, process, start_time(process) or 0)
