"""What the store asks of its server in the words of that server: MLflow's, or nbtrack's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nbtrack.entities import History, Metric, Overview, Page, Run, RunColumns, RunInfo, ViewType
    from nbtrack.query import Query
    from nbtrack.stores.interface import Keys

    Pairs = Sequence[tuple[str, str]]
    Keep = Callable[[str, str, bytes], None]
    """Files bytes as an artifact of a run: its id, the path, the bytes."""


class ApiVariant(Protocol):
    """The part of `Store` that differs between servers."""

    def log_batch(self, run_id: str, metrics: Sequence[Metric], params: Pairs, tags: Pairs) -> None:
        """See `Store.log_batch`."""
        ...

    def search_runs(
        self, experiment_ids: Sequence[str], query: Query, view: ViewType, limit: int, token: str | None, offset: int
    ) -> Page[Run]:
        """See `Store.search_runs`."""
        ...

    def run_columns(
        self, experiment_ids: Sequence[str], query: Query, view: ViewType, limit: int, keys: Keys | None
    ) -> RunColumns:
        """See `Store.run_columns`."""
        ...

    def overview(self, experiment_ids: Sequence[str], query: Query, view: ViewType) -> Overview:
        """See `Store.overview`."""
        ...

    def metric_history(self, run_id: str, key: str) -> History:
        """See `Store.metric_history`."""
        ...

    def move(self, run_id: str, experiment_id: str) -> RunInfo:
        """Put a run into another experiment."""
        ...

    def drop(self, run_id: str, key: str) -> None:
        """See `Store.drop`."""
        ...

    def purge(self, run_ids: Iterable[str], experiment_ids: Iterable[str]) -> None:
        """See `Store.purge`."""
        ...

    def tag(self, run_id: str, key: str) -> str | None:
        """See `Store.tag`."""
        ...

    def mark(self) -> object:
        """See `Store.mark`."""
        ...
