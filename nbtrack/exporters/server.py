"""Copies whole experiments to a server, which gives them and their runs new ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import tags
from nbtrack.entities import LifecycleStage
from nbtrack.errors import NbtrackError, Unreachable
from nbtrack.importers.importer import Imported, ImportSummary, summary
from nbtrack.logged_models.copying import copy_points_of_others
from nbtrack.tracking.client import MlflowClient
from nbtrack.transfer import copy_between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbtrack.entities import Experiment, Run
    from nbtrack.importers.source import Source

    OnRun = Callable[[Imported | None, int], object]


def copy_to_server(source: Source, source_uri: str, address: str, on_run: OnRun) -> ImportSummary:
    """Copy all runs of a source; see `nbtrack.exporters.export_runs`."""
    copying = _Copying(source, MlflowClient(source_uri), MlflowClient(address))
    experiments = list(source.experiments())
    total = sum(source.count(each.experiment_id) for each in experiments)
    done = []
    for experiment in experiments:
        for copied in copying.experiment(experiment):
            on_run(copied, total)
            if copied is not None:
                done.append(copied)
    copying.complete_models()
    return summary(done, {**source.left_out(), **copying.left_out})


class _Copying:
    def __init__(self, source: Source, here: MlflowClient, there: MlflowClient) -> None:
        self._source, self._here, self._there = source, here, there
        self.left_out: dict[str, str] = {}
        self._copies: dict[str, str] = {}
        self._with_models: list[Run] = []

    def experiment(self, experiment: Experiment) -> Iterator[Imported | None]:
        """Yield the result for each run of an experiment, None for runs that are left out."""
        home = self._home(experiment)
        if home is None:
            return
        for run in self._source.runs(experiment.experiment_id):
            try:
                copied = copy_between(run, self._here, self._there, home)
                self._copies[run.info.run_id] = copied.run_id
                if tags.MODEL_OUTPUTS in run.data.tags:
                    self._with_models.append(run)
                yield Imported(copied.run_id, run.info.run_name, *copied[1:])
            except NbtrackError as error:
                if isinstance(error, Unreachable):
                    raise
                self.left_out[f"run {run.info.run_id[:80]}"] = str(error)
                yield None
        if experiment.lifecycle_stage == LifecycleStage.DELETED:
            self._there.delete_experiment(home)

    def complete_models(self) -> None:
        """Add to the models what runs have logged for them that were copied later than their own."""
        for run in self._with_models:
            copy_points_of_others(run, self._copies, self._here.store, self._there.store)

    def _home(self, experiment: Experiment) -> str | None:
        """Return the id of the experiment on the server; None when it is in the trash."""
        found = self._there.get_experiment_by_name(experiment.name)
        if found is None:
            return self._there.create_experiment(experiment.name, tags=experiment.tags)
        if found.lifecycle_stage == LifecycleStage.DELETED:
            if experiment.lifecycle_stage != LifecycleStage.DELETED:
                self.left_out[f"experiment {experiment.name[:80]}"] = (
                    "it is in the trash of the server: restore it first"
                )
            return None
        for key, value in experiment.tags.items():
            if key not in found.tags:
                self._there.set_experiment_tag(found.experiment_id, key, value)
        return found.experiment_id
