"""The journal: where the points of one process go first, one ``write(2)`` for each acknowledged call.

A journal is a file that only its process appends to. It begins with a line of JSON that tells which
process that is; then come frames: a CRC-32 of what follows it, the length of the payload and the kind of
frame in one u32, the payload. All numbers are little-endian.

==========  ===============================================================================
frame       payload
==========  ===============================================================================
``SERIES``  a number as u32, the run id as 32 characters, the key as UTF-8: what the number stands for
``POINT``   series u32, step int64, timestamp int64, value float64
``POINTS``  step int64, timestamp int64, then for each point: series u32, value float64
``BATCH``   for each point as ``POINT``
==========  ===============================================================================

A frame counts whole or not at all. The writer holds a lock (``flock``) on the file for as long as it
lives, so others can tell its journal from an orphaned one, whatever became of its process number.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import threading
import time
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from nbtrack.errors import StorageFailed
from nbtrack.stores import owners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from nbtrack.entities import Metric
    from nbtrack.stores.owners import Owner

SUFFIX = ".journal"
SERIES, POINT, POINTS, BATCH = 1, 2, 3, 4
_HEAD = struct.Struct("<II")
_SERIES, _POINT, _MOMENT, _VALUE = (
    struct.Struct("<I32s"),
    struct.Struct("<Iqqd"),
    struct.Struct("<qq"),
    struct.Struct("<Id"),
)
_WHOLE_POINT = struct.Struct("<IIqqd")
_CRC = struct.Struct("<I")
_CHECKED_POINT = struct.Struct("<IIIqqd")
POINT_SIZE = _CHECKED_POINT.size
_KIND_BITS = 4
_POINT_MARK = _POINT.size << _KIND_BITS | POINT


class Writer:
    """The journal of this process.

    Parameters
    ----------
    folder : Path
        Where journals are kept.
    durable : bool
        Whether each call waits until the disk has what it wrote.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._folder, self.durable = folder, durable
        self.lock = threading.RLock()
        self._series: dict[str, dict[str, int]] = {}
        self._count = self._moment = 0
        self.buffer = bytearray(POINT_SIZE)
        self.checked = memoryview(self.buffer)[_CRC.size :]
        self.path, self.descriptor = self._created()

    @property
    def name(self) -> str:
        """The name of the file, without its suffix."""
        return self.path.name.removesuffix(SUFFIX)

    @property
    def size(self) -> int:
        """How many bytes have been written."""
        return os.fstat(self.descriptor).st_size

    def _created(self) -> tuple[Path, int]:
        """Make the file under another name, and give it its own when it is locked: it is never seen unlocked.

        Names sort as the journals of a process follow one another.
        """
        self._moment = max(time.time_ns(), self._moment + 1)
        path = self._folder / f"{self._moment:016x}-{os.getpid()}-{os.urandom(4).hex()}{SUFFIX}"
        unlocked = path.with_suffix(".new")
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC
        first = owners.myself().text().encode() + b"\n"
        descriptor = os.open(unlocked, flags, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.write(descriptor, first)
            unlocked.rename(path)
        except BaseException:
            os.close(descriptor)
            unlocked.unlink(missing_ok=True)
            raise
        return path, descriptor

    def series(self, run_id: str, key: str) -> int:
        """Return the number of a metric of a run in this journal, written down on first use."""
        known = self._series.setdefault(run_id, {})
        number = known.get(key)
        if number is None:
            with self.lock:
                number = self._count
                self.append(_named(number, run_id, key))
                self._count += 1
                known[key] = number
        return number

    def numbers(self, run_id: str) -> dict[str, int]:
        """Return the numbers of a run's metrics, as they are known and become known."""
        return self._series.setdefault(run_id, {})

    def runs(self) -> list[str]:
        """Return the runs that this process writes to."""
        return list(self._series)

    def release(self, run_id: str) -> None:
        """Forget the numbers of a run that has ended; should it go on, its metrics get new ones."""
        self._series.pop(run_id, {}).clear()

    def batch(self, run_id: str, points: Sequence[Metric]) -> None:
        """Append several points of a run as one frame."""
        numbers = [self.series(run_id, each.key) for each in points]
        moment = (points[0].step, points[0].timestamp)
        if all((each.step, each.timestamp) == moment for each in points):
            values = b"".join(_VALUE.pack(number, each.value) for number, each in zip(numbers, points, strict=True))
            frame = _framed(POINTS, _MOMENT.pack(*moment) + values)
        else:
            several = (
                _POINT.pack(number, each.step, each.timestamp, each.value)
                for number, each in zip(numbers, points, strict=True)
            )
            frame = _framed(BATCH, b"".join(several))
        with self.lock:
            self.append(frame)
            if self.durable:
                self.sync()

    def append(self, frame: bytes | bytearray) -> None:
        """Append one frame; the caller holds the lock.

        Raises
        ------
        StorageFailed
            When it could not be written whole; nothing of it is left then.
        """
        try:
            written = os.write(self.descriptor, frame)
        except OSError as error:
            raise self._failed(error) from error
        if written != len(frame):
            self.cut(written)
            raise self._failed(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    def cut(self, written: int) -> None:
        """Take the last bytes off again."""
        os.ftruncate(self.descriptor, self.size - written)

    def _failed(self, error: OSError) -> StorageFailed:
        reason = error.strerror or str(error)
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            disk = os.statvfs(self._folder)
            reason += f" ({disk.f_bavail * disk.f_frsize:,} bytes are free)"
        return StorageFailed(f"{self.path} can't be written: {reason}")

    def sync(self) -> None:
        """Wait until the disk has everything.

        Raises
        ------
        StorageFailed
            When the disk failed; the journal is not used any more then, for what it holds may be lost.
        """
        try:
            os.fdatasync(self.descriptor)
        except OSError as error:
            self.close()
            raise self._failed(error) from error

    def rotate(self) -> None:
        """Go on in a new file, which begins with the numbers that are in use; the caller holds the lock."""
        old = self.descriptor
        self.path, self.descriptor = self._created()
        for run_id, known in self._series.items():
            for key, number in known.items():
                self.append(_named(number, run_id, key))
        os.close(old)

    def close(self) -> None:
        """Let go of the file; after a fork, of the child's copy of it, which leaves the parent's lock in place."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = CLOSED


CLOSED = -1


def appender(run_id: str, writer: Callable[[], Writer]) -> Callable[[str, float, int, int], None]:
    """Return a function that appends one point of a run: key, value, step, timestamp.

    This is the hottest path there is: everything that it needs is at hand, and the point is packed into the same
    buffer each time. `writer` is asked again when the journal was closed meanwhile, as after a fork.
    """
    journal = writer()
    numbers, buffer, checked, lock = journal.numbers(run_id), journal.buffer, journal.checked, journal.lock
    pack, pack_crc, write, whole, mark = _WHOLE_POINT.pack_into, _CRC.pack_into, os.write, len(buffer), _POINT_MARK
    durable = journal.durable

    def append(key: str, value: float, step: int, timestamp: int) -> None:
        nonlocal journal, numbers, buffer, checked, lock
        if journal.descriptor < 0:
            journal = writer()
            numbers, buffer, checked, lock = journal.numbers(run_id), journal.buffer, journal.checked, journal.lock
        number = numbers.get(key)
        if number is None:
            number = journal.series(run_id, key)
            numbers = journal.numbers(run_id)
        with lock:
            pack(buffer, 4, mark, number, step, timestamp, value)
            pack_crc(buffer, 0, crc32(checked))
            if durable:
                journal.append(buffer)
                journal.sync()
                return
            try:
                written = write(journal.descriptor, buffer)
            except OSError:
                written = 0
            if written != whole:
                journal.cut(written)
                journal.append(buffer)

    return append


def _named(number: int, run_id: str, key: str) -> bytes:
    return _framed(SERIES, _SERIES.pack(number, run_id.encode()) + key.encode())


def _framed(kind: int, payload: bytes) -> bytes:
    mark = _CRC.pack(len(payload) << _KIND_BITS | kind)
    return _CRC.pack(crc32(payload, crc32(mark))) + mark + payload


class Frame(NamedTuple):
    """What a frame says: a series that is named, or points; and where the next frame begins."""

    end: int
    series: tuple[int, str, str] | None
    points: Sequence[tuple[int, int, int, float]]


def header(data: bytes) -> tuple[Owner | None, int]:
    """Return the owner of a journal and where its first frame begins; None when the line is not whole."""
    line, end, _ = data.partition(b"\n")
    owner = owners.read(line) if end else None
    return (None, 0) if owner is None else (owner, len(line) + 1)


def frame(data: memoryview, at: int) -> Frame | None:
    """Return the frame at a place of a journal; None when it is torn or damaged, or there is none."""
    if at + _HEAD.size > len(data):
        return None
    checksum, mark = _HEAD.unpack_from(data, at)
    payload, end = at + _HEAD.size, at + _HEAD.size + (mark >> _KIND_BITS)
    if end > len(data) or crc32(data[at + _CRC.size : end]) != checksum:
        return None
    return _frame(mark & (1 << _KIND_BITS) - 1, data[payload:end], end)


def single_points(data: memoryview, at: int, *, trusted: bool) -> Iterator[tuple[int, int, int, float]]:
    """Yield the points from a place on, as long as each is a whole frame of its own, which takes `POINT_SIZE` bytes.

    `trusted` skips the checksums: what this process has written itself, and reads from the page cache, is as it was.
    """
    stretch = data[at : at + (len(data) - at) // POINT_SIZE * POINT_SIZE]
    for checksum, mark, number, step, timestamp, value in _CHECKED_POINT.iter_unpack(stretch):
        if mark != _POINT_MARK or not (trusted or crc32(data[at + _CRC.size : at + POINT_SIZE]) == checksum):
            return
        yield number, step, timestamp, value
        at += POINT_SIZE


def _frame(kind: int, payload: memoryview, end: int) -> Frame:
    if kind == POINT:
        return Frame(end, None, (_POINT.unpack(payload),))
    if kind == SERIES:
        number, run_id = _SERIES.unpack_from(payload)
        return Frame(end, (number, run_id.decode(), bytes(payload[_SERIES.size :]).decode()), ())
    if kind == POINTS:
        step, timestamp = _MOMENT.unpack_from(payload)
        several = _VALUE.iter_unpack(payload[_MOMENT.size :])
        return Frame(end, None, [(number, step, timestamp, value) for number, value in several])
    return Frame(end, None, list(_POINT.iter_unpack(payload)) if kind == BATCH else ())


def orphaned(path: Path) -> bool:
    """Tell whether the process that writes a journal is gone, by its lock."""
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
