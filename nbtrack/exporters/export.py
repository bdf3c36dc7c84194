"""Exporting: finds the target for what the user named, and writes to it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack import locate
from nbtrack.errors import NotFound, Unsupported
from nbtrack.exporters import tables
from nbtrack.exporters.mlflow_database import MlflowDatabase
from nbtrack.exporters.mlflow_folder import MlflowFolder
from nbtrack.exporters.server import copy_to_server
from nbtrack.importers.importer import Importer
from nbtrack.importers.store_source import StoreSource
from nbtrack.tracking.tracking_uri import get_tracking_uri

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nbtrack.entities import Experiment
    from nbtrack.importers.importer import Imported, ImportSummary
    from nbtrack.stores.interface import Store

_DATABASES = frozenset((".db", ".sqlite", ".sqlite3"))


def export_runs(
    target: str | Path,
    experiments: Sequence[str] | None = None,
    source: str | Path | None = None,
    on_run: Callable[[Imported | None, int], object] | None = None,
) -> ImportSummary:
    """Export experiments with all their runs; a second export adds only what is new.

    Parameters
    ----------
    target : str or Path
        A folder, a database, a table or the address of a server; `nbtrack.exporters` lists what is known.
    experiments : sequence of str, optional
        The names of the experiments, by default all.
    source : str or Path, optional
        The tracking URI of the store to export, by default the current one.
    on_run : callable, optional
        Called after each run with what was written of it, None if it was left out, and the number of all runs,
        0 if that is not known.

    Returns
    -------
    ImportSummary
        What was added, and what was left out, and why.

    Raises
    ------
    NotFound
        When there is no such experiment.
    Unsupported
        When the target is of an unknown kind, or contains something else.
    """
    store, place = locate.store(source or get_tracking_uri()), str(target)
    chosen = ChosenExperiments(store, experiments)
    each_run = on_run or (lambda _, __: None)
    kind, suffix = locate.scheme(place), Path(place).suffix.lower()
    if kind in locate.SERVERS:
        return copy_to_server(chosen, store.uri, place, each_run)
    if suffix in tables.FORMATS and kind in {"", "file"}:
        return tables.write(store, list(chosen.experiments()), _path(place), each_run)
    with closing(_mlflow_target(place, kind, suffix)) as written:
        return Importer(chosen, written).run(each_run)


def _mlflow_target(place: str, kind: str, suffix: str) -> MlflowDatabase | MlflowFolder:
    if kind == "sqlite" or (suffix in _DATABASES and kind in {"", "file"}):
        return MlflowDatabase(_path(place))
    if kind in {"", "file"}:
        return MlflowFolder(_path(place))
    msg = (
        f"{locate.without_password(place)} cannot be exported to: name a folder, a database such as mlflow.db, a table"
        " such as runs.csv or runs.parquet, or the address of an MLflow server"
    )
    raise Unsupported(msg)


def _path(place: str) -> Path:
    return Path(locate.resolve(place).removeprefix("sqlite:///"))


class ChosenExperiments(StoreSource):
    """Some experiments of a store as a `Source`."""

    def __init__(self, store: Store, names: Sequence[str] | None) -> None:
        super().__init__(store)
        self._names = None if names is None else frozenset(names)
        missing = [each for each in names or () if store.find_experiment(each) is None]
        if missing:
            msg = f"Experiment {missing[0]!r} not found in {locate.without_password(store.uri)}"
            raise NotFound(msg)

    def experiments(self) -> Iterator[Experiment]:
        """See `Source.experiments`."""
        for each in super().experiments():
            if self._names is None or each.name in self._names:
                yield each
