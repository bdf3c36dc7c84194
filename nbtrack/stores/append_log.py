"""Append-only logs: locked files to which one process appends checksummed records.

A record consists of a CRC-32 of what follows, the length of the payload and its kind in one u32 (``length << 4 |
kind``), and the payload; all numbers are little-endian. Each record is written with one ``write(2)``, so killing the
process loses nothing that was acknowledged. Readers stop at the first torn record.

The writer holds a lock (``flock``) on the file until it exits, through a descriptor that new programs do not inherit.
If the lock is free, the writer is dead, even if its process id is in use again.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from nbtrack.errors import InvalidValue, StorageFailed

if TYPE_CHECKING:
    from pathlib import Path

CHECKSUM = struct.Struct("<I")
KIND_BITS = 4
CLOSED = -1
"""The descriptor of a closed log."""
_HEAD = struct.Struct("<II")
_KINDS = (1 << KIND_BITS) - 1
_MAX_PAYLOAD = (1 << 32 - KIND_BITS) - 1
"""The longest payload, in bytes: length and kind share 32 bits."""


class Record(NamedTuple):
    """A record: its kind, its payload, and the offset after it."""

    kind: int
    payload: memoryview
    end: int


def encode(kind: int, payload: bytes) -> bytes:
    """Return the record of a payload.

    Raises
    ------
    InvalidValue
        When the payload is too long for a record.
    """
    if len(payload) > _MAX_PAYLOAD:
        msg = f"One call may record at most {_MAX_PAYLOAD:,} bytes, and this one has {len(payload):,}: split it"
        raise InvalidValue(msg)
    mark = CHECKSUM.pack(len(payload) << KIND_BITS | kind)
    return CHECKSUM.pack(crc32(payload, crc32(mark))) + mark + payload


def record_end(data: bytes | memoryview, at: int) -> int | None:
    """Return the offset after the record at an offset, damaged or not; None when the data ends within it."""
    if at + _HEAD.size > len(data):
        return None
    end = at + _HEAD.size + (_HEAD.unpack_from(data, at)[1] >> KIND_BITS)
    return end if end <= len(data) else None


def decode(data: memoryview, at: int) -> Record | None:
    """Return the record at an offset; None when there is none, or it is torn or damaged."""
    end = record_end(data, at)
    if end is None:
        return None
    checksum, mark = _HEAD.unpack_from(data, at)
    if crc32(data[at + CHECKSUM.size : end]) != checksum:
        return None
    return Record(mark & _KINDS, data[at + _HEAD.size : end], end)


def create(path: Path, header: bytes, mode: int = 0o666) -> int:
    """Create a log that begins with a header, and return its locked descriptor.

    The file gets its final name after it is locked, so no other process ever sees it unlocked.
    """
    unlocked = path.with_suffix(".new")
    descriptor = os.open(unlocked, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC, mode)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.write(descriptor, header)
        unlocked.rename(path)
    except BaseException:
        os.close(descriptor)
        unlocked.unlink(missing_ok=True)
        raise
    return descriptor


def take_over(path: Path) -> int | None:
    """Return the locked descriptor of a log whose writer is dead; None when it is alive, or another process has it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_nlink:
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None


def is_orphaned(path: Path) -> bool:
    """Return whether the writer of a log is dead, as shown by the lock."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)


class AppendLog:
    """A log that this process writes, with the locked descriptor from `create` or `take_over`."""

    hint = ""
    """Appended to error messages: what to do when the log cannot be written."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path, self.descriptor = path, descriptor

    @property
    def size(self) -> int:
        """The size of the file in bytes."""
        return os.fstat(self.descriptor).st_size

    def append(self, record: bytes | bytearray) -> None:
        """Append a record; the caller must exclude other threads.

        Raises
        ------
        StorageFailed
            When it could not be written completely; nothing of it is left in the file.
        """
        try:
            written = os.write(self.descriptor, record)
        except OSError as error:
            raise self._failed(error) from error
        if written != len(record):
            self.discard(written)
            raise self._failed(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    def discard(self, count: int) -> None:
        """Remove the last bytes, which are part of an incomplete record."""
        os.ftruncate(self.descriptor, self.size - count)

    def _failed(self, error: OSError) -> StorageFailed:
        reason = error.strerror or str(error)
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            disk = os.statvfs(self.path.parent)
            reason += f" ({disk.f_bavail * disk.f_frsize:,} bytes are free)"
        return StorageFailed(f"Cannot write {self.path}: {reason}{self.hint}")

    def sync(self) -> None:
        """Wait until everything is on disk.

        Raises
        ------
        StorageFailed
            When the disk failed; the log is then closed, since its content may be lost.
        """
        try:
            os.fdatasync(self.descriptor)
        except OSError as error:
            self.close()
            raise self._failed(error) from error

    def close(self) -> None:
        """Close the file; closing the copy that a forked child inherits leaves the parent's lock in place."""
        descriptor, self.descriptor = self.descriptor, CLOSED
        if descriptor >= 0:
            os.close(descriptor)
