"""The journals of a store: this process's own, and those that others left behind.

Whoever reads first folds what any journal says beyond what the database has of it, so that every read
sees every acknowledged write. A journal whose process is gone is folded to its end and removed.
"""

from __future__ import annotations

import os
import threading
import time
import warnings
from typing import TYPE_CHECKING, Any

from nbtrack.errors import NbtrackError
from nbtrack.stores import shutdown
from nbtrack.stores.sql import block_storage, runs
from nbtrack.stores.sqlite import journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from nbtrack.stores.sql.sql_store import Connection
    from nbtrack.stores.sqlite.sqlite_database import SqliteDatabase

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
    database : SqliteDatabase
        Where they are folded to.
    durable : bool
        Whether each write waits for the disk.
    """

    def __init__(self, folder: Path, database: SqliteDatabase, *, durable: bool) -> None:
        self.folder, self._database, self._durable = folder, database, durable
        self._lock = threading.RLock()
        self._writer: journal.Writer | None = None
        self._rotated: list[str] = []
        self._looked: dict[str, float] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        shutdown.watch(self)

    # writing

    def writer(self) -> journal.Writer:
        """Return the journal of this process, made on first use, and anew when the disk has failed the last one."""
        with self._lock:
            if self._writer is not None and self._writer.descriptor == journal.CLOSED:
                self._rotated.append(self._writer.name)
                self._writer = None
            if self._writer is None:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._writer = journal.Writer(self.folder, self._database.admit, durable=self._durable)
                if self._thread is None or not self._thread.is_alive():
                    self._stop = threading.Event()
                    self._thread = threading.Thread(target=self._keep_folding, name="nbtrack-fold", daemon=True)
                    self._thread.start()
            return self._writer

    def release(self, run_ids: Iterable[str] | None = None) -> None:
        """Forget runs that have ended or been deleted, by default all: whoever writes to one again asks for it."""
        writer = self._writer
        if writer is not None:
            writer.release(writer.runs() if run_ids is None else run_ids)

    def closed(self, connection: Connection) -> set[str]:
        """Return the runs that this process writes to although another one has deleted them."""
        written = self._writer.runs() if self._writer is not None else []
        return set(written) - runs.active(connection, written)

    def _keep_folding(self) -> None:
        stop, seen = self._stop, 0
        while not stop.wait(SECONDS_BETWEEN_FOLDS):
            writer = self._writer
            if writer is None:
                continue
            try:
                if writer.size != seen:
                    seen = writer.size
                    writer.sync()
                    self._database.settle()
                    self.rotate()
            except (NbtrackError, OSError) as error:
                warnings.warn(
                    f"metric points are safe in {writer.path}, but not in the database yet: {error}", stacklevel=1
                )

    # folding

    def pending(self, connection: Connection) -> bool:
        """Tell whether any journal says more than the database knows, or is abandoned."""
        known = _folded(connection)
        return any(size > known.get(name, 0) or self._abandoned(name) for name, size in self._sizes())

    def _sizes(self) -> Iterator[tuple[str, int]]:
        try:
            with os.scandir(self.folder) as entries:
                found = sorted(each.name for each in entries if each.name.endswith(journal.SUFFIX))
        except FileNotFoundError:
            return
        for each in found:
            try:
                yield each.removesuffix(journal.SUFFIX), os.stat(self.folder / each).st_size  # noqa: PTH116 - the fast way
            except FileNotFoundError:
                continue

    def _mine(self, name: str) -> bool:
        return self._writer is not None and name == self._writer.name

    def _abandoned(self, name: str) -> bool:
        """Tell whether another process's journal is orphaned, looking at most once a second."""
        moment = time.monotonic()
        if self._mine(name) or moment - self._looked.get(name, -SECONDS_BETWEEN_LOOKS) < SECONDS_BETWEEN_LOOKS:
            return False
        self._looked[name] = moment
        return journal.orphaned(self._path(name))

    def _path(self, name: str) -> Path:
        return self.folder / (name + journal.SUFFIX)

    def fold(self, connection: Connection) -> dict[Path, int]:
        """Fold every journal in the transaction that is open.

        Returns the files to remove once it is committed, and how many bytes of each could not be read.
        """
        known, finished = _folded(connection), {}
        names = self.names()
        _forget(connection, known.keys() - set(names))
        for name in names:
            orphaned = not self._mine(name) and journal.orphaned(self._path(name))
            left = self._fold_one(connection, name, known.get(name, 0))
            if orphaned and left is not None:
                finished[self._path(name)] = left
        return finished

    def fold_own(self, connection: Connection) -> None:
        """Fold what this process has written, in the order in which it was."""
        if self._writer is not None:
            known = _folded(connection)
            for name in dict.fromkeys([*self._rotated, self._writer.name]):
                self._fold_one(connection, name, known.get(name, 0))

    def _fold_one(self, connection: Connection, name: str, start: int) -> int | None:
        """Fold what a journal says from a place on; return how many bytes could not be read, None when it is gone."""
        data = self._read(name, start)
        if data is None:
            return None
        found = self._told(name, data, start)
        if found.end > start:
            block_storage.fold(connection, name, found)
        return start + len(data) - found.end

    def _told(self, name: str, data: bytes, start: int) -> block_storage.Fold:
        """Read a stretch of a journal; at its very beginning stands the line that names its owner."""
        first = 0 if start else journal.header(data)[1]
        if not start + first:
            return block_storage.Fold({}, {}, 0)
        return block_storage.read(data[first:], start + first, trusted=self._mine(name))

    def _read(self, name: str, start: int) -> bytes | None:
        try:
            with self._path(name).open("rb") as file:
                file.seek(start)
                return file.read()
        except FileNotFoundError:
            return None

    def names(self) -> list[str]:
        """Return the journals that are there."""
        return [name for name, _ in self._sizes()]

    def tail(self, connection: Connection, names: list[str]) -> list[tuple[str, block_storage.Fold]] | None:
        """Return what journals say beyond the snapshot that the connection sees, without storing it.

        None when one of them is gone: it was folded by somebody, and only a newer snapshot has it.
        """
        known, found = _folded(connection), []
        for name in names:
            start = known.get(name, 0)
            data = self._read(name, start)
            if data is None:
                return None
            if data:
                found.append((name, self._told(name, data, start)))
        return found

    # ending

    def rotate(self) -> None:
        """Begin a new file when this process's is long, and fold the old one to its end."""
        with self._lock:
            writer = self._writer
            if writer is None or writer.size <= ROTATED:
                return
            with writer.lock:
                self._rotated = [each for each in self._rotated if self._path(each).exists()] + [writer.name]
                writer.rotate()
        self._database.fold()

    def close(self) -> None:
        """Fold what is left and remove this process's journal."""
        with self._lock:
            writer, thread = self._writer, self._thread
            if writer is None:
                return
            self._stop.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        with self._lock, writer.lock:
            self._writer = None
            writer.close()
        self._finish(writer)

    def _finish(self, writer: journal.Writer) -> None:
        """Remove a journal that is closed, folding it before unless it was."""
        sizes = dict(self._sizes())
        size = sizes.get(writer.name)
        if size is None:
            return
        with self._database.reading(points=False) as connection:
            folded = max(_folded(connection).get(writer.name, 0), writer.begin)
        if size > folded or not sizes.keys().isdisjoint(self._rotated):
            self._database.fold()
        else:
            self._database.sync()
            self._path(writer.name).unlink(missing_ok=True)

    def forget(self) -> None:
        """Let go of what a fork has inherited: the parent goes on with it."""
        self._lock = threading.RLock()
        writer, self._writer, self._thread = self._writer, None, None
        if writer is not None:
            writer.close()


def _folded(connection: Connection) -> dict[Any, Any]:
    """Return how far each journal is known to the database."""
    rows: Iterable[tuple[Any, ...]] = connection.execute("SELECT name, folded FROM journals")
    return dict(rows)


def _forget(connection: Connection, names: Iterable[str]) -> None:
    """Forget journals whose files are gone; as long as one is there, how far it was read must be known."""
    for name in names:
        connection.execute("DELETE FROM journal_series WHERE journal = ?", (name,))
        connection.execute("DELETE FROM journals WHERE name = ?", (name,))


def remove(finished: dict[Path, int]) -> None:
    """Remove the journals of processes that are gone, and say of which one the end could not be read."""
    for path in finished:
        path.unlink(missing_ok=True)
    for path, left in finished.items():
        if left > 0:
            text = f"{path.name}, left by a process that is gone, was cut after its last whole record: {left} bytes"
            warnings.warn(text, stacklevel=2)
