"""Append-only logs: files to which one process appends checksummed records, and which it holds locked.

A record is a CRC-32 of what follows it, the length of the payload and its kind in one u32 (``length << 4 | kind``), and
the payload; all numbers are little-endian. A call is recorded once its record is written, with one ``write(2)``, so
killing the process loses nothing that was acknowledged. Whoever reads a log stops at the first record that is torn.

The writer holds a lock (``flock``) on the file for as long as it lives, through a descriptor that no new program
inherits. A lock that is free means that the writer is gone, whatever became of its process number.
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
"""The descriptor of a log that is closed."""
_HEAD = struct.Struct("<II")
_KINDS = (1 << KIND_BITS) - 1
_MAX_PAYLOAD = (1 << 32 - KIND_BITS) - 1
"""Bytes that a payload may have, as its length must fit beside the kind."""


class Record(NamedTuple):
    """A record: its kind, its payload, and the offset behind it."""

    kind: int
    payload: memoryview
    end: int


def encode(kind: int, payload: bytes) -> bytes:
    """Return the record of a payload.

    Raises
    ------
    InvalidValue
        When the payload is larger than a record may be.
    """
    if len(payload) > _MAX_PAYLOAD:
        msg = f"One call may record {_MAX_PAYLOAD:,} bytes, and this one has {len(payload):,}: divide it"
        raise InvalidValue(msg)
    mark = CHECKSUM.pack(len(payload) << KIND_BITS | kind)
    return CHECKSUM.pack(crc32(payload, crc32(mark))) + mark + payload


def record_end(data: bytes | memoryview, at: int) -> int | None:
    """Return the offset behind the record at an offset, damaged or not; None when the data end before it."""
    if at + _HEAD.size > len(data):
        return None
    end = at + _HEAD.size + (_HEAD.unpack_from(data, at)[1] >> KIND_BITS)
    return end if end <= len(data) else None


def decode(data: memoryview, at: int) -> Record | None:
    """Return the record at an offset; None when it is torn or damaged, or there is none."""
    end = record_end(data, at)
    if end is None:
        return None
    checksum, mark = _HEAD.unpack_from(data, at)
    if crc32(data[at + CHECKSUM.size : end]) != checksum:
        return None
    return Record(mark & _KINDS, data[at + _HEAD.size : end], end)


def create(path: Path, header: bytes, mode: int = 0o666) -> int:
    """Create a log that begins with a header, and return its locked descriptor.

    The file gets its name when it is locked, so nobody ever sees it unlocked.
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
    """Return the locked descriptor of a log whose writer is gone; None when it lives, or another process was faster."""
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
    """Tell whether the process that writes a log is gone, by its lock."""
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
    """A log that this process writes.

    Parameters
    ----------
    path : Path
        The file.
    descriptor : int
        Its locked descriptor, from `create` or `take_over`.
    """

    hint = ""
    """What to do when the log cannot be written, for the message of the error."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path, self.descriptor = path, descriptor

    @property
    def size(self) -> int:
        """How many bytes the file has."""
        return os.fstat(self.descriptor).st_size

    def append(self, record: bytes | bytearray) -> None:
        """Append a record; the caller sees to it that no other thread does so at the same time.

        Raises
        ------
        StorageFailed
            When it could not be written whole; nothing of it is left then.
        """
        try:
            written = os.write(self.descriptor, record)
        except OSError as error:
            raise self._failed(error) from error
        if written != len(record):
            self.discard(written)
            raise self._failed(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    def discard(self, count: int) -> None:
        """Remove the last bytes of a record that was not written whole."""
        os.ftruncate(self.descriptor, self.size - count)

    def _failed(self, error: OSError) -> StorageFailed:
        reason = error.strerror or str(error)
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            disk = os.statvfs(self.path.parent)
            reason += f" ({disk.f_bavail * disk.f_frsize:,} bytes are free)"
        return StorageFailed(f"Cannot write {self.path}: {reason}{self.hint}")

    def sync(self) -> None:
        """Wait until the disk has everything.

        Raises
        ------
        StorageFailed
            When the disk failed; the log is closed then, for what it holds may be lost.
        """
        try:
            os.fdatasync(self.descriptor)
        except OSError as error:
            self.close()
            raise self._failed(error) from error

    def close(self) -> None:
        """Close the file; after a fork, the child's copy of it, which leaves the parent's lock in place."""
        descriptor, self.descriptor = self.descriptor, CLOSED
        if descriptor >= 0:
            os.close(descriptor)
