"""The database of a local folder: SQLite for rows, and journals through which metric points arrive.

A reader first compacts what any journal contains beyond the database, so every read sees every acknowledged write. The
journal of a dead process is compacted to its end and deleted.
"""

from __future__ import annotations

import contextlib
import os
import threading
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import apsw

from nbtrack.errors import AlreadyExists, NbtrackError, NotFound, StorageFailed
from nbtrack.stores import append_log, shutdown
from nbtrack.stores.sql import orphaned_runs, runs
from nbtrack.stores.sqlite import compaction, journal_folder
from nbtrack.stores.sqlite.connections import Connections, busy_timeout, limited_time
from nbtrack.stores.sqlite.journal_folder import JournalFolder
from nbtrack.stores.sqlite.journal_view import journal_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from nbtrack.query.sql import Dialect
    from nbtrack.stores.sqlite.compaction import JournalContent
    from nbtrack.stores.sqlite.journal import JournalWriter

READER_WAITS = 0.05
"""Seconds that a reader waits to compact journals before it reads them through a `journal_view`."""
SECONDS_BETWEEN_COMPACTIONS = 1.0
ROTATED_BYTES = 32 << 20
"""Size from which a compacted journal is replaced by a new one."""


class SqliteDatabase:
    """A database file and a folder of journals, which transactions see as part of the database.

    The first write creates them; until then the database is empty. With `durable` each write waits for the disk.
    """

    def __init__(self, path: Path, journals: Path, *, durable: bool = False) -> None:
        self.path, self._durable = path, durable
        self._connections = Connections(path, durable=durable)
        self._journals = JournalFolder(journals)
        self._orphan_check = orphaned_runs.OrphanCheckTimer()
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._unsynced, self._created = False, ""
        shutdown.register(self)

    @property
    def dialect(self) -> Dialect:
        """See `Database.dialect`; only a search asks."""
        from nbtrack.query.sql import SQLITE

        return SQLITE

    def files(self) -> list[Path]:
        """Return the files that a write changes: the database, its write-ahead log and the journals."""
        return [self.path, self._log, *self._journals.path.glob("*")]

    @property
    def _log(self) -> Path:
        return self.path.with_name(self.path.name + "-wal")

    # transactions

    @contextmanager
    def reading(self, *, points: bool = True) -> Iterator[apsw.Connection]:
        """Open a read-only transaction that sees everything acknowledged before; without `points`, except journals."""
        with self._connections.translated_errors():
            connection = self._connections.get() if self.path.exists() else self._connections.empty()
            if points:
                self._end_orphans(connection)
            tails = self._begin(connection, journals=points)
            try:
                with journal_view(connection, tails), limited_time(connection):
                    yield connection
            finally:
                connection.execute("COMMIT")

    def _begin(self, connection: apsw.Connection, *, journals: bool) -> list[tuple[str, JournalContent]]:
        """Begin a transaction, and return what journals contain beyond its snapshot.

        A journal that is gone was compacted by another process, and only a newer snapshot has its points.
        """
        while True:
            behind = self._uncompacted(connection) if journals else []
            connection.execute("BEGIN")
            tails = list(self._journals.tails(behind, compaction.offsets(connection)))
            if None not in tails:
                return [each for each in tails if each is not None]
            connection.execute("COMMIT")

    def _uncompacted(self, connection: apsw.Connection) -> list[str]:
        """Compact what is pending; if that is not possible now, return the journals that have to be read."""
        if not self._journals.pending(compaction.offsets(connection)):
            return []
        names = list(self._journals.sizes())
        try:
            with busy_timeout(connection, READER_WAITS):
                self.compact(durable=False)
        except StorageFailed:
            return names
        else:
            return []

    def _end_orphans(self, connection: apsw.Connection) -> None:
        """End the runs of dead processes, if the store can be written now."""
        if self._orphan_check.due() and orphaned_runs.find(connection):
            with contextlib.suppress(StorageFailed), busy_timeout(connection, READER_WAITS):
                self.compact()
                with self.writing(durable=True) as writable:
                    orphaned_runs.end(writable, orphaned_runs.find(writable))

    @contextmanager
    def writing(self, run_id: str | None = None, *, durable: bool = False) -> Iterator[apsw.Connection]:
        """Open a transaction that may write, after compacting this process's journals; it excludes other writers."""
        with self._connections.translated_errors():
            if not self.path.exists():
                self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = self._connections.get()
            with self._connections.committed(connection, durable=durable):
                self._compact_own(connection)
                yield connection

    def send_heartbeat(self, run_ids: Iterable[str]) -> None:
        """Record that this process is alive on those of some runs that belong to it."""
        with self.writing() as connection:
            orphaned_runs.send_heartbeat(connection, run_ids)

    # journals

    def journal(self) -> JournalWriter:
        """Return the journal of this process, created on first use and again after the disk failed."""
        with self._lock:
            writer = self._journals.current
            if writer is not None and writer.descriptor == append_log.CLOSED:
                self._journals.retire()
                writer = None
            if writer is None:
                writer = self._journals.create(self._admit, durable=self._durable)
                self._start_compacting()
            return writer

    def created(self, run_id: str) -> None:
        """Note that this process has just created a run, which need not be checked before the first write to it."""
        self._created = run_id

    def _admit(self, run_id: str) -> None:
        if run_id == self._created:
            return
        with self.reading(points=False) as connection:
            runs.writable_row(connection, run_id)

    def release(self, run_ids: Iterable[str] | None = None) -> None:
        """Forget runs, by default all, so that the next write to one checks it again."""
        self._created = ""
        writer = self._journals.current
        if writer is not None:
            writer.release(writer.runs() if run_ids is None else run_ids)

    def compact(self, *, durable: bool = True) -> None:
        """Move the content of the journals into the database."""
        finished: dict[Path, int] = {}
        with self._connections.translated_errors():
            connection = self._connections.get()
            with self._connections.committed(connection, durable=durable):
                offsets, names = compaction.offsets(connection), list(self._journals.sizes())
                compaction.forget(connection, offsets.keys() - set(names))
                for name in names:
                    orphaned = self._journals.is_orphaned(name)
                    unreadable = self._compact_one(connection, name, offsets.get(name, 0))
                    if orphaned and unreadable is not None:
                        finished[self._journals.file(name)] = unreadable
            if finished:
                self._sync()
            journal_folder.remove(finished)

    def _compact_own(self, connection: apsw.Connection) -> None:
        """Compact the journals of this process, in order."""
        own = self._journals.own()
        if own:
            offsets = compaction.offsets(connection)
            for name in own:
                if self._journals.has_more(name, offsets.get(name, 0)):
                    self._compact_one(connection, name, offsets.get(name, 0))

    def _compact_one(self, connection: apsw.Connection, name: str, start: int) -> int | None:
        """Compact a journal from an offset on; return the number of unreadable bytes, None if the journal is gone."""
        found = self._journals.read(name, start)
        if found is None:
            return None
        content, unreadable = found
        if content.end > start:
            compaction.store(connection, name, content)
        return unreadable

    def catch_up(self) -> None:
        """Compact what any process has acknowledged."""
        with self._connections.translated_errors():
            pending = self.path.exists() and self._journals.pending(compaction.offsets(self._connections.get()))
        if pending:
            self.compact(durable=False)

    def _sync(self) -> None:
        """Wait until commits are on disk."""
        with contextlib.suppress(FileNotFoundError):
            log = os.open(self._log, os.O_RDWR)
            try:
                os.fdatasync(log)
            finally:
                os.close(log)

    @property
    def syncs_periodically(self) -> bool:
        """Whether there is a thread that can wait for the disk, as long as this process has a journal."""
        return self._thread is not None and self._thread.is_alive()

    def sync_soon(self) -> None:
        """Make that thread wait until the current commits are on disk."""
        self._unsynced = True

    def _sync_commits(self) -> None:
        if self._unsynced:
            self._unsynced = False
            self._sync()

    # the thread that compacts

    def _start_compacting(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._stop = threading.Event()
            self._thread = threading.Thread(target=self._compact_periodically, name="nbtrack-compaction", daemon=True)
            self._thread.start()

    def _compact_periodically(self) -> None:
        stop, seen = self._stop, 0
        while not stop.wait(SECONDS_BETWEEN_COMPACTIONS):
            writer = self._journals.current
            if writer is None:
                continue
            try:
                if writer.size != seen:
                    seen = writer.size
                    writer.sync()
                    self._compact_durably()
                    self._rotate()
                self._sync_commits()
            except (NbtrackError, OSError) as error:
                text = f"Metric points are safe in {writer.path}, but not yet in the database: {error}"
                warnings.warn(text, stacklevel=1)

    def _compact_durably(self) -> None:
        """Compact this process's journals to disk, and release runs that others have deleted."""
        with self.writing(durable=True) as connection:
            writer = self._journals.current
            logged = writer.runs() if writer is not None else []
            deleted = set(logged) - runs.active(connection, logged)
        self.release(deleted)

    def _rotate(self) -> None:
        """If this process's journal is long, start a new one and compact the old one to its end."""
        with self._lock:
            writer = self._journals.current
            if writer is None or writer.size <= ROTATED_BYTES:
                return
            with writer.lock:
                self._journals.rotate()
        self.compact()

    # maintenance

    def shrink(self) -> None:
        """Return free space to the file system, unless the database is busy."""
        with self._connections.translated_errors(), contextlib.suppress(apsw.BusyError):
            self._connections.get().execute("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")

    def back_up(self, target: Path) -> None:
        """Compact the journals, and copy the database to a new file."""
        if target.exists():
            msg = f"{target} already exists: choose a new file"
            raise AlreadyExists(msg)
        if not self.path.exists():
            msg = f"Database {self.path} not found: there is nothing to back up"
            raise NotFound(msg)
        self.compact()
        with self._connections.translated_errors():
            self._connections.get().execute("VACUUM INTO ?", (str(target),))

    # the end

    def close(self) -> None:
        """Compact what is left, delete this process's journal, and close every connection."""
        try:
            self.at_exit()
        finally:
            self._connections.close()

    def at_exit(self) -> None:
        """Compact what is left, and delete this process's journal."""
        with self._lock:
            writer, thread = self._journals.current, self._thread
            if writer is None:
                return
            self._stop.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        with self._lock, writer.lock:
            self._journals.forget()
        self._finish(writer)

    def _finish(self, writer: JournalWriter) -> None:
        """Delete a closed journal, after compacting it if necessary."""
        sizes = self._journals.sizes()
        size = sizes.get(writer.name)
        if size is None:
            return
        with self.reading(points=False) as connection:
            compacted = max(compaction.offsets(connection).get(writer.name, 0), writer.begin)
        if size > compacted or not sizes.keys().isdisjoint(self._journals.earlier()):
            self.compact()
        else:
            self._sync()
            writer.path.unlink(missing_ok=True)

    def after_fork(self) -> None:
        """See `ProcessResource.after_fork`."""
        self._lock, self._thread = threading.RLock(), None
        self._journals.forget()
