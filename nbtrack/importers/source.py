"""The interface of every source of an import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import Experiment, Run
    from nbtrack.stores.blocks import Points
    from nbtrack.stores.logged_models import LoggedModel


class Source(Protocol):
    """Reads the experiments and runs of a tracker; errors of one run concern that run only."""

    uri: str

    def experiments(self) -> Iterable[Experiment]:
        """Yield all experiments, deleted ones too."""
        ...

    def count(self, experiment_id: str) -> int:
        """Return the number of runs of an experiment, 0 if it is not known."""
        ...

    def runs(self, experiment_id: str) -> Iterator[Run]:
        """Yield the runs of an experiment, parents before their children if possible."""
        ...

    def point_parts(self, run_id: str, key: str) -> Iterable[Points]:
        """Yield the points of a metric in logged order, a limited number at once."""
        ...

    def artifacts(self, run: Run) -> ArtifactRepository | None:
        """Return where the artifacts of a run are copied from; None if they stay where they are."""
        ...

    def models(self, run: Run) -> list[LoggedModel]:
        """Return the models that a run has logged, with their metrics."""
        ...

    def left_out(self) -> Mapping[str, str]:
        """Return why experiments and runs could not be read, by their names."""
        ...
