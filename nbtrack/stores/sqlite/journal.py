"""The journal: where the points of one process go first, one ``write(2)`` for each acknowledged call.

A journal is a file that only its process appends to. It begins with a line of JSON that tells which
process that is; then come frames. The writer holds a lock (``flock``) on the file for as long as it
lives, so others can tell its journal from an orphaned one, whatever became of its process number.
"""

from __future__ import annotations

import errno
import fcntl
import os
import threading
import time
from typing import TYPE_CHECKING
from zlib import crc32

from nbtrack.errors import StorageFailed
from nbtrack.stores import column_bytes, process_identity
from nbtrack.stores.sqlite import journal_format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from nbtrack.entities import Metric
    from nbtrack.stores.interface import Columns
    from nbtrack.stores.process_identity import ProcessIdentity

SUFFIX = ".journal"


class Writer:
    """The journal of this process.

    Parameters
    ----------
    folder : Path
        Where journals are kept.
    admit : callable
        Raises when a run takes no writes; it is asked about each run once, and again after its release.
    durable : bool
        Whether each call waits until the disk has what it wrote.
    """

    def __init__(self, folder: Path, admit: Callable[[str], None], *, durable: bool = False) -> None:
        self._folder, self._admit, self.durable = folder, admit, durable
        self.lock = threading.RLock()
        self._series: dict[str, dict[str, int]] = {}
        self._count = self._moment = 0
        self.buffer = bytearray(journal_format.POINT_SIZE)
        self.checked = memoryview(self.buffer)[journal_format.CRC.size :]
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
        first = process_identity.myself().text().encode() + b"\n"
        self.begin = len(first)
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

    def numbers(self, run_id: str) -> dict[str, int]:
        """Return the numbers of the metrics of a run that takes writes, as they are known and become known.

        Empty once the run is released.
        """
        known = self._series.get(run_id)
        if known is None:
            with self.lock:
                self._admit(run_id)
                known = self._series.setdefault(run_id, {})
        return known

    def series(self, run_id: str, key: str) -> int:
        """Return the number of a metric of a run in this journal, written down on first use."""
        number = self.numbers(run_id).get(key)
        if number is None:
            with self.lock:
                known = self.numbers(run_id)
                number = known.get(key, self._count)
                if key not in known:
                    self.append(journal_format.named(number, run_id, key))
                    self._count += 1
                    known[key] = number
        return number

    def runs(self) -> list[str]:
        """Return the runs that have been admitted and not released."""
        return list(self._series)

    def release(self, run_ids: Iterable[str]) -> None:
        """Forget runs that have ended or been deleted; should one go on, it is admitted anew."""
        with self.lock:
            for run_id in run_ids:
                self._series.pop(run_id, {}).clear()

    def batch(self, run_id: str, points: Sequence[Metric]) -> None:
        """Append several points of a run as one frame."""
        self._write(
            journal_format.batch(
                (self.series(run_id, each.key), each.step, each.timestamp, each.value) for each in points
            )
        )

    def moment(self, run_id: str, values: Mapping[str, float], step: int, timestamp: int) -> None:
        """Append a point of each of several metrics of a run, all at one step and timestamp, as one frame."""
        known = self.numbers(run_id)
        try:
            numbers = [known[key] for key in values]
        except KeyError:
            numbers = [self.series(run_id, key) for key in values]
        self._write(journal_format.moment(step, timestamp, numbers, values.values(), len(numbers)))

    def columns(self, run_id: str, columns: Mapping[str, Columns]) -> None:
        """Append many points of some metrics of a run as one frame: steps, timestamps and values of each.

        Raises
        ------
        InvalidValue
            When the columns of a metric differ in length or hold what is no number; nothing is recorded then.
        """
        packed = [(key, column_bytes.columns(key, *each)) for key, each in columns.items()]
        self._write(journal_format.columns([(self.series(run_id, key), *each) for key, each in packed if each[0]]))

    def _write(self, frame: bytes) -> None:
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
                self.append(journal_format.named(number, run_id, key))
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
    pack, pack_crc, write, whole = (
        journal_format.WHOLE_POINT.pack_into,
        journal_format.CRC.pack_into,
        os.write,
        len(buffer),
    )
    mark, durable = journal_format.POINT_MARK, journal.durable

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


def header(data: bytes) -> tuple[ProcessIdentity | None, int]:
    """Return the owner of a journal and where its first frame begins; None when the line is not whole."""
    line, end, _ = data.partition(b"\n")
    owner = process_identity.read(line) if end else None
    return (None, 0) if owner is None else (owner, len(line) + 1)


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
