"""The interface of every target of an import, and its implementation for nbtrack's stores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from nbtrack import locate
from nbtrack.importers import model_artifacts
from nbtrack.logged_models import Descriptions, models_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import Experiment, Run
    from nbtrack.stores.logged_models import LoggedModel
    from nbtrack.stores.sql import SqlStore
    from nbtrack.stores.sql.whole_runs import Histories, Written


class Target(Protocol):
    """Writes the runs of another store, with their ids; existing runs get missing data."""

    uri: str

    def find_experiment(self, name: str) -> Experiment | None:
        """Return the experiment with a name, deleted or not, or None."""
        ...

    def write_experiment(self, experiment: Experiment, location: str | None) -> str:
        """Write an experiment, and return the id that it has here.

        Parameters
        ----------
        experiment : Experiment
            The experiment of the other store.
        location : str or None
            Where the artifacts of its runs go; None for the target's default.
        """
        ...

    def set_experiment_tags(self, experiment_id: str, tags: Mapping[str, str | None]) -> None:
        """Set tags of an experiment."""
        ...

    def write_run(self, run: Run, experiment_id: str, artifact_uri: str | None, histories: Histories) -> Written:
        """Write a run in one transaction, or add missing data to the existing one.

        Raises
        ------
        InvalidValue
            When the target cannot hold the run.
        AlreadyExists
            When another experiment has a run with this id.
        """
        ...

    def write_models(self, run: Run, experiment_id: str, models: Sequence[LoggedModel]) -> None:
        """Write parameters, tags and metrics of the models of a written run; its tags say where their files are."""
        ...

    def artifacts(self, run_id: str) -> ArtifactRepository:
        """Return where the artifacts of a written run are kept."""
        ...

    def flush(self) -> None:
        """Wait until everything is on disk."""
        ...


class StoreTarget:
    """A `Target` over a store of nbtrack."""

    def __init__(self, store: SqlStore) -> None:
        self.uri, self._store = store.uri, store
        self.find_experiment = store.find_experiment
        self.write_experiment = store.write_experiment
        self.set_experiment_tags = store.set_experiment_tags
        self.write_run = store.write_run
        self.flush = store.flush

    def write_models(self, run: Run, experiment_id: str, models: Sequence[LoggedModel]) -> None:
        """See `Target.write_models`; a model with the id of another experiment is only in the run's tags."""
        descriptions = models_of(self._store)  # type: ignore[arg-type] # every target that is opened is a `Store`
        assert isinstance(descriptions, Descriptions)
        places = {each.model_id: path for path, each in model_artifacts.paths(models).items()}
        for each in models:
            path = each.path or places[each.model_id]
            descriptions.adopt(each, experiment_id, run.info.run_id, path)

    def artifacts(self, run_id: str) -> ArtifactRepository:
        """See `Target.artifacts`."""
        return locate.repository(self._store.get_run(run_id).info.artifact_uri)
