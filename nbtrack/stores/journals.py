"""The journals of a store: this process's own, and those that others left behind.

Whoever reads first folds what any journal says beyond what the database has of it, so that every read
sees every acknowledged write. A journal whose process is gone is folded to its end and removed.
"""

from __future__ import annotations

import os
import threading
import time
import warnings
import weakref
from typing import TYPE_CHECKING, Any

from nbtrack.errors import NbtrackError
from nbtrack.stores import folding, journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from nbtrack.stores.sql.store import Connection

SECONDS_BETWEEN_FOLDS = 1.0
SECONDS_BETWEEN_LOOKS = 1.0
ROTATED = 32 << 20
"""Bytes after which a journal that is folded is replaced by a new one."""


class Journals:
    """The journals in a folder.

    Parameters
    ----------
    folder : Path
        Where they are; it is made by the first write.
    fold : callable
        Folds what is pending, in a transaction of its own.
    durable : bool
        Whether each write waits for the disk.
    """

    def __init__(self, folder: Path, fold: Callable[[], None], *, durable: bool) -> None:
        self.folder, self._fold, self._durable = folder, fold, durable
        self._lock = threading.RLock()
        self._writer: journal.Writer | None = None
        self._looked: dict[str, float] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        _every.add(self)

    # writing

    def writer(self) -> journal.Writer:
        """Return the journal of this process, made on first use."""
        with self._lock:
            if self._writer is None:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._writer = journal.Writer(self.folder, durable=self._durable)
                self._stop = threading.Event()
                self._thread = threading.Thread(target=self._keep_folding, name="nbtrack-fold", daemon=True)
                self._thread.start()
            return self._writer

    def release(self, run_id: str) -> None:
        """Forget a run that has ended."""
        if self._writer is not None:
            self._writer.release(run_id)

    def _keep_folding(self) -> None:
        stop, seen = self._stop, 0
        while not stop.wait(SECONDS_BETWEEN_FOLDS):
            writer = self._writer
            if writer is None or writer.size == seen:
                continue
            seen = writer.size
            try:
                writer.sync()
                self._fold()
                self.rotate()
            except (NbtrackError, OSError) as error:
                warnings.warn(
                    f"metric points are safe in {writer.path}, but not in the database yet: {error}", stacklevel=1
                )

    # folding

    def pending(self, connection: Connection) -> list[tuple[str, int]]:
        """Return the journals that say more than the database knows, and how far it knows each."""
        known: dict[Any, Any] = dict(_pairs(connection))
        return [
            (name, known.get(name, 0))
            for name, size in self._sizes()
            if size > known.get(name, 0) or self._abandoned(name)
        ]

    def _sizes(self) -> Iterator[tuple[str, int]]:
        try:
            with os.scandir(self.folder) as entries:
                found = [each for each in entries if each.name.endswith(journal.SUFFIX)]
        except FileNotFoundError:
            return
        for each in sorted(found, key=lambda entry: entry.name):
            try:
                yield each.name.removesuffix(journal.SUFFIX), os.stat(each.path).st_size  # noqa: PTH116 - the fast way
            except FileNotFoundError:
                continue

    def _abandoned(self, name: str) -> bool:
        """Tell whether another process's journal is orphaned, looking at most once a second."""
        if self._writer is not None and name == self._writer.name:
            return False
        moment = time.monotonic()
        if moment - self._looked.get(name, -SECONDS_BETWEEN_LOOKS) < SECONDS_BETWEEN_LOOKS:
            return False
        self._looked[name] = moment
        return journal.orphaned(self.folder / (name + journal.SUFFIX))

    def fold(self, connection: Connection, names: Iterable[tuple[str, int]] | None = None) -> list[Path]:
        """Fold into the database, in the transaction that is open; return the files to remove once it is committed."""
        finished = []
        for name, _ in self.pending(connection) if names is None else names:
            path = self.folder / (name + journal.SUFFIX)
            mine = self._writer is not None and name == self._writer.name
            orphaned = not mine and journal.orphaned(path)
            start = next((folded for known, folded in _pairs(connection) if known == name), 0)
            data = self._read(path, start)
            if data is None:
                continue
            found = _told_by(data, start, trusted=mine)
            folding.fold(connection, name, found)
            if orphaned:
                _tell(path, data, found.end - start)
                _forget(connection, name)
                finished.append(path)
        return finished

    def fold_own(self, connection: Connection) -> None:
        """Fold what this process has written."""
        if self._writer is not None:
            self.fold(connection, [(self._writer.name, 0)])

    def _read(self, path: Path, start: int) -> bytes | None:
        try:
            with path.open("rb") as file:
                file.seek(start)
                return file.read()
        except FileNotFoundError:
            return None

    def tail(self, connection: Connection) -> Sequence[tuple[str, folding.Fold]]:
        """Return what the journals say beyond the database, without storing it."""
        found = []
        for name, start in self.pending(connection):
            data = self._read(self.folder / (name + journal.SUFFIX), start)
            if data:
                found.append((name, _told_by(data, start)))
        return found

    # ending

    def rotate(self) -> None:
        """Begin a new file when this process's is long; the next fold ends and removes the old one."""
        with self._lock:
            writer = self._writer
            if writer is not None and writer.size > ROTATED:
                with writer.lock:
                    writer.rotate()

    def close(self) -> None:
        """Fold everything and remove this process's journal."""
        with self._lock:
            writer, thread = self._writer, self._thread
            if writer is None:
                return
            self._stop.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        with self._lock:
            self._fold()
            self._writer = None
            writer.close()
        self._fold()

    def forget(self) -> None:
        """Let go of what a fork has inherited: the parent goes on with it."""
        self._lock = threading.RLock()
        writer, self._writer, self._thread = self._writer, None, None
        if writer is not None:
            writer.close()


def _pairs(connection: Connection) -> Iterable[tuple[Any, ...]]:
    return connection.execute("SELECT name, folded FROM journals")


def _told_by(data: bytes, start: int, *, trusted: bool = False) -> folding.Fold:
    """Read a stretch of a journal; at its very beginning stands the line that names its owner."""
    first = 0 if start else journal.header(data)[1]
    return folding.read(data[first:], start + first, trusted=trusted) if start + first else folding.Fold({}, {}, 0)


def _forget(connection: Connection, name: str) -> None:
    connection.execute("DELETE FROM journal_series WHERE journal = ?", (name,))
    connection.execute("DELETE FROM journals WHERE name = ?", (name,))


def _tell(path: Path, data: bytes, intact: int) -> None:
    rest = len(data) - intact
    if rest > 0:
        text = f"{path.name}, the journal of a process that is gone, was cut after its last whole record: {rest} bytes"
        warnings.warn(text, stacklevel=2)


_every: weakref.WeakSet[Journals] = weakref.WeakSet()


def _after_fork() -> None:
    for each in list(_every):
        each.forget()


os.register_at_fork(after_in_child=_after_fork)
