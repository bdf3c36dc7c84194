"""The index of an MLflow folder: its experiments and runs in a database in memory, kept up to date."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import apsw

from nbtrack.errors import warn
from nbtrack.stores.mlflow_files import experiment_folder, run_folder
from nbtrack.stores.mlflow_files.checked_files import UnreadableError, entries, version
from nbtrack.stores.mlflow_files.index_writer import IndexWriter
from nbtrack.stores.mlflow_files.run_folder import META
from nbtrack.stores.run_ids import is_run_id
from nbtrack.stores.sqlite import connect
from nbtrack.stores.sqlite.connections import limited_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.query.sql import Dialect
    from nbtrack.stores.mlflow_files.checked_files import Version

TRASH = ".trash"
"""The folder of deleted experiments."""
NO_RUNS = frozenset((TRASH, "models", "tags", "datasets", "traces", "artifacts"))
"""Folders in that of an experiment that are not runs."""
REST_FACTOR, LONGEST_REST = 5.0, 5.0
"""After an update, the next one is due after so many times as long as it took, and at most so many seconds."""
LIVE_NS = 60_000_000_000
"""Runs that were modified in so many ns before, or have not ended, are checked file by file at each update."""
ROUNDS = 20
"""The files of all other runs are checked in so many updates, their folders in each."""


class _KnownRun:
    """A run in the index: its row, 0 if it cannot be read, and what its files were like when they were read."""

    __slots__ = ("live", "row", "signature")

    def __init__(self) -> None:
        self.row, self.live, self.signature = 0, True, run_folder.UNKNOWN


class _KnownExperiment:
    """An experiment in the index, and its runs by the names of their folders."""

    def __init__(self, path: str) -> None:
        self.path, self.signature = path, 0
        self.listed: Version | None = None
        """The version of the folder when its runs were listed."""
        self.runs: dict[str, _KnownRun] = {}
        self.datasets = experiment_folder.Datasets(path)


class FolderIndex:
    """A `Database` in memory with what the files of a folder contain; each read first looks for changed files."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        self.generation = 0
        """Increases when anything in the folder has changed."""
        self.unreadable: dict[str, str] = {}
        """Why an experiment or a run is left out, by its path below the folder."""
        self._lock = threading.RLock()
        self._opened: tuple[apsw.Connection, IndexWriter] | None = None
        self._experiments: dict[str, _KnownExperiment] = {}
        self._due, self._round = 0.0, 0
        self._told: set[str] = set()

    @property
    def dialect(self) -> Dialect:
        """See `Database.dialect`."""
        from nbtrack.query.sql import SQLITE

        return SQLITE

    @contextmanager
    def reading(self, *, points: bool = True) -> Iterator[apsw.Connection]:
        """Open a transaction on the index, after an update if one is due."""
        with self._lock:
            self.update()
            connection, _ = self._open()
            with limited_time(connection):
                yield connection

    @contextmanager
    def writing(self, run_id: str | None = None) -> Iterator[apsw.Connection]:
        """See `Database.writing`; nothing but updates writes to the index."""
        with self.reading() as connection:
            yield connection

    def close(self) -> None:
        """Discard the index; the next read indexes the folder again."""
        with self._lock:
            if self._opened is not None:
                self._opened[0].close()
            self._opened, self._experiments, self._due = None, {}, 0.0

    def _open(self) -> tuple[apsw.Connection, IndexWriter]:
        if self._opened is None:
            connection = apsw.Connection(":memory:")
            connect.migrate(connection, Path(self.root))
            connection.execute("PRAGMA foreign_keys = ON; DELETE FROM experiments")
            connection.pragma("journal_mode", "off")
            self._opened = connection, IndexWriter(connection)
        return self._opened

    def folder(self, run_id: str) -> str | None:
        """Return the path of the folder of a run, or None if there is none that can be read."""
        found = (f"{each.path}/{run_id}" for each in self._experiments.values() if run_id in each.runs)
        return next(found, None)

    # updates

    def update(self) -> None:
        """Update the index, unless that was done just before."""
        with self._lock:
            began = time.monotonic()
            if began < self._due:
                return
            self._round = (self._round + 1) % ROUNDS
            with self._writing():
                self._update_experiments()
            now = time.monotonic()
            self._due = now + min(REST_FACTOR * (now - began), LONGEST_REST)
            self._report()

    def refresh(self) -> None:
        """Update the index, even if that was done just before."""
        with self._lock:
            self._due = 0.0
            self.update()

    def check_run(self, run_id: str) -> None:
        """Update one run; an unknown one may be new."""
        with self._lock:
            known = next((each for each in self._experiments.values() if run_id in each.runs), None)
            if known is None or version(f"{known.path}/{run_id}") is None:
                self.refresh()
            else:
                with self._writing():
                    self._update_run(known, run_id, thorough=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        connection, writer = self._open()
        connection.execute("BEGIN")
        try:
            yield
            writer.flush()
        finally:
            connection.execute("COMMIT")

    @property
    def _writer(self) -> IndexWriter:
        return self._open()[1]

    def _report(self) -> None:
        """Warn once about what cannot be read."""
        new = [each for each in self.unreadable if each not in self._told]
        if new:
            self._told.update(new)
            warn(
                f"{len(new)} of the experiments and runs in {self.root} cannot be read and are left out:"
                f" {new[0]} ({self.unreadable[new[0]]}); `nbtrack db check {self.root}` lists all"
            )

    def _update_experiments(self) -> None:
        present = _experiment_folders(self.root)
        for experiment_id, known in list(self._experiments.items()):
            if present.get(experiment_id) != known.path:
                self._forget(experiment_id)
        for experiment_id, path in present.items():
            where = os.path.relpath(path, self.root)
            try:
                self._update_experiment(experiment_id, path)
            except UnreadableError as error:
                self.unreadable[where] = str(error)
            else:
                self.unreadable.pop(where, None)
            if experiment_id in self._experiments:
                self._update_runs(self._experiments[experiment_id])
        # Folders that were left out may have been moved or deleted since.
        gone = [each for each in self.unreadable if not os.path.lexists(f"{self.root}/{each}")]
        for each in gone:
            del self.unreadable[each]

    def _forget(self, experiment_id: str) -> None:
        known = self._experiments.pop(experiment_id)
        for run_id, run in known.runs.items():
            self._writer.delete_run(run_id, run.row)
        self._writer.delete_experiment(experiment_id)
        self.generation += 1

    def _update_experiment(self, experiment_id: str, path: str) -> None:
        """Read an experiment if it is new or has changed."""
        known = self._experiments.get(experiment_id)
        if known is not None and experiment_folder.signature(path) == known.signature:
            return
        found = experiment_folder.read_experiment(path, experiment_id)
        self._writer.write_experiment(found.experiment)
        self._experiments.setdefault(experiment_id, _KnownExperiment(path)).signature = found.signature
        self.generation += 1

    def _update_runs(self, known: _KnownExperiment) -> None:
        listed = version(known.path)
        if listed != known.listed:
            self._list_runs(known)
            known.listed = listed
        for place, run_id in enumerate(known.runs):
            self._update_run(known, run_id, thorough=place % ROUNDS == self._round)

    def _list_runs(self, known: _KnownExperiment) -> None:
        """Add the folders that are new to the runs of an experiment, and drop those that are gone."""
        present = set()
        for each in entries(known.path):
            if each.name in NO_RUNS or each.is_file(follow_symlinks=False):
                continue
            if each.is_dir(follow_symlinks=False) and is_run_id(each.name):
                present.add(each.name)
            else:
                self.unreadable[os.path.relpath(each.path, self.root)] = "it is a link, or its name is not a run id"
        for gone in known.runs.keys() - present:
            self._drop(gone, known.runs.pop(gone))
        for new in sorted(present - known.runs.keys()):
            known.runs[new] = _KnownRun()

    def _drop(self, run_id: str, known: _KnownRun) -> None:
        if known.row:
            self._writer.delete_run(run_id, known.row)
            known.row = 0
            self.generation += 1

    def _update_run(self, experiment: _KnownExperiment, run_id: str, *, thorough: bool) -> None:
        """Read a run if it has changed; `thorough` compares all its files."""
        known, path = experiment.runs[run_id], f"{experiment.path}/{run_id}"
        if not _has_changed(known, path, thorough=thorough):
            return
        where = path[len(self.root) + 1 :]
        try:
            found = run_folder.read_run(path, run_id, experiment.datasets.find)
            known.row = self._writer.write_run(found.run, known.row)
        except UnreadableError as error:
            if version(path) is not None:
                self.unreadable[where] = str(error)
            self._drop(run_id, known)
            known.signature, known.live = run_folder.UNKNOWN._replace(folders=run_folder.folders_version(path)), False
            return
        self.unreadable.pop(where, None)
        known.signature, known.live = found.signature, _is_live(found)
        self.generation += 1


def _experiment_folders(root: str) -> dict[str, str]:
    """Return the paths of the folders of experiments by their names, active ones first."""
    found: dict[str, str] = {}
    for folder in (root, f"{root}/{TRASH}"):
        for each in sorted(entries(folder), key=lambda entry: entry.name):
            if each.name not in NO_RUNS and not each.name.startswith(".") and version(f"{each.path}/{META}"):
                found.setdefault(each.name, each.path)
    return found


def _has_changed(known: _KnownRun, path: str, *, thorough: bool) -> bool:
    if known.signature is run_folder.UNKNOWN or run_folder.folders_version(path) != known.signature.folders:
        return True
    return known.row > 0 and (thorough or known.live) and run_folder.files_version(path) != known.signature.files


def _is_live(found: run_folder.ReadRun) -> bool:
    """Return whether a run is likely to change soon."""
    return found.run.info.end_time is None or time.time_ns() - found.signature.newest < LIVE_NS
