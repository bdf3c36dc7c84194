"""The outbox: a file of what one process has logged for one server, and how far the server has it.

A call is recorded once its line is written, with one ``write(2)``: killing the process loses nothing of what was
returned. The first line has a fixed length; in it stands how many bytes the server has acknowledged. The process holds
a lock (``flock``) on the file for as long as it lives: what is unlocked is nobody's, and whoever comes next sends it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import threading
from typing import TYPE_CHECKING
from zlib import crc32

from nbtrack.errors import StorageFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nbtrack.wire.values import Json

SUFFIX = ".outbox"
_HEAD = b"nbtrack outbox 1 %020d\n"
START = len(_HEAD % 0)
_AT = len(b"nbtrack outbox 1 ")
PIECE = 1 << 20
"""Bytes that are read at once, unless a line is longer."""
EMPTIED = 4 << 20
"""Bytes from which a file of which all is acknowledged begins anew."""


class QueueFile:
    """One file; of this process, or taken over from one that is gone.

    Parameters
    ----------
    path : Path
        The file.
    descriptor : int
        It, open for reading and writing, and locked.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path, self._descriptor = path, descriptor
        self._lock = threading.Lock()
        self.size = os.fstat(descriptor).st_size
        self.acknowledged = _acknowledged(descriptor)
        self.gone = 0
        """Bytes of files before this one began anew: places count on."""

    @classmethod
    def made(cls, folder: Path) -> QueueFile:
        """Make the file of this process.

        Raises
        ------
        StorageFailed
            When the folder can't be written.
        """
        path = folder / f"{os.getpid()}-{os.urandom(6).hex()}{SUFFIX}"
        unlocked = path.with_suffix(".new")
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(unlocked, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.write(descriptor, _HEAD % START)
            unlocked.rename(path)
        except OSError as error:
            raise StorageFailed(_unwritable(folder, error)) from error
        return cls(path, descriptor)

    @classmethod
    def taken_over(cls, path: Path) -> QueueFile | None:
        """Return the outbox of a process that is gone; None when it lives, or somebody else was faster."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(descriptor).st_nlink:
                return cls(path, descriptor)
        except OSError:
            pass
        os.close(descriptor)
        return None

    @property
    def end(self) -> int:
        """The place after what was written last."""
        return self.gone + self.size

    @property
    def reached(self) -> int:
        """The place up to which the server has everything."""
        return self.gone + self.acknowledged

    @property
    def is_sent(self) -> bool:
        """Whether the server has everything."""
        return self.acknowledged >= self.size

    def write(self, body: bytes) -> None:
        """Write a line; `StorageFailed` when the disk does not take it, and then nothing of it stays."""
        line = b"%08x %b\n" % (crc32(body), body)
        with self._lock:
            try:
                written = os.pwrite(self._descriptor, line, self.size)
                if written < len(line):
                    written += os.pwrite(self._descriptor, line[written:], self.size + written)
            except OSError as error:
                os.ftruncate(self._descriptor, self.size)
                raise StorageFailed(_unwritable(self.path, error)) from error
            self.size += len(line)

    def lines(self) -> Iterator[tuple[Json, int]]:
        """Yield what is not acknowledged, and the place in the file behind it; what is torn ends it."""
        at = self.acknowledged
        while at < self.size:
            data = self._whole_lines(at)
            if not data:
                return
            for line in data.splitlines(keepends=True):
                at += len(line)
                yield _checked(line), at

    def _whole_lines(self, at: int) -> bytes:
        length = PIECE
        while True:
            data = os.pread(self._descriptor, min(length, self.size - at), at)
            end = data.rfind(b"\n") + 1
            if end or len(data) < length:
                return data[:end]
            length *= 2

    def acknowledge(self, place: int) -> None:
        """Note that the server has everything before a place in the file."""
        with self._lock:
            self.acknowledged = place
            if self.acknowledged == self.size and self.size > EMPTIED:
                self._note(START)
                os.ftruncate(self._descriptor, START)
                self.gone += self.size - START
                self.size = self.acknowledged = START
            else:
                self._note(place)

    def _note(self, place: int) -> None:
        os.pwrite(self._descriptor, b"%020d" % place, _AT)

    def close(self, *, remove: bool) -> None:
        """Let go of the file, and remove it when everything in it is sent."""
        if remove:
            self.path.unlink(missing_ok=True)
        self.forget()

    def forget(self) -> None:
        """Let go of the file without touching it: of a fork, the parent goes on with it."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def orphans(folder: Path) -> Iterator[QueueFile]:
    """Yield the outboxes of a folder that belong to no process any more, each locked for this one."""
    try:
        paths = sorted(each for each in folder.iterdir() if each.suffix == SUFFIX)
    except FileNotFoundError:
        return
    for each in paths:
        found = QueueFile.taken_over(each)
        if found is not None:
            yield found


def put_aside(folder: Path, body: Json, why: str) -> None:
    """Keep what a server refused, for the user to look at."""
    with contextlib.suppress(OSError), (folder / "refused.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"refused": why, **body}) + "\n")


def _acknowledged(descriptor: int) -> int:
    try:
        return max(START, int(os.pread(descriptor, START - _AT, _AT)))
    except ValueError:
        return START


def _checked(line: bytes) -> Json:
    """Return the object of a line; an empty one when it is damaged."""
    mark, _, body = line.rstrip(b"\n").partition(b" ")
    try:
        found: Json = json.loads(body) if int(mark, 16) == crc32(body) else {}
    except ValueError:
        return {}
    return found


def _unwritable(path: Path, error: OSError) -> str:
    reason = error.strerror or error
    return f"{path}, where what is logged waits for the server, can't be written ({reason}): see NBTRACK_STATE_FOLDER"
