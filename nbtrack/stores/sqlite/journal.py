"""The journal: an append-only log to which a process first writes its points, with one ``write(2)`` per call.

It begins with a line of JSON that identifies the process; records follow.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING
from zlib import crc32

from nbtrack.stores import append_log, column_bytes, process_identity
from nbtrack.stores.append_log import CHECKSUM, AppendLog
from nbtrack.stores.sqlite import journal_format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from nbtrack.entities import Metric
    from nbtrack.stores.interface import Columns
    from nbtrack.stores.process_identity import ProcessIdentity

SUFFIX = ".journal"


class JournalWriter(AppendLog):
    """The journal of this process.

    `admit` raises when a run accepts no writes; it is called once for each run, and again after its release. With
    `durable` each call waits for the disk.
    """

    def __init__(self, folder: Path, admit: Callable[[str], None], *, durable: bool = False) -> None:
        self._folder, self._admit, self.durable = folder, admit, durable
        self.lock = threading.RLock()
        self._series: dict[str, dict[str, int]] = {}
        self._count = self._created = 0
        self.buffer = bytearray(journal_format.POINT_SIZE)
        self.checked = memoryview(self.buffer)[CHECKSUM.size :]
        super().__init__(*self._create())

    @property
    def name(self) -> str:
        """The name of the file, without its suffix."""
        return self.path.name.removesuffix(SUFFIX)

    def _create(self) -> tuple[Path, int]:
        """Create a file; the names of a process's journals sort by their creation."""
        self._created = max(time.time_ns(), self._created + 1)
        path = self._folder / f"{self._created:016x}-{os.getpid()}-{os.urandom(4).hex()}{SUFFIX}"
        header = process_identity.current().to_json().encode() + b"\n"
        self.begin = len(header)
        return path, append_log.create(path, header)

    def numbers(self, run_id: str) -> dict[str, int]:
        """Return the live mapping of the metrics of a run to their numbers; it is emptied when the run is released."""
        known = self._series.get(run_id)
        if known is None:
            with self.lock:
                self._admit(run_id)
                known = self._series.setdefault(run_id, {})
        return known

    def series(self, run_id: str, key: str) -> int:
        """Return the number of a metric of a run in this journal, and record it on first use."""
        number = self.numbers(run_id).get(key)
        if number is None:
            with self.lock:
                known = self.numbers(run_id)
                number = known.get(key, self._count)
                if key not in known:
                    self.append(journal_format.series_name(number, run_id, key))
                    self._count += 1
                    known[key] = number
        return number

    def runs(self) -> list[str]:
        """Return the runs that were admitted and not released."""
        return list(self._series)

    def release(self, run_ids: Iterable[str]) -> None:
        """Forget runs that ended or were deleted; a resumed run is admitted again."""
        with self.lock:
            for run_id in run_ids:
                self._series.pop(run_id, {}).clear()

    def append_batch(self, run_id: str, points: Sequence[Metric]) -> None:
        """Append several points of a run as one record."""
        numbered = ((self.series(run_id, each.key), each.step, each.timestamp, each.value) for each in points)
        self._write(journal_format.batch(numbered))

    def append_same_step(self, run_id: str, values: Mapping[str, float], step: int, timestamp: int) -> None:
        """Append one point of each of several metrics of a run at the same step and timestamp, as one record."""
        known = self.numbers(run_id)
        try:
            numbers = [known[key] for key in values]
        except KeyError:
            numbers = [self.series(run_id, key) for key in values]
        self._write(journal_format.same_step(step, timestamp, numbers, values.values(), len(numbers)))

    def append_columns(self, run_id: str, columns: Mapping[str, Columns]) -> None:
        """Append many points of some metrics of a run as one record: steps, timestamps and values of each.

        Raises
        ------
        InvalidValue
            When the columns of a metric differ in length or contain anything but numbers; nothing is recorded then.
        """
        packed = [(key, column_bytes.columns_to_bytes(key, *each)) for key, each in columns.items()]
        self._write(journal_format.columns([(self.series(run_id, key), *each) for key, each in packed if each[0]]))

    def _write(self, record: bytes) -> None:
        with self.lock:
            self.append(record)
            if self.durable:
                self.sync()

    def rotate(self) -> None:
        """Continue in a new file, which begins with the series in use; the caller must hold the lock."""
        old = self.descriptor
        self.path, self.descriptor = self._create()
        for run_id, known in self._series.items():
            for key, number in known.items():
                self.append(journal_format.series_name(number, run_id, key))
        os.close(old)


def point_appender(run_id: str, writer: Callable[[], JournalWriter]) -> Callable[[str, float, int, int], None]:
    """Return a function that appends one point of a run: key, value, step, timestamp.

    This is the hottest path: everything it needs is in local variables, and each point is packed into the same buffer.
    `writer` is called again when the journal has been closed, for example after a fork.
    """
    journal = writer()
    numbers, buffer, checked, lock = journal.numbers(run_id), journal.buffer, journal.checked, journal.lock
    pack, pack_crc, write, whole = journal_format.WHOLE_POINT.pack_into, CHECKSUM.pack_into, os.write, len(buffer)
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
                journal.discard(written)
                journal.append(buffer)

    return append


def read_header(data: bytes) -> tuple[ProcessIdentity | None, int]:
    """Return the owner of a journal and the offset of the first record; None and 0 if the header is incomplete."""
    line, end, _ = data.partition(b"\n")
    owner = process_identity.from_json(line) if end else None
    return (None, 0) if owner is None else (owner, len(line) + 1)
