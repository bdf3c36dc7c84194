"""A store that another program writes, and that is only read here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from nbtrack.errors import Unsupported
from nbtrack.stores.sql.sql_store import SqlStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.entities import DatasetInput, Metric, Run, RunInfo
    from nbtrack.stores.interface import Appender, Delivery, Pairs
    from nbtrack.stores.sql.retention import Thinned
    from nbtrack.stores.sql.sizes import ExperimentSize


class ReadOnlyStore(SqlStore):
    """A `SqlStore` whose writes raise `Unsupported`, with what to do instead."""

    def _refuse(self) -> NoReturn:
        msg = (
            f"{self.uri} is a store of MLflow, which nbtrack reads but never changes: run `nbtrack import {self.uri}`"
            " to copy its runs into a store of nbtrack, or choose another store with set_tracking_uri(),"
            " MLFLOW_TRACKING_URI or --tracking-uri"
        )
        raise Unsupported(msg)

    def create_experiment(
        self, name: str, artifact_location: str | None = None, tags: Mapping[str, str] | None = None
    ) -> str:
        """Refuse to write."""
        self._refuse()

    def update_experiment(self, experiment_id: str, *, name: str | None = None, stage: str | None = None) -> None:
        """Refuse to write."""
        self._refuse()

    def set_experiment_tags(self, experiment_id: str, tags: Mapping[str, str | None]) -> None:
        """Refuse to write."""
        self._refuse()

    def thin_points(
        self, before: int, experiment_ids: Sequence[str] | None = None, run_ids: Sequence[str] | None = None
    ) -> Thinned:
        """Refuse to write."""
        self._refuse()

    def sizes(self) -> list[ExperimentSize]:
        """Refuse, since MLflow's tables have no sizes."""
        self._refuse()

    def create_run(
        self, experiment_id: str, *, name: str | None, user_id: str, start_time: int, tags: Mapping[str, str]
    ) -> Run:
        """Refuse to write."""
        self._refuse()

    def update_run(
        self,
        run_id: str,
        *,
        status: str | None = None,
        end_time: int | None = None,
        name: str | None = None,
        stage: str | None = None,
        experiment_id: str | None = None,
        synced: bool = True,
    ) -> RunInfo:
        """Refuse to write."""
        self._refuse()

    def log_batch(
        self, run_id: str, metrics: Sequence[Metric] = (), params: Pairs = (), tags: Pairs = (), *, once: bool = False
    ) -> None:
        """Refuse to write."""
        self._refuse()

    def deliver(
        self, run_id: str, delivery: Delivery, metrics: Sequence[Metric], params: Pairs = (), tags: Pairs = ()
    ) -> int:
        """Refuse to write."""
        self._refuse()

    @property
    def accounts(self) -> None:
        """None: MLflow's stores have no users."""
        return None

    def page_keys(self) -> dict[int, bytes]:
        """Return no keys: MLflow has none."""
        return {}

    def appender(self, run_id: str) -> Appender:
        """Refuse to write."""
        self._refuse()

    def log_inputs(self, run_id: str, inputs: Iterable[DatasetInput]) -> None:
        """Refuse to write."""
        self._refuse()

    def delete_tag(self, run_id: str, key: str) -> None:
        """Refuse to write."""
        self._refuse()

    def drop(self, run_id: str, key: str) -> None:
        """Refuse to write."""
        self._refuse()

    def purge(self, run_ids: Iterable[str] = (), experiment_ids: Iterable[str] = ()) -> None:
        """Refuse to write, unless there is nothing to delete."""
        if [*run_ids, *experiment_ids]:
            self._refuse()
