"""Importing: each run of a source is written with everything that belongs to it, then its artifacts are copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbtrack import locate, validation
from nbtrack import tags as reserved
from nbtrack.artifact_storage.artifact_repository import join
from nbtrack.entities import LifecycleStage
from nbtrack.errors import DamagedStore, InvalidValue, NbtrackError, StorageFailed, Unreachable, Unsupported
from nbtrack.importers import model_artifacts
from nbtrack.importers.open_source import open_source
from nbtrack.importers.target import StoreTarget
from nbtrack.stores.sql import SqlStore
from nbtrack.stores.sql.read_only_store import ReadOnlyStore
from nbtrack.tracking.tracking_uri import get_tracking_uri

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import Experiment, Run
    from nbtrack.importers.source import Source
    from nbtrack.importers.target import Target


class Imported(NamedTuple):
    """A run that was read."""

    run_id: str
    name: str
    is_new: bool
    """Whether the store did not have it before."""
    points: int
    """The number of points that were added."""
    files: int
    """The number of artifacts that were copied."""


class ImportSummary(NamedTuple):
    """The result of an import."""

    new: int
    """Runs that the store did not have."""
    updated: int
    """Runs that got missing points or artifacts."""
    unchanged: int
    points: int
    files: int
    left_out: dict[str, str]
    """Why runs and experiments were left out, by their names."""


def import_runs(
    source: str | Path, into: str | Path | None = None, on_run: Callable[[Imported | None, int], object] | None = None
) -> ImportSummary:
    """Import all runs of another tracker; a second import adds only what is new.

    Parameters
    ----------
    source : str or Path
        A folder, a database or the address of a server; `nbtrack.importers` lists what is known.
    into : str or Path, optional
        The tracking URI of the store to import into, by default the current one.
    on_run : callable, optional
        Called after each run with what was imported of it, None if it was left out, and the number of all runs,
        0 if that is not known.

    Returns
    -------
    ImportSummary
        What was added, and what was left out, and why.

    Raises
    ------
    NotFound, Unsupported
        When there is no such source, or its kind is unknown.
    Unsupported
        When the store to import into does not keep run ids, such as a server.
    """
    importer = Importer(open_source(str(source)), _target(into or get_tracking_uri()))
    return importer.run(on_run or (lambda _, __: None))


def _target(uri: str | Path) -> StoreTarget:
    store = locate.store(uri)
    if isinstance(store, ReadOnlyStore) or not isinstance(store, SqlStore):
        msg = (
            f"{locate.without_password(str(uri))} cannot be imported into: name a folder or a database of nbtrack with"
            " --into, and push runs to a server from there (`nbtrack runs push`)"
        )
        raise Unsupported(msg)
    return StoreTarget(store)


class Importer:
    """Copies the runs of one source into one target."""

    def __init__(self, source: Source, target: Target) -> None:
        self._source, self._target = source, target
        self._left_out: dict[str, str] = {}

    def run(self, on_run: Callable[[Imported | None, int], object]) -> ImportSummary:
        """Import everything."""
        if self._source.uri == self._target.uri:
            msg = f"{self._target.uri} cannot be imported into itself"
            raise InvalidValue(msg)
        experiments = list(self._source.experiments())
        total = sum(self._source.count(each.experiment_id) for each in experiments)
        done = []
        for experiment in experiments:
            for imported in self._runs(experiment):
                on_run(imported, total)
                if imported is not None:
                    done.append(imported._replace(name=""))
        if done:
            self._target.flush()
        return summary(done, {**self._source.left_out(), **self._left_out})

    def _runs(self, experiment: Experiment) -> Iterator[Imported | None]:
        """Yield the result for each run of an experiment, None for runs that are left out."""
        experiment_id = self._experiment_id(experiment)
        for run in self._source.runs(experiment.experiment_id):
            try:
                yield self._import_run(run, experiment_id)
            except (NbtrackError, UnicodeError) as error:
                if isinstance(error, StorageFailed | Unreachable) and not isinstance(error, DamagedStore):
                    raise
                self._left_out[f"run {run.info.run_id[:80]}"] = str(error)
                yield None

    def _experiment_id(self, experiment: Experiment) -> str:
        """Return the id of the experiment of the same name, created if there is none."""
        found = self._target.find_experiment(experiment.name)
        if found is not None and found.lifecycle_stage != experiment.lifecycle_stage:
            found = self._target.find_experiment(f"{experiment.name} ({experiment.lifecycle_stage})")
            experiment = experiment._replace(name=f"{experiment.name} ({experiment.lifecycle_stage})")
        if found is not None:
            self._add_tags(found, experiment)
            return found.experiment_id
        tags = {**experiment.tags, reserved.IMPORTED_EXPERIMENT: experiment.experiment_id}
        location = experiment.artifact_location
        kept = location if locate.scheme(location) not in {"", "file", locate.PROXIED} else None
        return self._target.write_experiment(experiment._replace(tags=tags), kept)

    def _add_tags(self, found: Experiment, experiment: Experiment) -> None:
        """Set the tags that an experiment of the target lacks, unless it is in the trash."""
        missing = {key: value for key, value in experiment.tags.items() if key not in found.tags}
        if missing and found.lifecycle_stage == LifecycleStage.ACTIVE:
            self._target.set_experiment_tags(found.experiment_id, missing)

    def _import_run(self, run: Run, experiment_id: str) -> Imported:
        _check(run)
        models = self._source.models(run)
        run, source = model_artifacts.with_models(run, models), self._source.artifacts(run)
        uri = (run.info.artifact_uri or None) if source is None else None
        histories = ((key, self._source.point_parts(run.info.run_id, key)) for key in run.data.metrics)
        written = self._target.write_run(run, experiment_id, uri, histories)
        self._target.write_models(run, experiment_id, models)
        files = 0
        if source is not None:
            files += self._copy_artifacts(run.info.run_id, source)
            for path, model in model_artifacts.paths(models).items():
                files += self._copy_artifacts(
                    run.info.run_id, locate.repository(model.artifact_uri, self._source.uri), path
                )
        return Imported(run.info.run_id, run.info.run_name, written.is_new, written.points, files)

    def _copy_artifacts(self, run_id: str, source: ArtifactRepository, folder: str = "") -> int:
        """Copy the missing artifacts of a run to its folder; return how many."""
        target = self._target.artifacts(run_id)
        known: dict[str, dict[str, int | None]] = {}
        copied = []
        for path, size in _files(source):
            place = join(folder, path)
            beside = place.rpartition("/")[0]
            if beside not in known:
                known[beside] = {each.path: each.file_size for each in target.list(beside)}
            if place not in known[beside] or known[beside][place] != size:
                with source.open(path) as file:
                    target.put(file, place, synced=False)
                copied.append(place)
        target.sync(copied)
        return len(copied)


def summary(done: Sequence[Imported], left_out: dict[str, str]) -> ImportSummary:
    """Return the sums over runs that were written."""
    new = sum(each.is_new for each in done)
    updated = sum(not each.is_new and each.points + each.files > 0 for each in done)
    points, files = (sum(getattr(each, name) for each in done) for name in ("points", "files"))
    return ImportSummary(new, updated, len(done) - new - updated, points, files, left_out)


def _check(run: Run) -> None:
    """Raise `InvalidValue` when a run has keys or values that nbtrack's stores can't hold."""
    validation.texts("parameter", run.data.params)
    validation.texts("tag", run.data.tags)
    for key in run.data.metrics:
        validation.key("metric", key)


def _files(repository: ArtifactRepository, path: str = "") -> Iterator[tuple[str, int | None]]:
    """Yield the path and size of every file below a folder."""
    for each in repository.list(path):
        if each.is_dir:
            yield from _files(repository, each.path)
        else:
            yield each.path, each.file_size
