"""The file of a write queue: what one process has logged for one server, and how far the server has acknowledged it.

It is an append-only log whose records are calls as JSON. Its header has a fixed length and holds the number of bytes
that were removed when the file was emptied, and the offset up to which the server has acknowledged it. The file of a
dead process is sent by the next process that logs to that server.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from typing import TYPE_CHECKING
from zlib import crc32

from nbtrack.errors import StorageFailed
from nbtrack.stores import append_log
from nbtrack.stores.append_log import AppendLog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nbtrack.wire.values import Json

SUFFIX = ".queue"
_NUMBERS = b"%020d %020d\n"
_HEADER = b"nbtrack-queue v3 " + _NUMBERS
START = len(_HEADER % (0, 0))
_POSITION = len(b"nbtrack-queue v3 ")
_EARLIER_HEADER, _EARLIER_START = b"nbtrack-queue v2 ", len(b"nbtrack-queue v2 %020d\n" % 0)
"""Files of version 2, whose header has no number of removed bytes."""
_LINES_SUFFIX, _LINES_HEADER = ".outbox", b"nbtrack outbox 1 "
"""Files of version 1, whose records are lines: a CRC-32 in hexadecimal digits, and JSON."""
_CALL = 1
READ_BYTES = 1 << 20
"""Bytes per read, unless a record is longer."""
EMPTIED_BYTES = 4 << 20
"""Size from which a fully acknowledged file is emptied."""


class QueueFile(AppendLog):
    """A queue file of this process, or one taken over from a dead process."""

    hint = ". Logged data waits there for the server; set NBTRACK_STATE_FOLDER to use another folder"

    def __init__(self, path: Path, descriptor: int) -> None:
        super().__init__(path, descriptor)
        # The other descriptor is in append mode, in which pwrite ignores its offset.
        self._header = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        self._lock = threading.Lock()
        head = os.pread(descriptor, START, 0)
        self._has_lines = head.startswith(_LINES_HEADER)
        self._is_earlier = self._has_lines or head.startswith(_EARLIER_HEADER)
        self._size = self.size
        numbers = _numbers(head)
        self.acknowledged = max(_EARLIER_START if self._is_earlier else START, numbers[-1])
        self._removed = 0 if self._is_earlier else numbers[0]
        """Bytes removed when the file was emptied; positions include them."""

    @classmethod
    def create(cls, folder: Path) -> QueueFile:
        """Create the file of this process.

        Raises
        ------
        StorageFailed
            When the folder cannot be written.
        """
        path = folder / f"{os.getpid()}-{os.urandom(6).hex()}{SUFFIX}"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return cls(path, append_log.create(path, _HEADER % (0, START), 0o600))
        except OSError as error:
            msg = f"Cannot write {folder}: {error.strerror or error}{cls.hint}"
            raise StorageFailed(msg) from error

    @property
    def name(self) -> str:
        """The name under which a server knows the file; empty for one of an earlier version, which it does not know."""
        return "" if self._is_earlier else self.path.stem

    def position(self, offset: int) -> int:
        """Return the position of an offset, which stays the same when the file is emptied."""
        return self._removed + offset

    @property
    def end(self) -> int:
        """The position after what was written last."""
        return self._removed + self._size

    @property
    def acknowledged_position(self) -> int:
        """The position up to which the server has everything."""
        return self._removed + self.acknowledged

    @property
    def is_sent(self) -> bool:
        """Whether the server has everything."""
        return self.acknowledged >= self._size

    def write(self, body: bytes) -> None:
        """Append a call; on `StorageFailed` nothing of it is left in the file."""
        record = append_log.encode(_CALL, body)
        with self._lock:
            self.append(record)
            self._size += len(record)

    def calls(self) -> Iterator[tuple[Json, int]]:
        """Yield the unacknowledged calls, each with the offset after it, up to the first torn one.

        A damaged call is an empty object.
        """
        at = self.acknowledged
        while at < self._size:
            read = list(self._lines(at) if self._has_lines else self._records(at))
            if not read:
                return
            for call, length in read:
                at += length
                yield call, at

    def _records(self, at: int) -> Iterator[tuple[Json, int]]:
        """Yield some calls from an offset on, each with the length of its record in bytes."""
        data, start = memoryview(self._read_whole(at)), 0
        while (end := append_log.record_end(data, start)) is not None:
            record = append_log.decode(data, start)
            yield _parsed(bytes(record.payload)) if record is not None else {}, end - start
            start = end

    def _read_whole(self, at: int) -> bytes:
        """Return bytes from an offset on, with at least one whole record if there is one."""
        length = READ_BYTES
        while True:
            data = os.pread(self.descriptor, min(length, self._size - at), at)
            if append_log.record_end(data, 0) is not None or len(data) < length:
                return data
            length *= 2

    def _lines(self, at: int) -> Iterator[tuple[Json, int]]:
        data = os.pread(self.descriptor, self._size - at, at)
        for line in data[: data.rfind(b"\n") + 1].splitlines(keepends=True):
            checksum, _, body = line.rstrip(b"\n").partition(b" ")
            yield _parsed(body) if checksum == b"%08x" % crc32(body) else {}, len(line)

    def acknowledge(self, offset: int) -> None:
        """Record that the server has everything before an offset."""
        with self._lock:
            self.acknowledged = offset
            if self.acknowledged == self._size and self._size > EMPTIED_BYTES and not self._is_earlier:
                os.ftruncate(self.descriptor, START)
                self._removed += self._size - START
                self._size = self.acknowledged = START
            self._note()

    def _note(self) -> None:
        """Write the header."""
        numbers = b"%020d" % self.acknowledged if self._is_earlier else _NUMBERS % (self._removed, self.acknowledged)
        os.pwrite(self._header, numbers, _POSITION)

    def remove(self) -> None:
        """Delete and close the file, once everything in it is sent."""
        self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Close the file without changing it."""
        super().close()
        header, self._header = self._header, append_log.CLOSED
        if header >= 0:
            os.close(header)


def orphans(folder: Path) -> Iterator[QueueFile]:
    """Take over and yield the files in a folder whose processes are dead."""
    try:
        paths = sorted(each for each in folder.iterdir() if each.suffix in {SUFFIX, _LINES_SUFFIX})
    except FileNotFoundError:
        return
    for each in paths:
        descriptor = append_log.take_over(each)
        if descriptor is not None:
            yield QueueFile(each, descriptor)


def keep_refused(folder: Path, body: Json, reason: str) -> None:
    """Store what a server refused, for inspection by the user."""
    with contextlib.suppress(OSError), (folder / "refused.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"refused": reason, **body}) + "\n")


def _numbers(head: bytes) -> list[int]:
    """Return the numbers of a header: removed bytes, if it has them, and the acknowledged offset; zeros if damaged."""
    try:
        return [int(each) for each in head[_POSITION:].partition(b"\n")[0].split()] or [0]
    except ValueError:
        return [0, 0]


def _parsed(body: bytes) -> Json:
    try:
        found: Json = json.loads(body)
    except ValueError:
        return {}
    return found
